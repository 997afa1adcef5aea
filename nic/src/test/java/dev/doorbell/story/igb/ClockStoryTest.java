package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.EICR_TCP_TIMER;
import static dev.doorbell.register.IgbBits.ICR_TS;
import static dev.doorbell.register.IgbBits.TIMADJH_SIGN;
import static dev.doorbell.register.IgbBits.TSAUXC_DISABLE;
import static dev.doorbell.register.IgbBits.TSICR_SYS_WRAP;
import static dev.doorbell.register.IgbBits.TSICR_TADJ;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.FRTIMER;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.SYSTIMH;
import static dev.doorbell.register.IgbRegister.SYSTIML;
import static dev.doorbell.register.IgbRegister.TCPTIMER;
import static dev.doorbell.register.IgbRegister.TIMADJH;
import static dev.doorbell.register.IgbRegister.TIMADJL;
import static dev.doorbell.register.IgbRegister.TIMINCA;
import static dev.doorbell.register.IgbRegister.TSAUXC;
import static dev.doorbell.register.IgbRegister.TSICR;
import static dev.doorbell.register.IgbRegister.TSIM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// SYSTIM, FRTIMER and TCPTIMER, exact on virtual time.
class ClockStoryTest {
    /// What Linux programs: 16 ns in units of 2^-19 ns, every 16 ns.
    private static final int LINUX_RATE = 1 << 24 | 16 << 19;

    private static final long MS_NS = 1_000_000;

    private final IgbBench bench = IgbBench.withLink();

    private long systemTime() {
        long low = Integer.toUnsignedLong(bench.read(SYSTIML));
        return (long) bench.read(SYSTIMH) << 32 | low;
    }

    private void setSystemTime(long value) {
        bench.write(SYSTIML, (int) value);
        bench.write(SYSTIMH, (int) (value >>> 32));
    }

    private int counting(int milliseconds) {
        return milliseconds | 1 << 9;
    }

    @Test
    void clockStandsStillUntilItIsGivenAPeriod() {
        bench.advance(1_000);
        assertEquals(0, systemTime());
        bench.write(TIMINCA, 5); // INCPERIOD 0
        bench.advance(1_000);

        assertEquals(0, systemTime());
    }

    @Test
    void clockCountsNanosecondsAsLinuxProgramsIt() {
        bench.write(TIMINCA, LINUX_RATE);
        bench.advance(15);
        assertEquals(0, systemTime());
        bench.advance(1);
        assertEquals(16L << 19, systemTime());
        bench.advance(3_600_000_000_000L - 16);

        assertEquals(3_600_000_000_000L << 19, systemTime(), "an hour later");
    }

    @Test
    void periodIsInUnitsOfSixteenNanoseconds() {
        bench.write(TIMINCA, 3 << 24 | 7);
        bench.advance(3 * 16 * 1000 - 1);
        assertEquals(7 * 999, systemTime());
        bench.advance(1);

        assertEquals(7 * 1000, systemTime());
    }

    @Test
    void newRateGoesOnFromTheTimeReached() {
        bench.write(TIMINCA, 1 << 24 | 16);
        bench.advance(1_600);
        bench.write(TIMINCA, 1 << 24 | 32);
        bench.advance(1_600);
        assertEquals(1_600 + 3_200, systemTime());
        bench.write(TIMINCA, 0);
        bench.advance(1_600);

        assertEquals(1_600 + 3_200, systemTime(), "stopped");
    }

    @Test
    void readingTheLowHalfSamplesBoth() {
        bench.write(TIMINCA, 1 << 24 | 16);
        setSystemTime(0x1_FFFF_FFF0L);
        assertEquals(0xFFFF_FFF0, bench.read(SYSTIML));
        bench.advance(16);
        assertEquals(1, bench.read(SYSTIMH), "of the sample");
        assertEquals(0, bench.read(SYSTIML));
        assertEquals(2, bench.read(SYSTIMH));
    }

    @Test
    void adjustmentIsAddedOnceWithItsSign() {
        bench.write(TSIM, TSICR_TADJ);
        setSystemTime(1_000_000);
        bench.write(TIMADJL, 999);
        assertEquals(1_000_000, systemTime(), "the high half applies it");
        bench.write(TIMADJH, 1);
        assertEquals(1_000_000 + 0x1_0000_0000L + 999, systemTime());
        assertEquals(ICR_TS, bench.read(ICS) & ICR_TS);
        assertEquals(TSICR_TADJ, bench.read(TSICR));
        assertEquals(0, bench.read(TSICR), "reading clears");
        bench.write(TIMADJH, TIMADJH_SIGN | 1);

        assertEquals(1_000_000, systemTime());
    }

    @Test
    void wrapIsACauseAtItsVeryTime() {
        bench.write(TSIM, TSICR_SYS_WRAP);
        bench.write(TIMINCA, 1 << 24 | 16);
        setSystemTime(-16 * 100);
        bench.advance(100 * 16 - 1);
        assertEquals(0, bench.read(TSICR));
        bench.advance(1);

        assertEquals(TSICR_SYS_WRAP, bench.read(TSICR));
        assertEquals(ICR_TS, bench.read(ICS) & ICR_TS);
        assertEquals(0, systemTime());
    }

    @Test
    void hostThatWasAwayFindsTheWrapAndTheRightTime() {
        bench.write(TIMINCA, 1 << 24 | 16);
        setSystemTime(-16 * 100);
        bench.sleepThrough(100 * 16 + 1_000_000);

        assertEquals(TSICR_SYS_WRAP, bench.read(TSICR));
        assertEquals(1_000_000, systemTime());
    }

    @Test
    void maskedCausesRaiseNothingUntilUnmasked() {
        bench.write(TIMADJH, 0);
        assertEquals(0, bench.read(ICS) & ICR_TS);
        bench.write(TSIM, TSICR_TADJ);

        assertEquals(ICR_TS, bench.read(ICS) & ICR_TS);
    }

    @Test
    void disableStopsTheClockWhereItIs() {
        bench.write(TIMINCA, 1 << 24 | 16);
        bench.advance(160);
        bench.write(TSAUXC, TSAUXC_DISABLE);
        bench.advance(160);
        assertEquals(160, systemTime());
        bench.write(TSAUXC, 0);
        bench.advance(160);

        assertEquals(320, systemTime());
    }

    @Test
    void softwareResetStopsAndClearsIt() {
        bench.write(TIMINCA, LINUX_RATE);
        bench.advance(1_600);
        bench.write(CTRL, CTRL_RST);
        bench.advance(1_600);

        assertEquals(0, systemTime());
        assertEquals(0, bench.read(TIMINCA));
    }

    @Test
    void freeRunningTimerShowsMicrosecondsMillisecondsAndSeconds() {
        bench.write(FRTIMER, 0);
        bench.advance(5_123_456_999L);
        assertEquals(5 << 20 | 123 << 10 | 456, bench.read(FRTIMER));
        bench.advance(1);
        assertEquals(5 << 20 | 123 << 10 | 457, bench.read(FRTIMER));
        bench.write(FRTIMER, 7 << 20 | 999 << 10 | 999);
        bench.advance(1_000);

        assertEquals(8 << 20, bench.read(FRTIMER));
    }

    @Test
    void tcpTimerInterruptsOnceAfterItsDuration() {
        bench.write(TCPTIMER, counting(100) | 1 << 8);
        bench.advance(100 * MS_NS - 1);
        assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER);
        bench.advance(1);
        assertEquals(EICR_TCP_TIMER, bench.read(EICS) & EICR_TCP_TIMER);
        bench.write(EICR, -1);
        bench.advance(1_000 * MS_NS);

        assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER);
    }

    @Test
    void tcpTimerWithLoopStartsAnew() {
        bench.write(TCPTIMER, counting(10) | 1 << 8 | 1 << 11);
        for (int round = 0; round < 5; round++) {
            bench.advance(10 * MS_NS - 1);
            assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER);
            bench.advance(1);
            assertEquals(EICR_TCP_TIMER, bench.read(EICS) & EICR_TCP_TIMER);
            bench.write(EICR, -1);
        }
    }

    @Test
    void tcpTimerPausesWithoutCountEnableAndEndsWithFinish() {
        bench.write(TCPTIMER, counting(10) | 1 << 8);
        bench.advance(4 * MS_NS);
        bench.write(TCPTIMER, 10);
        bench.advance(100 * MS_NS);
        assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER, "paused");
        bench.write(TCPTIMER, counting(10));
        bench.advance(6 * MS_NS - 1);
        assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER);
        bench.advance(1);
        assertEquals(EICR_TCP_TIMER, bench.read(EICS) & EICR_TCP_TIMER);
        bench.write(EICR, -1);
        bench.write(TCPTIMER, counting(10) | 1 << 8);
        bench.write(TCPTIMER, counting(10) | 1 << 10);

        assertEquals(EICR_TCP_TIMER, bench.read(EICS) & EICR_TCP_TIMER, "finished by hand");
    }

    @Test
    void tcpTimerOfNoDurationNeverStarts() {
        bench.write(TCPTIMER, counting(0) | 1 << 8 | 1 << 11);
        bench.advance(1_000 * MS_NS);

        assertEquals(0, bench.read(EICS) & EICR_TCP_TIMER);
    }
}
