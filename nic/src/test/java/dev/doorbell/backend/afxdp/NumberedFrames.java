package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/// Frames of mixed lengths and bytes, numbered per queue: made, and told apart from every other when
/// they arrive. No allocation per frame, so that millions can be checked.
final class NumberedFrames {
    static final int SHORTEST_BYTES = 20;
    private static final int HEADER_BYTES = 19; // Ethernet, a queue, a number
    private static final int QUEUE_AT = 14;
    private static final int NUMBER_AT = 15;
    private static final int PATTERN_BYTES = 1 << 18;
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int longestBytes;
    private final MemorySegment pattern = Arena.ofAuto().allocate(PATTERN_BYTES);
    private final MemorySegment headers;
    private final MemorySegment expected = Arena.ofAuto().allocate(32);
    private final MemorySegment flat = Arena.ofAuto().allocate(70_000);
    private final int[] nextMade;
    private final int[] nextSeen;
    private int slot;

    /// @param longestBytes of a frame, 20 or more
    /// @param window       frames that are made before the first of them is not looked at any more
    NumberedFrames(int queues, int longestBytes, int window) {
        this.longestBytes = longestBytes;
        nextMade = new int[queues];
        nextSeen = new int[queues];
        headers = Arena.ofAuto().allocate((long) window * 32);
        byte[] bytes = new byte[PATTERN_BYTES];
        new Random(1).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, pattern, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    private static int mixed(int queue, int number) {
        int x = number * 0x9E3779B9 + queue * 0x85EBCA6B;
        x ^= x >>> 15;
        x *= 0x2C1B3C6D;
        return (x ^ x >>> 13) & Integer.MAX_VALUE;
    }

    /// A third of the frames is minimal, a few are as long as they may be.
    int lengthBytes(int queue, int number) {
        int mix = mixed(queue, number);
        if (mix % 3 == 0) return Math.min(60, longestBytes);
        if (mix % 17 == 0) return longestBytes;
        return SHORTEST_BYTES + mix % (longestBytes - SHORTEST_BYTES + 1);
    }

    private int patternAt(int queue, int number) {
        return mixed(queue + 7, number) % (PATTERN_BYTES - longestBytes);
    }

    private void header(MemorySegment memory, long at, int queue, int number) {
        memory.asSlice(at, HEADER_BYTES).fill((byte) 0);
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) 2);
        memory.set(ValueLayout.JAVA_BYTE, at + 6, (byte) 2);
        memory.set(ValueLayout.JAVA_BYTE, at + 12, (byte) 0x88);
        memory.set(ValueLayout.JAVA_BYTE, at + 13, (byte) 0xB5); // for local experiments: no stack looks at it
        memory.set(ValueLayout.JAVA_BYTE, at + QUEUE_AT, (byte) queue);
        memory.set(NUMBER, at + NUMBER_AT, number);
    }

    /// Appends the next frame of a queue, in one to four slices.
    void append(FrameBatch batch, int queue) {
        int number = nextMade[queue]++;
        long at = slot * 32L;
        slot = (slot + 1) % (int) (headers.byteSize() / 32);
        header(headers, at, queue, number);
        int payloadBytes = lengthBytes(queue, number) - HEADER_BYTES;
        int from = patternAt(queue, number);
        batch.beginFrame();
        boolean fits = batch.addSlice(headers, at, HEADER_BYTES);
        int first = payloadBytes * (mixed(queue + 3, number) % 4) / 3; // 0, a third, two thirds or all
        fits &= batch.addSlice(pattern, from, first);
        fits &= batch.addSlice(pattern, from + first, payloadBytes - first);
        assertTrue(fits, "test batch has too few slices");
        batch.queue(batch.openFrame(), queue);
        batch.endFrame();
    }

    /// Checks a frame byte for byte: it must be the next one of its queue.
    ///
    /// @param arrivals by which queue the frames of each queue arrive
    void check(FrameBatch batch, int frame, int[] arrivals) {
        int lengthBytes = batch.lengthBytes(frame);
        batch.copyTo(frame, 0, lengthBytes, flat, 0);
        int queue = flat.get(ValueLayout.JAVA_BYTE, QUEUE_AT);
        boolean ours = lengthBytes >= SHORTEST_BYTES && flat.get(ValueLayout.JAVA_BYTE, 13) == (byte) 0xB5;
        if (!ours || queue < 0 || queue >= nextSeen.length || batch.queue(frame) != arrivals[queue])
            throw new AssertionError(describe(lengthBytes, batch.queue(frame)));
        int number = nextSeen[queue]++;
        header(expected, 0, queue, number);
        boolean right = lengthBytes == lengthBytes(queue, number)
                && MemorySegment.mismatch(expected, 0, HEADER_BYTES, flat, 0, HEADER_BYTES) < 0;
        int from = patternAt(queue, number);
        right &= MemorySegment.mismatch(
                        pattern, from, from + lengthBytes - HEADER_BYTES, flat, HEADER_BYTES, lengthBytes)
                < 0;
        if (!right) throw new AssertionError(describe(lengthBytes, queue) + ", expected number " + number);
    }

    private String describe(int lengthBytes, int queue) {
        return "frame of " + lengthBytes + " bytes by queue " + queue + ", says queue "
                + flat.get(ValueLayout.JAVA_BYTE, QUEUE_AT) + " number " + flat.get(NUMBER, NUMBER_AT);
    }

    long made() {
        return Arrays.stream(nextMade).asLongStream().sum();
    }

    long seen() {
        return Arrays.stream(nextSeen).asLongStream().sum();
    }

    void assertAllSeen() {
        assertThat(nextSeen).isEqualTo(nextMade);
    }
}
