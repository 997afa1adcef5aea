package dev.doorbell.ring;

/// Advanced transmit data descriptor of the 82576 (DEXT 1, DTYP 3), and what its three transmit formats share: word 0
/// is
/// the buffer address; the fields below lie in word 1 (bytes 8 to 15, little-endian). Legacy descriptors (DEXT 0):
/// [LegacyTransmitDescriptor]; contexts (DTYP 2): [AdvancedTransmitContext]. Judges nothing and holds nothing.
public final class AdvancedTransmitDescriptor {
    /// Stamp the packet's leaving with the system time (first data descriptor).
    public static final long TIME_STAMP = 1L << 19;

    public static final long EOP = 1L << 24;
    public static final long IFCS = 1L << 25;
    public static final long RS = 1L << 27;
    public static final long DEXT = 1L << 29;
    public static final long VLE = 1L << 30;
    /// Cut into segments as the context says.
    public static final long TSE = 1L << 31;
    /// Status: descriptor done.
    public static final long DD = 1L << 32;
    /// Context check: the packet uses a context.
    public static final long CC = 1L << 39;
    /// Packet options of the first data descriptor: insert the IPv4 header checksum; the TCP, UDP or SCTP one.
    public static final long IXSM = 1L << 40;

    public static final long TXSM = 1L << 41;

    /// Where the status dword starts in a descriptor, bytes.
    public static final int STATUS_OFFSET = 12;

    private static final long TYPE_MASK = DEXT | 0xFL << 20;
    private static final long TYPE_CONTEXT = DEXT | 2L << 20;
    private static final long TYPE_DATA = DEXT | 3L << 20;
    private static final int PAYLOAD_SHIFT = 46;
    private static final int PAYLOAD_MASK = 0x3_FFFF;
    private static final int STATUS_MASK = 0xF; // DD and, in the legacy format, EC, LC, TU

    private AdvancedTransmitDescriptor() {}

    /// DEXT clear.
    public static boolean isLegacy(long word1) {
        return (word1 & DEXT) == 0;
    }

    /// DEXT set and DTYP 2.
    public static boolean isContext(long word1) {
        return (word1 & TYPE_MASK) == TYPE_CONTEXT;
    }

    /// DEXT set and DTYP 3.
    public static boolean isData(long word1) {
        return (word1 & TYPE_MASK) == TYPE_DATA;
    }

    /// DTALEN, 16 bits; a legacy descriptor has its length in the same place.
    public static int lengthBytes(long word1) {
        return (int) word1 & 0xFFFF;
    }

    public static boolean endOfPacket(long word1) {
        return (word1 & EOP) != 0;
    }

    public static boolean reportsStatus(long word1) {
        return (word1 & RS) != 0;
    }

    /// IDX: which of the queue's two contexts counts; the field's other two bits are for later chips.
    public static int contextSlot(long word1) {
        return (int) (word1 >>> 36) & 1;
    }

    /// PAYLEN: bytes behind the headers of a packet to be segmented, else of the whole packet; 18 bits.
    public static int payloadBytes(long word1) {
        return (int) (word1 >>> PAYLOAD_SHIFT) & PAYLOAD_MASK;
    }

    /// The status dword as written back: DD set, a legacy descriptor's error bits clear, all else as the guest wrote
    /// it.
    public static int doneStatus(long word1) {
        return ((int) (word1 >>> 32) & ~STATUS_MASK) | 1;
    }

    /// Whether a descriptor was written back.
    public static boolean done(long word1) {
        return (word1 & DD) != 0;
    }

    /// Word 1 of a data descriptor.
    ///
    /// @param command      bits of this class
    /// @param contextSlot  0 or 1
    /// @param payloadBytes PAYLEN
    public static long word1(int lengthBytes, long command, int contextSlot, int payloadBytes) {
        return (lengthBytes & 0xFFFFL)
                | TYPE_DATA
                | command
                | (contextSlot & 1L) << 36
                | (payloadBytes & (long) PAYLOAD_MASK) << PAYLOAD_SHIFT;
    }
}
