package dev.doorbell.ring;

/// TCP/IP data descriptor (DEXT 1, DTYP 1): word 0 is the buffer address; the fields below lie in word 1.
/// Shared bits: [TransmitDescriptor].
public final class TransmitDataDescriptor {
    /// Command bit: cut into segments as the segmentation context says.
    public static final long TSE = 1L << 26;
    /// Packet option: insert the IP header checksum.
    public static final long IXSM = 1L << 40;
    /// Packet option: insert the TCP or UDP checksum.
    public static final long TXSM = 1L << 41;

    private static final long TYPE = TransmitDescriptor.DEXT | 1L << 20;

    private TransmitDataDescriptor() {}

    /// DTALEN: bytes in the buffer, 20 bits.
    public static int lengthBytes(long word1) {
        return (int) word1 & 0xF_FFFF;
    }

    public static boolean segments(long word1) {
        return (word1 & TSE) != 0;
    }

    public static boolean insertsIpChecksum(long word1) {
        return (word1 & IXSM) != 0;
    }

    public static boolean insertsLayer4Checksum(long word1) {
        return (word1 & TXSM) != 0;
    }

    /// Word 1 of a descriptor.
    ///
    /// @param command bits of [TransmitDescriptor], [#TSE], [#IXSM] and [#TXSM]
    public static long word1(int lengthBytes, long command, int vlanTag) {
        return (lengthBytes & 0xF_FFFFL) | TYPE | command | (vlanTag & 0xFFFFL) << 48;
    }
}
