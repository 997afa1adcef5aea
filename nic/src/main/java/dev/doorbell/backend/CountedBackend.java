package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import org.jspecify.annotations.Nullable;

/// What every backend of this room shares: its counters, its capabilities and the checks of a frame at
/// the gate.
public abstract class CountedBackend implements FrameBackend {
    /// Longest frame of the backends that copy plain frames, without FCS: more than any card here sends
    /// (16 KiB).
    public static final int PLAIN_FRAME_BYTES = 65_535;
    /// Longest frame that is handed on whole to be segmented: the longest IP packet behind a tagged
    /// Ethernet header.
    public static final int SEGMENTED_FRAME_BYTES = 65_535 + 22;
    /// An Ethernet header: destination, source, type.
    public static final int ETHERNET_HEADER_BYTES = 14;

    protected final CounterTable<BackendCounter> counters;
    private final Capabilities capabilities;

    protected CountedBackend(Capabilities capabilities) {
        this(capabilities, new CounterTable<>(BackendCounter.class));
    }

    /// @param counters that parts of this backend count in, too
    protected CountedBackend(Capabilities capabilities, CounterTable<BackendCounter> counters) {
        this.capabilities = capabilities;
        this.counters = counters;
    }

    /// The counters; read by any thread.
    public final CounterTable<BackendCounter> counters() {
        return counters;
    }

    @Override
    public final Capabilities capabilities() {
        return capabilities;
    }

    /// Whether this backend can take a frame at all.
    protected final boolean canTake(FrameBatch batch, int frame) {
        return obstacle(batch, frame) == null;
    }

    /// As [#canTake], and counts a frame that cannot be taken: it is to be taken as dropped.
    protected final boolean acceptable(FrameBatch batch, int frame) {
        BackendCounter obstacle = obstacle(batch, frame);
        if (obstacle == null) return true;
        counters.increment(obstacle);
        return false;
    }

    private @Nullable BackendCounter obstacle(FrameBatch batch, int frame) {
        boolean segmented = batch.segmentType(frame) != FrameBatch.SEGMENT_NONE;
        boolean open = batch.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE;
        if ((segmented && !capabilities.takesSegmentation()) || (open && !capabilities.takesOpenChecksum()))
            return BackendCounter.TRANSMIT_DROPPED_OFFLOAD;
        int lengthBytes = batch.lengthBytes(frame);
        if (lengthBytes < ETHERNET_HEADER_BYTES) return BackendCounter.TRANSMIT_DROPPED_TOO_SHORT;
        int limitBytes = segmented ? SEGMENTED_FRAME_BYTES : capabilities.maxFrameBytes();
        return lengthBytes > limitBytes ? BackendCounter.TRANSMIT_DROPPED_TOO_LONG : null;
    }

    /// Takes everything offered and drops it: there is no other end.
    protected final int dropLinkDown(FrameBatch batch, int from) {
        int offered = batch.size() - from;
        counters.add(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN, offered);
        return offered;
    }

    protected final void countTransmitted(int frames, long bytes) {
        counters.add(BackendCounter.TRANSMIT_FRAMES, frames);
        counters.add(BackendCounter.TRANSMIT_BYTES, bytes);
    }

    protected final void countReceived(int frames, long bytes) {
        counters.add(BackendCounter.RECEIVE_FRAMES, frames);
        counters.add(BackendCounter.RECEIVE_BYTES, bytes);
    }

    /// Bytes of the frames `from..size)` of a batch.
    protected static long bytesOf(FrameBatch batch, int from) {
        long bytes = 0;
        for (int i = from; i < batch.size(); i++) bytes += batch.lengthBytes(i);
        return bytes;
    }
}
