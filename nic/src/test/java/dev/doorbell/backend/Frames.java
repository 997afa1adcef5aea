package dev.doorbell.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Frames of tests, made and taken apart as byte arrays.
public final class Frames {
    private Frames() {}

    /// A frame of `lengthBytes` with bytes that depend on `seed`; station addresses are unicast.
    public static byte[] random(long seed, int lengthBytes) {
        byte[] frame = new byte[lengthBytes];
        new Random(seed).nextBytes(frame);
        if (lengthBytes > 6) {
            frame[0] &= (byte) 0xFC;
            frame[6] &= (byte) 0xFC;
        }
        return frame;
    }

    /// A minimal frame between two stations, each named by the last byte of its address; 0xFF is broadcast.
    public static byte[] between(int source, int destination, int tag) {
        byte[] frame = new byte[60];
        if (destination == 0xFF) java.util.Arrays.fill(frame, 0, 6, (byte) 0xFF);
        else frame[0] = 2;
        frame[5] = (byte) destination;
        frame[6] = 2;
        frame[11] = (byte) source;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xB5;
        frame[59] = (byte) tag;
        return frame;
    }

    public static FrameBatch emptyBatch() {
        return new FrameBatch(64, 256, 0);
    }

    /// A batch of frames, one slice each.
    public static FrameBatch batch(byte[]... frames) {
        FrameBatch batch = new FrameBatch(Math.max(1, frames.length), Math.max(1, frames.length), 0);
        for (byte[] frame : frames) append(batch, frame, frame.length);
        return batch;
    }

    /// Appends a frame cut into slices of `sliceBytes`, each in memory of its own.
    public static void append(FrameBatch batch, byte[] frame, int sliceBytes) {
        batch.beginFrame();
        for (int at = 0; at < frame.length; at += sliceBytes) {
            int length = Math.min(sliceBytes, frame.length - at);
            MemorySegment slice = Arena.ofAuto().allocate(length + 7L);
            MemorySegment.copy(frame, at, slice, ValueLayout.JAVA_BYTE, 3, length);
            assertTrue(batch.addSlice(slice, 3, length), "test batch has too few slices");
        }
        batch.endFrame();
    }

    public static byte[] bytes(FrameBatch batch, int frame) {
        int length = batch.lengthBytes(frame);
        MemorySegment flat = Arena.ofAuto().allocate(Math.max(1, length));
        assertTrue(batch.copyTo(frame, 0, length, flat, 0) == length, "a frame is as long as its slices");
        return flat.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// One receive call.
    public static List<byte[]> receive(FrameBackend backend) {
        FrameBatch batch = emptyBatch();
        backend.receive(batch);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) frames.add(bytes(batch, i));
        return frames;
    }
}
