package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deadlines live in the card's time: a host that runs late replays them, and loses no rate.
class RateLateHostTest {
    /// The same doorbells on a host that never sleeps long and on one that does: the same frames at
    /// the same times.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void lateHostReplaysEveryStart(long seed) {
        boolean lineRate = seed % 2 == 0;
        RateBench punctual = loaded(seed, lineRate);
        RateBench late = loaded(seed, lineRate);
        Random naps = new Random(-seed);

        for (int i = 0; i < 100; i++) {
            long napNs = naps.nextLong(2_000_000);
            punctual.advance(napNs);
            late.sleepThrough(napNs);
        }

        assertEquals(punctual.starts, late.starts, "seed " + seed);
        assertTrue(late.starts.size() > 100);
    }

    private static RateBench loaded(long seed, boolean lineRate) {
        Random random = new Random(seed);
        RateBench bench = new RateBench(lineRate);
        bench.window(random.nextBoolean() ? 0x14 : 0);
        int queues = 1 + random.nextInt(16);
        for (int queue = 0; queue < queues; queue++) {
            if (!lineRate || random.nextInt(3) > 0) bench.limit(queue, RateBench.ONE + random.nextInt(20 << 14));
            bench.ring(queue, 100_000, 64 + random.nextInt(9000));
        }
        return bench;
    }

    /// Without a window, too: it bounds idleness, and a queue with work is not idle.
    @Test
    void secondsOfDelayLoseNothingWithoutAWindow() {
        RateBench bench = new RateBench();
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 1_000_000, 1250); // 100 us each
        bench.sendDue();

        bench.sleepThrough(7_000_000_000L);

        assertEquals(70_001, bench.starts.size());
        assertTrue(Arrays.stream(RateBench.gaps(bench.startsOf(0))).allMatch(gap -> gap == 100_000));
    }

    /// The doorbell that a late host reads late is when the backlog began, as far as the card can know.
    @Test
    void idlenessBeforeALateDoorbellIsNotReplayed() {
        RateBench bench = new RateBench();
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 2, 1250);
        bench.sleepThrough(1_000_000);
        bench.ring(0, 3, 1250);
        bench.sleepThrough(1_000_000);

        assertArrayEquals(new long[] {100_000, 900_000, 100_000, 100_000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// The link was down, or the peer paused us: that is the card's own time, and not made good for.
    @Test
    void timeInWhichNothingCouldStartIsIdleness() {
        RateBench bench = new RateBench();
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 100, 1250);
        bench.sendDue();
        bench.time.advance(1_000_030);

        bench.arbiter.backlogged(0, bench.time.nowNs());

        assertEquals(1, bench.sendDue());
        bench.advance(100_000);
        assertArrayEquals(new long[] {1_000_030, 100_000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// Guest limits that ask more than the host can do leave queues without limit their turns.
    @Test
    void hostTooSlowForTheLimitsStillServesQueuesWithoutLimit() {
        RateBench bench = new RateBench();
        bench.limit(0, RateBench.ONE);
        bench.arbiter.backlogged(0, bench.time.nowNs());
        bench.arbiter.backlogged(9, bench.time.nowNs());
        int turns = 0;
        for (int pick = 0; pick < 1000; pick++) {
            bench.time.advance(100_000); // far longer than a frame's spacing: never caught up
            int queue = bench.arbiter.pick(1 << 9 | 1, bench.time.nowNs());
            if (queue == 9) turns++;
            else bench.arbiter.started(0, 64);
        }
        assertEquals(30, turns, 1, "one of 33 picks");
    }
}
