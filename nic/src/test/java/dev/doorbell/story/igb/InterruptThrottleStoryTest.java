package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.EITR_CNT_INGR;
import static dev.doorbell.register.IgbBits.EITR_COUNTER;
import static dev.doorbell.register.IgbBits.EITR_INTERVAL;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.EIAC;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.EIMC;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.story.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// EITR, to the nanosecond: least distance of a vector's messages, and of the line's assertions.
class InterruptThrottleStoryTest {
    private static final int V = 0b100; // vector 2
    private static final int CTRL_RST = 1 << 26;

    private final IgbBench bench = vectors(IgbBench.withLink());

    private static IgbBench vectors(IgbBench bench) {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | GPIE_EIAME);
        bench.write(EIAC, -1);
        bench.write(EIMS, -1);
        return bench;
    }

    /// As the stock driver writes it: the interval alone, the counter runs on.
    private static int interval(int microseconds) {
        return EITR_CNT_INGR | microseconds << 2;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 14, 49, 162, 1000, 8190, 8191})
    void secondMessageComesWithTheEndOfTheInterval(int microseconds) {
        bench.write(EITR, 2, interval(microseconds));
        bench.write(EICS, V);
        long first = bench.messageAtNs(2);
        assertEquals(bench.time.nowNs(), first, "the first at once");
        bench.write(EICS, V);
        bench.advance(microseconds * 1000L - 1);
        assertEquals(1, bench.messages(2), "one nanosecond early");
        assertEquals(V, bench.read(EICS), "the cause shows at once");
        bench.advance(1);

        assertEquals(2, bench.messages(2));
        assertEquals(first + microseconds * 1000L, bench.messageAtNs(2));
        assertEquals(0, bench.read(EICS));
    }

    @Test
    void eventsOfEveryMicrosecondAreOneMessageInEachInterval() {
        bench.write(EITR, 2, interval(7));
        long last = Long.MIN_VALUE;
        for (int i = 0; i < 700; i++) {
            bench.write(EICS, V);
            if (bench.messageAtNs(2) != last && last != Long.MIN_VALUE) assertEquals(7000, bench.messageAtNs(2) - last);
            last = bench.messageAtNs(2);
            bench.advance(1000);
        }

        assertEquals(101, bench.messages(2), "the last event of all waited to the end");
        assertEquals(100, bench.card.interruptGaps().count());
        assertTrue(bench.card.interruptGaps().minNs() >= 7000 * 99 / 100);
    }

    @Test
    void eventAfterTheIntervalIsImmediateAndTheCounterDoesNotRunOnBelowZero() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        bench.advance(100_000);
        bench.write(EICS, V);
        assertEquals(bench.time.nowNs(), bench.messageAtNs(2));
        bench.advance(100_037_000);
        bench.write(EICS, V);
        assertEquals(bench.time.nowNs(), bench.messageAtNs(2));
    }

    @Test
    void intervalZeroThrottlesNothing() {
        for (int i = 0; i < 10; i++) bench.write(EICS, V);

        assertEquals(10, bench.messages(2));
        assertEquals(0, bench.card.interruptGaps().medianNs());
    }

    @Test
    void vectorsDoNotHoldEachOtherBack() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        bench.write(EICS, V | 1);
        assertEquals(1, bench.messages(0));
        bench.write(EICS, 1);

        assertEquals(2, bench.messages(0));
        assertEquals(1, bench.messages(2));
    }

    @Test
    void newIntervalCountsFromTheNextMessageWhileTheCounterRunsOn() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        long first = bench.messageAtNs(2);
        bench.write(EITR, 2, interval(10));
        bench.write(EICS, V);
        bench.advance(100_000);
        assertEquals(first + 100_000, bench.messageAtNs(2));
        bench.write(EICS, V);
        bench.advance(10_000);
        assertEquals(first + 110_000, bench.messageAtNs(2));
    }

    @Test
    void writingCounterZeroGivesAnImmediateChance() {
        bench.write(EITR, 2, interval(1000));
        bench.write(EICS, V);
        bench.write(EICS, V);
        bench.advance(3000);
        assertEquals(1, bench.messages(2));
        bench.write(EITR, 2, 1000 << 2);

        assertEquals(2, bench.messages(2));
        assertEquals(bench.time.nowNs(), bench.messageAtNs(2));
        bench.write(EICS, V);
        bench.advance(1_000_000 - 1);
        assertEquals(2, bench.messages(2), "the message loaded the counter");
        bench.advance(1);
        assertEquals(3, bench.messages(2));
    }

    @Test
    void writtenCounterHoldsTheNextMessageBackInStepsOfEightMicroseconds() {
        bench.write(EITR, 2, 5 << 21);
        long start = bench.time.nowNs();
        bench.write(EICS, V);
        bench.advance(100_000);

        assertEquals(start + 40_000, bench.messageAtNs(2));
    }

    @Test
    void readShowsTheIntervalAndTheCounterRunningDown() {
        bench.write(EITR, 2, interval(648));
        assertEquals(648 << 2, bench.read(EITR, 2), "CNT_INGR reads 0");
        bench.write(EICS, V);
        assertEquals(648 / 8, (bench.read(EITR, 2) & EITR_COUNTER) >>> 21);
        bench.advance(640_000);
        assertEquals(1, (bench.read(EITR, 2) & EITR_COUNTER) >>> 21);
        bench.advance(8_000);
        assertEquals(648 << 2, bench.read(EITR, 2));
        assertEquals(648 << 2, bench.read(EITR, 2) & EITR_INTERVAL);
    }

    @Test
    void maskingWhileAMessageWaitsHoldsItUntilUnmasked() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        bench.write(EICS, V);
        bench.write(EIMC, V);
        bench.advance(150_000);
        assertEquals(1, bench.messages(2));
        bench.write(EIMS, V);

        assertEquals(2, bench.messages(2));
        assertEquals(bench.time.nowNs(), bench.messageAtNs(2), "the interval has passed");
    }

    @Test
    void unmaskingInsideTheIntervalWaitsForItsEnd() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        long first = bench.messageAtNs(2);
        bench.write(EIMC, V);
        bench.write(EICS, V);
        bench.advance(30_000);
        bench.write(EIMS, V);
        bench.advance(100_000);

        assertEquals(first + 100_000, bench.messageAtNs(2));
        assertEquals(2, bench.messages(2));
    }

    @Test
    void clearingTheCauseWhileAMessageWaitsTakesItBack() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        bench.write(EICS, V);
        bench.write(EICR, V);
        bench.advance(1_000_000);

        assertEquals(1, bench.messages(2));
    }

    @Test
    void softwareResetKeepsTheIntervalAndTheRunningCounterButNoMessage() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        long first = bench.messageAtNs(2);
        bench.write(EICS, V);
        bench.write(CTRL, CTRL_RST);
        assertEquals(400, bench.read(EITR, 2) & EITR_INTERVAL);
        bench.advance(50_000);
        vectors(bench);
        bench.write(EICS, V);
        assertEquals(1, bench.messages(2));
        bench.advance(50_000);

        assertEquals(2, bench.messages(2), "the event after the reset, once");
        assertEquals(first + 100_000, bench.messageAtNs(2));
    }

    @Test
    void powerOnForgetsIntervalAndCounter() {
        bench.write(EITR, 2, interval(100));
        bench.write(EICS, V);
        bench.write(EICS, V);
        bench.card.reset();
        assertEquals(0, bench.read(EITR, 2));
        vectors(bench);
        bench.write(EICS, V);

        assertEquals(2, bench.messages(2));
        bench.advance(1_000_000);
        assertEquals(2, bench.messages(2));
    }

    @Test
    void operatorsGapHoldsForEachVectorWhateverTheGuestWrites() {
        IgbOptions options = new IgbOptions(IgbBench.MAC).withInterruptGapNs(20_000);
        IgbBench slow = vectors(new IgbBench(options, new Wire()).awaitLink());
        slow.write(EITR, 3, interval(50));
        slow.write(EICS, 0b1100);
        long first = slow.messageAtNs(2);
        slow.write(EITR, 2, 0);
        slow.write(EITR, 3, 0);
        slow.write(EITR, 3, interval(50));
        slow.write(EICS, 0b1100);
        slow.advance(19_999);
        assertEquals(1, slow.messages(2));
        slow.advance(1);
        assertEquals(first + 20_000, slow.messageAtNs(2));
        assertEquals(first + 20_000, slow.messageAtNs(3), "its counter was written 0");
        slow.write(EICS, 0b1000);
        slow.advance(100_000);
        assertEquals(first + 70_000, slow.messageAtNs(3), "the guest's interval where it is longer");
        assertTrue(slow.card.interruptGaps().minNs() >= 20_000 * 99 / 100, "of each vector for itself");
    }

    @Test
    void lineIsThrottledByTheFirstRegister() {
        IgbBench line = IgbBench.withLink();
        line.write(EITR, 0, interval(100));
        line.write(EITR, 1, interval(8000));
        line.write(IMS, ICR_ALL);
        line.write(ICS, ICR_LSC);
        long first = line.interruptAtNs();
        line.read(ICR);
        line.write(ICS, ICR_LSC);
        line.advance(99_999);
        assertFalse(line.line());
        line.advance(1);
        assertTrue(line.line());
        assertEquals(first + 100_000, line.interruptAtNs());
    }

    @Test
    void maskingWhileTheLineWaitsTakesTheAssertionBack() {
        IgbBench line = IgbBench.withLink();
        line.write(EITR, 0, interval(100));
        line.write(IMS, ICR_ALL);
        line.write(ICS, ICR_LSC);
        line.read(ICR);
        line.write(ICS, ICR_LSC);
        line.write(ICR, ICR_LSC);
        line.advance(1_000_000);

        assertEquals(1, line.interruptCount());
    }
}
