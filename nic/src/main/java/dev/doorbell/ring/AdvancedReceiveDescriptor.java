package dev.doorbell.ring;

/// Advanced receive descriptor of the 82576. The guest writes the address of the packet buffer into
/// word 0 and that of the header buffer into word 1; the card writes both words back, word 0 first, so
/// that a guest that sees DD sees the rest. // 82576 DS 7.1.5
public final class AdvancedReceiveDescriptor {
    /// Extended status, low half of word 1.
    public static final int DD = 1;

    public static final int EOP = 1 << 1;
    /// A VLAN tag was seen and stripped.
    public static final int VP = 1 << 3;

    /// A UDP checksum was looked at, [#L4E] says with what result.
    public static final int UDPCS = 1 << 4;
    /// A TCP, UDP or SCTP checksum was looked at.
    public static final int L4CS = 1 << 5;
    /// An IPv4 header checksum was looked at, [#IPE] says with what result.
    public static final int IPCS = 1 << 6;
    /// Passed an inexact filter only.
    public static final int PIF = 1 << 7;
    /// [#ipId] is that of an IPv4 header.
    public static final int IPIDV = 1 << 9;
    /// First fragment of a UDP packet that carries a checksum: [#packetChecksum] helps to check it.
    public static final int UDPV = 1 << 10;
    /// A low-latency filter matched: the frame interrupted at once.
    public static final int DYNINT = 1 << 11;
    /// The time of arrival was stamped.
    public static final int TS = 1 << 16;
    /// Came from a queue of this card.
    public static final int LB = 1 << 18;

    /// Extended errors, same word: the header was longer than the header buffer.
    public static final int HBO = 1 << 23;

    public static final int CE = 1 << 24;
    /// TCP, UDP or SCTP checksum wrong; valid with [#L4CS].
    public static final int L4E = 1 << 29;
    /// IPv4 header checksum wrong; valid with [#IPCS].
    public static final int IPE = 1 << 30;

    public static final int RXE = 1 << 31;

    /// Word 0: the header was found and, where there is room, split off.
    public static final long SPH = 1L << 31;

    /// RSS types.
    public static final int RSS_NONE = 0;

    private static final int ERRORS = 0xFFF << 20;
    private static final int HEADER_SHIFT = 21;
    private static final int HEADER_MASK = 0x3FF;
    private static final int PACKET_TYPE_MASK = 0xFFF0;

    private AdvancedReceiveDescriptor() {}

    /// Word 0 as written back with an RSS hash.
    ///
    /// @param packetType bits 15:4, in place
    public static long word0(int rssType, int packetType, int rssHash) {
        return (rssType & 0xFL) | (packetType & PACKET_TYPE_MASK) | ((long) rssHash << 32);
    }

    /// Word 0 as written back with the packet's checksum in place of the hash.
    public static long word0(int rssType, int packetType, int ipId, int packetChecksum) {
        return word0(rssType, packetType, (ipId & 0xFFFF) | (packetChecksum << 16));
    }

    /// HDR_LEN for word 0, 10 bits.
    public static long headerField(int headerBytes) {
        return (long) (headerBytes & HEADER_MASK) << HEADER_SHIFT;
    }

    /// Word 1 as written back.
    ///
    /// @param status      bits of this class, status and errors
    /// @param lengthBytes bytes put into the packet buffer
    public static long word1(int status, int lengthBytes, int vlanTag) {
        return Integer.toUnsignedLong(status) | (lengthBytes & 0xFFFFL) << 32 | (vlanTag & 0xFFFFL) << 48;
    }

    /// 0 to 9.
    public static int rssType(long word0) {
        return (int) word0 & 0xF;
    }

    /// Headers that are there: bits 15:4, in place.
    public static int packetType(long word0) {
        return (int) word0 & PACKET_TYPE_MASK;
    }

    /// HDR_LEN: bytes of the header, or of the header buffer that were filled.
    public static int headerBytes(long word0) {
        return (int) (word0 >>> HEADER_SHIFT) & HEADER_MASK;
    }

    /// SPH.
    public static boolean headerFound(long word0) {
        return (word0 & SPH) != 0;
    }

    public static int rssHash(long word0) {
        return (int) (word0 >>> 32);
    }

    /// Identification of the IPv4 header; valid with [#IPIDV].
    public static int ipId(long word0) {
        return (int) (word0 >>> 32) & 0xFFFF;
    }

    /// One's complement sum of the frame from RXCSUM.PCSS on.
    public static int packetChecksum(long word0) {
        return (int) (word0 >>> 48);
    }

    /// Status and error bits of this class.
    public static int status(long word1) {
        return (int) word1;
    }

    public static boolean done(long word1) {
        return (word1 & DD) != 0;
    }

    public static boolean endOfPacket(long word1) {
        return (word1 & EOP) != 0;
    }

    /// Any of the error bits.
    public static boolean hasErrors(long word1) {
        return ((int) word1 & ERRORS) != 0;
    }

    /// Bytes put into the packet buffer.
    public static int lengthBytes(long word1) {
        return (int) (word1 >>> 32) & 0xFFFF;
    }

    /// Tag control information of the stripped VLAN tag; valid with [#VP].
    public static int vlanTag(long word1) {
        return (int) (word1 >>> 48);
    }
}
