package dev.doorbell.ring;

/// Legacy transmit descriptor: word 0 is the buffer address; the fields below lie in word 1. Shared bits:
/// [TransmitDescriptor].
public final class LegacyTransmitDescriptor {
    /// Command bit: insert a checksum, see [#checksumStart] and [#checksumOffset].
    public static final long IC = 1L << 26;

    private LegacyTransmitDescriptor() {}

    /// Bytes in the buffer.
    public static int lengthBytes(long word1) {
        return (int) word1 & 0xFFFF;
    }

    public static boolean insertsChecksum(long word1) {
        return (word1 & IC) != 0;
    }

    /// CSO: byte of the frame where the checksum is stored.
    public static int checksumOffset(long word1) {
        return (int) (word1 >>> 16) & 0xFF;
    }

    /// CSS: byte of the frame where summing starts.
    public static int checksumStart(long word1) {
        return (int) (word1 >>> 40) & 0xFF;
    }

    /// Word 1 of a descriptor.
    ///
    /// @param command bits of [TransmitDescriptor] and [#IC]
    /// @param vlanTag tag control information for VLE
    public static long word1(int lengthBytes, int checksumOffset, int checksumStart, long command, int vlanTag) {
        return (lengthBytes & 0xFFFFL)
                | (checksumOffset & 0xFFL) << 16
                | command
                | (checksumStart & 0xFFL) << 40
                | (vlanTag & 0xFFFFL) << 48;
    }
}
