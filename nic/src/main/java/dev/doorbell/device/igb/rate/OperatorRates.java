package dev.doorbell.device.igb.rate;

import dev.doorbell.time.Timeline;

/// The operator's limits, `tx-rate=`: bits per second of Layer-2 bytes for each queue, out of the
/// guest's reach.
///
/// They are times per byte, not fractions of the link, so they hold at every link speed; exact to the
/// resolution that a rate factor has at 1 Gb/s, rounded so that a queue is never faster than asked.
/// They keep no credit for idleness.
final class OperatorRates {
    private static final long UNITS_PER_SECOND = 1_000_000_000L * CardTime.UNITS_PER_NS;

    private final Timeline time;
    private final TransmitRateLimiter.Easing easing;
    private final RateLimit[] limits = new RateLimit[TransmitRateLimiter.QUEUES];

    OperatorRates(Timeline time, TransmitRateLimiter.Easing easing) {
        this.time = time;
        this.easing = easing;
        for (int queue = 0; queue < limits.length; queue++) limits[queue] = new RateLimit();
    }

    RateLimit of(int queue) {
        return limits[queue];
    }

    /// Another rate holds at once: what a queue still has to wait for its last frame is measured anew.
    void set(int queue, long bitsPerSecond) {
        if (queue < 0 || queue >= limits.length) throw new IllegalArgumentException("no transmit queue " + queue);
        if (bitsPerSecond < 0) throw new IllegalArgumentException("a rate is 0 or more: " + bitsPerSecond);
        RateLimit limit = limits[queue];
        long dueNs = limit.dueNs();
        if (bitsPerSecond == 0) limit.stop();
        else if (limit.isOn()) limit.recost(cost(bitsPerSecond), time.nowNs());
        else limit.start(cost(bitsPerSecond), time.nowNs());
        if (limit.dueNs() < dueNs) easing.eased(queue, dueNs);
    }

    private static long cost(long bitsPerSecond) {
        return Math.max(1, Math.ceilDiv(8 * UNITS_PER_SECOND, bitsPerSecond));
    }
}
