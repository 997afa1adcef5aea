package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import org.junit.jupiter.api.Test;

class LoopbackBackendTest {
    private final LoopbackBackend loopback = new LoopbackBackend();

    @Test
    void sentFramesComeBackByteForByteInOrder() {
        FrameBatch batch = new FrameBatch(8, 4096, 0);
        for (int sliceBytes : new int[] {1, 13, 14, 15, 999, 9000})
            Frames.append(batch, Frames.random(sliceBytes, 1514), sliceBytes);

        assertThat(loopback.transmit(batch, 0)).isEqualTo(6);

        assertThat(Frames.receive(loopback))
                .containsExactly(
                        Frames.random(1, 1514),
                        Frames.random(13, 1514),
                        Frames.random(14, 1514),
                        Frames.random(15, 1514),
                        Frames.random(999, 1514),
                        Frames.random(9000, 1514));
        assertThat(loopback.counters().get(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(6);
        assertThat(loopback.counters().get(BackendCounter.RECEIVE_BYTES)).isEqualTo(6 * 1514);
    }

    @Test
    void transmitBeginsWhereItIsTold() {
        assertThat(loopback.transmit(Frames.batch(Frames.random(1, 60), Frames.random(2, 60)), 1))
                .isEqualTo(1);
        assertThat(Frames.receive(loopback)).containsExactly(Frames.random(2, 60));
    }

    @Test
    void fullQueueIsBackPressureAndEndsWhenFramesAreReceived() {
        FrameBatch batch = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < LoopbackBackend.QUEUE_FRAMES; i++)
            assertThat(loopback.transmit(batch, 0)).isEqualTo(1);

        assertThat(loopback.transmit(batch, 0)).isZero();
        assertThat(loopback.counters().get(BackendCounter.TRANSMIT_BACKPRESSURE))
                .isEqualTo(1);

        assertThat(Frames.receive(loopback)).hasSize(64);
        assertThat(Frames.receive(loopback)).hasSize(64); // the first 64 are given back by this call
        assertThat(loopback.transmit(batch, 0)).isEqualTo(1);
    }

    @Test
    void framesThatCanNeverGoAreTakenAndCounted() {
        FrameBatch batch = Frames.batch(
                Frames.random(1, CountedBackend.PLAIN_FRAME_BYTES + 1),
                Frames.random(2, 13),
                Frames.random(3, 60),
                Frames.random(4, 60),
                Frames.random(5, 60));
        batch.openChecksum(2, 34, 16);
        batch.segment(3, FrameBatch.SEGMENT_TCP4, 10, 54);

        assertThat(loopback.transmit(batch, 0)).isEqualTo(5);

        assertThat(Frames.receive(loopback)).containsExactly(Frames.random(5, 60));
        assertThat(loopback.counters().get(BackendCounter.TRANSMIT_DROPPED_TOO_LONG))
                .isEqualTo(1);
        assertThat(loopback.counters().get(BackendCounter.TRANSMIT_DROPPED_TOO_SHORT))
                .isEqualTo(1);
        assertThat(loopback.counters().get(BackendCounter.TRANSMIT_DROPPED_OFFLOAD))
                .isEqualTo(2);
    }

    @Test
    void nullBackendTakesEverythingAndGivesNothing() {
        NullBackend nowhere = new NullBackend();
        FrameBatch batch = Frames.batch(
                Frames.random(1, 60),
                Frames.random(2, CountedBackend.SEGMENTED_FRAME_BYTES),
                Frames.random(3, CountedBackend.SEGMENTED_FRAME_BYTES + 1));
        for (int i = 1; i <= 2; i++) batch.segment(i, FrameBatch.SEGMENT_TCP4, 1448, 66);

        assertThat(nowhere.transmit(batch, 0)).isEqualTo(3);

        assertThat(Frames.receive(nowhere)).isEmpty();
        assertThat(nowhere.counters().get(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(2);
        assertThat(nowhere.counters().get(BackendCounter.TRANSMIT_BYTES))
                .isEqualTo(60 + CountedBackend.SEGMENTED_FRAME_BYTES);
        assertThat(nowhere.counters().get(BackendCounter.TRANSMIT_DROPPED_TOO_LONG))
                .isEqualTo(1);
    }

    /// Which queue a frame was sent by says nothing about which one should receive it.
    @Test
    void framesCarryNoQueueAcross() {
        FrameBatch batch = Frames.batch(Frames.random(1, 60));
        batch.queue(0, 3);
        loopback.transmit(batch, 0);
        FrameBatch arrived = Frames.emptyBatch();
        assertThat(loopback.receive(arrived)).isEqualTo(1);
        assertThat(arrived.queue(0)).isEqualTo(FrameBatch.ANY_QUEUE);
    }
}
