package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;

/// What every backend of this room shares: its counters, its capabilities and the checks of a frame at
/// the gate.
public abstract class CountedBackend implements FrameBackend {
    /// Longest frame of the backends that copy plain frames, without FCS: more than any card here sends
    /// (16 KiB).
    public static final int PLAIN_FRAME_BYTES = 65_535;
    /// Longest frame that is handed on whole to be segmented: the longest IP packet behind a tagged
    /// Ethernet header.
    public static final int SEGMENTED_FRAME_BYTES = 65_535 + 18;
    /// An Ethernet header: destination, source, type.
    static final int ETHERNET_HEADER_BYTES = 14;

    final CounterTable<BackendCounter> counters = new CounterTable<>(BackendCounter.class);
    private final Capabilities capabilities;

    CountedBackend(Capabilities capabilities) {
        this.capabilities = capabilities;
    }

    /// The counters; read by any thread.
    public final CounterTable<BackendCounter> counters() {
        return counters;
    }

    @Override
    public final Capabilities capabilities() {
        return capabilities;
    }

    /// Judges an offered frame against the capabilities. A refused one is counted here and must be taken
    /// as dropped.
    final boolean acceptable(FrameBatch batch, int frame) {
        boolean segmented = batch.segmentType(frame) != FrameBatch.SEGMENT_NONE;
        if ((segmented && !capabilities.takesSegmentation())
                || (batch.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE && !capabilities.takesOpenChecksum())) {
            counters.increment(BackendCounter.TRANSMIT_DROPPED_OFFLOAD);
            return false;
        }
        int lengthBytes = batch.lengthBytes(frame);
        if (lengthBytes < ETHERNET_HEADER_BYTES) {
            counters.increment(BackendCounter.TRANSMIT_DROPPED_TOO_SHORT);
            return false;
        }
        if (lengthBytes > (segmented ? SEGMENTED_FRAME_BYTES : capabilities.maxFrameBytes())) {
            counters.increment(BackendCounter.TRANSMIT_DROPPED_TOO_LONG);
            return false;
        }
        return true;
    }

    /// Takes everything offered and drops it: there is no other end.
    final int dropLinkDown(FrameBatch batch, int from) {
        int offered = batch.size() - from;
        counters.add(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN, offered);
        return offered;
    }

    final void countTransmitted(int frames, long bytes) {
        counters.add(BackendCounter.TRANSMIT_FRAMES, frames);
        counters.add(BackendCounter.TRANSMIT_BYTES, bytes);
    }

    final void countReceived(int frames, long bytes) {
        counters.add(BackendCounter.RECEIVE_FRAMES, frames);
        counters.add(BackendCounter.RECEIVE_BYTES, bytes);
    }

    /// Bytes of the frames `from..size)` of a batch.
    static long bytesOf(FrameBatch batch, int from) {
        long bytes = 0;
        for (int i = from; i < batch.size(); i++) bytes += batch.lengthBytes(i);
        return bytes;
    }
}
