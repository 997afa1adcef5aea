package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.RTTBCNRC;
import static dev.doorbell.register.IgbRegister.RTTBCNRD;
import static dev.doorbell.register.IgbRegister.RTTBCNRM;
import static dev.doorbell.register.IgbRegister.RTTBCNRS;
import static dev.doorbell.register.IgbRegister.RTTDCS;
import static dev.doorbell.register.IgbRegister.RTTDQSEL;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The limiter in its card: rings, write-back, segmentation, resets, the link.
class RateCardTest {
    private static final int FRAME_BYTES = 1250; // 10,000 bits: 10 us at 1 Gb/s
    private static final byte[] FRAME = Frames.toPeer(FRAME_BYTES, 1);
    private static final IgbOptions OPTIONS = new IgbOptions(IgbBench.MAC);

    private final IgbBench bench = IgbBench.withLink();

    private static void limit(IgbBench bench, int queue, int factor) {
        bench.write(RTTDQSEL, queue);
        bench.write(RTTBCNRC, 1 << 31 | factor << 14);
    }

    private static TransmitRing loaded(IgbBench bench, int queue, int frames) {
        TransmitRing ring = TransmitRing.start(bench, queue);
        for (int i = 0; i < frames; i++) ring.append(FRAME);
        return ring;
    }

    /// Lets time pass and notes when frames left.
    private static long[] leaving(IgbBench bench, long ns) {
        List<Long> times = new ArrayList<>();
        long untilNs = bench.time.nowNs() + ns;
        bench.runUntilIdle();
        note(bench, times);
        while (bench.time.hasDeadline() && bench.time.nextDeadlineNs() <= untilNs) {
            bench.advance(bench.time.nextDeadlineNs() - bench.time.nowNs());
            note(bench, times);
        }
        bench.advance(untilNs - bench.time.nowNs());
        note(bench, times);
        return times.stream().mapToLong(Long::longValue).toArray();
    }

    private static void note(IgbBench bench, List<Long> times) {
        times.addAll(Collections.nCopies(bench.wire.takeAll().size(), bench.time.nowNs()));
    }

    private static long[] gaps(int count, long ns) {
        long[] gaps = new long[count];
        Arrays.fill(gaps, ns);
        return gaps;
    }

    @Test
    void framesLeaveAndAreWrittenBackAtTheirTimes() {
        limit(bench, 2, 10);
        TransmitRing ring = loaded(bench, 2, 3);

        ring.ring();
        assertEquals(1, bench.wire.takeAll().size());
        assertTrue(ring.done(0));
        assertEquals(1, ring.head());
        assertEquals(12_500, bench.read(RTTBCNRS));

        bench.advance(99_999);
        assertFalse(ring.done(1));
        bench.advance(1);
        assertTrue(ring.done(1));
        assertFalse(ring.done(2));
        assertEquals(2, ring.head());
    }

    @Test
    void limitIsKeptAcrossTheRingsWrap() {
        limit(bench, 0, 10);
        TransmitRing ring = TransmitRing.start(bench, 0);
        long buffer = ring.buffer(FRAME);
        List<Long> times = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) ring.append(buffer, word1());
            ring.doorbell();
            Arrays.stream(leaving(bench, 50 * 100_000 - 50_000)).forEach(times::add); // some are still there
        }
        Arrays.stream(leaving(bench, 10_000_000)).forEach(times::add);

        assertEquals(1000, times.size());
        assertArrayEquals(
                gaps(999, 100_000),
                RateBench.gaps(times.stream().mapToLong(Long::longValue).toArray()));
    }

    private static long word1() {
        return AdvancedTransmitDescriptor.word1(FRAME_BYTES, TransmitRing.SEND, 0, FRAME_BYTES);
    }

    @Test
    void segmentsOfAPacketAreSpacedOneByOne() {
        limit(bench, 1, 10);
        Packet packet = Packet.tcp4(10_000, 1);
        TransmitRing ring = TransmitRing.start(bench, 1);
        ring.appendSegmented(packet, 1000).appendSegmented(packet, 1000);
        ring.doorbell();

        long[] times = leaving(bench, 100_000_000);

        int segmentBytes = packet.headerBytes() + 1000;
        assertEquals(20, times.length);
        assertArrayEquals(gaps(19, segmentBytes * 80L), RateBench.gaps(times), "the context costs nothing");
        assertTrue(ring.done(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 77_777, 1_000_000, 20_000_000})
    void lateHostLosesNoFrame(long napNs) {
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 60);
        ring.ring();
        for (long slept = 0; slept < 6_000_000; slept += napNs) bench.sleepThrough(napNs);

        assertEquals(60, bench.wire.takeAll().size());
    }

    @Test
    void busyMemoryLosesNoRate() {
        bench.memory.stutter(4711);
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 60);
        ring.doorbell();
        int frames = 0;
        for (int i = 0; i < 600; i++) { // the memory may take a cycle more now and then
            bench.advance(10_000);
            frames += bench.wire.takeAll().size();
        }
        assertEquals(60, frames);
    }

    @Test
    void neighboursDoNotNotice() {
        limit(bench, 0, 1000);
        loaded(bench, 0, 5).ring();
        bench.wire.takeAll();
        for (int queue = 1; queue < 16; queue++) {
            TransmitRing ring = loaded(bench, queue, 60).ring();
            assertEquals(60, bench.wire.takeAll().size());
            assertTrue(ring.done(59));
        }
    }

    @Test
    void clearingTheLimitLetsAWaitingQueueGoAtOnce() {
        limit(bench, 0, 1000);
        loaded(bench, 0, 5).ring();
        bench.advance(1_000_000);
        bench.write(RTTBCNRC, 0);
        bench.advance(0);

        assertEquals(5, bench.wire.takeAll().size());
    }

    @Test
    void softwareResetEndsTheLimit() {
        limit(bench, 0, 1000);
        bench.write(RTTBCNRM, 20);
        loaded(bench, 0, 5).ring();
        bench.write(CTRL, bench.read(CTRL) | IgbBits.CTRL_RST);
        bench.wire.takeAll();
        bench.awaitLink();

        assertEquals(0, bench.read(RTTBCNRC));
        assertEquals(0, bench.read(RTTBCNRM));
        loaded(bench, 0, 5).ring();
        assertEquals(5, bench.wire.takeAll().size());
    }

    @Test
    void forcedSpeedScalesTheLimitAndIsIndicated() {
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 6);
        ring.doorbell();
        assertArrayEquals(gaps(1, 100_000), RateBench.gaps(leaving(bench, 150_000)));

        bench.write(CTRL, (bench.read(CTRL) & ~(3 << 8)) | 1 << 8 | 1 << 11); // FRCSPD, 100 Mb/s
        assertEquals(1 << 31, bench.read(RTTDCS));

        assertEquals(6250, bench.read(RTTBCNRS), "the rest of its wait, in byte times");
        long t = bench.time.nowNs();
        long[] times = leaving(bench, 20_000_000);
        assertEquals(t + 500_000, times[0]);
        assertArrayEquals(gaps(3, 1_000_000), RateBench.gaps(times));

        bench.write(RTTBCNRD, 2);
        assertEquals(0, bench.read(RTTDCS));
        for (int i = 0; i < 10; i++) ring.append(FRAME);
        ring.ring();
        assertEquals(10, bench.wire.takeAll().size());
    }

    @Test
    void timeWithoutALinkIsNotMadeGoodFor() {
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 30);
        ring.ring();
        bench.card.connectCable(false);
        bench.advance(1_000_000);
        assertEquals(1, bench.wire.takeAll().size());
        bench.card.connectCable(true);

        long[] times = leaving(bench, IgbOptions.AUTO_NEGOTIATION_NS + 10_000_000);

        assertEquals(29, times.length);
        assertArrayEquals(gaps(28, 100_000), RateBench.gaps(times));
    }

    @Test
    void timeInWhichAQueueWasOffIsNotMadeGoodFor() {
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 30);
        ring.ring();
        bench.wire.takeAll();
        bench.write(TXDCTL, 0, 0);
        bench.advance(1_000_000);
        bench.write(TXDCTL, 0, IgbBits.TXDCTL_ENABLE);

        assertArrayEquals(gaps(28, 100_000), RateBench.gaps(leaving(bench, 10_000_000)));
    }

    /// A taker that is slow is a late host: what it held up leaves as soon as it takes more.
    @Test
    void backPressureCostsNoRate() {
        limit(bench, 0, 10);
        TransmitRing ring = loaded(bench, 0, 60);
        bench.wire.room(1);
        ring.ring();
        bench.advance(3_000_000);
        assertEquals(1, bench.wire.takeAll().size());
        bench.wire.room(Integer.MAX_VALUE);
        bench.advance(2_900_000);

        assertEquals(59, bench.wire.takeAll().size());
    }

    @Test
    void operatorsRateHoldsFromPowerOnAndAcrossReset() {
        IgbBench limited = new IgbBench(OPTIONS.withTransmitRates(List.of(0L, 100_000_000L)), new Wire()).awaitLink();
        limited.write(CTRL, limited.read(CTRL) | IgbBits.CTRL_RST);
        limited.awaitLink();
        loaded(limited, 1, 5).doorbell();

        assertArrayEquals(gaps(4, 100_000), RateBench.gaps(leaving(limited, 1_000_000)));
        loaded(limited, 0, 5).ring();
        assertEquals(5, limited.wire.takeAll().size());
    }

    @Test
    void rateIsSetWhileTheCardRuns() {
        loaded(bench, 0, 5).ring();
        assertEquals(5, bench.wire.takeAll().size());

        bench.card.setTransmitRate(0, 1_000_000);
        loaded(bench, 0, 5).ring();
        assertEquals(1, bench.wire.takeAll().size());
        bench.advance(5_000_000);
        bench.card.setTransmitRate(0, 0);
        bench.advance(0); // nothing rang: a timer woke the transmitter
        assertEquals(4, bench.wire.takeAll().size());
    }

    @Test
    void lineRateSpacesEveryFrameOfEveryQueue() {
        IgbBench line = new IgbBench(OPTIONS.withLineRate(true), new Wire()).awaitLink();
        TransmitRing first = loaded(line, 0, 30);
        TransmitRing second = loaded(line, 9, 30);
        first.doorbell();
        second.doorbell();

        assertArrayEquals(gaps(59, (FRAME_BYTES + 24) * 8L), RateBench.gaps(leaving(line, 10_000_000)));
        assertTrue(first.done(29) && second.done(29));
    }

    @Test
    void lineRateReplaysALateHostInTurns() {
        IgbBench line = new IgbBench(OPTIONS.withLineRate(true), new Wire()).awaitLink();
        for (int queue : new int[] {3, 5}) {
            TransmitRing ring = TransmitRing.start(line, queue);
            for (int i = 0; i < 30; i++) ring.append(Frames.toPeer(FRAME_BYTES, queue));
            ring.doorbell();
        }
        line.read(IgbRegister.STATUS); // a card with shared pages has looked then
        line.sleepThrough(10_000_000);

        List<byte[]> sent = line.wire.takeAll();
        assertEquals(60, sent.size());
        for (int i = 0; i < 60; i++)
            assertArrayEquals(Frames.toPeer(FRAME_BYTES, i % 2 == 0 ? 3 : 5), sent.get(i), "turn " + i);
    }

    /// The loop sleeps from deadline to deadline: a throttled queue has the card do one thing a frame.
    @Test
    void throttledQueueCostsOneTimerAFrame() {
        limit(bench, 0, 1000);
        loaded(bench, 0, 50).ring();
        int wakes = 0;
        while (bench.time.hasDeadline()) {
            bench.time.advanceTo(bench.time.nextDeadlineNs(), 1);
            wakes++;
            assertTrue(wakes < 60, "woken for nothing");
        }
        assertEquals(49, wakes);
        assertEquals(50, bench.wire.takeAll().size());
    }
}
