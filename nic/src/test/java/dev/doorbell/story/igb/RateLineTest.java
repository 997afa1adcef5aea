package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.IgbRegister;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `line-rate=on`: one wire for all queues, a frame at a time.
class RateLineTest {
    private final RateBench bench = new RateBench(true);

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000})
    void everyFrameTakesItsTimeOnTheWire(int linkMbps) {
        bench.linkMbps = linkMbps;
        for (int bytes = 1; bytes <= 9728; bytes = bytes < 130 ? bytes + 1 : bytes + 97) {
            bench.starts.clear();
            bench.ring(0, 3, bytes);
            long wireNs = (Math.max(60, bytes) + 4 + 8 + 12) * 8000L / linkMbps;
            bench.advance(3 * wireNs);
            assertArrayEquals(new long[] {wireNs, wireNs}, RateBench.gaps(bench.startsOf(0)), bytes + " bytes");
        }
    }

    @Test
    void portIsBusyForTheNextDoorbellToo() {
        bench.ring(0, 1, 1514);
        bench.advance(1000);
        bench.ring(7, 1, 60);
        bench.advance(20_000);

        assertEquals(1538 * 8, bench.starts.get(1).ns() - bench.starts.get(0).ns());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16})
    void queuesTakeTurnsFrameByFrame(int queues) {
        for (int queue = 0; queue < queues; queue++) bench.ring(queue, 100, 1000);
        bench.advance(100L * queues * 1024 * 8);

        int[] order = bench.order();
        assertEquals(100 * queues, order.length);
        for (int i = 0; i < order.length; i++) assertEquals(i % queues, order[i], "turn " + i);
        assertTrue(Arrays.stream(RateBench.gaps(
                        bench.starts.stream().mapToLong(RateBench.Start::ns).toArray()))
                .allMatch(gap -> gap == 1024 * 8));
    }

    /// Packet by packet, as the hardware: a queue of long frames gets more of the wire.
    @Test
    void turnsAreFramesNotBytes() {
        bench.ring(0, 50, 9000);
        bench.ring(1, 50, 64);
        bench.advance(10_000_000);

        assertEquals(50, bench.startsOf(0).length);
        for (int i = 0; i < 100; i++) assertEquals(i % 2, bench.order()[i]);
    }

    /// A neighbour that fills the wire costs a limited queue no rate: the limit gates the fetch.
    @ParameterizedTest
    @CsvSource({"1, 1514", "50, 1514", "30, 64", "300, 1514", "100, 9000"})
    void limitedQueueKeepsItsRateBesideOneThatFillsTheWire(int mbps, int bytes) {
        bench.limit(3, bench.factorFor(mbps));
        bench.ring(3, 1001, bytes);
        bench.ring(8, 10_000_000, 1514);

        bench.advance(bytes * 8000L / mbps * 1002);

        long[] starts = bench.startsOf(3);
        double average = 1000 * bytes * 8000.0 / (starts[1000] - starts[0]);
        assertEquals(mbps, average, mbps * 0.001);
    }

    @Test
    void neighbourGetsTheRestOfTheWire() {
        bench.limit(3, bench.factorFor(100));
        bench.ring(3, 100_000, 1514);
        bench.ring(8, 1_000_000, 1514);
        bench.advance(1_000_000_000);

        double wire = (bench.startsOf(3).length + bench.startsOf(8).length) * 1538 * 8.0;
        assertEquals(1e9, wire, 1e9 * 0.0001);
        assertEquals(1e8 / 1514 / 8, bench.startsOf(3).length, 2);
    }

    /// Limits that together ask for more than the wire has: what it could not give is no credit beyond
    /// the window.
    @Test
    void wireThatWasTooNarrowIsNotMadeGoodForLater() {
        bench.limit(0, RateBench.ONE);
        bench.limit(1, RateBench.ONE);
        bench.ring(0, 100_000, 9000);
        bench.ring(1, 10_000, 9000);
        bench.advance(20_000L * 9024 * 8); // both all the time; then queue 1 is empty
        bench.starts.clear();
        bench.advance(1_000_000_000);

        long[] gaps = RateBench.gaps(bench.startsOf(0));
        assertTrue(Arrays.stream(gaps).skip(1).allMatch(gap -> gap == 9024 * 8));
        assertTrue(gaps.length > 10_000);
    }

    @Test
    void queueWithPriorityGoesFirst() {
        bench.registers.write(IgbRegister.TXDCTL.spec().offset(9), 1 << 27);
        for (int queue : new int[] {0, 4, 9}) bench.ring(queue, 3, 1000);
        bench.advance(1_000_000);

        assertArrayEquals(new int[] {9, 9, 9, 0, 4, 0, 4, 0, 4}, bench.order());
    }

    @Test
    void frameInFlightIsNotOvertakenByPriority() {
        bench.registers.write(IgbRegister.TXDCTL.spec().offset(9), 1 << 27);
        bench.ring(0, 2, 1000);
        bench.advance(100);
        bench.ring(9, 1, 1000);
        bench.advance(1_000_000);

        assertArrayEquals(new int[] {0, 9, 0}, bench.order());
    }

    @Test
    void liftedLimitDoesNotReplayTheTimeThatItHeld() {
        bench.limit(0, 1000 * RateBench.ONE);
        bench.ring(0, 10_000, 1000);
        bench.advance(5_000_000);
        bench.unlimit(0);

        assertEquals(1, bench.sendDue());
        bench.advance(1024 * 8 * 10);
        assertEquals(1 + 1 + 10, bench.starts.size());
    }
}
