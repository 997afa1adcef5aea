package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;

/// One port of a [Hub]. The link is up while another port is plugged in.
public final class HubPort extends CountedBackend {
    /// Frames that wait for this port's card at most.
    public static final int QUEUE_FRAMES = 1024;
    /// Bytes that wait for this port's card at most.
    public static final int QUEUE_BYTES = 1 << 20;

    private final Hub hub;
    private final int number;
    private final FrameQueue queue = new FrameQueue(QUEUE_FRAMES, QUEUE_BYTES);
    private boolean closed;

    HubPort(Hub hub, int number) {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, Integer.MAX_VALUE));
        this.hub = hub;
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        if (!linkUp()) return dropLinkDown(batch, from);
        int frames = 0;
        long bytes = 0;
        for (int i = from; i < batch.size(); i++) {
            if (!acceptable(batch, i)) continue;
            hub.forward(this, batch, i);
            frames++;
            bytes += batch.lengthBytes(i);
        }
        countTransmitted(frames, bytes);
        return batch.size() - from;
    }

    void deliver(FrameBatch batch, int frame) {
        if (!queue.offer(batch, frame)) counters.increment(BackendCounter.RECEIVE_DROPPED_QUEUE_FULL);
    }

    @Override
    public int receive(FrameBatch batch) {
        hub.checkThread();
        int before = batch.size();
        int frames = queue.lendTo(batch);
        if (frames > 0) countReceived(frames, bytesOf(batch, before));
        return frames;
    }

    @Override
    public boolean linkUp() {
        return !closed && hub.hasOthers(this);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        hub.unplug(this);
        queue.clear();
    }
}
