package dev.doorbell.device.e1000;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One packet on its way from descriptors to frames: what its descriptors ask for, and copies of the bytes
/// of those that had to be given back before the packet was complete.
///
/// The first descriptor decides the offloads, the last one the VLAN tag; a context descriptor in between
/// affects later packets only. // 317453, 3.3.7
final class TransmitPacket {
    /// Longest frame that the transmitter takes.
    static final int LIMIT_FRAME_BYTES = 16288;

    /// Longest packet to be segmented: the largest header and the largest PAYLEN.
    static final int LIMIT_SEGMENTED_BYTES = 255 + 0xF_FFFF;

    private static final int NO_TAG = -1;

    final TransmitContext context = new TransmitContext();
    boolean segmented;
    boolean insertsIpChecksum;
    boolean insertsLayer4Checksum;
    boolean insertsLegacyChecksum;
    int checksumStart;
    int checksumOffset;

    private boolean begun;
    private boolean appendsFcs;
    private int vlanTag = NO_TAG;
    private int lengthBytes;
    private @Nullable E1000Counter failure;

    private boolean carried; // some descriptors were given back
    private int carriedBytes;
    private @Nullable E1000Counter carriedFailure;
    private MemorySegment carry = Arena.ofAuto().allocate(LIMIT_FRAME_BYTES, 64);

    /// Nothing under way, nothing carried.
    void clear() {
        begun = false;
        carried = false;
        carriedBytes = 0;
        carriedFailure = null;
        rewind();
    }

    /// Back to what is carried: the descriptors that follow are looked at anew.
    void rewind() {
        lengthBytes = carriedBytes;
        failure = carriedFailure;
        vlanTag = NO_TAG;
    }

    boolean isBegun() {
        return begun;
    }

    /// Whether descriptors of the packet were given back before its end came.
    boolean isCarried() {
        return carried;
    }

    /// Takes over what the first descriptor of a packet asks for.
    void begin(long word1, TransmitContexts contexts) {
        begun = true;
        boolean legacy = TransmitDescriptor.isLegacy(word1);
        segmented = !legacy && TransmitDataDescriptor.segments(word1);
        insertsIpChecksum = !legacy && TransmitDataDescriptor.insertsIpChecksum(word1);
        insertsLayer4Checksum = !legacy && TransmitDataDescriptor.insertsLayer4Checksum(word1);
        insertsLegacyChecksum = legacy && LegacyTransmitDescriptor.insertsChecksum(word1);
        checksumStart = LegacyTransmitDescriptor.checksumStart(word1);
        checksumOffset = LegacyTransmitDescriptor.checksumOffset(word1);
        if (!legacy) context.copyFrom(segmented ? contexts.segmentation : contexts.checksum);
    }

    /// Counts a descriptor's buffer in. A packet over its limit fails.
    void add(long word1) {
        lengthBytes = Math.min(lengthBytes + bufferBytes(word1), LIMIT_SEGMENTED_BYTES + 1);
        if (lengthBytes > (segmented ? LIMIT_SEGMENTED_BYTES : LIMIT_FRAME_BYTES)) fail(E1000Counter.TRANSMIT_OVERLONG);
    }

    /// Takes over what the last descriptor asks for.
    void end(long word1, boolean tagsEnabled) {
        vlanTag = tagsEnabled && TransmitDescriptor.insertsVlanTag(word1) ? TransmitDescriptor.vlanTag(word1) : NO_TAG;
        appendsFcs = (word1 & TransmitDescriptor.IFCS) != 0;
    }

    /// Nothing of the packet goes out; the first reason is the one that counts.
    void fail(E1000Counter reason) {
        if (failure == null) failure = reason;
    }

    @Nullable
    E1000Counter failure() {
        return failure;
    }

    /// Bytes of the packet so far, without an inserted tag.
    int lengthBytes() {
        return lengthBytes;
    }

    boolean insertsTag() {
        return vlanTag != NO_TAG;
    }

    /// Tag control information; meaningless unless [#insertsTag()].
    int vlanTag() {
        return vlanTag;
    }

    /// Whether the card appends the FCS; if not, the guest's bytes may end with one.
    boolean appendsFcs() {
        return appendsFcs;
    }

    /// Adds the carried bytes to the frame being built.
    boolean addCarried(FrameBatch batch) {
        return batch.addSlice(carry, 0, carriedBytes);
    }

    /// Takes copies of a frame's bytes, so that the descriptors behind it can be given back; the bytes
    /// carried so far are not in it. Of a packet that has failed nothing is kept: its other descriptors are
    /// only skipped.
    void carry(FrameBatch gathered, int frame) {
        carried = true;
        if (failure == null) {
            int more = gathered.lengthBytes(frame);
            reserve(carriedBytes + more);
            gathered.copyTo(frame, 0, more, carry, carriedBytes);
            carriedBytes += more;
        } else {
            carriedBytes = 0;
        }
        carriedFailure = failure;
        rewind();
    }

    private void reserve(int bytes) {
        if (bytes <= carry.byteSize()) return;
        // rare: a segmented packet of more descriptors than the card fetches ahead; kept for the card's
        // life
        MemorySegment larger = Arena.ofAuto().allocate(LIMIT_SEGMENTED_BYTES, 64);
        MemorySegment.copy(carry, 0, larger, 0, carriedBytes);
        carry = larger;
    }

    /// Bytes of a descriptor's buffer.
    static int bufferBytes(long word1) {
        return TransmitDescriptor.isLegacy(word1)
                ? LegacyTransmitDescriptor.lengthBytes(word1)
                : TransmitDataDescriptor.lengthBytes(word1);
    }
}
