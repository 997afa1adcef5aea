package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;

/// A plug with its transmit pair wired to its receive pair: what is transmitted is received, in order.
///
/// Frames are copied into a bounded queue; a full queue is back-pressure.
public final class LoopbackBackend extends CountedBackend {
    /// Frames under way at most.
    public static final int QUEUE_FRAMES = 1024;
    /// Bytes under way at most.
    public static final int QUEUE_BYTES = 1 << 20;

    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES, QUEUE_BYTES);

    public LoopbackBackend() {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, QUEUE_FRAMES));
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        long bytes = 0;
        int frames = 0;
        int at = from;
        for (; at < batch.size(); at++) {
            if (!acceptable(batch, at)) continue;
            if (!queue.offer(batch, at)) {
                counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
                break;
            }
            frames++;
            bytes += batch.lengthBytes(at);
        }
        countTransmitted(frames, bytes);
        return at - from;
    }

    @Override
    public int receive(FrameBatch batch) {
        int before = batch.size();
        int frames = queue.lendTo(batch);
        if (frames > 0) countReceived(frames, bytesOf(batch, before));
        return frames;
    }

    @Override
    public void close() {
        queue.clear();
    }
}
