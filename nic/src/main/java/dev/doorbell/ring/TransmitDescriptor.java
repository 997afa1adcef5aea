package dev.doorbell.ring;

/// What the three transmit formats of the 8254x share: fields of word 1 (bytes 8 to 15, little-endian) at
/// the same place in each. Judges nothing and holds nothing; words come from [DescriptorRing].
public final class TransmitDescriptor {
    /// Command bits, as they lie in word 1. The report-packet-sent bit is the 82544's; drivers set it
    /// everywhere.
    public static final long EOP = 1L << 24;

    public static final long IFCS = 1L << 25;
    public static final long RS = 1L << 27;
    public static final long RPS = 1L << 28;
    public static final long DEXT = 1L << 29;
    public static final long VLE = 1L << 30;
    public static final long IDE = 1L << 31;
    /// Status: descriptor done.
    public static final long DD = 1L << 32;

    /// Where the status dword starts in a descriptor, bytes.
    public static final int STATUS_OFFSET = 12;

    private static final long TYPE_MASK = 0xFL << 20;
    private static final long TYPE_DATA = 1L << 20;
    private static final int STATUS_MASK = 0xF; // DD, EC, LC, TU

    private TransmitDescriptor() {}

    /// DEXT clear.
    public static boolean isLegacy(long word1) {
        return (word1 & DEXT) == 0;
    }

    /// DEXT set and DTYP 0.
    public static boolean isContext(long word1) {
        return (word1 & (DEXT | TYPE_MASK)) == DEXT;
    }

    /// DEXT set and DTYP 1.
    public static boolean isData(long word1) {
        return (word1 & (DEXT | TYPE_MASK)) == (DEXT | TYPE_DATA);
    }

    public static boolean endOfPacket(long word1) {
        return (word1 & EOP) != 0;
    }

    /// Whether the guest wants to be told: RS, or RPS.
    public static boolean reportsStatus(long word1) {
        return (word1 & (RS | RPS)) != 0;
    }

    public static boolean delaysInterrupt(long word1) {
        return (word1 & IDE) != 0;
    }

    public static boolean insertsVlanTag(long word1) {
        return (word1 & VLE) != 0;
    }

    /// Tag control information of the VLAN tag to insert.
    public static int vlanTag(long word1) {
        return (int) (word1 >>> 48);
    }

    /// The status dword as written back: DD set, the three error bits clear, all else as the guest wrote
    /// it.
    public static int doneStatus(long word1) {
        return ((int) (word1 >>> 32) & ~STATUS_MASK) | 1;
    }

    /// Whether a descriptor was written back.
    public static boolean done(long word1) {
        return (word1 & DD) != 0;
    }
}
