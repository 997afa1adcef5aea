package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
    private final FrameBatch out = Frames.emptyBatch();

    @Test
    void framesComeOutInOrderByteForByte() {
        FrameQueue queue = new FrameQueue(4, 400);
        byte[] first = Frames.random(1, 60);
        byte[] second = Frames.random(2, 61);
        assertThat(queue.offer(Frames.batch(first, second), 0)).isTrue();
        assertThat(queue.offer(Frames.batch(first, second), 1)).isTrue();

        assertThat(queue.lendTo(out)).isEqualTo(2);

        assertThat(Frames.bytes(out, 0)).isEqualTo(first);
        assertThat(Frames.bytes(out, 1)).isEqualTo(second);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void openChecksumAndSegmentationTravelWithTheFrame() {
        FrameQueue queue = new FrameQueue(4, 400);
        FrameBatch in = Frames.batch(Frames.random(1, 60), Frames.random(2, 60));
        in.openChecksum(0, 34, 16);
        in.segment(0, FrameBatch.SEGMENT_TCP4, 1448, 66);
        in.vouchForChecksum(1);
        in.queue(1, 7);
        queue.offer(in, 0, 3);
        queue.offer(in, 1);

        queue.lendTo(out);

        assertThat(out.queue(0)).isEqualTo(3);
        assertThat(out.queue(1)).as("kept only when told").isEqualTo(FrameBatch.ANY_QUEUE);
        assertThat(out.checksumVouched(0)).isFalse();
        assertThat(out.checksumVouched(1)).isTrue();
        assertThat(out.checksumStart(0)).isEqualTo(34);
        assertThat(out.checksumOffset(0)).isEqualTo(16);
        assertThat(out.segmentType(0)).isEqualTo(FrameBatch.SEGMENT_TCP4);
        assertThat(out.segmentBytes(0)).isEqualTo(1448);
        assertThat(out.headerBytes(0)).isEqualTo(66);
        assertThat(out.checksumStart(1)).isEqualTo(FrameBatch.CHECKSUM_COMPLETE);
        assertThat(out.segmentType(1)).isEqualTo(FrameBatch.SEGMENT_NONE);
    }

    @Test
    void countLimitIsKept() {
        FrameQueue queue = new FrameQueue(2, 4000);
        FrameBatch in = Frames.batch(Frames.random(1, 60));
        assertThat(queue.offer(in, 0)).isTrue();
        assertThat(queue.offer(in, 0)).isTrue();
        assertThat(queue.offer(in, 0)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void lentFramesHoldTheirMemoryUntilTheNextLending() {
        FrameQueue queue = new FrameQueue(8, 130);
        byte[] held = Frames.random(1, 60);
        queue.offer(Frames.batch(held), 0);
        queue.offer(Frames.batch(Frames.random(2, 60)), 0);
        queue.lendTo(out);

        assertThat(queue.offer(Frames.batch(Frames.random(3, 60)), 0)).isFalse();
        assertThat(Frames.bytes(out, 0)).isEqualTo(held);

        out.clear();
        assertThat(queue.lendTo(out)).isZero();
        assertThat(queue.offer(Frames.batch(Frames.random(3, 60)), 0)).isTrue();
    }

    @Test
    void framesNotTakenAreLentAgain() {
        FrameQueue queue = new FrameQueue(8, 1000);
        byte[] second = Frames.random(2, 60);
        queue.offer(Frames.batch(Frames.random(1, 60)), 0);
        queue.offer(Frames.batch(second), 0);
        queue.lendTo(out);

        queue.unlend(1);

        out.clear();
        assertThat(queue.lendTo(out)).isEqualTo(1);
        assertThat(Frames.bytes(out, 0)).isEqualTo(second);
    }

    @Test
    void anEmptyQueueTakesAFrameOfItsWholeMemory() {
        FrameQueue queue = new FrameQueue(8, 100);
        for (int round = 0; round < 3; round++) {
            assertThat(queue.offer(Frames.batch(Frames.random(round, 100)), 0)).isTrue();
            assertThat(queue.offer(Frames.batch(Frames.random(round, 14)), 0)).isFalse();
            out.clear();
            queue.lendTo(out);
            assertThat(Frames.bytes(out, 0)).isEqualTo(Frames.random(round, 100));
            queue.giveBack();
        }
    }

    @Test
    void aFrameLargerThanTheMemoryIsRefused() {
        assertThat(new FrameQueue(8, 100).offer(Frames.batch(Frames.random(1, 101)), 0))
                .isFalse();
    }

    @Test
    void corruptionTouchesOneByteOfTheLastFrame() {
        FrameQueue queue = new FrameQueue(8, 1000);
        byte[] frame = Frames.random(2, 60);
        queue.offer(Frames.batch(Frames.random(1, 60)), 0);
        queue.offer(Frames.batch(frame), 0);

        queue.corruptLast(59, 0x10);

        queue.lendTo(out);
        frame[59] ^= 0x10;
        assertThat(Frames.bytes(out, 0)).isEqualTo(Frames.random(1, 60));
        assertThat(Frames.bytes(out, 1)).isEqualTo(frame);
    }

    /// Random sizes, refusals and lendings against a plain list, over many turns of the memory.
    @Test
    void seededTrafficMatchesAListOfFrames() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            FrameQueue queue = new FrameQueue(16, 3000);
            ArrayDeque<byte[]> expected = new ArrayDeque<>();
            for (int step = 0; step < 2000; step++) {
                if (random.nextInt(3) > 0) {
                    byte[] frame = Frames.random(random.nextLong(), 14 + random.nextInt(700));
                    if (queue.offer(Frames.batch(frame), 0)) expected.add(frame);
                    else assertThat(queue.size()).as("seed %d", seed).isPositive();
                } else {
                    out.clear();
                    int lent = queue.lendTo(out, 1 + random.nextInt(5));
                    for (int i = 0; i < lent; i++)
                        assertThat(Frames.bytes(out, i))
                                .as("seed %d step %d", seed, step)
                                .isEqualTo(expected.poll());
                    if (random.nextBoolean()) queue.giveBack();
                }
                if (queue.isEmpty()) queue.giveBack();
                assertThat(queue.size()).isEqualTo(expected.size());
            }
        }
    }
}
