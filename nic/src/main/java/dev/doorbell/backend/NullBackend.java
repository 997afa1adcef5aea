package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;

/// Takes every frame and forgets it; never receives. Takes offloads too, so that a card does the least
/// work for it.
public final class NullBackend extends CountedBackend {
    public NullBackend() {
        super(new Capabilities(PLAIN_FRAME_BYTES, Integer.MAX_VALUE, true, true, false));
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        long bytes = 0;
        int frames = 0;
        for (int i = from; i < batch.size(); i++) {
            if (!acceptable(batch, i)) continue;
            frames++;
            bytes += batch.lengthBytes(i);
        }
        countTransmitted(frames, bytes);
        return batch.size() - from;
    }

    @Override
    public int receive(FrameBatch batch) {
        return 0;
    }

    @Override
    public void close() {}
}
