package dev.doorbell.backend.pcap;

/// The interfaces that a section of a pcapng file has described so far. Allocates in the
/// constructor only.
final class PcapngInterfaces {
    /// Interfaces of one section at most; real captures have a handful.
    static final int MAX_INTERFACES = 256;

    private static final int DESCRIPTION_BYTES = 8; // link type, reserved, snap length
    private static final int LINK_TYPE = 0;
    private static final int SNAP_LENGTH = 4;
    private static final int OPTION_END = 0;
    private static final int OPTION_TIME_RESOLUTION = 9; // if_tsresol
    private static final int OPTION_FCS_LENGTH = 13; // if_fcslen
    private static final int OPTION_TIME_OFFSET = 14; // if_tsoffset, in seconds
    private static final int MICROSECONDS = 6;
    private static final int BINARY_FRACTION = 0x80;
    private static final int ETHERNET_FCS_BYTES = 4;

    private final int[] linkType = new int[MAX_INTERFACES];
    private final long[] snapBytes = new long[MAX_INTERFACES];
    private final int[] fcsBytes = new int[MAX_INTERFACES];
    private final int[] resolution = new int[MAX_INTERFACES];
    private final long[] offsetSeconds = new long[MAX_INTERFACES];
    private int count;

    /// A new section begins.
    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == MAX_INTERFACES;
    }

    int linkType(int index) {
        return linkType[index];
    }

    int fcsBytes(int index) {
        return fcsBytes[index];
    }

    /// Bytes kept of each frame at most; 0 for all.
    long snapBytes(int index) {
        return snapBytes[index];
    }

    /// Adds the interface of a description block.
    ///
    /// @param body where the block's body begins, from the window's position
    /// @return whether the body is long enough and its options lie within it
    boolean add(CaptureWindow window, int body, int bodyBytes) {
        if (bodyBytes < DESCRIPTION_BYTES) return false;
        linkType[count] = window.get16(body + LINK_TYPE);
        snapBytes[count] = window.getUnsigned32(body + SNAP_LENGTH);
        fcsBytes[count] = 0;
        resolution[count] = MICROSECONDS;
        offsetSeconds[count] = 0;
        int at = DESCRIPTION_BYTES;
        while (bodyBytes - at >= 4) { // each turn eats four bytes or more
            int option = window.get16(body + at);
            int length = window.get16(body + at + 2);
            if (option == OPTION_END) break;
            if (length > bodyBytes - at - 4) return false;
            option(window, option, body + at + 4, length);
            at += 4 + ((length + 3) & ~3);
        }
        count++;
        return true;
    }

    private void option(CaptureWindow window, int option, int at, int length) {
        if (option == OPTION_TIME_RESOLUTION && length == 1) {
            resolution[count] = window.get8(at);
        } else if (option == OPTION_TIME_OFFSET && length == 8) {
            offsetSeconds[count] = window.get64(at);
        } else if (option == OPTION_FCS_LENGTH && length == 1) {
            int value = window.get8(at); // the format says bits; files with bytes exist
            fcsBytes[count] = value == ETHERNET_FCS_BYTES || value == 8 * ETHERNET_FCS_BYTES ? ETHERNET_FCS_BYTES : 0;
        }
    }

    /// A time stamp of an interface in nanoseconds since 1970. What does not fit wraps around.
    ///
    /// @param ticks unsigned
    long timeNs(int index, long ticks) {
        return offsetSeconds[index] * 1_000_000_000L + ns(ticks, resolution[index]);
    }

    /// @param resolution `if_tsresol`: a tick is 10 to the minus n seconds, or 2 to the minus n
    ///     with the upper bit set
    private static long ns(long ticks, int resolution) {
        int n = resolution & ~BINARY_FRACTION;
        if ((resolution & BINARY_FRACTION) == 0) {
            if (n <= 9) return ticks * powerOfTen(9 - n);
            return n - 9 <= 18 ? Long.divideUnsigned(ticks, powerOfTen(n - 9)) : 0;
        }
        long high = Math.unsignedMultiplyHigh(ticks, 1_000_000_000L); // ticks * 10^9 / 2^n, in 128 bits
        long low = ticks * 1_000_000_000L;
        if (n == 0) return low;
        if (n < 64) return high << (64 - n) | low >>> n;
        return high >>> (n - 64);
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}
