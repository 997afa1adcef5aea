package dev.doorbell.backend;

import java.util.Arrays;

/// Which port of a switch a station was last seen on. Bounded: where its four possible places are all
/// taken, the station seen longest ago gives way. Entries not refreshed within the age limit no longer
/// answer. One thread, no allocation.
final class MacTable {
    /// Age at which a silent station is forgotten, as bridges commonly do.
    static final long AGE_LIMIT_NS = 300_000_000_000L;
    /// Nobody is known at that address.
    static final int UNKNOWN = -1;

    private static final int WAYS = 4;

    private final long[] address;
    private final int[] port;
    private final long[] seenNs;
    private final int setMask;

    /// @param entries stations at most, a power of two, 4 or more
    MacTable(int entries) {
        if (entries < WAYS || Integer.bitCount(entries) != 1)
            throw new IllegalArgumentException("MacTable(" + entries + ")");
        address = new long[entries];
        port = new int[entries];
        seenNs = new long[entries];
        setMask = entries / WAYS - 1;
        Arrays.fill(port, UNKNOWN);
    }

    /// Notes that `mac` (48 bits) sent from `onPort` at `nowNs`.
    void learn(long mac, int onPort, long nowNs) {
        int first = firstOf(mac);
        int victim = first;
        for (int i = first; i < first + WAYS; i++) {
            if (port[i] != UNKNOWN && address[i] == mac) {
                victim = i;
                break;
            }
            if (port[victim] == UNKNOWN) continue; // a free place is the best one so far
            if (port[i] == UNKNOWN || seenNs[i] - seenNs[victim] < 0) victim = i;
        }
        address[victim] = mac;
        port[victim] = onPort;
        seenNs[victim] = nowNs;
    }

    /// The port of `mac`, or [#UNKNOWN].
    int find(long mac, long nowNs) {
        int first = firstOf(mac);
        for (int i = first; i < first + WAYS; i++)
            if (address[i] == mac && port[i] != UNKNOWN) return nowNs - seenNs[i] <= AGE_LIMIT_NS ? port[i] : UNKNOWN;
        return UNKNOWN;
    }

    /// Forgets every station of a port.
    void forgetPort(int gone) {
        for (int i = 0; i < port.length; i++) if (port[i] == gone) port[i] = UNKNOWN;
    }

    private int firstOf(long mac) {
        long mixed = mac * 0x9E37_79B9_7F4A_7C15L; // Fibonacci hashing: vendor prefixes do not cluster
        return ((int) (mixed >>> 40) & setMask) * WAYS;
    }
}
