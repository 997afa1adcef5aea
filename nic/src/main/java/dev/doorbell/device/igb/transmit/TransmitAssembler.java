package dev.doorbell.device.igb.transmit;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.DescriptorRing;
import org.jspecify.annotations.Nullable;

/// Turns fetched descriptors of a queue into frames, one unit at a time: the descriptors of one packet, or the context
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

    private static final long PLAIN_MASK = AdvancedTransmitDescriptor.DEXT
            | 0xFL << 20
            | AdvancedTransmitDescriptor.EOP
            | AdvancedTransmitDescriptor.IFCS
            | AdvancedTransmitDescriptor.VLE
            | AdvancedTransmitDescriptor.TSE
            | AdvancedTransmitDescriptor.IXSM
            | AdvancedTransmitDescriptor.TXSM;
    private static final long PLAIN = AdvancedTransmitDescriptor.DEXT
            | 3L << 20
            | AdvancedTransmitDescriptor.EOP
            | AdvancedTransmitDescriptor.IFCS;

    private final DmaMemory memory;
    private final TransmitFraming framing;
    private final TransmitContexts working = new TransmitContexts();
    private final TransmitPacket later = new TransmitPacket(); // every packet of a step but the first
    private final FrameBatch gathered = new FrameBatch(1, LIMIT_SLICES, 0);
    private DescriptorRing ring = new DescriptorRing(1);
    private TransmitPacket packet = later;
    private TransmitPacket first = later;
    private int tagPolicy;
    private boolean plainPacket; // the unit looked at last took the short way
    private int frames;
    private int descriptors;
    private int lengthBytes;

    TransmitAssembler(DmaMemory memory, TransmitFraming framing) {
        this.memory = memory;
        this.framing = framing;
    }

    /// Starts over at a ring's head.
    ///
    /// @param newTagPolicy VMVIR of the queue's pool, 0 without pools
    void begin(TransmitQueue queue, int newTagPolicy) {
        ring = queue.ring;
        first = queue.packet;
        working.copyFrom(queue.contexts);
        tagPolicy = newTagPolicy;
    }

    /// Looks at the unit that starts with fetched descriptor `from`, and appends its frames to `batch`.
    ///
    /// @param resume      segments of this unit that went out before
    /// @param budgetBytes what may still be read in this step; a first unit may take more
    /// @return descriptors of the unit, at least 1; or [#WAIT], [#NO_ROOM] or [#INCOMPLETE]
    int assemble(int from, FrameBatch batch, int resume, int budgetBytes) {
        frames = 0;
        packet = from == 0 ? first : later;
        if (packet.isCarried()) packet.rewind();
        else packet.clear();
        plainPacket = !packet.isCarried() && isPlain(ring.word1(from));
        if (plainPacket) {
            int answer = assemblePlain(from, batch);
            if (answer != NO_ROOM) return answer;
            plainPacket = false; // something is wrong with it: the long way tells what
        }
        return assembleAny(from, batch, resume, budgetBytes);
    }

    private boolean isPlain(long word1) {
        return (word1 & PLAIN_MASK) == PLAIN && tagPolicy == 0;
    }

    /// A frame of one buffer that leaves as it is: the usual case, kept short.
    private int assemblePlain(int from, FrameBatch batch) {
        long word1 = ring.word1(from);
        int length = AdvancedTransmitDescriptor.lengthBytes(word1);
        descriptors = 1;
        lengthBytes = length;
        if (!framing.isPlainLength(length)) return NO_ROOM;
        batch.beginFrame();
        int answer = memory.gather(ring.word0(from), length, batch);
        if (answer != DmaMemory.OK || !framing.pad(batch)) {
            batch.abandonFrame();
            return answer == DmaMemory.NOT_YET ? WAIT : NO_ROOM;
        }
        batch.endFrame();
        frames = 1;
        return 1;
    }

    private int assembleAny(int from, FrameBatch batch, int resume, int budgetBytes) {
        lengthBytes = 0;
        for (int n = from; n < ring.fetched(); n++) {
            long word1 = ring.word1(n);
            if (AdvancedTransmitDescriptor.isContext(word1)) {
                working.load(ring.word0(n), word1);
                continue;
            }
            if (!isBuffer(word1)) continue;
            if (!packet.isBegun() && n > from) { // what only prepared the packet is a unit of its own
                descriptors = n - from;
                return descriptors;
            }
            if (!packet.isBegun()) packet.begin(word1, working);
            packet.add(word1);
            if (!AdvancedTransmitDescriptor.endOfPacket(word1)) continue;
            packet.end(word1, tagPolicy);
            descriptors = n + 1 - from;
            lengthBytes = packet.lengthBytes();
            if (from > 0 && lengthBytes > budgetBytes) return NO_ROOM;
            return packet.failure() == null ? finish(from, batch, resume) : descriptors;
        }
        descriptors = ring.fetched() - from;
        return packet.isBegun() ? INCOMPLETE : descriptors;
    }

    /// Bytes of the packet that was looked at last.
    int lengthBytes() {
        return lengthBytes;
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
    IgbCounter failure() {
        return plainPacket ? null : packet.failure();
    }

    boolean isSegmented() {
        return !plainPacket && packet.isBegun() && packet.segmented;
    }

    /// Whether the unit's first frame is to be stamped with the time it leaves.
    boolean isStamped(int from) {
        if (plainPacket) return (ring.word1(from) & AdvancedTransmitDescriptor.TIME_STAMP) != 0;
        return packet.isBegun() && packet.stamped;
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

    /// A descriptor at the ring's head could not be read: the packet it belongs to fails.
    void failCarried(TransmitPacket begun) {
        if (!begun.isCarried()) return;
        begun.rewind();
        begun.fail(IgbCounter.TRANSMIT_DMA_FAULTS);
        begun.carry(gathered, 0);
    }

    private int finish(int from, FrameBatch batch, int resume) {
        if (gather(from, descriptors, true) == DmaMemory.NOT_YET) return WAIT;
        if (packet.failure() != null) return descriptors;
        int appended = framing.append(packet, gathered, batch, resume);
        if (appended < 0) return NO_ROOM;
        frames = appended;
        return descriptors;
    }

    /// Gathers the buffers of `count` descriptors as the one frame of [#gathered].
    private int gather(int from, int count, boolean withCarried) {
        gathered.clear();
        gathered.beginFrame();
        boolean room = !withCarried || packet.addCarried(gathered);
        boolean waits = false;
        for (int n = from; n < from + count && room; n++) {
            long word1 = ring.word1(n);
            if (!isBuffer(word1)) continue;
            int length = AdvancedTransmitDescriptor.lengthBytes(word1);
            if (length == 0) continue;
            int answer = memory.gather(ring.word0(n), length, gathered);
            if (answer == DmaMemory.NOT_YET) waits = true; // goes on: all reads of the packet get under way at once
            else if (answer == DmaMemory.FAULT) {
                packet.fail(
                        gathered.freeSlices() == 0 ? IgbCounter.TRANSMIT_SCATTERED : IgbCounter.TRANSMIT_DMA_FAULTS);
                return DmaMemory.OK;
            }
        }
        if (!room) packet.fail(IgbCounter.TRANSMIT_SCATTERED);
        if (waits) return DmaMemory.NOT_YET;
        gathered.endFrame();
        return DmaMemory.OK;
    }

    private static boolean isBuffer(long word1) {
        return AdvancedTransmitDescriptor.isLegacy(word1) || AdvancedTransmitDescriptor.isData(word1);
    }
}
