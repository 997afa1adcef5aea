package dev.doorbell.driver.ring;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.frame.FrameBatch;
import java.util.function.IntConsumer;

/// When a transmit queue's tail is written: the one place where a [DoorbellPolicy] is obeyed. One per
/// queue; the driver's thread.
public final class TransmitDoorbell {
    private final TransmitRing ring;
    private final IntConsumer tail;
    private DoorbellPolicy policy = DoorbellPolicy.BATCH;
    private int told; // what the card knows as its tail
    private long count;

    /// @param tail writes the queue's tail register
    public TransmitDoorbell(TransmitRing ring, IntConsumer tail) {
        this.ring = ring;
        this.tail = tail;
    }

    /// The ring has been emptied and the card's tail is 0.
    public void reset() {
        told = 0;
    }

    /// Sends what fits of `batch[from..size)`.
    ///
    /// @return frames taken
    public int transmit(FrameBatch batch, int from) {
        ring.clean();
        if (policy == DoorbellPolicy.IMMEDIATE) return transmitOneByOne(batch, from);
        int taken = ring.fill(batch, from, batch.size());
        flush();
        return taken;
    }

    private int transmitOneByOne(FrameBatch batch, int from) {
        int frame = from;
        while (frame < batch.size() && ring.fill(batch, frame, frame + 1) > 0) {
            flush();
            frame++;
        }
        return frame - from;
    }

    /// Tells the card of everything that the ring holds.
    public void flush() {
        if (ring.tail() == told) return;
        told = ring.tail();
        tail.accept(told);
        count++;
    }

    /// Writes what is owed, then follows `next`.
    ///
    /// @throws IllegalArgumentException when this card cannot
    public void policy(DoorbellPolicy next) {
        if (next == DoorbellPolicy.DEFERRED || next == DoorbellPolicy.PARAVIRTUAL)
            throw new IllegalArgumentException("doorbells: this card has no " + next);
        flush();
        policy = next;
    }

    public DoorbellPolicy policy() {
        return policy;
    }

    /// Writes of the tail register so far.
    public long count() {
        return count;
    }
}
