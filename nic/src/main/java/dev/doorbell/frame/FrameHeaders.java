package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What the headers of one frame say: VLAN tag, IP, TCP or UDP, and where each lies.
///
/// [#parse] copies the headers once and checks them once; after that no accessor can fail, whatever the
/// sender of the frame does. A header that is cut short or contradicts the frame's length is as if it were
/// not there. Reused from frame to frame; allocates nothing. Offsets count from the first byte of the
/// frame.
public final class FrameHeaders {
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_IPV6 = 0x86DD;
    public static final int PROTOCOL_TCP = 6;
    public static final int PROTOCOL_UDP = 17;
    public static final int ETHERNET_BYTES = 14;
    public static final int TAG_BYTES = 4;
    public static final int IPV6_BYTES = 40;
    /// Where the checksum stands in a TCP and in a UDP header.
    public static final int TCP_CHECKSUM = 16;

    public static final int UDP_CHECKSUM = 6;

    /// Header bytes looked at; what lies behind is not parsed.
    private static final int WINDOW_BYTES = 256;

    private static final int EXTENSION_LIMIT = 8;
    private static final int IPV4_FRAGMENT_BITS = 0x3FFF; // more fragments, and the offset
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment window = Arena.ofAuto().allocate(WINDOW_BYTES, 64);
    private int held;
    private int frameBytes;
    private boolean tagged;
    private int layer3;
    private int ipVersion;
    private int ipEnd;
    private int ipHeader;
    private boolean fragment;
    private int protocol;
    private int layer4;
    private int layer4End;

    /// Looks at a frame.
    ///
    /// @param vlanType EtherType of a VLAN tag
    public void parse(FrameBatch batch, int frame, int vlanType) {
        frameBytes = batch.lengthBytes(frame);
        held = batch.copyTo(frame, 0, WINDOW_BYTES, window, 0);
        tagged = false;
        layer3 = ETHERNET_BYTES;
        ipVersion = 0;
        fragment = false;
        protocol = 0;
        if (held < ETHERNET_BYTES) return;
        int type = u16(12);
        if (type == vlanType && held >= ETHERNET_BYTES + TAG_BYTES) {
            tagged = true;
            layer3 += TAG_BYTES;
            type = u16(16);
        }
        if (type == TYPE_IPV4) parseIpv4();
        else if (type == TYPE_IPV6) parseIpv6();
    }

    private void parseIpv4() {
        if (held < layer3 + 20 || u8(layer3) >>> 4 != 4) return;
        int header = (u8(layer3) & 0xF) * 4;
        int total = u16(layer3 + 2);
        if (header < 20 || total < header || total > frameBytes - layer3 || held < layer3 + header) return;
        ipVersion = 4;
        ipHeader = header;
        ipEnd = layer3 + total;
        fragment = (u16(layer3 + 6) & IPV4_FRAGMENT_BITS) != 0;
        parseLayer4(u8(layer3 + 9), layer3 + header);
    }

    private void parseIpv6() {
        if (held < layer3 + IPV6_BYTES || u8(layer3) >>> 4 != 6) return;
        int end = layer3 + IPV6_BYTES + u16(layer3 + 4);
        if (end > frameBytes) return;
        ipVersion = 6;
        ipEnd = end;
        int next = u8(layer3 + 6);
        int at = layer3 + IPV6_BYTES;
        for (int extensions = 0; extensions < EXTENSION_LIMIT; extensions++) {
            boolean skippable = next == 0 || next == 43 || next == 60; // hop by hop, routing, destination options
            if (next == 44) fragment = true;
            if (!skippable) break;
            if (at + 8 > held || at + 8 > ipEnd) return;
            next = u8(at);
            at += (u8(at + 1) + 1) * 8;
        }
        ipHeader = at - layer3;
        parseLayer4(next, at);
    }

    private void parseLayer4(int next, int at) {
        if (fragment) return;
        if (next == PROTOCOL_TCP && at + 20 <= Math.min(held, ipEnd)) {
            int header = (u8(at + 12) >>> 4) * 4;
            if (header < 20 || at + header > ipEnd) return;
            layer4End = ipEnd;
        } else if (next == PROTOCOL_UDP && at + 8 <= Math.min(held, ipEnd)) {
            int length = u16(at + 4);
            if (length < 8 || at + length > ipEnd) return;
            layer4End = at + length;
        } else {
            return;
        }
        protocol = next;
        layer4 = at;
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

    /// Whether a VLAN tag follows the addresses.
    public boolean isTagged() {
        return tagged;
    }

    /// The tag's control information; meaningless unless [#isTagged()].
    public int vlanTag() {
        return u16(14);
    }

    /// 4, 6, or 0 when the frame holds no well-formed IP header.
    public int ipVersion() {
        return ipVersion;
    }

    /// Where the IP header starts.
    public int ipStart() {
        return layer3;
    }

    /// Bytes of the IP header with its options or extension headers.
    public int ipHeaderBytes() {
        return ipHeader;
    }

    /// Whether the IPv4 header's checksum is right.
    public boolean ipChecksumRight() {
        return InternetChecksum.sum(window, layer3, ipHeader) == 0xFFFF;
    }

    /// [#PROTOCOL_TCP], [#PROTOCOL_UDP], or 0 for everything else and for fragments.
    public int protocol() {
        return protocol;
    }

    /// Where the TCP or UDP header starts.
    public int layer4Start() {
        return layer4;
    }

    /// Where the TCP or UDP packet ends; padding follows.
    public int layer4End() {
        return layer4End;
    }

    /// Bytes of the TCP or UDP header.
    public int layer4HeaderBytes() {
        return protocol == PROTOCOL_TCP ? (u8(layer4 + 12) >>> 4) * 4 : 8;
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
}
