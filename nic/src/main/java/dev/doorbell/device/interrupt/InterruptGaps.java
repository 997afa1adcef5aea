package dev.doorbell.device.interrupt;

import org.HdrHistogram.AtomicHistogram;

/// How far apart a card's interrupts were: for the operator, who reads it from any thread. On a card
/// of several vectors each gap is between two interrupts of the same vector.
///
/// Recording allocates nothing. Gaps of more than [#LONGEST_GAP_NS] count as that long; the value of
/// every gap is kept to two digits.
public final class InterruptGaps {
    /// Longest gap that is told apart: a minute.
    public static final long LONGEST_GAP_NS = 60_000_000_000L;

    private final AtomicHistogram gaps = new AtomicHistogram(LONGEST_GAP_NS, 2);

    /// An interrupt came `gapNs` after the one before of the same vector.
    public void record(long gapNs) {
        gaps.recordValue(Math.clamp(gapNs, 0, LONGEST_GAP_NS));
    }

    /// Gaps recorded so far: one less than the interrupts of each vector.
    public long count() {
        return gaps.getTotalCount();
    }

    /// Shortest gap, rounded down to two digits; 0 when there is none.
    public long minNs() {
        return count() == 0 ? 0 : gaps.getMinValue();
    }

    /// Median gap, to two digits; 0 when there is none.
    public long medianNs() {
        return percentileNs(50);
    }

    /// The gap that `percentile` percent of all gaps do not exceed, to two digits; 0 when there is
    /// none.
    public long percentileNs(double percentile) {
        return count() == 0 ? 0 : gaps.getValueAtPercentile(percentile);
    }
}
