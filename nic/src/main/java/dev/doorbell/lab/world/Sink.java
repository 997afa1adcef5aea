package dev.doorbell.lab.world;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import java.util.Arrays;

/// A network that takes every frame at once, counts it, and remembers when the first so many came. One thread.
public final class Sink implements FrameBackend {
    private static final int MAX_FRAME_BYTES = 16_384;
    private static final int BATCH_FRAMES = 64;

    private final Timeline time;
    private final long[] atNs;
    private long frames;
    private long bytes;
    private long lastNs;

    /// @param remember times of so many frames are kept; 0 or more
    public Sink(Timeline time, int remember) {
        this.time = time;
        atNs = new long[remember];
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        lastNs = time.nowNs();
        for (int frame = from; frame < batch.size(); frame++) {
            if (frames < atNs.length) atNs[(int) frames] = lastNs;
            frames++;
            bytes += batch.lengthBytes(frame);
        }
        return batch.size() - from;
    }

    /// Frames taken so far.
    public long frames() {
        return frames;
    }

    /// Their Layer-2 bytes, without FCS.
    public long bytes() {
        return bytes;
    }

    /// When the last frame came, in the timeline's nanoseconds.
    public long lastNs() {
        return lastNs;
    }

    /// When the frames came that are remembered, in order.
    public long[] timesNs() {
        return Arrays.copyOf(atNs, (int) Math.min(frames, atNs.length));
    }

    /// Starts over.
    public void forget() {
        frames = 0;
        bytes = 0;
    }

    @Override
    public int receive(FrameBatch batch) {
        return 0;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.plain(MAX_FRAME_BYTES, BATCH_FRAMES);
    }

    @Override
    public void close() {}
}
