package dev.doorbell.ring;

/// Advanced transmit context descriptor of the 82576 (DEXT 1, DTYP 2): where a packet's headers are, its VLAN tag and
/// how
/// it is cut, for the data descriptors that name its slot. Header lengths in bytes.
public final class AdvancedTransmitContext {
    /// Word 1: the IP header is IPv4 (else IPv6).
    public static final long IPV4 = 1L << 10;
    /// Word 1: values of L4T.
    public static final long UDP = 0;

    public static final long TCP = 1L << 11;
    public static final long SCTP = 2L << 11;

    private static final long TYPE = AdvancedTransmitDescriptor.DEXT | 2L << 20;

    private AdvancedTransmitContext() {}

    /// IPLEN: bytes of the IP header, 9 bits.
    public static int ipBytes(long word0) {
        return (int) word0 & 0x1FF;
    }

    /// MACLEN: bytes before the IP header, a tag in the data included; 7 bits.
    public static int macBytes(long word0) {
        return (int) (word0 >>> 9) & 0x7F;
    }

    /// Tag control information of the VLAN tag that VLE inserts.
    public static int vlanTag(long word0) {
        return (int) (word0 >>> 16) & 0xFFFF;
    }

    public static boolean isIpv4(long word1) {
        return (word1 & IPV4) != 0;
    }

    /// L4T, in place: [#UDP], [#TCP], [#SCTP] or the reserved fourth value.
    public static long layer4Type(long word1) {
        return word1 & 3L << 11;
    }

    /// L4LEN: bytes of the TCP or UDP header, for segmentation.
    public static int layer4Bytes(long word1) {
        return (int) (word1 >>> 40) & 0xFF;
    }

    /// MSS: payload bytes of each full segment.
    public static int segmentBytes(long word1) {
        return (int) (word1 >>> 48) & 0xFFFF;
    }

    /// Word 0 of a descriptor.
    public static long word0(int macBytes, int ipBytes, int vlanTag) {
        return (ipBytes & 0x1FFL) | (macBytes & 0x7FL) << 9 | (vlanTag & 0xFFFFL) << 16;
    }

    /// Word 1 of a descriptor.
    ///
    /// @param type        [#IPV4], one of L4T's values, and RS of [AdvancedTransmitDescriptor]
    /// @param contextSlot 0 or 1
    public static long word1(long type, int contextSlot, int layer4Bytes, int segmentBytes) {
        return TYPE | type | (contextSlot & 1L) << 36 | (layer4Bytes & 0xFFL) << 40 | (segmentBytes & 0xFFFFL) << 48;
    }
}
