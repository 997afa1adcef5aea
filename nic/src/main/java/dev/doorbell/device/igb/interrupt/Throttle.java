package dev.doorbell.device.igb.interrupt;

import static dev.doorbell.register.IgbBits.EITR_CNT_INGR;
import static dev.doorbell.register.IgbBits.EITR_COUNTER;
import static dev.doorbell.register.IgbBits.EITR_INTERVAL;
import static dev.doorbell.register.IgbBits.EITR_LLI_EN;
import static dev.doorbell.register.IgbBits.EITR_LL_COUNTER;

import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// One vector's throttle, EITR: a counter of microseconds that runs down to 0 and stops there, and
/// the interrupt that waits for it.
///
/// Sending loads the counter with the interval. A request that finds it at 0 sends at once; else it
/// waits, and whatever comes meanwhile waits with it. An urgent request (a low-latency interrupt)
/// waits for the operator's gap only; with EITR.LLI_EN each costs a credit, and without credit it
/// waits like any other. One thread: the card's loop. // I210, 8.8.13 and 7.3.4; the unit and the
/// low-latency fields are inferred for this chip
final class Throttle {
    private static final long MICROSECOND_NS = 1000;
    private static final int INTERVAL_SHIFT = 2;
    private static final int CREDIT_SHIFT = 16;
    private static final int MOST_CREDITS = 31;
    /// The register shows the upper 10 of the counter's 13 bits.
    private static final int COUNTER_SHIFT = 21;

    private static final long COUNTER_STEP_NS = 8 * MICROSECOND_NS;

    private final Timeline time;
    private final Timer timer;
    private final Runnable send;
    private final InterruptGaps gaps;
    private final CreditClock clock;
    private final long leastGapNs;
    private int written; // interval and LLI_EN
    private long openAtNs; // when the counter reaches 0
    private long sentAtNs;
    private boolean everSent;
    private boolean waiting;
    private boolean urgent;
    private int credits;
    private long creditedTick; // of the clock, up to which credits are counted

    /// @param send       sends the interrupt
    /// @param leastGapNs least gap between two interrupts whatever the guest programs
    Throttle(Timeline time, String name, Runnable send, InterruptGaps gaps, CreditClock clock, long leastGapNs) {
        this.time = time;
        this.send = send;
        this.gaps = gaps;
        this.clock = clock;
        this.leastGapNs = leastGapNs;
        openAtNs = time.nowNs();
        timer = time.timer(name, this::settle);
    }

    /// Something to interrupt for.
    ///
    /// @param hurry a low-latency interrupt: the interval does not hold it back
    void request(boolean hurry) {
        waiting = true;
        if (hurry && (!isCredited() || credits() > 0)) urgent = true;
        settle();
    }

    /// Nothing to interrupt for any more.
    void cancel() {
        waiting = false;
        urgent = false;
        timer.disarm();
    }

    /// A write to EITR. With CNT_INGR the counters run on: the interval counts from the next interrupt.
    void write(int value) {
        written = value & (EITR_INTERVAL | EITR_LLI_EN);
        if ((value & EITR_CNT_INGR) != 0) return;
        openAtNs = time.nowNs() + ((value & EITR_COUNTER) >>> COUNTER_SHIFT) * COUNTER_STEP_NS;
        credits = (value & EITR_LL_COUNTER) >>> CREDIT_SHIFT;
        creditedTick = clock.tick();
        settle();
    }

    /// EITR as read: the counters as they stand now.
    int read() {
        long leftNs = Math.max(0, openAtNs - time.nowNs());
        int counter = (int) Math.ceilDiv(leftNs, COUNTER_STEP_NS);
        return written | (credits() << CREDIT_SHIFT) | ((counter << COUNTER_SHIFT) & EITR_COUNTER);
    }

    /// The credit clock is about to change its step.
    void settleCredits() {
        credits();
    }

    /// As after power-on. The operator's gap holds across it.
    void powerOn() {
        cancel();
        written = 0;
        openAtNs = time.nowNs();
        credits = 0;
        creditedTick = clock.tick();
    }

    private boolean isCredited() {
        return (written & EITR_LLI_EN) != 0 && clock.runs();
    }

    private int credits() {
        long tick = clock.tick();
        credits = (int) Math.min(MOST_CREDITS, credits + tick - creditedTick);
        creditedTick = tick;
        return credits;
    }

    private void settle() {
        if (!waiting) return;
        long nowNs = time.nowNs();
        long waitNs = urgent ? 0 : openAtNs - nowNs;
        if (everSent) waitNs = Math.max(waitNs, sentAtNs + leastGapNs - nowNs);
        if (waitNs > 0) timer.armAt(nowNs + waitNs);
        else send(nowNs);
    }

    private void send(long nowNs) {
        if (urgent && isCredited()) credits = Math.max(0, credits() - 1);
        cancel();
        if (everSent) gaps.record(nowNs - sentAtNs);
        everSent = true;
        sentAtNs = nowNs;
        openAtNs = nowNs + ((written & EITR_INTERVAL) >>> INTERVAL_SHIFT) * MICROSECOND_NS;
        send.run();
    }
}
