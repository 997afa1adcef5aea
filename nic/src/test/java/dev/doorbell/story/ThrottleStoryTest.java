package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.ICR_ALL;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMC;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.ITR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import org.junit.jupiter.api.Test;

/// The guaranteed gap between two assertions, to the nanosecond. // 317453, 13.4.18
class ThrottleStoryTest {
    private static final int ITR_500 = 500;
    private static final long GAP_NS = 500 * 256;

    private final Bench bench = Bench.withLink();

    ThrottleStoryTest() {
        bench.write(IMS, ICR_ALL);
    }

    private void interruptOnceAndAcknowledge(Bench on) {
        on.write(ICS, ICR_RXT0);
        assertTrue(on.line());
        on.read(ICR);
    }

    @Test
    void firstEventAssertsAtOnce() {
        bench.write(ITR, ITR_500);
        bench.write(ICS, ICR_RXT0);

        assertTrue(bench.line());
        assertEquals(bench.time.nowNs(), bench.interruptAtNs());
    }

    @Test
    void eventInsideTheIntervalWaitsForItsEndToTheNanosecond() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        long first = bench.interruptAtNs();
        bench.advance(1000);
        bench.write(ICS, ICR_TXDW);
        assertEquals(ICR_TXDW, bench.read(ICS), "the cause shows at once");

        bench.advance(GAP_NS - 1000 - 1);
        assertFalse(bench.line(), "one nanosecond early");
        bench.advance(1);
        assertTrue(bench.line());
        assertEquals(first + GAP_NS, bench.interruptAtNs());
        assertEquals(2, bench.interruptCount());
    }

    @Test
    void eventAfterTheIntervalAssertsAtOnce() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        bench.advance(GAP_NS);
        bench.write(ICS, ICR_RXT0);

        assertTrue(bench.line());
        assertEquals(bench.time.nowNs(), bench.interruptAtNs());
    }

    @Test
    void gapHoldsWhateverTheCauses() {
        bench.write(ITR, ITR_500);
        long last = Long.MIN_VALUE;
        for (int i = 0; i < 200; i++) {
            bench.write(ICS, 1 << i % 17);
            bench.advance(10_000);
            if (!bench.line()) continue;
            assertTrue(last == Long.MIN_VALUE || bench.interruptAtNs() - last >= GAP_NS, "assertion " + i);
            last = bench.interruptAtNs();
            bench.read(ICR);
        }

        assertEquals(16, bench.interruptCount(), "2 ms of events every 10 us, one assertion in each 130 us");
        assertEquals(15, bench.card.interruptGaps().count());
        assertTrue(bench.card.interruptGaps().minNs() >= GAP_NS * 99 / 100, "two digits are kept");
    }

    @Test
    void intervalZeroThrottlesNothingAndHasNoFloor() {
        for (int i = 0; i < 10; i++) interruptOnceAndAcknowledge(bench);

        assertEquals(10, bench.interruptCount());
        assertEquals(0, bench.card.interruptGaps().medianNs());
    }

    @Test
    void acknowledgingBeforeTheIntervalEndsTakesTheWaitingAssertionBack() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        bench.write(ICS, ICR_RXT0);
        bench.read(ICR);
        bench.advance(10 * GAP_NS);

        assertEquals(1, bench.interruptCount());
    }

    @Test
    void maskingWhileTheIntervalRunsTakesTheWaitingAssertionBackUntilUnmasked() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        bench.write(ICS, ICR_RXT0);
        bench.write(IMC, ICR_ALL);
        bench.advance(GAP_NS);
        assertFalse(bench.line());
        bench.write(IMS, ICR_RXT0);

        assertTrue(bench.line());
        assertEquals(2, bench.interruptCount());
    }

    @Test
    void shorterIntervalWrittenWhileWaitingCountsFromTheLastAssertion() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        long first = bench.interruptAtNs();
        bench.write(ICS, ICR_RXT0);
        bench.advance(1000);
        bench.write(ITR, 100);

        bench.advance(100 * 256 - 1000 - 1);
        assertFalse(bench.line());
        bench.advance(1);
        assertTrue(bench.line());
        assertEquals(first + 100 * 256, bench.interruptAtNs());
    }

    @Test
    void intervalThatHasPassedAlreadyAssertsWithTheWrite() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        bench.write(ICS, ICR_RXT0);
        bench.advance(50_000);
        assertFalse(bench.line());
        bench.write(ITR, 0);

        assertTrue(bench.line());
        assertEquals(bench.time.nowNs(), bench.interruptAtNs());
    }

    @Test
    void longerIntervalWrittenWhileWaitingMovesTheAssertion() {
        bench.write(ITR, 100);
        interruptOnceAndAcknowledge(bench);
        long first = bench.interruptAtNs();
        bench.write(ICS, ICR_RXT0);
        bench.write(ITR, ITR_500);

        bench.advance(GAP_NS - 1);
        assertFalse(bench.line());
        bench.advance(1);
        assertEquals(first + GAP_NS, bench.interruptAtNs());
    }

    @Test
    void operatorsGapHoldsWhereTheGuestAsksForLess() {
        Bench slow = benchWithGapNs(200_000);
        slow.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(slow);
        long first = slow.interruptAtNs();
        slow.write(ICS, ICR_RXT0);

        slow.advance(200_000 - 1);
        assertFalse(slow.line());
        slow.advance(1);
        assertEquals(first + 200_000, slow.interruptAtNs());
    }

    @Test
    void guestsIntervalHoldsWhereItIsLongerThanTheOperators() {
        Bench slow = benchWithGapNs(1000);
        slow.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(slow);
        long first = slow.interruptAtNs();
        slow.write(ICS, ICR_RXT0);
        slow.advance(GAP_NS);

        assertEquals(first + GAP_NS, slow.interruptAtNs());
    }

    @Test
    void resetForgetsTheGuestsIntervalButNotTheOperatorsGap() {
        Bench slow = benchWithGapNs(20_000);
        slow.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(slow);
        long first = slow.interruptAtNs();
        slow.write(CTRL, CTRL_RST);
        slow.write(IMS, ICR_ALL);
        slow.write(ICS, ICR_RXT0);

        assertEquals(0, slow.read(ITR));
        slow.advance(20_000 - 1);
        assertFalse(slow.line());
        slow.advance(1);
        assertEquals(first + 20_000, slow.interruptAtNs());
    }

    @Test
    void resetWhileAnAssertionWaitsLeavesNothingBehind() {
        bench.write(ITR, ITR_500);
        interruptOnceAndAcknowledge(bench);
        bench.write(ICS, ICR_RXT0);
        bench.write(CTRL, CTRL_RST);
        bench.advance(10 * GAP_NS);

        assertFalse(bench.line());
        assertEquals(1, bench.interruptCount());
        assertEquals(0, bench.read(ICR));
        assertEquals(0, bench.read(IMS));
    }

    private Bench benchWithGapNs(long gapNs) {
        E1000Options options = new E1000Options(E1000Model.I82540EM, Bench.MAC).withInterruptGapNs(gapNs);
        Bench slow = new Bench(options, new Wire()).awaitLink();
        slow.write(IMS, ICR_ALL);
        return slow;
    }
}
