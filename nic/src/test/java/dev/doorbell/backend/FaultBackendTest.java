package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.VirtualTimeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultBackendTest {
    private final VirtualTimeline timeline = new VirtualTimeline(7);
    private final Hub hub = new Hub(timeline);
    private final HubPort inner = hub.plug();
    private final HubPort far = hub.plug();

    private FaultBackend faulty(double loss, double duplicate, double reorder, double corrupt, long delayNs) {
        return new FaultBackend(
                inner, new FilterOptions.Fault("f", "n", 42, loss, duplicate, reorder, corrupt, delayNs), timeline);
    }

    private static byte[] numbered(int number) {
        byte[] frame = Frames.between(1, 2, number);
        frame[58] = (byte) (number >> 8);
        return frame;
    }

    private static List<Integer> numbers(List<byte[]> frames) {
        return frames.stream().map(f -> (f[58] & 0xFF) << 8 | (f[59] & 0xFF)).toList();
    }

    /// Sends `count` numbered frames and collects what the far end sees.
    private List<byte[]> sent(FaultBackend faulty, int count) {
        List<byte[]> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(faulty.transmit(Frames.batch(numbered(i)), 0)).isEqualTo(1);
            seen.addAll(Frames.receive(far));
        }
        timeline.advance(10 * FaultLine.REORDER_HOLD_NS);
        seen.addAll(Frames.receive(far));
        return seen;
    }

    private List<byte[]> received(FaultBackend faulty, int count) {
        List<byte[]> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            far.transmit(Frames.batch(numbered(i)), 0);
            seen.addAll(Frames.receive(faulty));
        }
        timeline.advance(10 * FaultLine.REORDER_HOLD_NS);
        seen.addAll(Frames.receive(faulty));
        return seen;
    }

    @Test
    void withoutFaultsFramesPassUnchangedBothWays() {
        FaultBackend faulty = faulty(0, 0, 0, 0, 0);
        List<Integer> all = java.util.stream.IntStream.range(0, 300).boxed().toList();
        assertThat(numbers(sent(faulty, 300))).isEqualTo(all);
        assertThat(numbers(received(faulty, 300))).isEqualTo(all);
        assertThat(timeline.hasDeadline()).as("nothing under way, no wake-up").isFalse();
    }

    @Test
    void lossLosesAboutItsShareAndCountsIt() {
        FaultBackend faulty = faulty(0.25, 0, 0, 0, 0);
        int there = sent(faulty, 2000).size();
        int back = received(faulty, 2000).size();
        assertThat(there).isBetween(1400, 1600);
        assertThat(back).isBetween(1400, 1600);
        assertThat(faulty.counters().get(BackendCounter.TRANSMIT_DROPPED_FAULT)).isEqualTo(2000 - there);
        assertThat(faulty.counters().get(BackendCounter.RECEIVE_DROPPED_FAULT)).isEqualTo(2000 - back);
    }

    @Test
    void certainLossLosesEverything() {
        assertThat(sent(faulty(1, 0.5, 0.5, 0.5, 0), 50)).isEmpty();
    }

    @Test
    void duplicateComesDirectlyBehindItsOriginal() {
        FaultBackend faulty = faulty(0, 1, 0, 0, 0);
        assertThat(numbers(sent(faulty, 3))).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(faulty.counters().get(BackendCounter.FAULT_DUPLICATES)).isEqualTo(3);
    }

    @Test
    void reorderLetsTheNextFramePass() {
        FaultBackend faulty = faulty(0, 0, 1, 0, 0);
        assertThat(numbers(sent(faulty, 4))).containsExactly(1, 0, 3, 2);
        assertThat(faulty.counters().get(BackendCounter.FAULT_REORDERS)).isEqualTo(2);
    }

    @Test
    void frameThatNobodyOvertakesGoesOnAfterTheHold() {
        FaultBackend faulty = faulty(0, 0, 1, 0, 0);
        faulty.transmit(Frames.batch(numbered(5)), 0);
        timeline.advance(FaultLine.REORDER_HOLD_NS - 1);
        assertThat(Frames.receive(far)).isEmpty();
        timeline.advance(1);
        assertThat(numbers(Frames.receive(far))).containsExactly(5);
    }

    @Test
    void corruptionFlipsOneBit() {
        FaultBackend faulty = faulty(0, 0, 0, 1, 0);
        for (byte[] seen : sent(faulty, 1)) {
            byte[] original = numbered(0);
            int bits = 0;
            for (int i = 0; i < original.length; i++) bits += Integer.bitCount((original[i] ^ seen[i]) & 0xFF);
            assertThat(bits).isEqualTo(1);
        }
        assertThat(faulty.counters().get(BackendCounter.FAULT_CORRUPTIONS)).isEqualTo(1);
    }

    @Test
    void delayHoldsEachFrameExactlySoLong() {
        FaultBackend faulty = faulty(0, 0, 0, 0, 5_000_000);
        faulty.transmit(Frames.batch(numbered(1)), 0);
        timeline.advance(1_000_000);
        faulty.transmit(Frames.batch(numbered(2)), 0);
        timeline.advance(3_999_999);
        assertThat(Frames.receive(far)).isEmpty();
        timeline.advance(1);
        assertThat(numbers(Frames.receive(far))).containsExactly(1);
        timeline.advance(1_000_000);
        assertThat(numbers(Frames.receive(far))).containsExactly(2);
    }

    @Test
    void delayHoldsReceivedFramesAndWakesTheLoop() {
        FaultBackend faulty = faulty(0, 0, 0, 0, 5_000_000);
        far.transmit(Frames.batch(numbered(1)), 0);
        assertThat(Frames.receive(faulty)).isEmpty();
        assertThat(timeline.nextDeadlineNs()).isEqualTo(7 + 5_000_000);
        timeline.advance(5_000_000);
        assertThat(numbers(Frames.receive(faulty))).containsExactly(1);
    }

    @Test
    void sameSeedSameFaults() {
        List<byte[]> first = sent(faulty(0.1, 0.1, 0.1, 0.1, 0), 500);
        List<byte[]> second = sent(faulty(0.1, 0.1, 0.1, 0.1, 0), 500);
        assertThat(second).hasSameSizeAs(first);
        for (int i = 0; i < first.size(); i++)
            assertThat(Arrays.equals(first.get(i), second.get(i))).isTrue();
    }

    @Test
    void backPressureOfTheInnerBackendKeepsFramesInOrder() {
        LoopbackBackend small = new LoopbackBackend();
        FaultBackend faulty = new FaultBackend(small, new FilterOptions.Fault("f", "n", 1, 0, 0, 0, 0, 0), timeline);
        FrameBatch batch = new FrameBatch(1, 1, 0);
        int total = LoopbackBackend.QUEUE_FRAMES + 500;
        for (int i = 0; i < total; i++) {
            batch.clear();
            Frames.append(batch, numbered(i), 60);
            assertThat(faulty.transmit(batch, 0)).isEqualTo(1);
        }
        List<byte[]> seen = new ArrayList<>();
        while (seen.size() < total) {
            List<byte[]> some = Frames.receive(faulty);
            assertThat(timeline.advance(FaultBackend.RETRY_NS) + some.size())
                    .as("progress")
                    .isPositive();
            seen.addAll(some);
        }
        assertThat(numbers(seen))
                .isEqualTo(java.util.stream.IntStream.range(0, total).boxed().toList());
    }

    @Test
    void fullLineIsBackPressure() {
        FaultBackend faulty = faulty(0, 0, 0, 0, 1_000_000_000);
        FrameBatch batch = Frames.batch(Frames.random(1, 16_000));
        int taken = 0;
        while (faulty.transmit(batch, 0) == 1) assertThat(++taken).isLessThan(1000);
        assertThat(faulty.counters().get(BackendCounter.TRANSMIT_BACKPRESSURE)).isEqualTo(1);
        assertThat(taken).isGreaterThan(100);
    }

    /// Also one that was held back to be overtaken.
    @Test
    void framesKeepTheirQueueBothWays() {
        QueueRecorder recorder = new QueueRecorder();
        FilterOptions.Fault faults = new FilterOptions.Fault("f", "n", 42, 0, 0, 0.5, 0, 0);
        FaultBackend faulty = new FaultBackend(recorder, faults, timeline);
        assertThat(faulty.transmitQueues()).as("a line is one queue").isEqualTo(1);
        FrameBatch batch = Frames.batch(numbered(0), numbered(1), numbered(2), numbered(3), numbered(4));
        for (int i = 0; i < 5; i++) batch.queue(i, i);
        assertThat(faulty.transmit(batch, 0)).isEqualTo(5);
        timeline.advance(10 * FaultLine.REORDER_HOLD_NS);
        assertThat(recorder.sentQueues).containsExactlyInAnyOrder(0, 1, 2, 3, 4);

        recorder.arriving = batch;
        FrameBatch arrived = Frames.emptyBatch();
        faulty.receive(arrived);
        timeline.advance(10 * FaultLine.REORDER_HOLD_NS);
        List<Integer> queues = new ArrayList<>();
        for (int i = 0; i < arrived.size(); i++) queues.add(arrived.queue(i));
        arrived.clear();
        faulty.receive(arrived);
        for (int i = 0; i < arrived.size(); i++) queues.add(arrived.queue(i));
        assertThat(queues).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
}
