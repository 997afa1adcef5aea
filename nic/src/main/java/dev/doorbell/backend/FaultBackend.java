package dev.doorbell.backend;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// `filter-fault`: a bad cable. Loses, doubles, reorders, corrupts and delays frames in both directions, by
/// chances and from a seed.
///
/// Faults happen to plain frames only, as on a wire: the card completes checksums and segments before, and
/// the decorated backend must not deliver offloads (a tap is opened without them). A corrupted frame has
/// one bit flipped, so that its checksum is wrong.
public final class FaultBackend extends FilterBackend {
    /// Pause before frames that the inner backend did not take are offered again.
    static final long RETRY_NS = 100_000;

    private static final int BATCH_FRAMES = 64;
    private static final long OTHER_DIRECTION = 0x5DEE_CE66_D1CE_4E5BL; // makes the two directions independent

    private final Timeline timeline;
    private final FaultLine outbound;
    private final FaultLine inbound;
    private final FrameBatch outboundBatch = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final FrameBatch inboundBatch = new FrameBatch(BATCH_FRAMES, 4 * BATCH_FRAMES, 0);
    private final Timer timer;

    /// @throws IllegalArgumentException when `inner` delivers offloads
    public FaultBackend(FrameBackend inner, FilterOptions.Fault faults, Timeline timeline) {
        super(
                inner,
                Capabilities.plain(
                        Math.min(PLAIN_FRAME_BYTES, inner.capabilities().maxFrameBytes()), BATCH_FRAMES));
        if (inner.capabilities().deliversOffloads())
            throw new IllegalArgumentException("a fault injector needs plain frames");
        this.timeline = timeline;
        outbound = new FaultLine(faults, faults.seed(), counters, BackendCounter.TRANSMIT_DROPPED_FAULT);
        inbound =
                new FaultLine(faults, faults.seed() ^ OTHER_DIRECTION, counters, BackendCounter.RECEIVE_DROPPED_FAULT);
        timer = timeline.timer("fault line", this::sendDue);
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        long nowNs = timeline.nowNs();
        int at = from;
        int frames = 0;
        long bytes = 0;
        for (; at < batch.size(); at++) {
            if (!acceptable(batch, at)) continue;
            if (!outbound.hasRoom()) {
                counters.increment(BackendCounter.TRANSMIT_BACKPRESSURE);
                break;
            }
            outbound.admit(batch, at, nowNs);
            frames++;
            bytes += batch.lengthBytes(at);
        }
        countTransmitted(frames, bytes);
        sendDue();
        return at - from;
    }

    /// Hands what is due to the inner backend; what it refuses goes with a timer. The timer wakes the loop
    /// for frames to be received, too: the card then asks for them.
    private void sendDue() {
        long nowNs = timeline.nowNs();
        int lent;
        int taken;
        do { // bounded by what the line holds
            outboundBatch.clear();
            lent = outbound.lendDue(outboundBatch, nowNs);
            taken = lent == 0 ? 0 : inner.transmit(outboundBatch, 0);
            outbound.unlend(lent, taken);
        } while (lent == BATCH_FRAMES && taken == lent);
        arm(nowNs, taken < lent);
    }

    @Override
    public int receive(FrameBatch batch) {
        return receive(batch, true);
    }

    @Override
    public int receiveUnheard(FrameBatch batch) {
        return receive(batch, false);
    }

    private int receive(FrameBatch batch, boolean heard) {
        long nowNs = timeline.nowNs();
        if (inbound.hasRoom()) {
            inboundBatch.clear();
            if (heard) inner.receive(inboundBatch);
            else inner.receiveUnheard(inboundBatch);
            for (int i = 0; i < inboundBatch.size(); i++) {
                if (inbound.hasRoom()) inbound.admit(inboundBatch, i, nowNs);
                else counters.increment(BackendCounter.RECEIVE_DROPPED_QUEUE_FULL);
            }
        }
        int before = batch.size();
        int received = inbound.lendDue(batch, nowNs);
        if (received > 0) countReceived(received, bytesOf(batch, before));
        arm(nowNs, false);
        return received;
    }

    private void arm(long nowNs, boolean refused) {
        long outNs = outbound.isEmpty() ? Long.MAX_VALUE : outbound.nextDueNs();
        if (refused) outNs = nowNs + RETRY_NS;
        long inNs = inbound.isEmpty() ? Long.MAX_VALUE : inbound.nextDueNs();
        long nextNs = earlier(outNs, inNs, nowNs);
        if (nextNs == Long.MAX_VALUE) timer.disarm();
        else timer.armAt(nextNs - nowNs <= 0 ? nowNs + RETRY_NS : nextNs);
    }

    private static long earlier(long aNs, long bNs, long nowNs) {
        if (aNs == Long.MAX_VALUE) return bNs;
        if (bNs == Long.MAX_VALUE) return aNs;
        return aNs - nowNs < bNs - nowNs ? aNs : bNs;
    }

    @Override
    public void close() {
        timer.disarm();
        super.close();
    }
}
