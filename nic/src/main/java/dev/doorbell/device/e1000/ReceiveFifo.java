package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_RXO;
import static dev.doorbell.register.E1000Register.MPC;
import static dev.doorbell.register.E1000Register.PBA;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameRing;
import dev.doorbell.register.RegisterFile;

/// The receive side of the packet buffer: copies of frames that wait for descriptors, and of frames that
/// come back from our own transmitter. As large as PBA.RXA says; what does not fit is lost.
final class ReceiveFifo {
    private static final int MEMORY_BYTES = 128 << 10; // the chip's 64 KiB and, beyond them, the longest frame
    private static final int CHIP_BYTES = 64 << 10;
    private static final int LIMIT_FRAMES = 2048;
    private static final int RXA_MASK = 0xFFFF;

    private final RegisterFile registers;
    private final InterruptCauses causes;
    private final Statistics statistics;
    private final FlowControl flow;
    private final CounterTable<E1000Counter> counters;
    private final FrameRing ring = new FrameRing(MEMORY_BYTES, LIMIT_FRAMES);
    private final long[] status = new long[LIMIT_FRAMES];
    private final boolean[] judged = new boolean[LIMIT_FRAMES];
    private boolean listening;
    private boolean draining;

    ReceiveFifo(
            RegisterFile registers,
            InterruptCauses causes,
            Statistics statistics,
            FlowControl flow,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.causes = causes;
        this.statistics = statistics;
        this.flow = flow;
        this.counters = counters;
    }

    boolean isEmpty() {
        return ring.isEmpty();
    }

    /// The receiver is turned on or off: off, it hears nothing of our own transmitter either.
    void listening(boolean nowListening) {
        listening = nowListening;
    }

    /// The receiver says whether it has descriptors to empty the FIFO into.
    void draining(boolean nowDraining) {
        draining = nowDraining;
    }

    /// A frame of our own transmitter comes in, to be filtered like any other when its turn comes.
    ///
    /// @return false when it has to wait: there is no room, but the receiver is about to make some. True
    ///     when it was queued or, with nobody to make room, lost
    boolean loop(FrameBatch batch, int frame) {
        if (!listening) {
            counters.increment(E1000Counter.RECEIVE_DISABLED);
            return true;
        }
        if (draining && !ring.isEmpty() && !hasRoom(batch.lengthBytes(frame))) return false;
        push(batch, frame, 0, false);
        return true;
    }

    /// Queues a frame that has passed the filters, or counts it as missed.
    ///
    /// @param word1 what its descriptors will say, without length, DD and EOP
    void push(FrameBatch batch, int frame, long word1) {
        push(batch, frame, word1, true);
    }

    private void push(FrameBatch batch, int frame, long word1, boolean isJudged) {
        if (hasRoom(batch.lengthBytes(frame))) {
            append(batch, frame, word1, isJudged);
            return;
        }
        statistics.count(MPC);
        counters.increment(E1000Counter.RECEIVE_MISSED);
        causes.raise(ICR_RXO);
    }

    /// Queues the frame that is being stored when descriptors run out in its midst; the FIFO is empty then,
    /// and this frame has a place in any case.
    void pushStarted(FrameBatch batch, int frame, long word1) {
        assert ring.isEmpty() : "frames are stored in order";
        append(batch, frame, word1, true);
    }

    private boolean hasRoom(int length) {
        int limit = Math.min((registers.get(PBA) & RXA_MASK) << 10, CHIP_BYTES);
        return ring.fits(length, limit);
    }

    private void append(FrameBatch batch, int frame, long word1, boolean isJudged) {
        int slot = ring.append(batch, frame);
        status[slot] = word1;
        judged[slot] = isJudged;
        flow.fifoLevel(ring.usedBytes());
    }

    /// Whether the first frame has passed the filters already.
    boolean firstIsJudged() {
        return judged[ring.first()];
    }

    /// What was given to [#push] with the first frame.
    long firstWord1() {
        return status[ring.first()];
    }

    /// Makes the first frame the only one of `view`; it stays in the FIFO.
    void viewFirst(FrameBatch view) {
        ring.viewFirst(view);
    }

    /// Frees the first frame's place.
    void pop() {
        ring.pop();
        flow.fifoLevel(ring.usedBytes());
    }

    void clear() {
        ring.clear();
        flow.fifoLevel(0);
    }
}
