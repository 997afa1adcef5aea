package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.rate.TransmitArbiter;
import org.junit.jupiter.api.Test;

/// Queues do not notice each other's limits.
class RateNeighbourTest {
    @Test
    void startsOfALimitedQueueAreTheSameAloneAndAmongOthers() {
        RateBench alone = new RateBench();
        alone.limit(5, 7 * RateBench.ONE + 123);
        alone.ring(5, 1000, 777);
        alone.advance(1_000_000_000);

        RateBench among = new RateBench();
        for (int queue = 0; queue < 16; queue++) among.limit(queue, (queue + 2) * RateBench.ONE);
        among.limit(5, 7 * RateBench.ONE + 123);
        for (int queue = 0; queue < 16; queue++) among.ring(queue, 5000, 64 + 600 * queue);
        among.ring(5, -4000, 777);
        among.advance(1_000_000_000);

        assertArrayEquals(alone.startsOf(5), among.startsOf(5));
    }

    @Test
    void queueWithoutLimitDoesNotWaitForAThrottledOne() {
        RateBench bench = new RateBench();
        bench.limit(0, 1000 * RateBench.ONE);
        bench.ring(0, 10, 9000);
        bench.sendDue();
        for (int i = 0; i < 100; i++) {
            bench.time.advance(100);
            bench.ring(1, 64, 60);
            assertEquals(64, bench.sendDue());
        }
        assertEquals(1, bench.startsOf(0).length);
    }

    @Test
    void queuesWithoutLimitTakeTurns() {
        RateBench bench = new RateBench();
        int[] turns = new int[TransmitArbiter.QUEUES];
        int backlog = 1 << 2 | 1 << 3 | 1 << 15;
        for (int i = 0; i < 30; i++) turns[bench.arbiter.pick(backlog, bench.time.nowNs())]++;
        assertArrayEquals(new int[] {10, 10, 10}, new int[] {turns[2], turns[3], turns[15]});
    }

    /// What was due before now comes before more of a queue that takes whole batches.
    @Test
    void throttledQueueIsNotStarvedByOneWithoutLimit() {
        RateBench bench = new RateBench();
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 1000, 1250);
        int own = 0;
        for (int i = 0; i < 1000; i++) {
            bench.time.advance(100_000); // one spacing; the host has time for two picks in it
            for (int pick = 0; pick < 2; pick++) {
                int queue = bench.arbiter.pick(1 | 1 << 4, bench.time.nowNs());
                if (queue != 0) continue;
                own++;
                bench.arbiter.started(0, 1250);
            }
        }
        assertEquals(1000, own, 32);
    }

    @Test
    void nobodyIsPickedWithoutWork() {
        RateBench bench = new RateBench();
        assertEquals(TransmitArbiter.NONE, bench.arbiter.pick(0, Long.MAX_VALUE));
    }

    /// A step that could not go on (busy memory) asks again: the same queue, the same time.
    @Test
    void pickWithoutAStartIsRepeated() {
        RateBench bench = new RateBench(true);
        bench.ring(3, 1, 100);
        bench.ring(4, 1, 100);
        long nowNs = bench.time.nowNs();
        assertEquals(3, bench.arbiter.pick(0b11000, nowNs));
        assertEquals(3, bench.arbiter.pick(0b11000, nowNs + 500));
        assertEquals(nowNs, bench.arbiter.pickedNs());
        assertEquals(4, bench.arbiter.pick(0b10000, nowNs + 500), "or leaves it out for now");
    }
}
