package dev.doorbell.device.igb.rate;

/// An instant of the card's time, finer than a nanosecond and without rounding: the time stamp of a
/// limit.
///
/// The unit is 1/2048 ns. That is 2^-14 of a byte's time at 1 Gb/s (8 ns), the resolution of a rate
/// factor; at 100 and 10 Mb/s the same resolution is a whole multiple of it. So every time stamp of
/// every link speed is exact. Changed in place, so that a frame allocates nothing.
final class CardTime {
    static final int UNITS_PER_NS = 2048;

    private static final int SHIFT = Integer.numberOfTrailingZeros(UNITS_PER_NS);

    /// Thirteen days: longer distances count as this one. No frame's spacing and no window comes near.
    private static final long LIMIT_NS = 1L << 50;

    private long ns;
    private int units; // 0 to UNITS_PER_NS - 1 after ns

    void set(long newNs) {
        ns = newNs;
        units = 0;
    }

    private void set(CardTime other) {
        ns = other.ns;
        units = other.units;
    }

    /// Becomes the later of itself and `otherNs`.
    void latest(long otherNs) {
        if (otherNs > ns) set(otherNs);
    }

    /// Becomes the later of itself and `other`.
    void latest(CardTime other) {
        if (other.ns > ns || (other.ns == ns && other.units > units)) set(other);
    }

    /// Becomes `other` and so many units.
    void set(CardTime other, long distance) {
        long sum = other.units + distance;
        ns = other.ns + (sum >> SHIFT);
        units = (int) sum & (UNITS_PER_NS - 1);
    }

    /// From `earlier` to this, in units; negative when it is later.
    long since(CardTime earlier) {
        return units - earlier.units + (clamped(ns - earlier.ns) << SHIFT);
    }

    /// From `earlierNs` to this, in units.
    long since(long earlierNs) {
        return units + (clamped(ns - earlierNs) << SHIFT);
    }

    private static long clamped(long distanceNs) {
        return Math.clamp(distanceNs, -LIMIT_NS, LIMIT_NS);
    }

    /// The first nanosecond that is not before this instant.
    long ceilingNs() {
        return units == 0 ? ns : ns + 1;
    }
}
