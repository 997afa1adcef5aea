package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Frames of test bytes, in one slice or in many.
final class Batches {
    private Batches() {}

    static MemorySegment memory(byte[] content) {
        MemorySegment segment = Arena.ofAuto().allocate(Math.max(1, content.length));
        MemorySegment.copy(content, 0, segment, ValueLayout.JAVA_BYTE, 0, content.length);
        return segment;
    }

    /// Appends a frame in one slice.
    static void add(FrameBatch batch, byte[] content) {
        batch.beginFrame();
        batch.addSlice(memory(content), 0, content.length);
        batch.endFrame();
    }

    /// Appends a frame in slices of random lengths, each in memory of its own and at an odd or even place.
    static void addScattered(FrameBatch batch, byte[] content, Random random) {
        batch.beginFrame();
        for (int at = 0; at < content.length; ) {
            int length = Math.min(content.length - at, 1 + random.nextInt(1 + random.nextInt(200)));
            int gap = random.nextInt(9);
            MemorySegment piece = Arena.ofAuto().allocate(gap + length);
            MemorySegment.copy(content, at, piece, ValueLayout.JAVA_BYTE, gap, length);
            batch.addSlice(piece, gap, length);
            at += length;
        }
        batch.endFrame();
    }

    static byte[] bytes(FrameBatch batch, int frame) {
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, batch.lengthBytes(frame)));
        int length = batch.copyTo(frame, 0, batch.lengthBytes(frame), copy, 0);
        return copy.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    static byte[] random(Random random, int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return content;
    }
}
