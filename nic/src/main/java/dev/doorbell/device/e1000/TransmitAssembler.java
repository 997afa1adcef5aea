package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Register.CTRL;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.ring.TransmitDescriptor;
import org.jspecify.annotations.Nullable;

/// Turns fetched descriptors into frames, one unit at a time: the descriptors of one packet, or the context
/// descriptors before one. Reads guest memory but changes nothing that could not be done again: a unit is
/// looked at anew until its frames have been taken.
final class TransmitAssembler {
    /// The memory answered "not yet".
    static final int WAIT = 0;

    /// The batch must be sent first.
    static final int NO_ROOM = -1;

    /// The packet's end has not been fetched.
    static final int INCOMPLETE = -2;

    /// Slices that one packet can have: its descriptors, and every place where guest memory is not
    /// contiguous.
    private static final int LIMIT_SLICES = 1024;

    private final RegisterFile registers;
    private final DmaMemory memory;
    private final DescriptorRing ring;
    private final TransmitFraming framing;
    private final TransmitContexts committed = new TransmitContexts();
    private final TransmitContexts working = new TransmitContexts();
    private final TransmitPacket packet = new TransmitPacket();
    private final FrameBatch gathered = new FrameBatch(1, LIMIT_SLICES, 0);
    private int frames;
    private int descriptors;

    TransmitAssembler(RegisterFile registers, DmaMemory memory, DescriptorRing ring, TransmitFraming framing) {
        this.registers = registers;
        this.memory = memory;
        this.ring = ring;
        this.framing = framing;
    }

    /// Starts over at the ring's head.
    void rewind() {
        working.copyFrom(committed);
    }

    void reset() {
        committed.clear();
        packet.clear();
    }

    /// The ring moved under a packet: what is carried of it belongs to nothing.
    void abandonPacket() {
        packet.clear();
    }

    /// Whether part of a packet was taken, so that the rest of it may follow even with the transmitter off.
    boolean isMidPacket() {
        return packet.isCarried();
    }

    /// A descriptor of the packet could not be read: the packet fails.
    void failPacket() {
        if (!packet.isCarried()) return;
        packet.rewind();
        packet.fail(E1000Counter.TRANSMIT_DMA_FAULTS);
        packet.carry(gathered, 0);
    }

    /// A context descriptor has been processed for good.
    void commit(long word0, long word1) {
        committed.load(word0, word1);
    }

    /// The first unit has been processed for good.
    void unitDone() {
        packet.clear();
    }

    /// Looks at the unit that starts with fetched descriptor `first`, and appends its frames to `batch`.
    ///
    /// @param resume      segments of this unit that went out before
    /// @param budgetBytes what may still be read in this step; a first unit may take more
    /// @return descriptors of the unit, at least 1; or [#WAIT], [#NO_ROOM] or [#INCOMPLETE]
    int assemble(int first, FrameBatch batch, int resume, int budgetBytes) {
        frames = 0;
        if (first > 0 || !packet.isCarried()) packet.clear();
        else packet.rewind();
        boolean tagsEnabled = (registers.get(CTRL) & CTRL_VME) != 0;
        for (int n = first; n < ring.fetched(); n++) {
            long word1 = ring.word1(n);
            if (TransmitDescriptor.isContext(word1)) {
                working.load(ring.word0(n), word1);
                continue;
            }
            if (!isBuffer(word1)) continue;
            if (!packet.isBegun() && n > first) { // what only prepared the packet is a unit of its own
                descriptors = n - first;
                return descriptors;
            }
            if (!packet.isBegun()) packet.begin(word1, working);
            packet.add(word1);
            if (!TransmitDescriptor.endOfPacket(word1)) continue;
            packet.end(word1, tagsEnabled);
            descriptors = n + 1 - first;
            if (first > 0 && packet.lengthBytes() > budgetBytes) return NO_ROOM;
            return packet.failure() == null ? finish(first, batch, resume) : descriptors;
        }
        descriptors = ring.fetched() - first;
        return packet.isBegun() ? INCOMPLETE : descriptors;
    }

    /// Bytes of the packet that was looked at last.
    int lengthBytes() {
        return packet.lengthBytes();
    }

    /// Descriptors of the unit that was looked at last, also when it has to wait.
    int descriptors() {
        return descriptors;
    }

    /// Frames that the last [#assemble] appended.
    int frames() {
        return frames;
    }

    /// Why the unit that was assembled last gives no frames; null when nothing is wrong.
    @Nullable
    E1000Counter failure() {
        return packet.failure();
    }

    boolean isSegmented() {
        return packet.isBegun() && packet.segmented;
    }

    /// Whether the unit's frames are all appended; segments may be left for a later batch.
    boolean isComplete() {
        return !isSegmented() || packet.failure() != null || framing.isComplete();
    }

    /// Takes what has been fetched of an incomplete packet at the ring's head into the card.
    ///
    /// @return false when the memory answered "not yet"
    boolean absorb() {
        if (packet.failure() == null && gather(0, ring.fetched(), false) == DmaMemory.NOT_YET) return false;
        packet.carry(gathered, 0);
        return true;
    }

    private int finish(int first, FrameBatch batch, int resume) {
        if (gather(first, descriptors, true) == DmaMemory.NOT_YET) return WAIT;
        if (packet.failure() != null) return descriptors;
        int appended = framing.append(packet, gathered, batch, resume);
        if (appended < 0) return NO_ROOM;
        frames = appended;
        return descriptors;
    }

    /// Gathers the buffers of `count` descriptors as the one frame of [#gathered].
    private int gather(int first, int count, boolean withCarried) {
        gathered.clear();
        gathered.beginFrame();
        boolean room = !withCarried || packet.addCarried(gathered);
        boolean waits = false;
        for (int n = first; n < first + count && room; n++) {
            long word1 = ring.word1(n);
            if (!isBuffer(word1)) continue;
            int length = TransmitPacket.bufferBytes(word1);
            if (length == 0) continue;
            int answer = memory.gather(ring.word0(n), length, gathered);
            if (answer == DmaMemory.NOT_YET) waits = true; // goes on: all reads of the packet get under way at once
            else if (answer == DmaMemory.FAULT) {
                packet.fail(
                        gathered.freeSlices() == 0
                                ? E1000Counter.TRANSMIT_SCATTERED
                                : E1000Counter.TRANSMIT_DMA_FAULTS);
                return DmaMemory.OK;
            }
        }
        if (!room) packet.fail(E1000Counter.TRANSMIT_SCATTERED);
        if (waits) return DmaMemory.NOT_YET;
        gathered.endFrame();
        return DmaMemory.OK;
    }

    private static boolean isBuffer(long word1) {
        return TransmitDescriptor.isLegacy(word1) || TransmitDescriptor.isData(word1);
    }
}
