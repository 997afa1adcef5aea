package dev.doorbell.driver.exercise;

import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.frame.FrameBatch;

/// Forwards frames: what one driver's card receives, another's sends.
///
/// Where both drivers share one [dev.doorbell.driver.DriverMemory], a frame is sent from the buffer that it was
/// received in
/// and no byte of it is touched; where each has its own, the sending driver copies it. One thread;
/// nothing is allocated after the constructor.
public final class Forwarder {
    private final NetworkDriver from;
    private final NetworkDriver to;
    private final boolean inPlace;
    private final FrameBatch batch;
    private int next; // of the batch: the first frame that has not been sent
    private long frames;
    private long bytes;

    /// @param inPlace     both drivers share one memory
    /// @param batchFrames frames received at once, 1 or more
    public Forwarder(NetworkDriver from, NetworkDriver to, boolean inPlace, int batchFrames) {
        this.from = from;
        this.to = to;
        this.inPlace = inPlace;
        // A jumbo frame lies in several buffers.
        batch = new FrameBatch(batchFrames, Math.max(batchFrames, 64) + batchFrames, 0);
    }

    /// Takes what has arrived, a batch at most, and gives it to the other card; a frame that its ring has
    /// no room for is offered again in the next call, before any other is received.
    ///
    /// @return frames given to the other card
    public int forward() {
        if (next == batch.size() && !receive()) return 0;
        int sent = to.transmit(batch, next);
        for (int end = next + sent; next < end; next++) bytes += batch.lengthBytes(next);
        frames += sent;
        return sent;
    }

    /// Frames given to the other card so far.
    public long frames() {
        return frames;
    }

    /// Their Layer-2 bytes, without FCS.
    public long bytes() {
        return bytes;
    }

    /// A buffer goes back to the receiving card within its driver's next call: the other card has to be done
    /// with it by then.
    private boolean receive() {
        if (inPlace && !to.idle()) return false;
        batch.clear();
        next = 0;
        return from.receive(batch) > 0;
    }

    /// Frames received that the other card has no room for yet.
    public int held() {
        return batch.size() - next;
    }
}
