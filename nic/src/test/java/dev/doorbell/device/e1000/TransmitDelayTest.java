package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.TADV;
import static dev.doorbell.register.E1000Register.TIDV;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.story.GuestMemory;
import org.junit.jupiter.api.Test;

/// TIDV and TADV to the nanosecond; one tick is 1.024 us. // 317453, 13.4.41 and 13.4.44
class TransmitDelayTest {
    private final DelayBench bench = new DelayBench();
    private final GuestMemory memory = new GuestMemory(4096);
    private final TransmitDelay delay = new TransmitDelay(bench.registers, bench.time, bench.causes, memory);
    private int flushes;

    TransmitDelayTest() {
        delay.onExpiry(() -> {
            flushes++;
            return true;
        });
    }

    private void delays(int packetTicks, int absoluteTicks) {
        bench.registers.set(TIDV, packetTicks);
        bench.registers.set(TADV, absoluteTicks);
    }

    @Test
    void writeBackWithoutDelayRaisesTheCauseAtOnce() {
        delays(8, 32);
        delay.writtenBack(false);

        assertEquals(ICR_TXDW, bench.causes.acknowledge());
        assertEquals(0, bench.time.advance(1_000_000), "no timer was started");
        assertEquals(0, flushes);
    }

    @Test
    void packetTimerEndsOneDelayAfterTheWriteBackToTheNanosecond() {
        delays(8, 0);
        delay.writtenBack(true);

        bench.time.advance(8 * 1024 - 1);
        assertEquals(0, bench.causes.pending());
        assertEquals(0, flushes);
        bench.time.advance(1);
        assertEquals(ICR_TXDW, bench.causes.acknowledge());
        assertEquals(1, flushes, "waiting write-backs are done first");
    }

    @Test
    void everyDelayedWriteBackStartsThePacketTimerAnewAndTheAbsoluteOneRunsOn() {
        delays(8, 20);
        delay.writtenBack(true);
        bench.time.advance(7 * 1024);
        delay.writtenBack(true);
        bench.time.advance(7 * 1024);
        delay.writtenBack(true);

        bench.time.advance(6 * 1024 - 1);
        assertEquals(0, bench.causes.pending());
        bench.time.advance(1);
        assertEquals(ICR_TXDW, bench.causes.acknowledge(), "20 ticks after the first");
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending());
        assertEquals(1, flushes);
    }

    @Test
    void immediateWriteBackStopsRunningTimers() {
        delays(8, 20);
        delay.writtenBack(true);
        delay.writtenBack(false);
        assertEquals(ICR_TXDW, bench.causes.acknowledge());
        bench.time.advance(1_000_000);

        assertEquals(0, bench.causes.pending());
        assertEquals(0, flushes);
    }

    /// The manual forbids TIDV 0 with IDE. An interrupt lost would hang a driver; one too many does not.
    @Test
    void delayZeroWithIdeIsNoDelay() {
        delays(0, 20);
        delay.writtenBack(true);

        assertEquals(ICR_TXDW, bench.causes.acknowledge());
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending());
    }

    @Test
    void causeWaitsUntilTheGuestCanSeeTheFlushedWriteBacks() {
        delays(8, 0);
        delay.writtenBack(true);
        memory.visible(false);
        bench.time.advance(8 * 1024);
        assertEquals(0, bench.causes.pending());
        assertEquals(0, delay.doWork());
        memory.visible(true);

        assertEquals(1, delay.doWork());
        assertEquals(ICR_TXDW, bench.causes.pending());
        assertEquals(0, delay.doWork());
    }

    @Test
    void flushEndsARunningTimerNow() {
        delays(8, 20);
        delay.writtenBack(true);
        delay.flush();

        assertEquals(ICR_TXDW, bench.causes.acknowledge());
        assertEquals(1, flushes);
        bench.time.advance(1_000_000);
        assertEquals(0, bench.causes.pending());
    }

    @Test
    void resetStopsTheTimersWithoutACause() {
        delays(8, 20);
        delay.writtenBack(true);
        delay.reset();
        bench.time.advance(1_000_000);

        assertEquals(0, bench.causes.pending());
        assertEquals(0, flushes);
    }
}
