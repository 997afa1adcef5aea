package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_SRPD;
import static dev.doorbell.register.E1000Register.RADV;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.RSRPD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.story.GuestMemory;
import org.junit.jupiter.api.Test;

/// RDTR, RADV and RSRPD to the nanosecond; one tick is 1.024 us. // 317453, 13.4.30 to 13.4.32
class ReceiveDelayTest {
    private final DelayBench bench = new DelayBench();
    private final GuestMemory memory = new GuestMemory(4096);
    private final ReceiveDelay delay = new ReceiveDelay(bench.registers, bench.time, bench.causes, memory);

    private void delays(int packetTicks, int absoluteTicks) {
        bench.registers.set(RDTR, packetTicks);
        bench.registers.set(RADV, absoluteTicks);
    }

    @Test
    void withoutDelayEveryFrameRaisesTheCauseAtOnce() {
        delays(0, 100);
        delay.frameStored();

        assertEquals(ICR_RXT0, bench.causes.acknowledge());
        assertEquals(0, bench.time.advance(1_000_000), "RADV has no effect with RDTR 0");
    }

    @Test
    void packetTimerEndsOneDelayAfterTheFrameToTheNanosecond() {
        delays(10, 0);
        delay.frameStored();

        bench.time.advance(10 * 1024 - 1);
        assertEquals(0, bench.causes.pending());
        bench.time.advance(1);
        assertEquals(ICR_RXT0, bench.causes.acknowledge());
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending(), "one frame, one cause");
    }

    @Test
    void everyFrameStartsThePacketTimerAnew() {
        delays(10, 0);
        for (int i = 0; i < 20; i++) {
            delay.frameStored();
            bench.time.advance(10 * 1024 - 1);
            assertEquals(0, bench.causes.pending());
        }
        bench.time.advance(1);

        assertEquals(ICR_RXT0, bench.causes.pending());
    }

    @Test
    void absoluteTimerRunsFromTheFirstFrameAndIsNotRestarted() {
        delays(10, 25);
        delay.frameStored();
        bench.time.advance(9 * 1024);
        delay.frameStored();
        bench.time.advance(9 * 1024);
        delay.frameStored();

        bench.time.advance(7 * 1024 - 1);
        assertEquals(0, bench.causes.pending());
        bench.time.advance(1);
        assertEquals(ICR_RXT0, bench.causes.acknowledge(), "25 ticks after the first frame");
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending(), "the packet timer was stopped");
    }

    @Test
    void packetTimerStopsTheAbsoluteTimerUntilTheNextFrame() {
        delays(10, 25);
        delay.frameStored();
        bench.time.advance(10 * 1024);
        assertEquals(ICR_RXT0, bench.causes.acknowledge());
        bench.time.advance(5 * 1024);
        delay.frameStored();
        for (int i = 0; i < 2; i++) {
            bench.time.advance(9 * 1024);
            delay.frameStored();
        }

        bench.time.advance(7 * 1024 - 1);
        assertEquals(0, bench.causes.pending(), "RADV counts from the frame after the interrupt");
        bench.time.advance(1);
        assertEquals(ICR_RXT0, bench.causes.acknowledge());
    }

    /// The manual's way to use the absolute timer alone: RDTR = RADV + 1.
    @Test
    void packetTimerOneTickLongerThanTheAbsoluteOneNeverEndsFirst() {
        delays(9, 8);
        delay.frameStored();

        bench.time.advance(8 * 1024 - 1);
        assertEquals(0, bench.causes.pending());
        bench.time.advance(1);
        assertEquals(ICR_RXT0, bench.causes.acknowledge());
    }

    @Test
    void smallFrameRaisesBothCausesAtOnceAndStopsTheTimers() {
        delays(10, 25);
        bench.registers.set(RSRPD, 80);
        assertFalse(delay.isSmall(81));
        assertTrue(delay.isSmall(80));
        delay.frameStored();
        assertEquals(0, bench.causes.pending());
        delay.smallFrameStored();

        assertEquals(ICR_RXT0 | ICR_SRPD, bench.causes.acknowledge());
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending());
    }

    @Test
    void smallPacketDetectionZeroIsOff() {
        delays(10, 0);
        bench.registers.set(RSRPD, 0);

        assertFalse(delay.isSmall(1));
    }

    @Test
    void flushEndsARunningTimerNow() {
        delays(10, 25);
        delay.frameStored();
        delay.flush();

        assertEquals(ICR_RXT0, bench.causes.acknowledge());
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending());
    }

    @Test
    void causeWaitsUntilTheGuestCanSeeTheFlushedWriteBacks() {
        boolean[] stored = {false};
        delay.onExpiry(() -> stored[0]);
        delays(10, 0);
        delay.frameStored();
        memory.visible(false);
        bench.time.advance(10 * 1024);
        assertEquals(0, bench.causes.pending());
        memory.visible(true);
        assertEquals(0, delay.doWork(), "not all could be stored yet");
        stored[0] = true;

        assertEquals(1, delay.doWork());
        assertEquals(ICR_RXT0, bench.causes.pending());
        assertEquals(0, delay.doWork());
    }

    @Test
    void resetStopsTheTimersWithoutACause() {
        delays(10, 25);
        delay.frameStored();
        delay.reset();
        bench.time.advance(1_000_000);

        assertEquals(0, bench.causes.pending());
    }

    @Test
    void longestDelayIsSixtySevenMilliseconds() {
        delays(0xFFFF, 0xFFFF);
        delay.frameStored();

        bench.time.advance(0xFFFF * 1024L - 1);
        assertEquals(0, bench.causes.pending());
        bench.time.advance(1);
        assertEquals(ICR_RXT0, bench.causes.pending());
    }
}
