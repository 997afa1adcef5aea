package dev.doorbell.driver.ring;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.frame.FrameBatch;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// When a transmit queue's tail is written: the one place where a [DoorbellPolicy] is obeyed. One per
/// queue; the driver's thread.
///
/// **Deferred.** A state word says whether a transmit interrupt is under way and whether a tail is owed
/// (FreeBSD's lem keeps the same two bits). The first frame is told and marks the interrupt; what comes
/// before it is only noted; its handler tells what is owed, or forgets the interrupt. Nothing gets
/// stuck: whatever was told last asked for a report ([TransmitRing#fill] sees to that), a report
/// interrupts, and so whoever owes has an interrupt to come.
public final class TransmitDoorbell {
    private static final int INTERRUPT_PENDING = 1;
    private static final int TAIL_OWED = 2;

    private final TransmitRing ring;
    private final IntConsumer tail;
    private final @Nullable IntPredicate announce;
    private DoorbellPolicy policy = DoorbellPolicy.BATCH;
    private int told; // what the card knows as its tail
    private int state; // of DEFERRED: INTERRUPT_PENDING, TAIL_OWED
    private long count;
    private long deferred;

    /// @param tail writes the queue's tail register
    public TransmitDoorbell(TransmitRing ring, IntConsumer tail) {
        this(ring, tail, null);
    }

    /// @param announce for [DoorbellPolicy#PARAVIRTUAL]: puts the tail where the card looks for it, and
    ///     answers whether the register must be written too; null where no card looks
    public TransmitDoorbell(TransmitRing ring, IntConsumer tail, @Nullable IntPredicate announce) {
        this.ring = ring;
        this.tail = tail;
        this.announce = announce;
    }

    /// The ring has been emptied and the card's tail is 0.
    public void reset() {
        told = 0;
        state = 0;
    }

    /// Sends what fits of `batch[from..size)`.
    ///
    /// @return frames taken
    public int transmit(FrameBatch batch, int from) {
        ring.clean();
        if (policy == DoorbellPolicy.IMMEDIATE) return transmitOneByOne(batch, from);
        int taken = ring.fill(batch, from, batch.size());
        if (policy == DoorbellPolicy.DEFERRED && from + taken == batch.size()) defer();
        else flush(); // a full ring is told at once: the card might have run dry
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

    private void defer() {
        if (ring.tail() == told) return;
        if ((state & INTERRUPT_PENDING) == 0) {
            flush();
            return;
        }
        state |= TAIL_OWED;
        deferred++;
    }

    /// A transmit interrupt, or one that could be: [DoorbellPolicy#DEFERRED] tells now what it owes. One
    /// too many costs a doorbell, nothing else.
    public void interrupt() {
        boolean owed = (state & TAIL_OWED) != 0;
        state = 0;
        if (owed) flush(); // marks the next interrupt
    }

    /// Tells the card of everything that the ring holds.
    public void flush() {
        state &= ~TAIL_OWED;
        if (ring.tail() == told) return;
        told = ring.tail();
        if (policy == DoorbellPolicy.PARAVIRTUAL && announce != null && !announce.test(told)) return;
        write();
        if (policy == DoorbellPolicy.DEFERRED) state = INTERRUPT_PENDING;
    }

    /// Writes the tail register, whatever the card knows already: it has stopped looking elsewhere.
    public void write() {
        tail.accept(told);
        count++;
    }

    /// Writes what is owed, then follows `next`.
    ///
    /// @throws IllegalArgumentException when this card cannot
    public void policy(DoorbellPolicy next) {
        if (next == DoorbellPolicy.PARAVIRTUAL && announce == null)
            throw new IllegalArgumentException(
                    "doorbells: this card shares no page: paravirtual needs an e1000 with paravirt=on");
        flush();
        state = 0;
        policy = next;
    }

    public DoorbellPolicy policy() {
        return policy;
    }

    /// Writes of the tail register so far.
    public long count() {
        return count;
    }

    /// Calls of [#transmit] whose tail was left to the interrupt's handler.
    public long deferred() {
        return deferred;
    }
}
