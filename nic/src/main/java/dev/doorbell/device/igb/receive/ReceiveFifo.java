package dev.doorbell.device.igb.receive;

import static dev.doorbell.register.IgbBits.ICR_RXO;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.Verdict;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameRing;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// Frames that wait in the card for a descriptor: from the wire, and from our own transmitter
/// (loopback, pools).
///
/// One queue of frames for all receive queues, as large as RXPBS says: a frame that waits holds up
/// those behind it, whatever their queues; that is what SRRCTL.DROP_EN is for. What does not fit is
/// lost.
public final class ReceiveFifo {
    private static final int MEMORY_BYTES = 64 << 10; // the chip's
    private static final int LIMIT_FRAMES = 1024;

    private final RegisterFile registers;
    private final Interrupts interrupts;
    private final Statistics statistics;
    private final FlowControl flow;
    private final CounterTable<IgbCounter> counters;
    private final FrameRing ring = new FrameRing(MEMORY_BYTES, LIMIT_FRAMES);
    private final int[] originPool = new int[LIMIT_FRAMES];
    private final boolean[] vouched = new boolean[LIMIT_FRAMES];
    private final boolean[] judged = new boolean[LIMIT_FRAMES];
    private final Verdict[] verdict = new Verdict[LIMIT_FRAMES];
    private boolean listening;
    private boolean draining;

    public ReceiveFifo(
            RegisterFile registers,
            Interrupts interrupts,
            Statistics statistics,
            FlowControl flow,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.interrupts = interrupts;
        this.statistics = statistics;
        this.flow = flow;
        this.counters = counters;
        for (int i = 0; i < LIMIT_FRAMES; i++) verdict[i] = new Verdict();
    }

    /// Whether a looped frame of `lengthBytes` can be taken now without loss. False while frames wait
    /// that the receiver can still store: the transmitter then holds its queue, as the chip's internal
    /// path would.
    public boolean takesLooped(int lengthBytes) {
        return !listening || !draining || ring.isEmpty() || hasRoom(lengthBytes);
    }

    /// Takes a copy of a frame of our own transmitter, to be filtered like any other when its turn
    /// comes. A frame that finds no room is dropped and counted (MPC), and so is one while the
    /// receiver is off.
    ///
    /// @param originPool pool of the queue that sent it through the switch between pools, or
    ///     [ReceiveFilters#WIRE] in MAC or PHY loopback
    public void loop(FrameBatch batch, int frame, int originPool) {
        if (!listening) {
            counters.increment(IgbCounter.RECEIVE_DISABLED);
            return;
        }
        int slot = append(batch, frame);
        if (slot < 0) return;
        judged[slot] = false;
        this.originPool[slot] = originPool;
        vouched[slot] = batch.checksumVouched(frame);
    }

    /// The receiver is turned on or off: off, it hears nothing of our own transmitter either.
    void listening(boolean nowListening) {
        listening = nowListening;
    }

    /// The receiver says whether the FIFO empties: it does not while the first frame's queue has no
    /// descriptors.
    void draining(boolean nowDraining) {
        draining = nowDraining;
    }

    boolean isEmpty() {
        return ring.isEmpty();
    }

    /// Queues a frame that has passed the filters, or counts it as missed. Its verdict stays here, in
    /// exchange for another object.
    void push(ReceivedFrame received) {
        int slot = append(received.batch(), received.frame());
        if (slot < 0) return;
        judged[slot] = true;
        originPool[slot] = ReceiveFilters.WIRE;
        vouched[slot] = received.vouched();
        Verdict kept = received.verdict();
        received.verdict(verdict[slot]);
        verdict[slot] = kept;
    }

    /// @return the frame's slot, or -1 when it was lost
    private int append(FrameBatch batch, int frame) {
        if (!hasRoom(batch.lengthBytes(frame))) {
            statistics.count(IgbRegister.MPC);
            counters.increment(IgbCounter.RECEIVE_MISSED);
            interrupts.raise(ICR_RXO);
            return -1;
        }
        int slot = ring.append(batch, frame);
        flow.fifoLevel(ring.usedBytes());
        return slot;
    }

    /// Whether a frame of this length can be queued.
    boolean hasRoom(int length) {
        int limit = Math.min(registers.get(IgbRegister.RXPBS) << 10, MEMORY_BYTES);
        return ring.fits(length, limit);
    }

    /// Whether the first frame has passed the filters already.
    boolean firstIsJudged() {
        return judged[ring.first()];
    }

    /// The first frame has passed the filters, which filled [#firstVerdict()].
    void firstPassed() {
        judged[ring.first()] = true;
    }

    /// What the filters said about the first frame; the queues that still want a copy.
    Verdict firstVerdict() {
        return verdict[ring.first()];
    }

    int firstOriginPool() {
        return originPool[ring.first()];
    }

    boolean firstVouched() {
        return vouched[ring.first()];
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
        draining = false;
        flow.fifoLevel(0);
    }
}
