package dev.doorbell.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Cuts a large frame into frames that a wire carries: each gets its own copy of the header in the target's
/// scratch memory, and slices of the large frame's payload, which is not copied.
///
/// What changes from header to header: IPv4 total length and identification, or IPv6 payload length; the
/// TCP sequence number and its flags (see [SegmentationPlan#tcpFlags]), or the UDP length; the checksums.
public final class Segmenter {
    /// Longest header that can be repeated.
    public static final int LIMIT_HEADER_BYTES = 255;

    /// Scratch bytes of the target batch that one segment takes at most.
    public static final int SCRATCH_BYTES = (LIMIT_HEADER_BYTES + FrameHeaders.TAG_BYTES + 7) & ~7;

    private static final int DATA_OFFSET_BITS = 0xF000; // share two bytes with the TCP flags
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment prototype = Arena.ofAuto().allocate(LIMIT_HEADER_BYTES + 1, 64);
    private MemorySegment scratch = prototype; // of the target, while a segment is made
    private long header; // where its header starts there
    private int from; // where its payload starts in the whole payload
    private int count; // bytes of its payload

    /// Takes the header of the large frame. Its payload follows directly behind it.
    public void begin(SegmentationPlan plan, FrameBatch source, int frame) {
        assert plan.isPossible() : "the plan was not judged";
        source.copyTo(frame, 0, plan.headerBytes, prototype, 0);
    }

    /// Forgets what stands in the IP checksum's field of the header, for a sum that does not count it.
    public void clearIpChecksum(SegmentationPlan plan) {
        if (plan.ipChecksumAt != SegmentationPlan.NONE) prototype.set(BE16, plan.ipChecksumAt, (short) 0);
    }

    /// As [#begin] for a frame whose checksums are complete or open, not prepared for a card: puts the
    /// pseudo-header's sum (without length) and an empty IP checksum where the plan expects them.
    public void beginSeeded(SegmentationPlan plan, FrameBatch source, int frame, int pseudoHeaderSum) {
        begin(plan, source, frame);
        prototype.set(BE16, plan.layer4ChecksumAt, (short) pseudoHeaderSum);
        clearIpChecksum(plan);
    }

    /// Appends segments to `target` until it is full or all are there.
    ///
    /// @param first number of the first segment to make, from 0
    /// @return segments made; fewer than are left when the target has no more room
    public int emit(SegmentationPlan plan, FrameBatch source, int frame, int first, FrameBatch target) {
        int segments = plan.segments();
        int made = 0;
        while (first + made < segments && !target.isFull()) {
            if (!emitOne(plan, source, frame, first + made, target)) break;
            made++;
        }
        return made;
    }

    private boolean emitOne(SegmentationPlan plan, FrameBatch source, int frame, int segment, FrameBatch target) {
        from = segment * plan.segmentBytes; // below 2^20: the payload's length bounds it
        count = Math.min(plan.segmentBytes, plan.payloadBytes - from);
        int tagBytes = plan.vlanTag == SegmentationPlan.NONE ? 0 : FrameHeaders.TAG_BYTES;
        scratch = target.scratch();
        target.beginFrame();
        target.queue(target.openFrame(), source.queue(frame));
        long taken = target.takeScratch(plan.headerBytes + FrameHeaders.TAG_BYTES);
        header = taken + FrameHeaders.TAG_BYTES; // room before it for the tag
        if (taken < 0
                || !target.addSlice(scratch, header - tagBytes, plan.headerBytes + tagBytes)
                || !target.addRange(source, frame, plan.headerBytes + from, count)
                || !target.padTo(plan.leastFrameBytes)) {
            target.abandonFrame();
            return false;
        }
        MemorySegment.copy(prototype, 0, scratch, header, plan.headerBytes);
        number(plan, segment);
        layer4Checksum(plan, source, frame);
        if (plan.leavesChecksumOpen && plan.layer4ChecksumAt != SegmentationPlan.NONE)
            target.openChecksum(
                    target.openFrame(), plan.layer4SumStart + tagBytes, plan.layer4ChecksumAt - plan.layer4SumStart);
        if (plan.ipChecksumAt != SegmentationPlan.NONE)
            store(plan.ipChecksumAt, plan.headerBytes, sum(plan, source, frame, plan.ipSumStart, plan.ipSumEnd));
        if (tagBytes > 0) VlanTag.insert(scratch, header, plan.vlanAt, plan.vlanType, plan.vlanTag);
        target.endFrame();
        return true;
    }

    private void number(SegmentationPlan plan, int segment) {
        int length = plan.headerBytes + count;
        long ip = header + plan.ipStart;
        if (plan.ipv4) {
            scratch.set(BE16, ip + 2, (short) (length - plan.ipStart));
            scratch.set(BE16, ip + 4, (short) (scratch.get(BE16, ip + 4) + segment));
        } else {
            scratch.set(BE16, ip + 4, (short) (length - plan.ipStart - FrameHeaders.IPV6_BYTES));
        }
        long layer4 = header + plan.layer4Start;
        if (!plan.tcp) {
            scratch.set(BE16, layer4 + 4, (short) (length - plan.layer4Start));
            return;
        }
        scratch.set(BE32, layer4 + 4, scratch.get(BE32, layer4 + 4) + from);
        int flags = scratch.get(BE16, layer4 + 12) & (DATA_OFFSET_BITS | plan.tcpFlags(segment));
        scratch.set(BE16, layer4 + 12, (short) flags);
    }

    private void layer4Checksum(SegmentationPlan plan, FrameBatch source, int frame) {
        int at = plan.layer4ChecksumAt;
        if (at == SegmentationPlan.NONE || at + 2 > plan.headerBytes) return;
        int seed = scratch.get(BE16, header + at) & 0xFFFF;
        int seeded = InternetChecksum.add(seed, plan.headerBytes + count - plan.layer4Start);
        scratch.set(BE16, header + at, (short) seeded);
        if (!plan.leavesChecksumOpen)
            store(at, plan.headerBytes, sum(plan, source, frame, plan.layer4SumStart, plan.layer4SumEnd));
    }

    /// Sums `[start, end)` of the segment being made; its header lies in the scratch memory, its payload
    /// still in the large frame.
    private int sum(SegmentationPlan plan, FrameBatch source, int frame, int start, int wantedEnd) {
        int length = plan.headerBytes + count;
        int end = wantedEnd == 0 ? length : Math.min(wantedEnd, length);
        int headerEnd = Math.min(end, plan.headerBytes);
        int sum = start < headerEnd ? InternetChecksum.sum(scratch, header + start, headerEnd - start) : 0;
        int payloadStart = Math.max(start, plan.headerBytes);
        if (payloadStart >= end) return sum;
        int part = InternetChecksum.sum(source, frame, payloadStart + from, end + from);
        return InternetChecksum.add(sum, ((payloadStart - start) & 1) == 0 ? part : InternetChecksum.swap(part));
    }

    /// A checksum that would lie beyond the header is not stored.
    private void store(int at, int headerBytes, int sum) {
        if (at + 2 <= headerBytes) scratch.set(BE16, header + at, (short) InternetChecksum.toStore(sum));
    }
}
