package dev.doorbell.device.igb.receive;

import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.RXDCTL_SWFLUSH;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.ArrivalSplitter;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The receive side: the front of this package.
///
/// Takes frames from the backend and from our own transmitter, has them filtered and stored in the
/// guest's buffers. Frames that find no descriptor wait in the FIFO; while the memory is busy they
/// wait in the backend.
public final class Receiver {
    /// Frames taken from the backend at once.
    private static final int BATCH_FRAMES = 64;

    private static final int BATCH_SLICES = 1024;
    private static final int BATCH_SCRATCH_BYTES = 16 << 10;

    /// Frames handled per duty cycle; the rest waits for the next.
    private static final int LIMIT_FRAMES = 256;

    private final RegisterFile registers;
    private final FrameBackend backend;
    private final Statistics statistics;
    private final Link link;
    private final FlowControl flow;
    private final ReceiveFifo fifo;
    private final ReceiveFilters filters;
    private final CounterTable<IgbCounter> counters;
    private final ReceiveSettings settings;
    private final ReceiveIntake intake;
    private final ReceiveStore store;
    private final ArrivalSplitter splitter = new ArrivalSplitter();
    private final FrameBatch arrivals = new FrameBatch(BATCH_FRAMES, BATCH_SLICES, BATCH_SCRATCH_BYTES);
    private final FrameBatch fifoView = new FrameBatch(1, 2, 0);
    private final ReceivedFrame arrived = new ReceivedFrame();
    private final ReceivedFrame queued = new ReceivedFrame(); // the FIFO's first
    private int nextArrival;
    private boolean storesFromFifo;
    private boolean enabled;

    public Receiver(
            RegisterFile registers,
            PciPort port,
            FrameBackend backend,
            Interrupts interrupts,
            Statistics statistics,
            Link link,
            FlowControl flow,
            ReceiveFifo fifo,
            ReceiveFilters filters,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.backend = backend;
        this.statistics = statistics;
        this.link = link;
        this.flow = flow;
        this.fifo = fifo;
        this.filters = filters;
        this.counters = counters;
        settings = new ReceiveSettings(registers, port);
        intake = new ReceiveIntake(filters, statistics, flow, counters);
        store = new ReceiveStore(registers, port, interrupts, statistics, filters, settings, counters);
        attach();
    }

    private void attach() {
        registers.onWrite(IgbRegister.RCTL, (offset, written) -> {
            registers.store(offset, written);
            controlWritten();
        });
        for (IgbRegister ring :
                new IgbRegister[] {IgbRegister.RDBAL, IgbRegister.RDBAH, IgbRegister.RDLEN, IgbRegister.SRRCTL})
            registers.onWrite(ring, (offset, written) -> {
                registers.store(offset, written);
                store.queue(queue(offset)).registersChanged();
            });
        registers.onWrite(IgbRegister.RDH, (offset, written) -> {
            registers.store(offset, written);
            store.queue(queue(offset)).headWritten();
        });
        registers.onWrite(IgbRegister.RDT, (offset, written) -> {
            // Writable while the queue is on only, as the self test of ethtool and the order of drivers show.
            if (store.queue(queue(offset)).isOn()) registers.store(offset, written);
            tailWritten(queue(offset));
        });
        registers.onWrite(IgbRegister.RXDCTL, (offset, written) -> {
            registers.store(offset, written);
            queueControlWritten(queue(offset), written);
        });
    }

    /// The queue whose register lies at `offset`, one of the 16 at 0xC000 in steps of 0x40.
    private static int queue(int offset) {
        return offset >>> 6 & 0xF;
    }

    /// The guest has stored RDT of `queue`: descriptors for us.
    public void tailWritten(int queue) {
        counters.increment(IgbCounter.RECEIVE_DOORBELLS);
        store.queue(queue).registersChanged();
    }

    private void queueControlWritten(int queue, int written) {
        ReceiveQueue target = store.queue(queue);
        boolean nowOn = (written & RXDCTL_ENABLE) != 0;
        if (nowOn && !target.isOn()) target.start();
        else if (!nowOn && target.isOn()) store.stop(queue);
        if ((written & RXDCTL_SWFLUSH) != 0) target.flush();
        target.registersChanged();
    }

    /// Turned off, the receiver touches no guest memory any more.
    private void controlWritten() {
        boolean nowEnabled = (registers.get(IgbRegister.RCTL) & RCTL_EN) != 0;
        if (enabled && !nowEnabled) {
            store.stopAll();
            forgetFrames();
        }
        enabled = nowEnabled;
        fifo.listening(enabled);
    }

    /// Forgets rings and frames. The registers hold their new values already.
    public void reset() {
        enabled = (registers.get(IgbRegister.RCTL) & RCTL_EN) != 0;
        fifo.listening(enabled);
        store.reset();
        forgetFrames();
    }

    /// Whether reads are kept or under way in the memory: they must not be released.
    public boolean isWaiting() {
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
    public int doWork() {
        settings.load();
        int work = store.show(false);
        if (!enabled) return work + discard(IgbCounter.RECEIVE_DISABLED);
        int outcome = ReceiveStore.DONE;
        int frames = 0;
        while (frames < LIMIT_FRAMES && outcome == ReceiveStore.DONE && (store.isStoring() || !fifo.isEmpty())) {
            outcome = continueStored();
            if (outcome == ReceiveStore.DONE) frames++;
        }
        if (!link.up() || link.loopsBack()) work += discard(IgbCounter.RECEIVE_ISOLATED);
        else if (outcome != ReceiveStore.BUSY) frames += takeArrivals(LIMIT_FRAMES - frames);
        fifo.draining(outcome != ReceiveStore.NO_DESCRIPTOR);
        return work + frames + store.show(frames < LIMIT_FRAMES);
    }

    /// Goes on with the frame being stored, or starts with the FIFO's first one.
    private int continueStored() {
        if (!store.isStoring()) {
            viewFirst();
            if (!fifo.firstIsJudged() && !intake.judge(queued)) {
                fifo.pop();
                return ReceiveStore.DONE;
            }
            fifo.firstPassed();
            store.begin(queued);
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
            if (store.isStoring() && !storesFromFifo) break; // the frame before is not finished: the rest waits
            if (!splitter.hasNext() && nextArrival == arrivals.size() && !receive()) break;
            if (splitter.hasNext()) {
                splitter.next();
                take(splitter.batch(), splitter.frame());
            } else if (arrivals.segmentType(nextArrival) == FrameBatch.SEGMENT_NONE) {
                take(arrivals, nextArrival++);
            } else if (!splitter.begin(arrivals, nextArrival++)) {
                counters.increment(IgbCounter.RECEIVE_MALFORMED);
            }
            taken++;
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
        if (!intake.accept(batch, frame, arrived)) return;
        if (store.finds(arrived)) {
            if (fifo.isEmpty() && !store.isStoring()) {
                storesFromFifo = false;
                store.begin(arrived);
                if (store.advance() == ReceiveStore.NO_DESCRIPTOR) keepInFifo();
                return;
            }
        } else {
            statistics.count(IgbRegister.RNBC);
        }
        fifo.push(arrived);
    }

    /// Descriptors ran out in the midst of a frame that came straight from the backend: the rest of it
    /// waits as others do. Where looped frames wait already, or there is no packet buffer, it stays
    /// where it is and holds the backend.
    private void keepInFifo() {
        if (!fifo.isEmpty() || !fifo.hasRoom(arrived.lengthBytes())) return;
        fifo.push(arrived);
        viewFirst();
        store.moveTo(queued);
    }

    private void viewFirst() {
        fifo.viewFirst(fifoView);
        queued.verdict(fifo.firstVerdict());
        int origin = link.loopsBack() ? ReceiveFilters.WIRE : fifo.firstOriginPool();
        queued.take(fifoView, 0, origin, fifo.firstVouched(), filters);
        storesFromFifo = true;
    }

    /// Reads the backend's frames and drops them: a card that does not listen loses what is sent to
    /// it.
    private int discard(IgbCounter reason) {
        if (store.isStoring() && !storesFromFifo) return 0; // a frame of theirs is still being stored
        splitter.clear();
        arrivals.clear();
        int lost = backend.receiveUnheard(arrivals);
        nextArrival = arrivals.size();
        if (lost > 0) counters.add(reason, lost);
        return lost;
    }
}
