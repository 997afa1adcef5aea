package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What the headers of one frame say: VLAN tags, IP, TCP, UDP or SCTP, PTP, and where each lies.
///
/// [#parse] copies the headers once and checks them once; after that no accessor can fail, whatever
/// the sender of the frame does. A header that is cut short or contradicts the frame's length is as
/// if it were not there. Reused from frame to frame; allocates nothing. Offsets count from the first
/// byte of the frame.
public final class FrameHeaders {
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_IPV6 = 0x86DD;
    public static final int TYPE_PTP = 0x88F7;
    public static final int PROTOCOL_TCP = 6;
    public static final int PROTOCOL_UDP = 17;
    public static final int PROTOCOL_SCTP = 132;
    public static final int ETHERNET_BYTES = 14;
    public static final int TAG_BYTES = 4;
    public static final int IPV6_BYTES = 40;
    public static final int SCTP_BYTES = 12;
    /// Where the checksum stands in a TCP, a UDP and an SCTP header.
    public static final int TCP_CHECKSUM = 16;

    public static final int UDP_CHECKSUM = 6;
    public static final int SCTP_CHECKSUM = 8;

    /// TCP flags as [#tcpFlags()] gives them.
    public static final int TCP_FIN = 1;

    public static final int TCP_SYN = 1 << 1;
    public static final int TCP_RST = 1 << 2;
    public static final int TCP_PSH = 1 << 3;
    public static final int TCP_ACK = 1 << 4;
    public static final int TCP_URG = 1 << 5;

    /// UDP ports of PTP's event and general messages.
    public static final int PORT_PTP_EVENT = 319;

    public static final int PORT_PTP_GENERAL = 320;
    /// Bytes of a PTP header that are looked at: up to and with the control field.
    public static final int PTP_BYTES = 34;

    /// [#parse]: there is no outer tag.
    public static final int NO_OUTER = -1;

    /// Header bytes looked at; what lies behind is not parsed.
    private static final int WINDOW_BYTES = 256;

    private static final int TYPE_LEAST = 0x0600; // below: a length, 802.2 follows
    private static final long SNAP_ETHERNET = 0xAAAA_0300_0000L; // LLC and SNAP headers before a type
    private static final int SNAP_BYTES = 8;
    private static final int IPV4_FRAGMENT_BITS = 0x3FFF; // more fragments, and the offset
    private static final int IPV4_OFFSET_MASK = 0x1FFF;
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment window = Arena.ofAuto().allocate(WINDOW_BYTES, 64);
    private final Ipv6Extensions extensions = new Ipv6Extensions();
    private int held;
    private int frameBytes;
    private boolean tagged;
    private int tagAt;
    private int etherType;
    private int layer3;
    private int ipVersion;
    private int ipEnd;
    private int ipHeader;
    private boolean extended;
    private boolean fragment;
    private int ipProtocol;
    private int protocol;
    private int layer4;
    private int layer4End;
    private int ptp;

    /// Looks at a frame.
    ///
    /// @param vlanType EtherType of a VLAN tag
    public void parse(FrameBatch batch, int frame, int vlanType) {
        begin(batch, frame);
        if (held < ETHERNET_BYTES) return;
        if (etherType == vlanType && held >= ETHERNET_BYTES + TAG_BYTES) tagAt(ETHERNET_BYTES);
        parseLayer3();
    }

    /// Looks at a frame whose tags may be stacked, and behind 802.2 headers too.
    ///
    /// With an outer type, only the pair of an outer and an inner tag makes a tagged frame, and
    /// [#vlanTag()] is the inner one; behind an outer tag alone the higher layers are found all the
    /// same.
    ///
    /// @param vlanType  EtherType of a VLAN tag, the inner one where there are two
    /// @param outerType EtherType of the outer tag, or [#NO_OUTER] when frames carry one tag at most
    public void parse(FrameBatch batch, int frame, int vlanType, int outerType) {
        begin(batch, frame);
        if (held < ETHERNET_BYTES) return;
        int at = ETHERNET_BYTES;
        if (outerType != NO_OUTER && etherType == outerType && held >= at + TAG_BYTES) {
            layer3 += TAG_BYTES;
            etherType = u16(layer3 - 2);
            at = layer3;
        }
        boolean paired = outerType == NO_OUTER || at > ETHERNET_BYTES;
        if (paired && etherType == vlanType && held >= at + TAG_BYTES) tagAt(at);
        if (etherType < TYPE_LEAST) skipSnap();
        parseLayer3();
    }

    private void begin(FrameBatch batch, int frame) {
        frameBytes = batch.lengthBytes(frame);
        held = batch.copyTo(frame, 0, WINDOW_BYTES, window, 0);
        tagged = false;
        layer3 = ETHERNET_BYTES;
        ipVersion = 0;
        ipHeader = 0;
        ipProtocol = -1;
        extended = false;
        fragment = false;
        protocol = 0;
        ptp = 0;
        etherType = held < ETHERNET_BYTES ? 0 : u16(ETHERNET_BYTES - 2);
    }

    private void tagAt(int at) {
        tagged = true;
        tagAt = at;
        layer3 = at + TAG_BYTES;
        etherType = u16(layer3 - 2);
    }

    private void skipSnap() {
        if (held < layer3 + SNAP_BYTES || window.get(BE64, layer3) >>> 16 != SNAP_ETHERNET) return;
        etherType = u16(layer3 + 6);
        layer3 += SNAP_BYTES;
    }

    private void parseLayer3() {
        if (etherType == TYPE_IPV4) parseIpv4();
        else if (etherType == TYPE_IPV6) parseIpv6();
        else if (etherType == TYPE_PTP && held >= layer3 + PTP_BYTES) ptp = layer3;
    }

    private void parseIpv4() {
        if (held < layer3 + 20 || u8(layer3) >>> 4 != 4) return;
        int header = (u8(layer3) & 0xF) * 4;
        int total = u16(layer3 + 2);
        if (header < 20 || total < header || total > frameBytes - layer3 || held < layer3 + header) return;
        ipVersion = 4;
        ipHeader = header;
        ipEnd = layer3 + total;
        extended = header > 20;
        fragment = (u16(layer3 + 6) & IPV4_FRAGMENT_BITS) != 0;
        ipProtocol = u8(layer3 + 9);
        parseLayer4(layer3 + header);
    }

    private void parseIpv6() {
        if (held < layer3 + IPV6_BYTES || u8(layer3) >>> 4 != 6) return;
        int end = layer3 + IPV6_BYTES + u16(layer3 + 4);
        if (end > frameBytes) return;
        ipVersion = 6;
        ipEnd = end;
        ipHeader = IPV6_BYTES;
        int next = extensions.walk(window, layer3, Math.min(held, ipEnd));
        extended = extensions.present();
        fragment = extensions.isFragment();
        ipProtocol = extensions.protocol();
        if (next < 0) return;
        ipHeader = next - layer3;
        parseLayer4(next);
    }

    private void parseLayer4(int at) {
        if (fragment) return;
        int available = Math.min(held, ipEnd);
        switch (ipProtocol) {
            case PROTOCOL_TCP -> {
                if (at + 20 > available) return;
                int header = (u8(at + 12) >>> 4) * 4;
                if (header < 20 || at + header > ipEnd) return;
                layer4End = ipEnd;
            }
            case PROTOCOL_UDP -> {
                if (at + 8 > available) return;
                int length = u16(at + 4);
                if (length < 8 || at + length > ipEnd) return;
                layer4End = at + length;
            }
            case PROTOCOL_SCTP -> {
                if (at + SCTP_BYTES > available) return;
                layer4End = ipEnd;
            }
            default -> {
                return;
            }
        }
        protocol = ipProtocol;
        layer4 = at;
        int port = destinationPort();
        boolean toPtp = protocol == PROTOCOL_UDP && (port == PORT_PTP_EVENT || port == PORT_PTP_GENERAL);
        if (toPtp && at + 8 + PTP_BYTES <= Math.min(held, layer4End)) ptp = at + 8;
    }

    private int u8(int at) {
        return window.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    private int u16(int at) {
        return window.get(BE16, at) & 0xFFFF;
    }

    /// Whether the frame is long enough for an Ethernet header; nothing else is known if not.
    public boolean isEthernet() {
        return held >= ETHERNET_BYTES;
    }

    public long destination() {
        return EthernetAddress.read(window, 0);
    }

    public long source() {
        return EthernetAddress.read(window, EthernetAddress.BYTES);
    }

    /// The EtherType behind the tags (and behind 802.2 headers where those are looked at), or a
    /// length below 0x600.
    public int etherType() {
        return etherType;
    }

    /// Whether a VLAN tag follows the addresses; of stacked tags, whether both are there.
    public boolean isTagged() {
        return tagged;
    }

    /// Where the tag starts, its type first: 12, or 16 behind an outer tag. Meaningless unless
    /// [#isTagged()].
    public int tagStart() {
        return tagAt - 2;
    }

    /// Bytes of the tags between the addresses and the EtherType; 0 unless [#isTagged()].
    public int tagBytes() {
        return tagged ? tagAt - ETHERNET_BYTES + TAG_BYTES : 0;
    }

    /// The tag's control information; meaningless unless [#isTagged()].
    public int vlanTag() {
        return u16(tagAt);
    }

    /// 4, 6, or 0 when the frame holds no well-formed IP header.
    public int ipVersion() {
        return ipVersion;
    }

    /// Where the IP header starts, or what else follows the EtherType.
    public int ipStart() {
        return layer3;
    }

    /// Bytes of the IP header with its options or extension headers.
    public int ipHeaderBytes() {
        return ipHeader;
    }

    /// Whether the IPv4 header has options, or extension headers follow the IPv6 header.
    public boolean ipExtended() {
        return extended;
    }

    /// Whether it is a fragment of an IP packet, the first one too.
    public boolean isFragment() {
        return fragment;
    }

    /// Where the IP packet ends; padding follows. Meaningless without IP.
    public int ipEnd() {
        return ipEnd;
    }

    /// Whether it is the first IPv4 fragment of a UDP packet whose sender gave a checksum.
    public boolean isUdpFragmentWithChecksum() {
        int udp = layer3 + ipHeader;
        boolean first = ipVersion == 4 && fragment && (u16(layer3 + 6) & IPV4_OFFSET_MASK) == 0;
        return first && ipProtocol == PROTOCOL_UDP && udp + 8 <= Math.min(held, ipEnd) && u16(udp + UDP_CHECKSUM) != 0;
    }

    /// The IPv4 header's identification; meaningless for other frames.
    public int ipId() {
        return u16(layer3 + 4);
    }

    /// Whether the IPv4 header's checksum is right.
    public boolean ipChecksumRight() {
        return InternetChecksum.sum(window, layer3, ipHeader) == 0xFFFF;
    }

    /// Protocol number behind the IP header and those extension headers that are known, whether or
    /// not that header is there; -1 without IP.
    public int ipProtocol() {
        return ipProtocol;
    }

    /// IPv4 source (high half) and destination in network order; meaningless for other frames.
    public long ipv4Addresses() {
        return window.get(BE64, layer3 + 12);
    }

    /// Half of an IPv6 address in network order; meaningless for other frames.
    ///
    /// @param index 0 and 1: source, 2 and 3: destination
    public long ipv6AddressHalf(int index) {
        return window.get(BE64, extensions.halfAt(index));
    }

    /// As [#ipv6AddressHalf], but the sender's home address and the routing header's destination
    /// where they are given. // RFC 6275
    public long ipv6HomeAddressHalf(int index) {
        return window.get(BE64, extensions.homeHalfAt(index));
    }

    /// Whether an IPv6 packet gives a home address or a routing header's destination.
    public boolean hasHomeAddress() {
        return ipVersion == 6 && extensions.hasHomeAddress();
    }

    /// [#PROTOCOL_TCP], [#PROTOCOL_UDP], [#PROTOCOL_SCTP], or 0 for everything else and for fragments.
    public int protocol() {
        return protocol;
    }

    /// Whether layer 4 is protected by the Internet checksum: TCP or UDP.
    public boolean hasInternetChecksum() {
        return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP;
    }

    /// Where the TCP, UDP or SCTP header starts.
    public int layer4Start() {
        return layer4;
    }

    /// Where the TCP, UDP or SCTP packet ends; padding follows.
    public int layer4End() {
        return layer4End;
    }

    /// Bytes of the TCP, UDP or SCTP header.
    public int layer4HeaderBytes() {
        return switch (protocol) {
            case PROTOCOL_TCP -> (u8(layer4 + 12) >>> 4) * 4;
            case PROTOCOL_SCTP -> SCTP_BYTES;
            default -> 8;
        };
    }

    /// Source (high half) and destination port; meaningless without [#protocol()].
    public int ports() {
        return window.get(BE32, layer4);
    }

    /// Meaningless without [#protocol()].
    public int destinationPort() {
        return u16(layer4 + 2);
    }

    /// `TCP_` bits of a TCP header; 0 for everything else.
    public int tcpFlags() {
        return protocol == PROTOCOL_TCP ? u8(layer4 + 13) & 0x3F : 0;
    }

    /// Whether a UDP sender left its checksum out.
    public boolean udpChecksumAbsent() {
        return protocol == PROTOCOL_UDP && u16(layer4 + UDP_CHECKSUM) == 0;
    }

    /// Sum of the pseudo-header's addresses and protocol, without the length.
    public int pseudoHeaderSum() {
        int addresses = ipVersion == 4
                ? InternetChecksum.sum(window, layer3 + 12, 8)
                : InternetChecksum.sum(window, layer3 + 8, 32);
        return InternetChecksum.add(addresses, protocol);
    }

    /// Whether [#PTP_BYTES] of a PTP message are there: behind its own EtherType, or behind UDP to a
    /// port of PTP.
    public boolean isPtp() {
        return ptp != 0;
    }

    /// Byte `index` of the PTP message, below [#PTP_BYTES]; meaningless unless [#isPtp()].
    public int ptpByte(int index) {
        return u8(ptp + index);
    }

    /// Eight bytes of the PTP message in network order, as [#ptpByte].
    public long ptpLong(int index) {
        return window.get(BE64, ptp + index);
    }
}
