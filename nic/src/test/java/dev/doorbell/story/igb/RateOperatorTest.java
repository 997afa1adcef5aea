package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.IgbRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's rates (`tx-rate=`, and while the card runs): out of the guest's reach.
class RateOperatorTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 64_000, 1_000_000, 333_333_333, 999_999_999, 1_000_000_000})
    void rateIsKeptAndNeverExceeded(long bitsPerSecond) {
        RateBench bench = new RateBench(false, bitsPerSecond);
        bench.ring(0, 101, 1250); // 10,000 bits each
        double exactNs = 100 * 10_000 * 1e9 / bitsPerSecond;

        bench.advance((long) (exactNs * 1.001) + 1);

        long[] starts = bench.startsOf(0);
        assertEquals(101, starts.length);
        assertEquals(exactNs, (double) (starts[100] - starts[0]), exactNs * 0.0001);
        assertTrue(starts[100] - starts[0] >= (long) exactNs);
    }

    @Test
    void eachQueueHasItsOwnAndZeroLeavesItToTheGuest() {
        RateBench bench = new RateBench(false, 0L, 10_000_000L, 0L, 1_000_000L);
        for (int queue = 0; queue < 16; queue++)
            assertEquals(queue == 1 || queue == 3, bench.arbiter.paces(queue), "queue " + queue);
    }

    @Test
    void guestCannotLiftIt() {
        RateBench bench = new RateBench(false, 10_000_000L);
        bench.ring(0, 100, 1250);
        bench.sendDue();

        bench.unlimit(0);
        bench.write(IgbRegister.RTTBCNRD, 2);
        bench.window(0x7FF);
        bench.registers.resetAll();
        bench.arbiter.reset();
        assertEquals(0, bench.sendDue(), "not even one frame for a reset");
        bench.advance(5_000_000);

        assertEquals(6, bench.starts.size());
        assertEquals(0, bench.read(IgbRegister.RTTBCNRS), "and does not see it");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000})
    void holdsAtEveryLinkSpeed(int linkMbps) {
        RateBench bench = new RateBench(false, 5_000_000L);
        bench.linkMbps = linkMbps;
        bench.arbiter.speedChanged();
        bench.ring(0, 3, 1250);
        bench.advance(10_000_000);

        assertArrayEquals(new long[] {2_000_000, 2_000_000}, RateBench.gaps(bench.startsOf(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 11, 1000})
    void stricterOfBothLimitsWins(int factor) {
        RateBench bench = new RateBench(false, 100_000_000L);
        bench.window(0x14);
        bench.limit(0, factor * RateBench.ONE);
        bench.ring(0, 1001, 1250);
        bench.advance(20_000_000_000L);

        long[] starts = bench.startsOf(0);
        assertEquals(Math.max(10, factor) * 10_000L * 1000, starts[1000] - starts[0]);
    }

    @Test
    void anotherRateHoldsAtOnceForAQueueThatWaits() {
        RateBench bench = new RateBench(false, 1_000L);
        bench.ring(0, 10, 1250); // 10 s each
        bench.sendDue();
        bench.time.advance(1_000_000_000);

        bench.arbiter.operatorRate(0, 10_000_000); // 1 ms each; 9/10 of one to wait
        assertEquals(1, bench.eased);
        assertEquals(0, bench.sendDue());
        bench.advance(900_000);
        assertEquals(2, bench.starts.size());
        bench.advance(1_000_000);
        assertEquals(3, bench.starts.size());

        bench.arbiter.operatorRate(0, 0);
        assertFalse(bench.arbiter.paces(0));
        assertEquals(7, bench.sendDue());
    }

    @Test
    void rateSetWhileRunningLetsOneFrameStartAtOnce() {
        RateBench bench = new RateBench();
        bench.ring(3, 1, 1250);
        bench.sendDue();

        bench.arbiter.operatorRate(3, 10_000_000);
        bench.ring(3, 3, 1250);
        assertEquals(1, bench.sendDue());
        bench.advance(2_000_000);
        assertEquals(4, bench.starts.size());
    }

    @Test
    void wrongValuesAreRefused() {
        RateBench bench = new RateBench();
        assertThrows(IllegalArgumentException.class, () -> bench.arbiter.operatorRate(16, 1));
        assertThrows(IllegalArgumentException.class, () -> bench.arbiter.operatorRate(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> bench.arbiter.operatorRate(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new RateBench(false, -5L));
    }
}
