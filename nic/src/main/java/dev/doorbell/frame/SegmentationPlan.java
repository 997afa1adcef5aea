package dev.doorbell.frame;

/// How one large frame is cut: which bytes repeat, which fields of the repeated header change, which
/// checksums are made. Offsets count from the first byte of the large frame; a VLAN tag to be inserted is
/// not counted.
///
/// Filled in by whoever asks for the cut, judged by [#isPossible()]. Reused from frame to frame.
public final class SegmentationPlan {
    /// No such field, or no such wish.
    public static final int NONE = -1;

    static final int ALL_FLAGS = 0xFFF;
    static final int FIN_PSH = 0x09;
    static final int CWR = 0x80;

    int headerBytes;
    int segmentBytes;
    int payloadBytes;
    int ipStart;
    boolean ipv4;
    int layer4Start;
    boolean tcp;
    int ipChecksumAt;
    int ipSumStart;
    int ipSumEnd;
    int layer4ChecksumAt;
    int layer4SumStart;
    int layer4SumEnd;
    boolean leavesChecksumOpen;
    int vlanType;
    int vlanTag;
    int vlanAt;
    int firstFlags;
    int middleFlags;
    int lastFlags;
    int leastFrameBytes;

    /// Starts a plan without checksums and without a VLAN tag.
    ///
    /// @param newHeaderBytes  header that every segment repeats
    /// @param newSegmentBytes payload of each full segment
    /// @param newPayloadBytes payload in all
    public void begin(int newHeaderBytes, int newSegmentBytes, int newPayloadBytes) {
        headerBytes = newHeaderBytes;
        segmentBytes = newSegmentBytes;
        payloadBytes = newPayloadBytes;
        ipChecksumAt = NONE;
        layer4ChecksumAt = NONE;
        leavesChecksumOpen = false;
        vlanTag = NONE;
        tcpFlags(ALL_FLAGS & ~FIN_PSH, ALL_FLAGS & ~FIN_PSH, ALL_FLAGS);
        leastFrameBytes = 0;
    }

    /// Names the headers whose lengths and numbers change from segment to segment.
    public void headers(int newIpStart, boolean isIpv4, int newLayer4Start, boolean isTcp) {
        ipStart = newIpStart;
        ipv4 = isIpv4;
        layer4Start = newLayer4Start;
        tcp = isTcp;
    }

    /// Wants the IP header's checksum: the sum of `[start, end)` stored at `at`; an end of 0 is the
    /// segment's end.
    public void ipChecksum(int at, int start, int end) {
        ipChecksumAt = at;
        ipSumStart = start;
        ipSumEnd = end;
    }

    /// Wants the TCP or UDP checksum, as [#ipChecksum]. At `at` stands the pseudo-header's sum without the
    /// length.
    public void layer4Checksum(int at, int start, int end) {
        layer4ChecksumAt = at;
        layer4SumStart = start;
        layer4SumEnd = end;
    }

    /// Leaves the TCP or UDP checksum of each segment to the taker of the frames; for a range up to the end
    /// only.
    public void leaveChecksumOpen() {
        leavesChecksumOpen = true;
    }

    /// Wants a VLAN tag in every segment.
    ///
    /// @param at where it goes: behind the addresses, or behind an outer tag; inside the header
    public void vlanTag(int type, int tag, int at) {
        vlanType = type;
        vlanTag = tag;
        vlanAt = at;
    }

    /// Only the first segment keeps the "congestion window reduced" flag, as a TCP sender would send them.
    public void clearCongestionFlag() {
        middleFlags &= ~CWR;
        lastFlags &= ~CWR;
    }

    /// Names the TCP flags that segments keep: masks over the 12 bits from the reserved ones down to FIN. A packet of
    /// one segment keeps them all. Without this call FIN and PSH are kept in the last segment only.
    public void tcpFlags(int first, int middle, int last) {
        firstFlags = first;
        middleFlags = middle;
        lastFlags = last;
    }

    /// Mask of the TCP flags that a segment keeps.
    int tcpFlags(int segment) {
        int last = segments() - 1;
        if (last == 0) return ALL_FLAGS;
        return segment == 0 ? firstFlags : segment == last ? lastFlags : middleFlags;
    }

    /// Fills segments that come out shorter, the tag included, up with zero bytes; at most 64.
    public void padTo(int bytes) {
        leastFrameBytes = bytes;
    }

    /// Bytes of the repeated header.
    public int headerBytes() {
        return headerBytes;
    }

    /// Payload of each full segment.
    public int segmentBytes() {
        return segmentBytes;
    }

    /// Payload of the whole frame.
    public int payloadBytes() {
        return payloadBytes;
    }

    /// Whether every field that changes lies in the header, and cutting comes to an end.
    public boolean isPossible() {
        int ipFieldEnd = ipStart + 6;
        int layer4FieldEnd = layer4Start + (tcp ? 14 : 6);
        return headerBytes >= FrameHeaders.ETHERNET_BYTES
                && headerBytes <= Segmenter.LIMIT_HEADER_BYTES
                && segmentBytes > 0
                && payloadBytes > 0
                && ipFieldEnd <= headerBytes
                && layer4FieldEnd <= headerBytes;
    }

    /// Frames that come out.
    public int segments() {
        return (payloadBytes + segmentBytes - 1) / segmentBytes;
    }

    /// Fills the plan for a large frame of a backend, which is well formed or refused.
    ///
    /// @param headers the frame's headers
    /// @param payload payload of each full segment
    /// @return false when the frame is no TCP or UDP over IP that could be cut
    public boolean fromHeaders(FrameHeaders headers, int payload) {
        if (!headers.hasInternetChecksum()) return false;
        boolean isTcp = headers.protocol() == FrameHeaders.PROTOCOL_TCP;
        int at = headers.layer4Start();
        int header = at + headers.layer4HeaderBytes();
        begin(header, payload, headers.layer4End() - header);
        headers(headers.ipStart(), headers.ipVersion() == 4, at, isTcp);
        if (ipv4) ipChecksum(ipStart + 10, ipStart, ipStart + headers.ipHeaderBytes());
        layer4Checksum(at + (isTcp ? FrameHeaders.TCP_CHECKSUM : FrameHeaders.UDP_CHECKSUM), at, 0);
        clearCongestionFlag();
        return isPossible();
    }
}
