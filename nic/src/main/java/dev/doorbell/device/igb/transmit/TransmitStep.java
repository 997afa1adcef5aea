package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbBits.MRQC_POOLS;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.TSCTC;
import static dev.doorbell.register.IgbRegister.VMVIR;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.Segmenter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.DescriptorRing;
import org.jspecify.annotations.Nullable;

/// One step of one queue: fetches descriptors, makes frames of them, sends the frames and completes the
/// descriptors of those that left.
///
/// Until frames are offered a step has no effect, so a memory that answers "not yet" only means that the same step is
/// tried again; frames not taken leave their descriptors in the ring, and a segmented packet goes on with its next
/// segment.
final class TransmitStep {
    /// Frames offered at once.
    static final int BATCH_FRAMES = 64;

    private static final int BATCH_SLICES = 1024;
    private static final int SINGLE_SCRATCH_BYTES = 1024; // the longest headers that a context can name

    /// Bytes read in one step, unless a single packet has more: a memory reached by messages keeps 1 MiB of
    /// a step.
    private static final int LIMIT_STEP_BYTES = 512 << 10;

    private final RegisterFile registers;
    private final DmaMemory memory;
    private final Statistics statistics;
    private final SystemClock clock;
    private final CounterTable<IgbCounter> counters;
    private final TransmitExit exit;
    private final TransmitFraming framing;
    private final TransmitAssembler assembler;
    private final FrameBatch many = new FrameBatch(BATCH_FRAMES, BATCH_SLICES, BATCH_FRAMES * Segmenter.SCRATCH_BYTES);
    private final FrameBatch single = new FrameBatch(1, BATCH_SLICES, SINGLE_SCRATCH_BYTES);

    // The units of the step, in ring order.
    private int units;
    private final int[] unitDescriptors = new int[TransmitQueue.FETCH_DESCRIPTORS];
    private final int[] unitFrames = new int[TransmitQueue.FETCH_DESCRIPTORS];
    private final boolean[] unitSegmented = new boolean[TransmitQueue.FETCH_DESCRIPTORS];
    private final boolean[] unitStamped = new boolean[TransmitQueue.FETCH_DESCRIPTORS];
    private final boolean[] unitComplete = new boolean[TransmitQueue.FETCH_DESCRIPTORS];
    private final @Nullable IgbCounter[] unitFailure = new IgbCounter[TransmitQueue.FETCH_DESCRIPTORS];

    private boolean waits;
    private boolean held;
    private int framesLeft;
    private int firstFrameBytes;

    TransmitStep(
            RegisterFile registers,
            DmaMemory memory,
            Statistics statistics,
            SystemClock clock,
            TransmitExit exit,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.memory = memory;
        this.statistics = statistics;
        this.clock = clock;
        this.exit = exit;
        this.counters = counters;
        framing = new TransmitFraming(registers);
        assembler = new TransmitAssembler(memory, framing);
    }

    /// Whether the last [#run] waits for reads: the same queue has to be run next.
    boolean waits() {
        return waits;
    }

    /// Whether the taker of the frames did not take all in the last [#run].
    boolean isHeld() {
        return held;
    }

    /// Whether frames of the last [#run] went to the wire and nowhere else.
    boolean reachesWireOnly() {
        return exit.isWireOnly();
    }

    /// Frames that left in the last [#run].
    int framesLeft() {
        return framesLeft;
    }

    /// Bytes of the first of them, without FCS.
    int firstFrameBytes() {
        return firstFrameBytes;
    }

    /// Sends from a queue that is set up and has work.
    ///
    /// @param oneFrame  at most one frame leaves
    /// @param finishing only a packet that has begun goes on
    /// @return descriptors done, and frames of a packet that is not
    int run(TransmitQueue queue, boolean oneFrame, boolean finishing) {
        waits = true;
        held = false;
        framesLeft = 0;
        DescriptorRing ring = queue.ring;
        int answer = queue.fetch();
        if (ring.fetched() == 0) return answer == DmaMemory.FAULT ? skipDescriptor(queue) : 0;
        FrameBatch batch = oneFrame ? single : many;
        int outcome = assembleUnits(queue, batch, finishing);
        if (outcome == TransmitAssembler.WAIT) return 0;
        if (outcome == TransmitAssembler.INCOMPLETE) {
            if (answer == DmaMemory.NOT_YET || !assembler.absorb()) return 0;
            return end(complete(queue, ring.fetched()));
        }
        framesLeft = exit.send(batch, queue);
        held = framesLeft < batch.size();
        if (framesLeft > 0) firstFrameBytes = batch.lengthBytes(0);
        return end(completeUnits(queue));
    }

    private int end(int done) {
        waits = false;
        memory.releaseReads();
        return done;
    }

    /// Makes frames of what was fetched, as far as the batch has room.
    ///
    /// @return [TransmitAssembler#WAIT], or [TransmitAssembler#INCOMPLETE] for a packet at the head without
    ///     an end, or the number of units
    private int assembleUnits(TransmitQueue queue, FrameBatch batch, boolean finishing) {
        boolean pools = (registers.get(MRQC) & MRQC_POOLS) != 0;
        exit.begin(pools);
        FrameBackend.Capabilities capabilities = exit.capabilities();
        boolean wire = exit.isWireOnly();
        // A packet cut by the taker would leave at once, a queue that is paced leaves frame by frame.
        framing.begin(
                wire && capabilities.takesOpenChecksum(),
                wire && capabilities.takesSegmentation() && batch.capacity() > 1);
        assembler.begin(queue, pools ? registers.get(VMVIR, queue.pool()) : 0);
        batch.clear();
        units = 0;
        int fetched = queue.ring.fetched();
        boolean anyWaits = false;
        int used = 0;
        int budgetBytes = LIMIT_STEP_BYTES;
        while (used < fetched && !batch.isFull()) {
            int taken = assembler.assemble(used, batch, used == 0 ? queue.segmentsSent : 0, budgetBytes);
            if (taken == TransmitAssembler.INCOMPLETE && used == 0) return TransmitAssembler.INCOMPLETE;
            if (taken == TransmitAssembler.INCOMPLETE || taken == TransmitAssembler.NO_ROOM) break;
            note(used);
            used += unitDescriptors[units];
            units++;
            budgetBytes -= assembler.lengthBytes();
            if (taken == TransmitAssembler.WAIT) {
                if (batch.capacity() == 1) return TransmitAssembler.WAIT; // what is throttled is the fetching, too
                anyWaits = true; // goes on: the reads of the whole batch get under way at once
            }
            if (finishing || !assembler.isComplete()) break;
        }
        return anyWaits ? TransmitAssembler.WAIT : Math.max(1, units);
    }

    private void note(int first) {
        unitDescriptors[units] = assembler.descriptors();
        unitFrames[units] = assembler.frames();
        unitFailure[units] = assembler.failure();
        unitSegmented[units] = assembler.isSegmented();
        unitStamped[units] = assembler.isStamped(first);
        unitComplete[units] = assembler.isComplete();
    }

    /// Completes the units whose frames all left, and notes how far the next one got.
    private int completeUnits(TransmitQueue queue) {
        int first = 0;
        int descriptors = 0;
        for (int unit = 0; unit < units; unit++) {
            int sent = Math.min(framesLeft - first, unitFrames[unit]);
            first += sent;
            if (sent > 0 && queue.segmentsSent == 0 && unitStamped[unit]) clock.stampTransmit();
            if (sent < unitFrames[unit] || !unitComplete[unit]) {
                queue.segmentsSent += sent;
                return (descriptors == 0 ? 0 : complete(queue, descriptors)) + sent;
            }
            queue.segmentsSent = 0;
            queue.packet.clear();
            IgbCounter failure = unitFailure[unit];
            if (failure != null) counters.increment(failure);
            else if (unitSegmented[unit]) statistics.count(TSCTC);
            descriptors += unitDescriptors[unit];
        }
        return complete(queue, descriptors);
    }

    /// The first `count` fetched descriptors are done.
    private int complete(TransmitQueue queue, int count) {
        DescriptorRing ring = queue.ring;
        for (int n = 0; n < count; n++) {
            long word1 = ring.word1(n);
            if (AdvancedTransmitDescriptor.isContext(word1)) queue.contexts.load(ring.word0(n), word1);
            else if (!AdvancedTransmitDescriptor.isLegacy(word1) && !AdvancedTransmitDescriptor.isData(word1))
                counters.increment(IgbCounter.TRANSMIT_BAD_DESCRIPTORS);
            queue.completion.done(n, word1);
        }
        ring.advance(count);
        counters.add(IgbCounter.TRANSMIT_DESCRIPTORS, count);
        queue.completion.stepDone(queue.isEmpty());
        return count;
    }

    /// The guest placed a descriptor where it cannot be read.
    private int skipDescriptor(TransmitQueue queue) {
        counters.increment(IgbCounter.TRANSMIT_DMA_FAULTS);
        assembler.failCarried(queue.packet);
        queue.ring.skipUnreadable();
        queue.completion.stepDone(queue.isEmpty());
        return end(1);
    }
}
