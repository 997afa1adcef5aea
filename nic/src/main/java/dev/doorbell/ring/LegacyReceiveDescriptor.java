package dev.doorbell.ring;

/// Legacy receive descriptor: word 0 is the buffer address; word 1 is what the card writes back, as one
/// 64-bit store, so that a guest that sees DD sees length and errors that belong to it.
public final class LegacyReceiveDescriptor {
    /// Status bits, as they lie in word 1.
    public static final long DD = 1L << 32;

    public static final long EOP = 1L << 33;
    /// Checksum results are to be ignored.
    public static final long IXSM = 1L << 34;
    /// A VLAN tag was seen and stripped.
    public static final long VP = 1L << 35;

    public static final long UDPCS = 1L << 36;
    public static final long TCPCS = 1L << 37;
    public static final long IPCS = 1L << 38;
    /// Passed an inexact filter only.
    public static final long PIF = 1L << 39;
    /// Error bits.
    public static final long CE = 1L << 40;

    public static final long SE = 1L << 41;
    public static final long SEQ = 1L << 42;
    public static final long CXE = 1L << 44;
    public static final long TCPE = 1L << 45;
    public static final long IPE = 1L << 46;
    public static final long RXE = 1L << 47;

    /// Where word 1 starts in a descriptor, bytes.
    public static final int WORD1_OFFSET = 8;

    private LegacyReceiveDescriptor() {}

    /// Bytes put into this buffer.
    public static int lengthBytes(long word1) {
        return (int) word1 & 0xFFFF;
    }

    /// One's complement sum of the frame from RXCSUM.PCSS on.
    public static int packetChecksum(long word1) {
        return (int) (word1 >>> 16) & 0xFFFF;
    }

    public static boolean done(long word1) {
        return (word1 & DD) != 0;
    }

    public static boolean endOfPacket(long word1) {
        return (word1 & EOP) != 0;
    }

    /// Any of the error bits.
    public static boolean hasErrors(long word1) {
        return (word1 >>> 40 & 0xFF) != 0;
    }

    /// Tag control information of the stripped VLAN tag; valid with [#VP].
    public static int vlanTag(long word1) {
        return (int) (word1 >>> 48);
    }

    /// Word 1 as written back.
    ///
    /// @param statusAndErrors bits of this class
    public static long word1(int lengthBytes, int packetChecksum, long statusAndErrors, int vlanTag) {
        return (lengthBytes & 0xFFFFL) | (packetChecksum & 0xFFFFL) << 16 | statusAndErrors | (vlanTag & 0xFFFFL) << 48;
    }
}
