package dev.doorbell.device.igb.clock;

import static dev.doorbell.register.IgbBits.TCPTIMER_COUNT_EN;
import static dev.doorbell.register.IgbBits.TCPTIMER_DURATION_MASK;
import static dev.doorbell.register.IgbBits.TCPTIMER_FINISH;
import static dev.doorbell.register.IgbBits.TCPTIMER_KICKSTART;
import static dev.doorbell.register.IgbBits.TCPTIMER_LOOP;
import static dev.doorbell.register.IgbRegister.FRTIMER;
import static dev.doorbell.register.IgbRegister.TCPTIMER;

import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// FRTIMER, which runs freely, and TCPTIMER, which interrupts.
///
/// TCPTIMER counts DURATION milliseconds down while COUNT_EN is set. KICKSTART starts it anew;
/// FINISH ends it at once; at the end it interrupts and, with LOOP, starts anew. A DURATION of 0
/// never starts. // inferred: no driver uses it
public final class CardTimers {
    private static final long US_NS = 1_000;
    private static final long MS_NS = 1_000_000;
    private static final long S_NS = 1_000_000_000;

    private final RegisterFile registers;
    private final Timeline time;
    private final Interrupts interrupts;
    private final Timer tcp;
    private long freeZeroNs; // when FRTIMER was 0
    private long leftNs; // of TCPTIMER, while it does not count; 0: it is not started

    public CardTimers(RegisterFile registers, Timeline time, Interrupts interrupts) {
        this.registers = registers;
        this.time = time;
        this.interrupts = interrupts;
        tcp = time.timer("TCP timer", this::finish);
        registers.onRead(FRTIMER, (offset, stored) -> freeRunning());
        registers.onWrite(FRTIMER, (offset, written) -> freeZeroNs = time.nowNs() - nanoseconds(written));
        registers.onWrite(TCPTIMER, (offset, written) -> writeTcpTimer(written));
    }

    /// Software reset.
    public void reset() {
        freeZeroNs = time.nowNs();
        leftNs = 0;
        tcp.disarm();
    }

    /// Microseconds in 9:0, milliseconds in 19:10, seconds in 31:20.
    private int freeRunning() {
        long ns = time.nowNs() - freeZeroNs;
        return (int) (ns / US_NS % 1000 | (ns / MS_NS % 1000) << 10 | (ns / S_NS) << 20);
    }

    private static long nanoseconds(int written) {
        return (written & 0x3FF) * US_NS + ((written >>> 10) & 0x3FF) * MS_NS + (written >>> 20) * S_NS;
    }

    private void writeTcpTimer(int written) {
        pause();
        registers.store(TCPTIMER, written);
        if ((written & TCPTIMER_KICKSTART) != 0) leftNs = durationNs();
        count();
        if ((written & TCPTIMER_FINISH) != 0) finish();
    }

    private void pause() {
        if (tcp.isArmed()) leftNs = Math.max(1, tcp.deadlineNs() - time.nowNs());
        tcp.disarm();
    }

    private void count() {
        if (leftNs != 0 && (registers.get(TCPTIMER) & TCPTIMER_COUNT_EN) != 0) tcp.armAt(time.nowNs() + leftNs);
    }

    private void finish() {
        tcp.disarm();
        leftNs = (registers.get(TCPTIMER) & TCPTIMER_LOOP) != 0 ? durationNs() : 0;
        count();
        interrupts.tcpTimer();
    }

    private long durationNs() {
        return (registers.get(TCPTIMER) & TCPTIMER_DURATION_MASK) * MS_NS;
    }
}
