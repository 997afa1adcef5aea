package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.IgbRegister;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How the frames of a limited queue are spaced: MIFS = PL x RF byte times from start to start.
class RateSpacingTest {
    private static final int FRAMES = 1000;

    private final RateBench bench = new RateBench();

    record Load(int mbps, int bytes, int queues) {}

    static Stream<Load> loads() {
        return IntStream.of(1, 2, 3, 7, 10, 64, 99, 100, 300, 333, 500, 617, 999, 1000)
                .boxed()
                .flatMap(mbps -> IntStream.of(64, 65, 600, 1514, 9000, 9728)
                        .boxed()
                        .flatMap(bytes -> Stream.of(1, 2, 5, 16).map(queues -> new Load(mbps, bytes, queues))));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void averageFromTheFirstStartIsTheRate(Load load) {
        for (int queue = 0; queue < load.queues; queue++) {
            bench.limit(queue, bench.factorFor(load.mbps));
            bench.ring(queue, FRAMES + 1, load.bytes);
        }

        bench.advance(load.bytes * 8000L / load.mbps * (FRAMES + 2));

        for (int queue = 0; queue < load.queues; queue++) {
            long[] starts = bench.startsOf(queue);
            assertEquals(FRAMES + 1, starts.length);
            double mbps = FRAMES * load.bytes * 8000.0 / (starts[FRAMES] - starts[0]);
            assertEquals(load.mbps, mbps, load.mbps * 0.001, load + " queue " + queue);
        }
    }

    /// Frame n starts at the first nanosecond at or after n times the exact spacing: nothing
    /// accumulates.
    @ParameterizedTest
    @CsvSource({
        "1000, 64, 16384",
        "1000, 1514, 54613", // 300 Mb/s: a fraction
        "1000, 65, 16385", // 2^-14 more than the link's rate
        "1000, 9728, 268435455", // the largest factor
        "100, 777, 20480",
        "10, 1514, 54613",
    })
    void everyFrameStartsAtItsExactTimeRoundedUp(int linkMbps, int bytes, int factor) {
        bench.linkMbps = linkMbps;
        bench.arbiter.reset(); // takes the link's speed as a card does when it starts
        bench.limit(0, factor);
        bench.ring(0, FRAMES + 1, bytes);
        long firstNs = bench.time.nowNs();

        bench.advance(Math.ceilDiv((long) bytes * factor * 8000 / linkMbps, 16384L) * (FRAMES + 1));

        long[] starts = bench.startsOf(0);
        for (int n = 0; n <= FRAMES; n++) {
            long exactByteTimes = (long) n * bytes * factor; // in 2^-14
            assertEquals(firstNs + Math.ceilDiv(exactByteTimes * (8000 / linkMbps), 16384L), starts[n], "frame " + n);
        }
    }

    /// PL is at least 64: what the port pads is counted; nothing is added for preamble, FCS or gap.
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 60, 63, 64})
    void shortFramesCountAs64Bytes(int bytes) {
        bench.limit(3, 10 * RateBench.ONE);
        bench.ring(3, 3, bytes);

        bench.advance(1_000_000);

        assertArrayEquals(new long[] {5120, 5120}, RateBench.gaps(bench.startsOf(3)));
    }

    @Test
    void framesOfMixedLengthsAreEachFollowedByTheirOwnSpacing() {
        bench.limit(0, 2 * RateBench.ONE);
        int[] lengths = {100, 1000, 64, 9000, 64};
        for (int bytes : lengths) {
            bench.ring(0, 1, bytes);
            bench.sendDue();
            bench.time.advance(bytes * 16L);
        }
        assertArrayEquals(new long[] {1600, 16_000, 1024, 144_000}, RateBench.gaps(bench.startsOf(0)));
    }

    @Test
    void firstPacketAfterEnablingIsNotDelayedByEarlierTraffic() {
        bench.ring(0, 1000, 9000);
        bench.advance(0);

        bench.limit(0, 1000 * RateBench.ONE);
        bench.ring(0, 2, 1000);
        long t = bench.time.nowNs();
        bench.advance(8_000_000);

        long[] starts = bench.startsOf(0);
        assertEquals(t, starts[1000]);
        assertEquals(t + 8_000_000, starts[1001]);
    }

    @Test
    void disabledLimiterRestoresFullSpeedAtOnceForAQueueThatWaits() {
        bench.limit(0, 1000 * RateBench.ONE);
        bench.ring(0, 10, 1000);
        bench.advance(3_000_000); // 5 ms before the second frame is due
        assertEquals(1, bench.starts.size());

        bench.unlimit(0);

        assertEquals(1, bench.eased, "the transmitter is told");
        assertEquals(9, bench.sendDue());
        assertTrue(!bench.arbiter.paces(0));
    }

    /// A factor below 1 asks for more than the link has: it counts as 1, the least that the X550 allows.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x3FFF, 0x4000})
    void factorBelowOneIsTheLinksRate(int factor) {
        bench.limit(0, factor);
        bench.ring(0, 3, 1000);

        bench.advance(100_000);

        assertArrayEquals(new long[] {8000, 8000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// The time stamp is stored when a frame starts; a new factor shows in what the next frame adds.
    @Test
    void newFactorHoldsFromTheNextFrameOn() {
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 3, 1000);
        bench.advance(1000);

        bench.limit(0, 2 * RateBench.ONE);
        bench.advance(1_000_000);

        assertArrayEquals(new long[] {80_000, 16_000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// Linux rewrites its values after every link event: that must not let a frame through early.
    @Test
    void rewritingTheSameFactorChangesNothing() {
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 3, 1000);
        bench.advance(1000);

        bench.limit(0, 10 * RateBench.ONE);
        assertEquals(0, bench.sendDue());
        bench.advance(1_000_000);

        assertArrayEquals(new long[] {80_000, 80_000}, RateBench.gaps(bench.startsOf(0)));
    }

    @Test
    void throttledQueueCostsOneWakePerFrameAndNoneWhileItIsEmpty() {
        bench.limit(0, 100 * RateBench.ONE);
        bench.ring(0, 11, 1000);

        assertEquals(10, bench.advance(1_000_000_000), "the first frame starts at its doorbell");
        assertEquals(Long.MAX_VALUE, bench.arbiter.nextNs(0));
    }

    @Test
    void statusRegisterCountsDownInByteTimesAndIsPositiveWhileTheQueueIsHeld() {
        bench.limit(5, 10 * RateBench.ONE);
        assertEquals(0, bench.read(IgbRegister.RTTBCNRS), "TS = NOW");
        bench.ring(5, 1, 1000);
        bench.sendDue();
        assertEquals(10_000, bench.read(IgbRegister.RTTBCNRS));

        bench.time.advance(79_999);
        assertEquals(1, bench.read(IgbRegister.RTTBCNRS), "an eighth of a byte time is left");
        bench.time.advance(1);
        assertEquals(0, bench.read(IgbRegister.RTTBCNRS));
        bench.time.advance(800);
        assertEquals(-100, bench.read(IgbRegister.RTTBCNRS), "credit, negative");
        bench.time.advance(60_000_000_000L);
        assertEquals(Integer.MIN_VALUE, bench.read(IgbRegister.RTTBCNRS) & Integer.MIN_VALUE, "still negative");

        bench.write(IgbRegister.RTTDQSEL, 4);
        assertEquals(0, bench.read(IgbRegister.RTTBCNRS), "another queue's");
    }
}
