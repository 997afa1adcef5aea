package dev.doorbell.lab.model;

import dev.doorbell.time.VirtualTimeline;

/// The guest's one processor: its clock is the timeline, and whatever it does moves it.
///
/// An interrupt that comes while code of the guest runs is taken there and then, as the real processor would, and the
/// code goes on after it. While the processor is masked (in the driver, in a handler, in an exit) it waits. One thread.
final class GuestProcessor {
    private static final int MAX_EVENTS = 1_000_000;

    private final VirtualTimeline time;
    private final Runnable handler;
    private final Runnable afterEvents;
    private boolean pending;
    private boolean masked;
    private long taken;

    /// @param handler     what an interrupt runs
    /// @param afterEvents called after timers have run: the host looks at its card then
    GuestProcessor(VirtualTimeline time, Runnable handler, Runnable afterEvents) {
        this.time = time;
        this.handler = handler;
        this.afterEvents = afterEvents;
    }

    /// The line rose, or a message came. Taken when the processor next may.
    void interrupt() {
        pending = true;
    }

    /// Interrupts whose handler has run.
    long taken() {
        return taken;
    }

    /// Runs code of the guest for so long; interrupts come on top.
    void run(long ns) {
        long leftNs = ns;
        while (true) { // bounded by the timers until then
            if (pending && !masked) take();
            long untilNs = time.nowNs() + leftNs;
            if (time.nextDeadlineNs() - untilNs > 0) {
                time.advanceTo(untilNs, 1);
                return;
            }
            leftNs -= step();
        }
    }

    /// Keeps interrupts waiting until [#unmask].
    void mask() {
        masked = true;
    }

    /// Takes what came meanwhile. Only once: code that is interrupted always gets a bit further.
    void unmask() {
        masked = false;
        if (pending) take();
    }

    boolean isMasked() {
        return masked;
    }

    private void take() {
        pending = false;
        masked = true;
        taken++;
        handler.run();
        masked = false;
    }

    /// Sleeps until an interrupt has been handled, or until `limitNs`.
    ///
    /// @return whether an interrupt came
    boolean halt(long limitNs) {
        long before = taken;
        while (!pending) {
            if (!time.hasDeadline() || time.nextDeadlineNs() - limitNs > 0) {
                time.advanceTo(limitNs, 1);
                return false;
            }
            step();
        }
        unmask();
        return taken != before;
    }

    /// Moves to the next deadline, runs what is due, and lets the host look.
    ///
    /// @return nanoseconds that passed
    private long step() {
        long fromNs = time.nowNs();
        time.advanceTo(Math.max(fromNs, time.nextDeadlineNs()), MAX_EVENTS);
        afterEvents.run();
        return time.nowNs() - fromNs;
    }
}
