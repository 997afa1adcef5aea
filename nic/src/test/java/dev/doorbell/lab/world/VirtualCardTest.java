package dev.doorbell.lab.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.CardTotal;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.VirtualTimeline;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VirtualCardTest {
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final int FRAME_BYTES = 60;

    private final VirtualTimeline time = new VirtualTimeline();

    static Stream<CardPlan> plans() {
        CardPlan.IgbPlan igb = CardPlan.igb(IgbDriverOptions.DEFAULT.withQueues(4, 1), FRAME_BYTES);
        return Stream.of(CardPlan.e1000(DriverOptions.DEFAULT, FRAME_BYTES), igb, igb.withSharedDoorbells(true));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void whatEachQueueSendsReachesTheSinkAtTheInstantItIsSent(CardPlan plan) {
        Sink sink = new Sink(time, 100);
        try (VirtualCard world = new VirtualCard(plan, time, sink)) {
            TestFrames frames = new TestFrames(world.memory(), FRAME_BYTES, BROADCAST, CardPlan.MAC);
            FrameBatch batch = new FrameBatch(8, 8, 0);
            long startNs = time.nowNs();
            for (int queue = 0; queue < world.driver().queues(); queue++) {
                batch.clear();
                frames.make(batch, 8);
                assertEquals(8, world.driver().transmit(queue, batch, 0));
                world.runUntil(startNs + 1000L * (queue + 1));
            }
            int queues = world.driver().queues();
            assertEquals(8L * queues, sink.frames());
            assertEquals(60L * 8 * queues, sink.bytes());
            assertEquals(8L * queues, world.total(CardTotal.TRANSMIT_FRAMES));
            assertEquals(startNs, sink.timesNs()[0]);
            assertEquals(startNs + 1000L * (queues - 1), sink.lastNs());
            assertTrue(world.driver().idle());
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void aConstantSourceIsReceivedWholeAndInTime(CardPlan plan) {
        Source source = new Source(time, FRAME_BYTES, CardPlan.MAC, 0x5254_0000_0001L);
        try (VirtualCard world = new VirtualCard(plan, time, source)) {
            FrameBatch batch = new FrameBatch(64, 64, 0);
            long startNs = time.nowNs();
            source.constant(100_000, 50);
            long received = 0;
            for (int step = 1; step <= 49; step++) {
                world.runUntil(startNs + 10_000L * step - 1);
                batch.clear();
                received += world.driver().receive(batch);
                assertEquals(step, received);
            }
            assertFalse(source.done());
            world.runUntil(startNs + 490_000);
            assertTrue(source.done());
            assertEquals(50, source.offered());
            assertEquals(50, world.total(CardTotal.RECEIVE_FRAMES));
        }
    }

    @Test
    void aPoissonSourceIsTheSameForTheSameSeedAndKeepsItsMean() {
        long[] once = arrivals(7);
        assertArrayEquals(once, arrivals(7));
        assertNotEquals(List.of(once[0], once[1]), List.of(arrivals(8)[0], arrivals(8)[1]));
        double meanNs = (double) once[once.length - 1] / once.length;
        assertEquals(10_000, meanNs, 500);
    }

    private static long[] arrivals(long seed) {
        VirtualTimeline time = new VirtualTimeline();
        Source source = new Source(time, FRAME_BYTES, CardPlan.MAC, 1L << 1);
        FrameBatch batch = new FrameBatch(64, 64, 0);
        source.poisson(100_000, 10_000, seed);
        long[] times = new long[10_000];
        int at = 0;
        while (time.hasDeadline()) {
            time.advanceTo(time.nextDeadlineNs(), 1);
            batch.clear();
            for (int n = source.receive(batch); n > 0; n--) times[at++] = time.nowNs();
        }
        assertEquals(10_000, at);
        return times;
    }

    @Test
    void twoCardsTalkOverAWireWithItsDelay() {
        Wire wire = new Wire(time, 5000, 2048);
        CardPlan first = CardPlan.e1000(DriverOptions.DEFAULT, FRAME_BYTES);
        CardPlan second = new CardPlan.E1000Plan(
                new E1000Options(E1000Model.I82545EM, CardPlan.MAC + 1).withAutoNegotiationNs(0),
                DriverOptions.DEFAULT,
                FRAME_BYTES);
        try (VirtualCard left = new VirtualCard(first, time, wire.left());
                VirtualCard right = new VirtualCard(second, time, wire.right())) {
            TestFrames frames = new TestFrames(left.memory(), FRAME_BYTES, CardPlan.MAC + 1, CardPlan.MAC);
            FrameBatch batch = new FrameBatch(64, 64, 0);
            frames.make(batch, 40);
            assertEquals(40, left.driver().transmit(batch, 0));
            left.settle();
            right.runUntil(time.nowNs() + 4999);
            batch.clear();
            assertEquals(0, right.driver().receive(batch));
            right.runUntil(time.nowNs() + 1);
            assertEquals(40, right.driver().receive(batch));
            assertEquals(40, frames.check(batch));
            assertEquals(0, frames.damaged());
            assertEquals(0, wire.right().lost());
        }
    }

    @Test
    void impossibleFramesAndRatesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Source(time, 13, CardPlan.MAC, 2));
        Source source = new Source(time, FRAME_BYTES, CardPlan.MAC, 2);
        assertThrows(IllegalArgumentException.class, () -> source.constant(0, 1));
        assertThrows(IllegalArgumentException.class, () -> source.poisson(1_000_000_001, 1, 1));
    }
}
