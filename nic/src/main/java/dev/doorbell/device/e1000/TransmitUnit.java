package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.TCTL_EN;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDBAH;
import static dev.doorbell.register.E1000Register.TDBAL;
import static dev.doorbell.register.E1000Register.TDLEN;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.register.E1000Register.TSCTC;
import static dev.doorbell.register.E1000Register.TSCTFC;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.FrameTally;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.frame.Segmenter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.TransmitDescriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The transmitter: takes descriptors from the ring, gives frames to the backend, completes what was taken.
///
/// Works in steps. A step fetches descriptors, makes frames of them, offers the frames and completes the
/// descriptors of those taken. Until frames are offered a step has no effect, so a memory that answers "not
/// yet" only means that the same step is tried again; frames not taken leave their descriptors in the ring,
/// and a segmented packet goes on with its next segment.
final class TransmitUnit {
    /// Descriptors fetched ahead; the chip has a cache of 64.
    private static final int FETCH_DESCRIPTORS = 128;

    /// Frames offered at once.
    private static final int BATCH_FRAMES = 64;

    private static final int BATCH_SLICES = 1024;

    /// Bytes read in one step, unless a single packet has more: a memory reached by messages keeps 1 MiB of
    /// a step.
    private static final int LIMIT_STEP_BYTES = 512 << 10;

    /// Steps per duty cycle; the rest waits for the next.
    private static final int LIMIT_STEPS = 4;

    private final RegisterFile registers;
    private final PciPort port;
    private final DmaMemory memory;
    private final FrameBackend backend;
    private final Statistics statistics;
    private final LinkState link;
    private final FlowControl flow;
    private final ReceiveFifo loopback;
    private final CounterTable<E1000Counter> counters;
    private final DescriptorRing ring = new DescriptorRing(FETCH_DESCRIPTORS);
    private final TransmitFraming framing;
    private final TransmitAssembler assembler;
    private final TransmitCompletion completion;
    private final FrameBatch batch = new FrameBatch(BATCH_FRAMES, BATCH_SLICES, BATCH_FRAMES * Segmenter.SCRATCH_BYTES);
    private final MemorySegment address = Arena.ofAuto().allocate(8, 8);

    // The units of the step, in ring order.
    private int units;
    private final int[] unitDescriptors = new int[FETCH_DESCRIPTORS];
    private final int[] unitFrames = new int[FETCH_DESCRIPTORS];
    private final boolean[] unitSegmented = new boolean[FETCH_DESCRIPTORS];
    private final boolean[] unitComplete = new boolean[FETCH_DESCRIPTORS];
    private final @Nullable E1000Counter[] unitFailure = new E1000Counter[FETCH_DESCRIPTORS];

    private int segmentsSent; // of the packet at the ring's head
    private boolean waiting; // a step has asked for reads that have not arrived
    private boolean refused; // the ring registers make no sense; counted once per doorbell

    TransmitUnit(
            RegisterFile registers,
            PciPort port,
            FrameBackend backend,
            CauseSink causes,
            TransmitDelay delay,
            Statistics statistics,
            LinkState link,
            FlowControl flow,
            ReceiveFifo loopback,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.port = port;
        this.backend = backend;
        this.statistics = statistics;
        this.link = link;
        this.flow = flow;
        this.loopback = loopback;
        this.counters = counters;
        memory = port.memory();
        framing = new TransmitFraming(registers);
        assembler = new TransmitAssembler(registers, memory, ring, framing);
        completion = new TransmitCompletion(registers, memory, ring, causes, delay, counters);
    }

    /// The guest wrote TDT: the doorbell.
    void tailWritten() {
        counters.increment(E1000Counter.TRANSMIT_DOORBELLS);
        refused = false;
    }

    /// TDT moved without a doorbell.
    void tailMoved() {
        refused = false;
    }

    /// The guest wrote TCTL.
    void enabledChanged() {
        refused = false;
    }

    /// Forgets ring, packet and what waits to be written back. The registers hold their new values already.
    void reset() {
        ring.configure(0, 0, 0);
        ring.forget();
        assembler.reset();
        completion.reset();
        segmentsSent = 0;
        waiting = false;
        refused = false;
    }

    /// Whether reads of a step are kept or under way in the memory: they must not be released.
    boolean isWaiting() {
        return waiting;
    }

    /// Does what is due.
    ///
    /// @return descriptors processed, and one for anything else that changed
    int doWork() {
        int work = completion.show();
        for (int step = 0; step < LIMIT_STEPS; step++) {
            if (!mayRun()) {
                waiting = false; // a step that was under way is asked for anew when it may go on
                break;
            }
            int done = step();
            work += done;
            if (done == 0) break;
        }
        return work;
    }

    /// Whether there is something to send and nothing in the way. Turned off, the transmitter still
    /// finishes the packet that it has begun.
    private boolean mayRun() {
        int tail = registers.get(TDT);
        int head = completion.head();
        if (head == tail) return false;
        boolean enabled = (registers.get(TCTL) & TCTL_EN) != 0;
        if (!enabled && segmentsSent == 0) return false;
        if (!port.busMaster() || (!link.up() && !Loopback.isOn(registers, link))) return false;
        if (flow.transmitPaused()) return false;
        return setUpRing(head, tail);
    }

    private boolean setUpRing(int head, int tail) {
        long base = (long) registers.get(TDBAH) << 32 | Integer.toUnsignedLong(registers.get(TDBAL));
        if (ring.configure(base, registers.get(TDLEN), head)) {
            assembler.abandonPacket();
            completion.ringMoved();
            segmentsSent = 0;
            waiting = false;
            memory.releaseReads();
        }
        if (ring.headInside() && tail < ring.entries()) return completion.hasRoom(FETCH_DESCRIPTORS);
        if (!refused) counters.increment(E1000Counter.TRANSMIT_BAD_RING);
        refused = true;
        return false;
    }

    private int step() {
        int tail = registers.get(TDT);
        waiting = true;
        int answer = ring.fetch(memory, tail);
        if (ring.fetched() == 0) return answer == DmaMemory.FAULT ? skipDescriptor(tail) : 0;
        boolean loopsBack = Loopback.isOn(registers, link);
        if (loopsBack) framing.offloads(false, false);
        else framing.offloads(backend.capabilities());
        int outcome = assembleUnits();
        if (outcome == TransmitAssembler.WAIT) return 0;
        if (outcome == TransmitAssembler.INCOMPLETE) {
            if (answer == DmaMemory.NOT_YET || !assembler.absorb()) return 0;
            return endStep(complete(ring.fetched(), tail));
        }
        return endStep(completeUnits(loopsBack ? loopBack() : send(), tail));
    }

    private int endStep(int done) {
        waiting = false;
        memory.releaseReads();
        return done;
    }

    /// Makes frames of what was fetched, as far as the batch has room.
    ///
    /// @return [TransmitAssembler#WAIT], or [TransmitAssembler#INCOMPLETE] for a packet at the head without
    ///     an end, or the number of units
    private int assembleUnits() {
        batch.clear();
        units = 0;
        assembler.rewind();
        boolean finishing = (registers.get(TCTL) & TCTL_EN) == 0; // turned off: only what has begun goes on
        boolean waits = false;
        int used = 0;
        int budgetBytes = LIMIT_STEP_BYTES;
        while (used < ring.fetched() && !batch.isFull()) {
            int taken = assembler.assemble(used, batch, used == 0 ? segmentsSent : 0, budgetBytes);
            if (taken == TransmitAssembler.INCOMPLETE && used == 0) return TransmitAssembler.INCOMPLETE;
            if (taken == TransmitAssembler.INCOMPLETE || taken == TransmitAssembler.NO_ROOM) break;
            waits |= taken == TransmitAssembler.WAIT; // goes on: the reads of the whole batch get under way at once
            unitDescriptors[units] = assembler.descriptors();
            unitFrames[units] = assembler.frames();
            unitFailure[units] = assembler.failure();
            unitSegmented[units] = assembler.isSegmented();
            unitComplete[units] = assembler.isComplete();
            used += unitDescriptors[units];
            units++;
            budgetBytes -= assembler.lengthBytes();
            if (finishing || assembler.isMidPacket() || !assembler.isComplete()) break;
        }
        return waits ? TransmitAssembler.WAIT : Math.max(1, units);
    }

    /// @return frames that the backend took
    private int send() {
        if (batch.size() == 0) return 0;
        int taken = backend.transmit(batch, 0);
        if (taken < batch.size()) counters.increment(E1000Counter.TRANSMIT_BACKPRESSURE);
        return taken;
    }

    /// Queues frames for our own receiver, never calls it. Waits while the receiver is about to make room;
    /// what finds no room otherwise is lost, as on a wire.
    ///
    /// @return frames queued or lost
    private int loopBack() {
        int taken = 0;
        while (taken < batch.size() && loopback.loop(batch, taken)) taken++;
        return taken;
    }

    /// Completes the units whose frames were all taken, and notes how far the next one got.
    private int completeUnits(int framesTaken, int tail) {
        int first = 0;
        int descriptors = 0;
        for (int unit = 0; unit < units; unit++) {
            int sent = Math.min(framesTaken - first, unitFrames[unit]);
            for (int frame = first; frame < first + sent; frame++) countFrame(frame);
            first += unitFrames[unit];
            if (sent < unitFrames[unit] || !unitComplete[unit]) {
                segmentsSent += sent;
                return (descriptors == 0 ? 0 : complete(descriptors, tail)) + sent;
            }
            segmentsSent = 0;
            assembler.unitDone();
            E1000Counter failure = unitFailure[unit];
            if (failure != null) counters.increment(failure);
            if (unitSegmented[unit]) statistics.count(failure == null ? TSCTC : TSCTFC);
            descriptors += unitDescriptors[unit];
        }
        return complete(descriptors, tail);
    }

    /// The first `count` fetched descriptors are done.
    private int complete(int count, int tail) {
        int pending = ring.pending(tail);
        for (int n = 0; n < count; n++) {
            long word1 = ring.word1(n);
            if (TransmitDescriptor.isContext(word1)) assembler.commit(ring.word0(n), word1);
            else if (!TransmitDescriptor.isLegacy(word1) && !TransmitDescriptor.isData(word1))
                counters.increment(E1000Counter.TRANSMIT_BAD_DESCRIPTORS);
            completion.done(n, pending - n);
        }
        ring.advance(count);
        counters.add(E1000Counter.TRANSMIT_DESCRIPTORS, count);
        completion.stepDone(ring.head() == tail);
        return count;
    }

    /// The guest placed a descriptor where it cannot be read.
    private int skipDescriptor(int tail) {
        counters.increment(E1000Counter.TRANSMIT_DMA_FAULTS);
        assembler.failPacket();
        ring.skipUnreadable();
        completion.stepDone(ring.head() == tail);
        return endStep(1);
    }

    private void countFrame(int frame) {
        int cast = FrameTally.castOf(EthernetAddress.destination(batch, frame, address));
        int length = batch.lengthBytes(frame);
        counters.increment(E1000Counter.TRANSMIT_FRAMES);
        counters.add(E1000Counter.TRANSMIT_BYTES, length);
        if (batch.segmentType(frame) == FrameBatch.SEGMENT_NONE) {
            statistics.transmitted(length + FrameCheckSequence.BYTES, cast);
            return;
        }
        int header = batch.headerBytes(frame);
        int full = header + batch.segmentBytes(frame);
        int left = length - header;
        for (; left > 0; left -= batch.segmentBytes(frame)) // the registers count frames on the wire
        statistics.transmitted(Math.min(full, header + left) + FrameCheckSequence.BYTES, cast);
    }
}
