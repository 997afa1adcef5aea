package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbBits.VMVIR_PORT_VLAN;
import static dev.doorbell.register.IgbBits.VMVIR_VLANA_ALWAYS;
import static dev.doorbell.register.IgbBits.VMVIR_VLANA_NEVER;
import static dev.doorbell.register.IgbBits.VMVIR_VLANA_SHIFT;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One packet on its way from descriptors to frames: what its descriptors ask for, and copies of the bytes
/// of those that had to be given back before the packet was complete.
///
/// The first data descriptor decides offloads, context and time stamp; the last one says whether the FCS is appended.
/// A legacy packet's VLAN tag stands in its last descriptor. A context descriptor in between affects later packets
/// only.
/// PAYLEN matters for segmentation only: otherwise the buffers' lengths say it all, and drivers differ in what they
/// write there.
final class TransmitPacket {
    /// Longest frame on the wire, with the FCS: the chip's 9.5 KiB. A tag that the card inserts comes on top.
    private static final int LIMIT_WIRE_BYTES = 9728;

    /// Longest frame that the transmitter takes, without the FCS.
    static final int LIMIT_FRAME_BYTES = LIMIT_WIRE_BYTES - FrameCheckSequence.BYTES;

    /// Longest packet to be segmented: the longest headers that a context can name, and the largest PAYLEN.
    static final int LIMIT_SEGMENTED_BYTES = 127 + 511 + 255 + 0x3_FFFF;

    private static final int NO_TAG = -1;
    private static final long USES_CONTEXT = AdvancedTransmitDescriptor.TSE
            | AdvancedTransmitDescriptor.VLE
            | AdvancedTransmitDescriptor.IXSM
            | AdvancedTransmitDescriptor.TXSM;

    final TransmitContext context = new TransmitContext();
    boolean segmented;
    boolean insertsIpChecksum;
    boolean insertsLayer4Checksum;
    boolean insertsLegacyChecksum;
    boolean stamped;
    int payloadBytes;
    int checksumStart;
    int checksumOffset;

    private boolean begun;
    private boolean legacy;
    private boolean appendsFcs;
    private int wantedTag = NO_TAG; // of the first data descriptor
    private int vlanTag = NO_TAG;
    private int lengthBytes;
    private @Nullable IgbCounter failure;

    private boolean carried; // some descriptors were given back
    private int carriedBytes;
    private @Nullable IgbCounter carriedFailure;
    private MemorySegment carry = MemorySegment.NULL;

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
        legacy = AdvancedTransmitDescriptor.isLegacy(word1);
        if (legacy) beginLegacy(word1);
        else beginAdvanced(word1, contexts);
    }

    private void beginLegacy(long word1) {
        segmented = false;
        insertsIpChecksum = false;
        insertsLayer4Checksum = false;
        insertsLegacyChecksum = LegacyTransmitDescriptor.insertsChecksum(word1);
        checksumStart = LegacyTransmitDescriptor.checksumStart(word1);
        checksumOffset = LegacyTransmitDescriptor.checksumOffset(word1);
        stamped = false;
        wantedTag = NO_TAG;
    }

    private void beginAdvanced(long word1, TransmitContexts contexts) {
        segmented = (word1 & AdvancedTransmitDescriptor.TSE) != 0;
        insertsIpChecksum = (word1 & AdvancedTransmitDescriptor.IXSM) != 0;
        insertsLayer4Checksum = (word1 & AdvancedTransmitDescriptor.TXSM) != 0;
        insertsLegacyChecksum = false;
        stamped = (word1 & AdvancedTransmitDescriptor.TIME_STAMP) != 0;
        payloadBytes = AdvancedTransmitDescriptor.payloadBytes(word1);
        wantedTag = NO_TAG;
        if ((word1 & USES_CONTEXT) == 0) return;
        int slot = AdvancedTransmitDescriptor.contextSlot(word1);
        context.load(contexts.word0(slot), contexts.word1(slot));
        if ((word1 & AdvancedTransmitDescriptor.VLE) != 0) wantedTag = context.vlanTag;
    }

    /// Counts a descriptor's buffer in. A packet over its limit fails.
    void add(long word1) {
        int more = AdvancedTransmitDescriptor.lengthBytes(word1);
        lengthBytes = Math.min(lengthBytes + more, LIMIT_SEGMENTED_BYTES + 1);
        if (lengthBytes > (segmented ? LIMIT_SEGMENTED_BYTES : LIMIT_WIRE_BYTES)) fail(IgbCounter.TRANSMIT_OVERLONG);
    }

    /// Takes over what the last descriptor asks for.
    ///
    /// @param tagPolicy VMVIR of the queue's pool, 0 without pools
    void end(long word1, int tagPolicy) {
        appendsFcs = (word1 & AdvancedTransmitDescriptor.IFCS) != 0;
        if (!segmented && appendsFcs && lengthBytes > LIMIT_FRAME_BYTES) fail(IgbCounter.TRANSMIT_OVERLONG);
        vlanTag = wantedTag;
        if (legacy && TransmitDescriptor.insertsVlanTag(word1)) vlanTag = TransmitDescriptor.vlanTag(word1);
        int action = tagPolicy >>> VMVIR_VLANA_SHIFT;
        if (action == VMVIR_VLANA_ALWAYS) vlanTag = tagPolicy & VMVIR_PORT_VLAN;
        else if (action == VMVIR_VLANA_NEVER) vlanTag = NO_TAG;
    }

    /// Nothing of the packet goes out; the first reason is the one that counts.
    void fail(IgbCounter reason) {
        if (failure == null) failure = reason;
    }

    @Nullable
    IgbCounter failure() {
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

    /// Rare: a packet of more descriptors than the card fetches ahead, or one whose end the guest is late with. The
    /// memory is kept for the card's life.
    private void reserve(int bytes) {
        if (bytes <= carry.byteSize()) return;
        int size = bytes <= 2 * LIMIT_FRAME_BYTES ? 2 * LIMIT_FRAME_BYTES : LIMIT_SEGMENTED_BYTES;
        MemorySegment larger = Arena.ofAuto().allocate(size, 64);
        MemorySegment.copy(carry, 0, larger, 0, carriedBytes);
        carry = larger;
    }
}
