package dev.doorbell.time;

/// Time that moves only when told to: deterministic, as fast as the work in it.
public final class VirtualTimeline extends TimerQueue {
    private long nowNs;

    /// Starts at 0.
    public VirtualTimeline() {}

    /// Starts at `originNs`.
    public VirtualTimeline(long originNs) {
        nowNs = originNs;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    /// Moves to `untilNs`, running every timer on the way at exactly its deadline.
    ///
    /// @param maxEvents timers run at most; one more is our mistake (a timer that arms itself at the same instant)
    ///     and
    ///                  throws `IllegalStateException`
    /// @return timers run
    public int advanceTo(long untilNs, int maxEvents) {
        int run = 0;
        while (hasDeadline() && nextDeadlineNs() - untilNs <= 0) {
            if (run == maxEvents)
                throw new IllegalStateException("more than " + maxEvents + " timers until " + untilNs + " ns");
            if (nextDeadlineNs() - nowNs > 0) nowNs = nextDeadlineNs();
            runOne(nowNs);
            run++;
        }
        if (untilNs - nowNs > 0) nowNs = untilNs;
        return run;
    }

    /// Moves on by `ns`, with a generous limit of events.
    public int advance(long ns) {
        return advanceTo(nowNs + ns, 1_000_000);
    }
}
