package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.TCTL_PSP;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.VET;

import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import dev.doorbell.frame.SegmentationPlan;
import dev.doorbell.frame.Segmenter;
import dev.doorbell.frame.TrailingFcs;
import dev.doorbell.frame.VlanTag;
import dev.doorbell.frame.WholeSegmentation;
import dev.doorbell.register.RegisterFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Makes frames of a packet's bytes: checksums, segments, VLAN tag, padding. What must change is copied
/// into the batch's scratch memory, never changed in guest memory; what need not change is not copied. Work
/// that the taker of the frames does itself is left to it.
final class TransmitFraming {
    /// Shortest frame on the wire, without FCS.
    static final int LEAST_FRAME_BYTES = 60;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final RegisterFile registers;
    private final SegmentationPlan plan = new SegmentationPlan();
    private final Segmenter segmenter = new Segmenter();
    private final WholeSegmentation whole = new WholeSegmentation();
    private final TrailingFcs fcs = new TrailingFcs();
    private boolean leavesChecksums;
    private boolean leavesSegmentation;
    private boolean complete;

    TransmitFraming(RegisterFile registers) {
        this.registers = registers;
    }

    /// Names what the taker of the next frames does itself.
    void offloads(boolean takesOpenChecksum, boolean takesSegmentation) {
        leavesChecksums = takesOpenChecksum;
        leavesSegmentation = takesSegmentation;
    }

    /// The offloads of a backend.
    void offloads(FrameBackend.Capabilities capabilities) {
        offloads(capabilities.takesOpenChecksum(), capabilities.takesSegmentation());
    }

    /// Whether the last [#append] appended all that was left of its packet.
    boolean isComplete() {
        return complete;
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
        packet.fail(E1000Counter.TRANSMIT_SCATTERED); // not even an empty batch has room for its pieces
        return 0;
    }

    private int appendPlain(TransmitPacket packet, FrameBatch gathered, FrameBatch batch) {
        int length = gathered.lengthBytes(0);
        // A driver that does not want an FCS appended brings its own: our wire carries none, so it is taken off.
        // Bytes that are no FCS of this frame stay; the chip would send a frame that every receiver drops.
        if (!packet.appendsFcs()) length = fcs.bodyBytes(gathered, 0);
        boolean pads = (registers.get(TCTL) & TCTL_PSP) != 0;
        int least = pads && !packet.insertsTag() ? 1 : FrameHeaders.ETHERNET_BYTES;
        if (length < least) {
            packet.fail(E1000Counter.TRANSMIT_RUNTS);
            return 0;
        }
        batch.beginFrame();
        if (!compose(packet, gathered, length, batch) || (pads && !batch.padTo(LEAST_FRAME_BYTES))) {
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
        TransmitContext context = packet.context;
        boolean legacy = packet.insertsLegacyChecksum;
        int start = legacy ? packet.checksumStart : context.layer4Start;
        int at = legacy ? packet.checksumOffset : context.layer4Offset;
        int wantedEnd = legacy ? 0 : context.layer4End;
        int end = end(wantedEnd, length);
        boolean sums = (legacy || packet.insertsLayer4Checksum) && start < end && at + 2 <= length;
        boolean open = sums && leavesChecksums && wantedEnd == 0 && at >= start && start >= FrameHeaders.ETHERNET_BYTES;
        int ipEnd = end(context.ipEnd, length);
        boolean sumsIp = packet.insertsIpChecksum && context.ipStart < ipEnd && context.ipOffset + 2 <= length;

        int changed =
                packet.insertsTag() ? VlanTag.BEHIND_ADDRESSES : 0; // bytes from the frame's start that are copied
        if (sums && !open) changed = Math.max(changed, at + 2);
        if (sumsIp) changed = Math.max(changed, context.ipOffset + 2);
        int tagBytes = packet.insertsTag() ? FrameHeaders.TAG_BYTES : 0;
        if (changed > 0) {
            MemorySegment scratch = batch.scratch();
            long taken = batch.takeScratch(changed + FrameHeaders.TAG_BYTES);
            if (taken < 0) return false;
            long header = taken + FrameHeaders.TAG_BYTES; // room before it for the tag
            gathered.copyTo(0, 0, changed, scratch, header);
            if (sums && !open) store(scratch, header + at, InternetChecksum.sum(gathered, 0, start, end));
            if (sumsIp)
                store(scratch, header + context.ipOffset, InternetChecksum.sum(gathered, 0, context.ipStart, ipEnd));
            if (tagBytes > 0)
                VlanTag.insert(scratch, header, VlanTag.BEHIND_ADDRESSES, registers.get(VET), packet.vlanTag());
            if (!batch.addSlice(scratch, header - tagBytes, changed + tagBytes)) return false;
        }
        if (open) batch.openChecksum(batch.openFrame(), start + tagBytes, at - start);
        return batch.addRange(gathered, 0, changed, length - changed);
    }

    private int appendSegments(TransmitPacket packet, FrameBatch gathered, FrameBatch batch, int resume) {
        TransmitContext context = packet.context;
        int payload = Math.min(packet.lengthBytes() - context.headerBytes, context.payloadBytes);
        plan.begin(context.headerBytes, context.segmentBytes, payload);
        plan.headers(context.ipStart, context.ipv4, context.layer4Start, context.tcp);
        if (packet.insertsIpChecksum) plan.ipChecksum(context.ipOffset, context.ipStart, context.ipEnd);
        if (packet.insertsLayer4Checksum)
            plan.layer4Checksum(context.layer4Offset, context.layer4Start, context.layer4End);
        if (packet.insertsTag()) plan.vlanTag(registers.get(VET), packet.vlanTag(), VlanTag.BEHIND_ADDRESSES);
        if ((registers.get(TCTL) & TCTL_PSP) != 0) plan.padTo(LEAST_FRAME_BYTES);
        if (!plan.isPossible()) {
            packet.fail(E1000Counter.TRANSMIT_BAD_CONTEXT);
            return 0;
        }
        if (context.headerBytes + Math.min(context.segmentBytes, payload) > TransmitPacket.LIMIT_FRAME_BYTES) {
            packet.fail(E1000Counter.TRANSMIT_OVERLONG);
            return 0;
        }
        if (resume == 0 && leavesSegmentation && whole.fits(plan, gathered, 0))
            return whole.append(plan, gathered, 0, batch);
        if (leavesChecksums && packet.insertsLayer4Checksum && checksumCanStayOpen(context)) plan.leaveChecksumOpen();
        segmenter.begin(plan, gathered, 0);
        int made = segmenter.emit(plan, gathered, 0, resume, batch);
        complete = resume + made == plan.segments();
        return made == 0 ? -1 : made;
    }

    private static boolean checksumCanStayOpen(TransmitContext context) {
        return context.layer4End == 0
                && context.layer4Start >= FrameHeaders.ETHERNET_BYTES
                && context.layer4Offset >= context.layer4Start
                && context.layer4Offset + 2 <= context.headerBytes;
    }

    private static void store(MemorySegment scratch, long at, int sum) {
        scratch.set(BE16, at, (short) InternetChecksum.toStore(sum));
    }

    private static int end(int wanted, int length) {
        return wanted == 0 ? length : Math.min(wanted, length);
    }
}
