package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbBits.MRQC_POOLS;
import static dev.doorbell.register.IgbBits.TCTL_EN;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.TXDCTL_SWFLUSH;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.QUEUES;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.VFTE;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.rate.TransmitArbiter;
import dev.doorbell.device.igb.receive.ReceiveFifo;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The transmit side: the front of this package.
///
/// Knows which queues have work and may do it, lets the arbiter pick one, and runs a step of it: a batch of frames, or
/// one frame of a queue that is paced. When the arbiter finds none, a timer runs the transmitter at the next deadline,
/// so that frames leave at their time exactly.
public final class Transmitter {
    /// Frames that may leave in one duty cycle; the rest waits for the next.
    private static final int LIMIT_CYCLE_FRAMES = 4 * TransmitStep.BATCH_FRAMES;

    /// What a step of one frame costs of that.
    private static final int SINGLE_COST_FRAMES = 4;

    private static final int NO_QUEUE = -1;
    private static final int POOLS = 8;
    private static final int POOL_BITS = (1 << POOLS) - 1;

    private final RegisterFile registers;
    private final Timeline time;
    private final PciPort port;
    private final DmaMemory memory;
    private final FrameBackend backend;
    private final Link link;
    private final FlowControl flow;
    private final TransmitArbiter arbiter;
    private final CounterTable<IgbCounter> counters;
    private final TransmitQueue[] queues = new TransmitQueue[QUEUES];
    private final long[] doorbells = new long[QUEUES];
    private final TransmitStep step;
    private final Timer deadline;

    // A bit for each queue.
    private int backlog; // head and tail differ
    private int enabled; // TXDCTL
    private int refused; // the ring registers make no sense; counted once per write to them
    private int begun; // part of a packet has left
    private int announced; // the arbiter knows of its backlog
    private int unshown; // something waits to be shown to the guest

    private int waiting = NO_QUEUE; // its step has asked for reads that have not arrived

    public Transmitter(
            RegisterFile registers,
            Timeline time,
            PciPort port,
            FrameBackend backend,
            Interrupts interrupts,
            Statistics statistics,
            Link link,
            FlowControl flow,
            TransmitArbiter arbiter,
            TransmitSwitch pools,
            ReceiveFifo loopback,
            SystemClock clock,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.time = time;
        this.port = port;
        this.backend = backend;
        this.link = link;
        this.flow = flow;
        this.arbiter = arbiter;
        this.counters = counters;
        memory = port.memory();
        for (int n = 0; n < QUEUES; n++) queues[n] = new TransmitQueue(n, registers, memory, interrupts, counters);
        TransmitExit exit = new TransmitExit(registers, backend, statistics, link, pools, loopback, counters);
        step = new TransmitStep(registers, memory, statistics, clock, exit, counters);
        deadline = time.timer("transmit deadline", this::sendDue);
        arbiter.onEased(() -> deadline.armAt(time.nowNs()));
        attach();
    }

    private void attach() {
        registers.onWrite(TDT, (offset, written) -> {
            registers.store(offset, written);
            tailWritten(queueOf(TDT, offset));
        });
        registers.onWrite(TDH, (offset, written) -> {
            registers.store(offset, written);
            int queue = queueOf(TDH, offset);
            queues[queue].headWritten();
            ringChanged(queue);
        });
        for (IgbRegister geometry : new IgbRegister[] {TDBAL, TDBAH, TDLEN})
            registers.onWrite(geometry, (offset, written) -> {
                registers.store(offset, written);
                int queue = queueOf(geometry, offset);
                queues[queue].ringWritten();
                ringChanged(queue);
            });
        registers.onWrite(TXDCTL, (offset, written) -> {
            registers.store(offset, written);
            controlWritten(queueOf(TXDCTL, offset), written);
        });
    }

    private static int queueOf(IgbRegister register, int offset) {
        return (offset - register.spec().offset()) / register.spec().stride();
    }

    /// The guest wrote TDT of a queue, and it is stored: the doorbell.
    public void tailWritten(int queue) {
        counters.increment(IgbCounter.TRANSMIT_DOORBELLS);
        doorbells[queue]++;
        queues[queue].tailWritten();
        ringChanged(queue);
        int ready = ready() & 1 << queue;
        if ((ready & ~announced) != 0) announce(ready, time.nowNs());
    }

    /// Doorbells of a queue since the card was made.
    public long doorbells(int queue) {
        return doorbells[queue];
    }

    private void ringChanged(int queue) {
        refused &= ~(1 << queue);
        noteBacklog(queue);
    }

    private void noteBacklog(int queue) {
        int bit = 1 << queue;
        if (queues[queue].hasWork()) backlog |= bit;
        else backlog &= ~bit;
    }

    private void controlWritten(int queue, int written) {
        int bit = 1 << queue;
        boolean on = (written & TXDCTL_ENABLE) != 0;
        if (on) enabled |= bit;
        else enabled &= ~bit;
        refused &= ~bit;
        if (on && (written & TXDCTL_SWFLUSH) == 0) return;
        queues[queue].completion.flush();
        unshown |= bit;
    }

    /// Forgets rings and packets. The registers hold their new values already.
    public void reset() {
        registers.set(TXDCTL, 0, TXDCTL_ENABLE); // the other queues come up disabled
        for (TransmitQueue queue : queues) queue.reset();
        backlog = 0;
        enabled = 1;
        refused = 0;
        begun = 0;
        announced = 0;
        unshown = 0;
        waiting = NO_QUEUE;
        deadline.disarm();
    }

    /// Whether reads are kept or under way in the memory: they must not be released.
    public boolean isWaiting() {
        return waiting != NO_QUEUE;
    }

    /// Does what is due.
    ///
    /// @return descriptors processed, and one for anything else that changed; 0 also while the arbiter lets none go
    public int doWork() {
        int work = unshown == 0 ? 0 : show(unshown);
        return backlog == 0 && waiting == NO_QUEUE ? work : work + send(time.nowNs());
    }

    /// The arbiter's deadline has come.
    private void sendDue() {
        send(time.nowNs());
    }

    private int send(long nowNs) {
        int work = 0;
        int held = 0; // until the next duty cycle
        for (int budget = LIMIT_CYCLE_FRAMES; budget > 0; ) {
            int ready = ready();
            announced &= ready;
            if (isWaiting() && (ready & 1 << waiting) == 0) stopWaiting(); // it is asked for anew when it may go on
            if ((ready & ~held) == 0) break;
            announce(ready, nowNs);
            int wanted = isWaiting() ? 1 << waiting : ready & ~held;
            int queue = arbiter.pick(wanted, nowNs);
            if (queue == TransmitArbiter.NONE) {
                awaitDeadline(wanted);
                break;
            }
            boolean paced = arbiter.paces(queue);
            int done = runQueue(queues[queue], paced);
            work += done;
            if (isWaiting()) break;
            if (step.isHeld()) held |= heldWith(queue);
            budget -= paced ? SINGLE_COST_FRAMES : TransmitStep.BATCH_FRAMES;
        }
        return work;
    }

    /// Queues that wait with one whose frames were not all taken: those that the backend puts into
    /// the same queue of its own. They keep their turn; frames of the others go on meanwhile.
    private int heldWith(int queue) {
        int several = step.reachesWireOnly() ? backend.transmitQueues() : 1;
        int held = 0;
        for (int other = queue % several; other < QUEUES; other += several) held |= 1 << other;
        return held;
    }

    /// Queues that have something to send and nothing in the way. One that was turned off still finishes the packet
    /// that it has begun.
    private int ready() {
        int candidates = backlog & ~refused;
        if (candidates == 0) return 0;
        if (!port.busMaster() || flow.transmitPaused()) return 0;
        if (!link.up() && !link.loopsBack()) return 0;
        return candidates & (mayStart() | begun);
    }

    /// Queues that may start a packet.
    private int mayStart() {
        if ((registers.get(TCTL) & TCTL_EN) == 0) return 0;
        if ((registers.get(MRQC) & MRQC_POOLS) == 0) return enabled;
        int pools = registers.get(VFTE) & POOL_BITS;
        return enabled & (pools | pools << POOLS);
    }

    private void announce(int ready, long nowNs) {
        for (int left = ready & ~announced; left != 0; left &= left - 1)
            arbiter.backlogged(Integer.numberOfTrailingZeros(left), nowNs);
        announced |= ready;
    }

    private void awaitDeadline(int wanted) {
        long nextNs = arbiter.nextNs(wanted);
        if (nextNs == Long.MAX_VALUE) return;
        if (!deadline.isArmed() || deadline.deadlineNs() != nextNs) deadline.armAt(nextNs);
    }

    private void stopWaiting() {
        waiting = NO_QUEUE;
        memory.releaseReads();
    }

    /// @return descriptors done, and one for anything else that changed
    private int runQueue(TransmitQueue queue, boolean paced) {
        int bit = 1 << queue.number;
        if (queue.setUp() && isWaiting()) stopWaiting();
        if (!queue.isSound()) {
            if (isWaiting()) stopWaiting();
            counters.increment(IgbCounter.TRANSMIT_BAD_RING);
            refused |= bit;
            return 0;
        }
        if (!queue.completion.hasRoom(TransmitQueue.FETCH_DESCRIPTORS)) return show(bit);
        int done = step.run(queue, paced, (mayStart() & bit) == 0);
        waiting = step.waits() ? queue.number : NO_QUEUE;
        if (paced && step.framesLeft() > 0) arbiter.started(queue.number, step.firstFrameBytes());
        if (queue.isMidPacket()) begun |= bit;
        else begun &= ~bit;
        if (queue.isEmpty()) {
            backlog &= ~bit;
            announced &= ~bit;
        }
        unshown |= bit;
        return done + show(bit);
    }

    /// Shows what can be shown of some queues.
    ///
    /// @return queues of which something changed for the guest
    private int show(int some) {
        int shown = 0;
        for (int left = some; left != 0; left &= left - 1) {
            TransmitCompletion completion = queues[Integer.numberOfTrailingZeros(left)].completion;
            shown += completion.show();
            if (completion.isShown()) unshown &= ~(left & -left);
        }
        return shown;
    }
}
