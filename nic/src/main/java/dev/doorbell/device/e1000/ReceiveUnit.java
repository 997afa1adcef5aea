package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RNBC;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.frame.ArrivalSplitter;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;

/// The receiver: takes frames from the backend and from our own transmitter, filters them and stores them
/// in the guest's buffers. Frames that find no descriptor wait in the FIFO; while the memory is busy they
/// wait in the backend.
final class ReceiveUnit {
    /// Frames taken from the backend at once.
    private static final int BATCH_FRAMES = 64;

    private static final int BATCH_SLICES = 1024;
    private static final int BATCH_SCRATCH_BYTES = 16 << 10;

    /// Frames handled per duty cycle; the rest waits for the next.
    private static final int LIMIT_FRAMES = 256;

    private final RegisterFile registers;
    private final FrameBackend backend;
    private final Statistics statistics;
    private final LinkState link;
    private final FlowControl flow;
    private final ReceiveFifo fifo;
    private final CounterTable<E1000Counter> counters;
    private final ReceiveIntake intake; // of the backend's frames
    private final ReceiveIntake loopIntake; // of our own; apart, because one may be waiting when the other is used
    private final ReceiveStore store;
    private final ArrivalSplitter splitter = new ArrivalSplitter();
    private final FrameBatch arrivals = new FrameBatch(BATCH_FRAMES, BATCH_SLICES, BATCH_SCRATCH_BYTES);
    private final FrameBatch fifoView = new FrameBatch(1, 2, 0);
    private int nextArrival;
    private boolean storesFromFifo;
    private boolean enabled;

    ReceiveUnit(
            RegisterFile registers,
            PciPort port,
            FrameBackend backend,
            CauseSink causes,
            ReceiveDelay delay,
            Statistics statistics,
            LinkState link,
            FlowControl flow,
            ReceiveFifo fifo,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.backend = backend;
        this.statistics = statistics;
        this.link = link;
        this.flow = flow;
        this.fifo = fifo;
        this.counters = counters;
        intake = new ReceiveIntake(registers, statistics, flow, counters);
        loopIntake = new ReceiveIntake(registers, statistics, flow, counters);
        store = new ReceiveStore(registers, port, causes, delay, counters);
    }

    /// The guest wrote RDT: descriptors for us.
    void tailWritten() {
        counters.increment(E1000Counter.RECEIVE_DOORBELLS);
        store.ringChanged();
    }

    /// RDT moved without a doorbell.
    void tailMoved() {
        store.ringChanged();
    }

    /// Whether frames wait because the ring has no descriptor.
    boolean isDry() {
        return enabled && (!fifo.isEmpty() || store.isStoring()) && store.free() == 0;
    }

    /// The guest wrote RCTL; `rctl` is its value now. Turned off, the receiver touches no guest memory any
    /// more.
    void controlWritten(int rctl) {
        boolean nowEnabled = (rctl & RCTL_EN) != 0;
        if (enabled && !nowEnabled) {
            store.stop();
            forgetFrames();
        }
        enabled = nowEnabled;
        fifo.listening(enabled);
        store.ringChanged();
    }

    /// Forgets ring and frames. The registers hold their new values already.
    void reset() {
        enabled = (registers.get(RCTL) & RCTL_EN) != 0;
        fifo.listening(enabled);
        store.reset();
        forgetFrames();
    }

    /// Whether reads are kept or under way in the memory: they must not be released.
    boolean isWaiting() {
        return store.isWaiting();
    }

    private void forgetFrames() {
        fifo.clear();
        splitter.clear();
        nextArrival = arrivals.size();
    }

    /// Does what is due.
    ///
    /// @return frames handled, and one for anything else that changed
    int doWork() {
        int work = store.show();
        if (!enabled) return work + discard(E1000Counter.RECEIVE_DISABLED);
        int outcome = ReceiveStore.DONE;
        int frames = 0;
        while (frames < LIMIT_FRAMES && outcome == ReceiveStore.DONE && (store.isStoring() || !fifo.isEmpty())) {
            outcome = continueStored();
            if (outcome == ReceiveStore.DONE) frames++;
        }
        boolean isolated = !link.up() || Loopback.isOn(registers, link);
        if (isolated) work += discard(E1000Counter.RECEIVE_ISOLATED);
        else if (outcome != ReceiveStore.BUSY) frames += takeArrivals(LIMIT_FRAMES - frames);
        fifo.draining(store.free() > 0);
        return work + frames + store.show();
    }

    /// Goes on with the frame being stored, or starts with the FIFO's first one.
    private int continueStored() {
        if (!store.isStoring()) {
            fifo.viewFirst(fifoView);
            if (fifo.firstIsJudged()) store.begin(fifoView, 0, fifo.firstWord1());
            else if (loopIntake.accept(fifoView, 0, false))
                store.begin(loopIntake.batch(), loopIntake.frame(), loopIntake.word1());
            else {
                fifo.pop();
                return ReceiveStore.DONE;
            }
            storesFromFifo = true;
        }
        int outcome = store.advance();
        if (outcome == ReceiveStore.DONE && storesFromFifo) fifo.pop();
        else if (outcome == ReceiveStore.NO_DESCRIPTOR && !storesFromFifo) keepInFifo();
        return outcome;
    }

    /// Takes frames from the backend, at most `limit`.
    private int takeArrivals(int limit) {
        int taken = 0;
        while (taken < limit && !flow.holdsPeer()) { // what was fetched already waits with the peer's
            if (!splitter.hasNext() && nextArrival == arrivals.size() && !receive()) break;
            if (splitter.hasNext()) {
                splitter.next();
                take(splitter.batch(), splitter.frame());
            } else if (arrivals.segmentType(nextArrival) == FrameBatch.SEGMENT_NONE) {
                take(arrivals, nextArrival++);
            } else if (!splitter.begin(arrivals, nextArrival++)) {
                counters.increment(E1000Counter.RECEIVE_MALFORMED);
            }
            taken++;
            if (store.isStoring() && !storesFromFifo) break; // the memory is busy: the rest waits
        }
        return taken;
    }

    private boolean receive() {
        arrivals.clear();
        nextArrival = 0;
        return backend.receive(arrivals) > 0;
    }

    /// Filters one frame and stores it, or has it wait in the FIFO.
    private void take(FrameBatch batch, int frame) {
        if (!intake.accept(batch, frame, true)) return;
        int free = store.free();
        if (free == 0) statistics.count(RNBC);
        int length = intake.batch().lengthBytes(intake.frame());
        if (!fifo.isEmpty() || (long) free * store.bufferBytes() < length) {
            fifo.push(intake.batch(), intake.frame(), intake.word1());
            return;
        }
        storesFromFifo = false;
        store.begin(intake.batch(), intake.frame(), intake.word1());
        if (store.advance() == ReceiveStore.NO_DESCRIPTOR) keepInFifo();
    }

    /// Descriptors ran out in the midst of a frame that came straight from the backend.
    private void keepInFifo() {
        fifo.pushStarted(store.source(), store.frame(), store.word1());
        fifo.viewFirst(fifoView);
        store.moveTo(fifoView, 0);
        storesFromFifo = true;
    }

    /// Reads the backend's frames and drops them: a card that does not listen loses what is sent to it.
    private int discard(E1000Counter reason) {
        if (store.isStoring() && !storesFromFifo) return 0; // a frame of theirs is still being stored
        splitter.clear();
        arrivals.clear();
        int lost = backend.receiveUnheard(arrivals);
        nextArrival = arrivals.size();
        if (lost > 0) counters.add(reason, lost);
        return lost;
    }
}
