package dev.doorbell.device.interrupt;

import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The interrupt line of an 8254x behind its throttle (ITR): whatever the causes do, two assertions lie at least one
/// interval apart.
///
/// An event that comes after the interval has passed asserts at once; an earlier one waits for its end. The interval
/// runs from the assertion; the line may go down at any time. There is no floor of our own: interval 0 and no
/// operator's gap assert every time. // 317453, 13.4.18
///
/// One thread: the card's loop.
public final class InterruptThrottle {
    private final Timeline time;
    private final Timer timer;
    private final InterruptLine line;
    private final long operatorGapNs;
    private final InterruptGaps gaps;
    private long gapNs;
    private long assertedAtNs;
    private boolean everAsserted;
    private boolean wanted;
    private boolean asserted;

    /// @param operatorGapNs least gap whatever the guest programs, nanoseconds; 0 leaves it to the guest
    /// @param gaps          learns the distance of every assertion from the one before
    public InterruptThrottle(Timeline time, InterruptLine line, long operatorGapNs, InterruptGaps gaps) {
        this.time = time;
        this.line = line;
        this.operatorGapNs = operatorGapNs;
        this.gaps = gaps;
        gapNs = operatorGapNs;
        timer = time.timer("interrupt throttle", this::settle);
    }

    /// Sets the guest's interval, nanoseconds. It holds for an assertion that waits already, too.
    public void interval(long intervalNs) {
        gapNs = Math.max(intervalNs, operatorGapNs);
        if (timer.isArmed()) settle();
    }

    /// The level that causes and mask ask for.
    public void request(boolean level) {
        if (level == wanted) return;
        wanted = level;
        settle();
    }

    /// Line down, interval 0. The operator's gap holds across a reset.
    public void reset() {
        gapNs = operatorGapNs;
        request(false);
    }

    /// The level of the line.
    public boolean asserted() {
        return asserted;
    }

    private void settle() {
        if (!wanted) {
            timer.disarm();
            if (asserted) set(false);
        } else if (!asserted) {
            assertWhenDue();
        }
    }

    private void assertWhenDue() {
        long nowNs = time.nowNs();
        if (everAsserted) {
            long sinceNs = nowNs - assertedAtNs;
            if (sinceNs < gapNs) {
                timer.armAt(assertedAtNs + gapNs);
                return;
            }
            gaps.record(sinceNs);
        }
        timer.disarm();
        everAsserted = true;
        assertedAtNs = nowNs;
        set(true);
    }

    private void set(boolean level) {
        asserted = level;
        line.set(level);
    }
}
