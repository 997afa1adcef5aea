package dev.doorbell.time;

import java.time.Instant;

/// The host's monotonic clock. [#runDue()] is called once per duty cycle by the loop that owns it.
public final class WallTimeline extends TimerQueue {
    /// Timers run per duty cycle at most; the rest is still due in the next one.
    public static final int RUN_LIMIT_TIMERS = 64;

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    /// Runs the timers that are due.
    ///
    /// @return timers run
    public int runDue() {
        if (!hasDeadline()) return 0;
        int run = 0;
        while (run < RUN_LIMIT_TIMERS && runOne(nowNs())) run++;
        return run;
    }

    /// Nanoseconds until the next deadline: 0 when one is due, `Long.MAX_VALUE` when none is armed.
    public long untilNextNs() {
        return hasDeadline() ? Math.max(0, nextDeadlineNs() - nowNs()) : Long.MAX_VALUE;
    }

    /// What to add to [#nowNs()] to get nanoseconds since 1970 by the host's calendar clock, as of now.
    public long epochOffsetNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano() - nowNs();
    }
}
