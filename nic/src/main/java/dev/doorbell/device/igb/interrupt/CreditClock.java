package dev.doorbell.device.igb.interrupt;

import dev.doorbell.time.Timeline;

/// The clock at which low-latency credits come, GPIE.LL_INTERVAL: steps of 4 microseconds; 0 stops
/// it, and low-latency interrupts are not moderated. // I210, 8.8.14
final class CreditClock {
    private static final long UNIT_NS = 4000;

    private final Timeline time;
    private long stepNs;
    private long startNs;
    private long ticksBefore;

    CreditClock(Timeline time) {
        this.time = time;
    }

    boolean runs() {
        return stepNs > 0;
    }

    /// Steps since power-on. Never goes back.
    long tick() {
        return stepNs == 0 ? ticksBefore : ticksBefore + (time.nowNs() - startNs) / stepNs;
    }

    /// @param interval GPIE.LL_INTERVAL, 0 to 31
    void interval(int interval) {
        if (interval * UNIT_NS == stepNs) return;
        ticksBefore = tick();
        startNs = time.nowNs();
        stepNs = interval * UNIT_NS;
    }
}
