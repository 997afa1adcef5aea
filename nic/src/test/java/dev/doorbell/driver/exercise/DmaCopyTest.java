package dev.doorbell.driver.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.VirtualTimeline;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Copies by a card of this process, under virtual time.
class DmaCopyTest {
    private static final int CARD_STEPS = 100_000;
    private static final long SECOND_NS = 1_000_000_000L;

    private final VirtualTimeline time = new VirtualTimeline();
    private final Igb card = new Igb(new IgbOptions(0x5254_0012_3456L), time, new NullBackend());

    private DmaCopy started(CopyPlan plan) {
        DriverMemory memory = DriverMemory.local((plan.memoryBytes() + 4095) & -4096L);
        DmaCopy copy = new DmaCopy(new PciEndpoint(card), memory, plan, this::pass);
        copy.start();
        return copy;
    }

    private void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        settle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
            time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
            settle();
        }
        time.advanceTo(untilNs, 1);
    }

    private void settle() {
        int steps = 0;
        while (card.doWork() > 0) assertTrue(++steps < CARD_STEPS, "the card does not come to rest");
    }

    @ParameterizedTest
    @CsvSource({"60, 1", "61, 1", "1514, 1", "9724, 1", "60, 2", "1514, 16", "9000, 5"})
    void everyByteArrives(int frameBytes, int queues) {
        CopyPlan plan = CopyPlan.ofBytes(frameBytes, queues, 0, 200L * frameBytes);
        DmaCopy copy = started(plan);

        for (int round = 0; round < 3; round++) {
            assertEquals(200, copy.kick());
            settle();
            assertTrue(copy.done());
            assertEquals(0, copy.verify());
        }

        assertEquals(600, card.counters().get(IgbCounter.RECEIVE_FRAMES));
    }

    @Test
    void oneQueueKeepsEveryByteInItsPlace() {
        DmaCopy copy = started(CopyPlan.ofBytes(1000, 1, 0, 4_000_000));

        copy.kick();
        settle();

        assertTrue(copy.done());
        assertEquals(-1, copy.source().mismatch(copy.copy()));
        assertEquals(0, copy.verify());
    }

    @Test
    void regionLargerThanTheRingTakesSeveralKicks() {
        CopyPlan plan = CopyPlan.ofBytes(60, 3, 0, 60 * 10_000);
        DmaCopy copy = started(plan);
        long kicks = 0;

        for (; kicks < plan.regionKicks(); kicks++) {
            copy.kick();
            settle();
            assertTrue(copy.done());
            assertEquals(0, copy.verify());
        }

        assertEquals(3, kicks);
        assertEquals(10_000, card.counters().get(IgbCounter.RECEIVE_FRAMES));
    }

    @Test
    void byteThatChangedOnTheWayIsFound() {
        DmaCopy copy = started(CopyPlan.ofBytes(256, 2, 0, 256 * 50));
        copy.kick();
        settle();
        assertTrue(copy.done());

        copy.copy().set(ValueLayout.JAVA_BYTE, 256 * 7 + 200, (byte) 0);
        copy.copy().set(ValueLayout.JAVA_BYTE, 256 * 9 + 200, (byte) 1);

        assertThat(copy.verify()).isBetween(1L, 2L); // one of the two bytes may have been just that
    }

    @Test
    void frameThatDidNotArriveIsCountedWrong() {
        DmaCopy copy = started(CopyPlan.ofBytes(256, 1, 0, 256 * 50));

        copy.kick(); // and the card does nothing

        assertFalse(copy.done());
        assertEquals(50, copy.verify());
    }

    @Test
    void oneFrameThatWasLeftOutIsOneWrongFrame() {
        DmaCopy copy = started(CopyPlan.ofBytes(256, 1, 0, 256 * 50));
        copy.kick();
        settle();
        assertTrue(copy.done());

        // As if frame 7 had never arrived: those after it moved up, the last place is empty.
        MemorySegment arrived = copy.copy();
        MemorySegment.copy(arrived, 256 * 8, arrived, 256 * 7, 256 * 42);
        arrived.asSlice(256 * 49, 256).fill((byte) 0xA5);

        assertEquals(1, copy.verify());
    }

    @Test
    void framesThatChangedPlacesAreFound() {
        DmaCopy copy = started(CopyPlan.ofBytes(256, 1, 0, 256 * 50));
        copy.kick();
        settle();
        assertTrue(copy.done());

        MemorySegment arrived = copy.copy();
        MemorySegment first =
                MemorySegment.ofArray(arrived.asSlice(256 * 7, 256).toArray(ValueLayout.JAVA_BYTE));
        MemorySegment.copy(arrived, 256 * 8, arrived, 256 * 7, 256);
        MemorySegment.copy(first, 0, arrived, 256 * 8, 256);

        assertEquals(1, copy.verify());
    }

    /// Five minutes of DMA from one doorbell each way: nobody touches the card meanwhile.
    @Test
    void oneKickOfJumboFramesAtOneMegabitLastsFiveMinutes() {
        CopyPlan plan = CopyPlan.ofTime(9724, 1, 1_000_000, 300 * SECOND_NS);
        DmaCopy copy = started(plan);
        assertEquals(3856, copy.kick());
        long fromNs = time.nowNs();
        long accesses =
                card.counters().get(IgbCounter.REGISTER_READS) + card.counters().get(IgbCounter.REGISTER_WRITES);

        int second = 0;
        int before = 0;
        for (; !copy.done(); second++) {
            pass(SECOND_NS);
            assertThat(copy.arrived()).as("second %d", second).isGreaterThan(before);
            before = copy.arrived();
        }

        assertEquals(
                accesses,
                card.counters().get(IgbCounter.REGISTER_READS) + card.counters().get(IgbCounter.REGISTER_WRITES));
        assertThat((time.nowNs() - fromNs) / 1e9).isBetween(299.0, 301.0);
        assertEquals(0, copy.verify());
    }

    @ParameterizedTest
    @CsvSource({"60, 1, 1000000", "1514, 4, 10000000", "9724, 16, 100000000"})
    void everyQueueKeepsItsRate(int frameBytes, int queues, long bitsPerSecond) {
        CopyPlan plan = CopyPlan.ofBytes(frameBytes, queues, bitsPerSecond, 4000L * frameBytes);
        DmaCopy copy = started(plan);
        copy.kick();

        pass(plan.nsOf(4000) * 9 / 10);
        assertThat(copy.arrived()).isLessThan(4000);
        pass(plan.nsOf(4000) / 5);

        assertTrue(copy.done());
        assertEquals(0, copy.verify());
    }

    @Test
    void planSaysHowLongAKickLasts() {
        CopyPlan fits = CopyPlan.ofTime(9724, 1, 1_000_000, 300 * SECOND_NS);
        assertEquals(3856, fits.kickFrames());
        assertThat(fits.nsOf(fits.kickFrames()) / 1e9).isBetween(299.9, 300.1);

        CopyPlan share = CopyPlan.ofTime(9724, 16, 1_000_000, 300 * SECOND_NS); // 61708 frames: 16 rings full
        assertEquals(1, share.regionKicks());
        assertThat(share.nsOf(share.kickFrames()) / 1e9).isBetween(18.0, 19.9);
    }

    @ParameterizedTest
    @CsvSource({
        "59, 1, 0, 1",
        "9725, 1, 0, 1",
        "60, 0, 0, 1",
        "60, 17, 0, 1",
        "60, 1, 999999, 1",
        "60, 1, 1000000001, 1"
    })
    void planThatTheCardCannotFollowIsRefused(int frameBytes, int queues, long bitsPerSecond, long bytes) {
        assertThrows(IllegalArgumentException.class, () -> CopyPlan.ofBytes(frameBytes, queues, bitsPerSecond, bytes));
    }
}
