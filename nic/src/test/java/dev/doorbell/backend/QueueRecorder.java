package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A backend of several queues: notes which one each frame names, and delivers frames that name theirs.
final class QueueRecorder extends CountedBackend {
    final List<Integer> sentQueues = new ArrayList<>();
    /// Delivered once, with their queues.
    @Nullable
    FrameBatch arriving;

    QueueRecorder() {
        super(Capabilities.plain(PLAIN_FRAME_BYTES, 64));
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        for (int i = from; i < batch.size(); i++) sentQueues.add(batch.queue(i));
        return batch.size() - from;
    }

    @Override
    public int receive(FrameBatch batch) {
        FrameBatch source = arriving;
        if (source == null) return 0;
        arriving = null;
        for (int i = 0; i < source.size(); i++) {
            batch.beginFrame();
            batch.addRange(source, i, 0, source.lengthBytes(i));
            batch.queue(batch.openFrame(), source.queue(i));
            batch.endFrame();
        }
        return source.size();
    }

    @Override
    public int transmitQueues() {
        return 4;
    }

    @Override
    public void close() {}
}
