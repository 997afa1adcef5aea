package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.DTXTCPFLGL_MIDDLE_SHIFT;
import static dev.doorbell.register.IgbBits.DTXTCPFLG_MASK;
import static dev.doorbell.register.IgbBits.TCTL_PSP;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.DTXTCPFLGH;
import static dev.doorbell.register.IgbRegister.DTXTCPFLGL;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.VET;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.SegmentationPlan;
import dev.doorbell.frame.Segmenter;
import dev.doorbell.frame.TrailingFcs;
import dev.doorbell.frame.VlanTag;
import dev.doorbell.frame.WholeSegmentation;
import dev.doorbell.register.RegisterFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Makes frames of a packet's bytes: checksums, segments, VLAN tag, padding. What must change is copied
/// into the batch's scratch memory, never changed in guest memory; what need not change is not copied. Work
/// that the taker of the frames does itself is left to it.
///
/// The chip edits where the context says and trusts it. So does this, as far as the context's headers lie in the
/// packet;
/// a packet whose headers do not fails.
final class TransmitFraming {
    /// Shortest frame on the wire, without FCS.
    private static final int LEAST_FRAME_BYTES = 60;

    private static final int VLAN_TYPE_MASK = 0xFFFF;
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final RegisterFile registers;
    private final TransmitChecksums checksums = new TransmitChecksums();
    private final SegmentationPlan plan = new SegmentationPlan();
    private final Segmenter segmenter = new Segmenter();
    private final WholeSegmentation whole = new WholeSegmentation();
    private final TrailingFcs fcs = new TrailingFcs();
    private final MemorySegment peek = Arena.ofAuto().allocate(8, 8);
    private boolean leavesChecksums;
    private boolean leavesSegmentation;
    private boolean pads;
    private int vlanTypes; // inner and outer
    private boolean doubleTags;
    private boolean complete;

    TransmitFraming(RegisterFile registers) {
        this.registers = registers;
    }

    /// Starts a step: takes over the registers.
    ///
    /// @param takesOpenChecksum the taker of the step's frames completes checksums
    /// @param takesSegmentation the taker of the step's frames cuts large ones
    void begin(boolean takesOpenChecksum, boolean takesSegmentation) {
        leavesChecksums = takesOpenChecksum;
        leavesSegmentation = takesSegmentation;
        pads = (registers.get(TCTL) & TCTL_PSP) != 0;
        vlanTypes = registers.get(VET);
        doubleTags = (registers.get(CTRL_EXT) & CTRL_EXT_EXT_VLAN) != 0;
    }

    /// Whether the last [#append] appended all that was left of its packet.
    boolean isComplete() {
        return complete;
    }

    /// Whether a frame of so many bytes can leave as it is.
    boolean isPlainLength(int length) {
        return length >= (pads ? 1 : FrameHeaders.ETHERNET_BYTES) && length <= TransmitPacket.LIMIT_FRAME_BYTES;
    }

    /// Fills the frame being built up to the shortest one, if the guest wants that.
    ///
    /// @return false when the batch has no room
    boolean pad(FrameBatch batch) {
        return !pads || batch.padTo(LEAST_FRAME_BYTES);
    }

    /// Appends the frames of a packet to `batch`, as many as fit; a packet that cannot be sent fails.
    ///
    /// @param gathered the packet's bytes, its frame 0
    /// @param resume   segments that went out before
    /// @return frames appended, 0 for a packet that failed, or -1 when the batch must be sent first
    int append(TransmitPacket packet, FrameBatch gathered, FrameBatch batch, int resume) {
        complete = true;
        int appended = packet.segmented
                ? appendSegments(packet, gathered, batch, resume)
                : appendPlain(packet, gathered, batch);
        if (appended >= 0 || batch.size() > 0) return appended;
        packet.fail(IgbCounter.TRANSMIT_SCATTERED); // not even an empty batch has room for its pieces
        return 0;
    }

    private int appendPlain(TransmitPacket packet, FrameBatch gathered, FrameBatch batch) {
        int length = gathered.lengthBytes(0);
        // A driver that does not want an FCS appended brings its own: our wire carries none, so it is taken off.
        // Bytes that are no FCS of this frame stay; the chip would send a frame that every receiver drops.
        if (!packet.appendsFcs()) length = fcs.bodyBytes(gathered, 0);
        if (length < (pads && !packet.insertsTag() ? 1 : FrameHeaders.ETHERNET_BYTES)) {
            packet.fail(IgbCounter.TRANSMIT_RUNTS);
            return 0;
        }
        if (length > TransmitPacket.LIMIT_FRAME_BYTES) {
            packet.fail(IgbCounter.TRANSMIT_OVERLONG);
            return 0;
        }
        if (!checksums.plan(packet, length, leavesChecksums)) {
            packet.fail(IgbCounter.TRANSMIT_BAD_CONTEXT);
            return 0;
        }
        batch.beginFrame();
        if (!compose(packet, gathered, length, batch) || !pad(batch)) {
            batch.abandonFrame();
            return -1;
        }
        batch.endFrame();
        return 1;
    }

    /// Builds the one frame of a packet that is not segmented.
    ///
    /// @return false when the batch has no room
    private boolean compose(TransmitPacket packet, FrameBatch gathered, int length, FrameBatch batch) {
        int tagAt = packet.insertsTag() ? tagPlace(gathered) : 0;
        int tagBytes = packet.insertsTag() ? FrameHeaders.TAG_BYTES : 0;
        int changed = Math.max(tagAt, checksums.changedBytes()); // bytes from the frame's start that are copied
        if (changed > 0) {
            MemorySegment scratch = batch.scratch();
            long taken = batch.takeScratch(changed + FrameHeaders.TAG_BYTES);
            if (taken < 0) return false;
            long header = taken + FrameHeaders.TAG_BYTES; // room before it for the tag
            gathered.copyTo(0, 0, changed, scratch, header);
            checksums.store(gathered, length, scratch, header);
            if (tagBytes > 0) VlanTag.insert(scratch, header, tagAt, vlanTypes & VLAN_TYPE_MASK, packet.vlanTag());
            if (!batch.addSlice(scratch, header - tagBytes, changed + tagBytes)) return false;
        }
        checksums.leaveOpen(batch, tagBytes);
        return batch.addRange(gathered, 0, changed, length - changed);
    }

    /// Where the card's tag goes. With double VLAN it is the inner one, behind the outer that the guest's bytes bring.
    private int tagPlace(FrameBatch gathered) {
        if (!doubleTags || gathered.lengthBytes(0) < FrameHeaders.ETHERNET_BYTES + FrameHeaders.TAG_BYTES)
            return VlanTag.BEHIND_ADDRESSES;
        gathered.copyTo(0, VlanTag.BEHIND_ADDRESSES, 2, peek, 0);
        boolean outer = (peek.get(BE16, 0) & VLAN_TYPE_MASK) == vlanTypes >>> 16;
        return outer ? VlanTag.BEHIND_OUTER_TAG : VlanTag.BEHIND_ADDRESSES;
    }

    private int appendSegments(TransmitPacket packet, FrameBatch gathered, FrameBatch batch, int resume) {
        TransmitContext context = packet.context;
        if (!planSegments(packet, gathered)) {
            packet.fail(IgbCounter.TRANSMIT_BAD_CONTEXT);
            return 0;
        }
        if (context.headerBytes() + Math.min(context.segmentBytes, plan.payloadBytes())
                > TransmitPacket.LIMIT_FRAME_BYTES) {
            packet.fail(IgbCounter.TRANSMIT_OVERLONG);
            return 0;
        }
        if (resume == 0 && leavesSegmentation && whole.fits(plan, gathered, 0))
            return whole.append(plan, gathered, 0, batch);
        if (leavesChecksums && packet.insertsLayer4Checksum) plan.leaveChecksumOpen();
        segmenter.begin(plan, gathered, 0);
        segmenter.clearIpChecksum(plan);
        int made = segmenter.emit(plan, gathered, 0, resume, batch);
        complete = resume + made == plan.segments();
        return made == 0 ? -1 : made;
    }

    /// @return whether the context can cut this packet
    private boolean planSegments(TransmitPacket packet, FrameBatch gathered) {
        TransmitContext context = packet.context;
        int ip = context.macBytes;
        int layer4 = context.layer4Start();
        int header = context.headerBytes();
        if (!context.isTcp() && !context.isUdp()) return false;
        plan.begin(header, context.segmentBytes, Math.min(packet.lengthBytes() - header, packet.payloadBytes));
        plan.headers(ip, context.ipv4, layer4, context.isTcp());
        if (ip < FrameHeaders.ETHERNET_BYTES || !plan.isPossible()) return false;
        gathered.copyTo(0, ip, 1, peek, 0);
        if ((peek.get(BYTE, 0) >>> 4 & 0xF) != (context.ipv4 ? 4 : 6)) return false; // no such header to be edited
        if (packet.insertsIpChecksum && context.ipv4) {
            if (context.ipBytes < TransmitChecksums.IPV4_CHECKSUM + 2) return false;
            plan.ipChecksum(ip + TransmitChecksums.IPV4_CHECKSUM, ip, layer4);
        }
        if (packet.insertsLayer4Checksum) {
            int at = layer4 + (context.isTcp() ? FrameHeaders.TCP_CHECKSUM : FrameHeaders.UDP_CHECKSUM);
            if (at + 2 > header) return false;
            plan.layer4Checksum(at, layer4, 0);
        }
        int flags = registers.get(DTXTCPFLGL);
        plan.tcpFlags(
                flags & DTXTCPFLG_MASK,
                flags >>> DTXTCPFLGL_MIDDLE_SHIFT & DTXTCPFLG_MASK,
                registers.get(DTXTCPFLGH) & DTXTCPFLG_MASK);
        if (packet.insertsTag()) plan.vlanTag(vlanTypes & VLAN_TYPE_MASK, packet.vlanTag(), tagPlace(gathered));
        if (pads) plan.padTo(LEAST_FRAME_BYTES);
        return true;
    }
}
