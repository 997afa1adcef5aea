package dev.doorbell.ring;

/// TCP/IP context descriptor (DEXT 1, DTYP 0): where checksums are and how segments are cut, for the data
/// descriptors that follow. Offsets count from the first byte of the frame; "end" fields name the last byte
/// included, 0 the end of the frame.
public final class TransmitContextDescriptor {
    /// Command bits: TCP (else UDP), IPv4 (else IPv6), for segmentation.
    public static final long TCP = 1L << 24;

    public static final long IPV4 = 1L << 25;
    public static final long TSE = 1L << 26;

    private TransmitContextDescriptor() {}

    /// IPCSS.
    public static int ipStart(long word0) {
        return (int) word0 & 0xFF;
    }

    /// IPCSO.
    public static int ipOffset(long word0) {
        return (int) (word0 >>> 8) & 0xFF;
    }

    /// IPCSE.
    public static int ipEnd(long word0) {
        return (int) (word0 >>> 16) & 0xFFFF;
    }

    /// TUCSS.
    public static int layer4Start(long word0) {
        return (int) (word0 >>> 32) & 0xFF;
    }

    /// TUCSO.
    public static int layer4Offset(long word0) {
        return (int) (word0 >>> 40) & 0xFF;
    }

    /// TUCSE.
    public static int layer4End(long word0) {
        return (int) (word0 >>> 48) & 0xFFFF;
    }

    /// PAYLEN: payload bytes of the whole packet, headers excluded, 20 bits.
    public static int payloadBytes(long word1) {
        return (int) word1 & 0xF_FFFF;
    }

    /// HDRLEN: header bytes that every segment repeats.
    public static int headerBytes(long word1) {
        return (int) (word1 >>> 40) & 0xFF;
    }

    /// MSS: payload bytes of each full segment.
    public static int segmentBytes(long word1) {
        return (int) (word1 >>> 48) & 0xFFFF;
    }

    public static boolean isTcp(long word1) {
        return (word1 & TCP) != 0;
    }

    public static boolean isIpv4(long word1) {
        return (word1 & IPV4) != 0;
    }

    /// Whether this is the context of segmented packets; the other one is left alone.
    public static boolean segments(long word1) {
        return (word1 & TSE) != 0;
    }

    /// Word 0 of a descriptor.
    public static long word0(int ipStart, int ipOffset, int ipEnd, int layer4Start, int layer4Offset, int layer4End) {
        return (ipStart & 0xFFL)
                | (ipOffset & 0xFFL) << 8
                | (ipEnd & 0xFFFFL) << 16
                | (layer4Start & 0xFFL) << 32
                | (layer4Offset & 0xFFL) << 40
                | (layer4End & 0xFFFFL) << 48;
    }

    /// Word 1 of a descriptor.
    ///
    /// @param command [#TCP], [#IPV4], [#TSE], and RS and IDE of [TransmitDescriptor]
    public static long word1(int payloadBytes, long command, int headerBytes, int segmentBytes) {
        return (payloadBytes & 0xF_FFFFL)
                | TransmitDescriptor.DEXT
                | command
                | (headerBytes & 0xFFL) << 40
                | (segmentBytes & 0xFFFFL) << 48;
    }
}
