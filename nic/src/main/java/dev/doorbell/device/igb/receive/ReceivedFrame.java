package dev.doorbell.device.igb.receive;

import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.Verdict;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;

/// A frame as the wire had it, with its headers and what the filters said. Reused from frame to frame.
final class ReceivedFrame {
    final FrameHeaders headers = new FrameHeaders();
    private FrameBatch batch = new FrameBatch(1, 1, 0);
    private int frame;
    private Verdict verdict = new Verdict();
    private int originPool;
    private boolean vouched;
    private int checks = ReceiveChecksum.UNKNOWN;

    /// Takes another frame; it must stay as it is while this object is used.
    ///
    /// @param newOriginPool pool of the queue that sent it, or [ReceiveFilters#WIRE]
    /// @param isVouched     the TCP or UDP checksum is known to be right
    void take(FrameBatch newBatch, int newFrame, int newOriginPool, boolean isVouched, ReceiveFilters filters) {
        batch = newBatch;
        frame = newFrame;
        originPool = newOriginPool;
        vouched = isVouched;
        checks = ReceiveChecksum.UNKNOWN;
        filters.parse(headers, newBatch, newFrame);
    }

    FrameBatch batch() {
        return batch;
    }

    int frame() {
        return frame;
    }

    /// Without FCS.
    int lengthBytes() {
        return batch.lengthBytes(frame);
    }

    Verdict verdict() {
        return verdict;
    }

    /// Uses another object for what the filters say.
    void verdict(Verdict other) {
        verdict = other;
    }

    int originPool() {
        return originPool;
    }

    /// The backend's queue that it arrived by, or [FrameBatch#ANY_QUEUE].
    int arrivalQueue() {
        return batch.queue(frame);
    }

    /// Whether a queue of this card sent it, not the wire and not a loopback.
    boolean isLocal() {
        return originPool != ReceiveFilters.WIRE;
    }

    boolean vouched() {
        return vouched;
    }

    /// What [ReceiveChecksum#inspect] found out, the first time it is asked for.
    int checks(ReceiveSettings settings) {
        if (checks == ReceiveChecksum.UNKNOWN) checks = ReceiveChecksum.inspect(this, settings);
        return checks;
    }
}
