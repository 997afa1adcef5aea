package dev.doorbell.device.igb.receive;

import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.Verdict;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.register.IgbBits;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import dev.doorbell.ring.ReceiveWriteBacks;

/// One queue's copy of a frame: its bytes without what the queue strips, what its descriptors say, and
/// how much of it is in guest memory already. One at a time.
final class ReceiveCopy {
    private static final int EOP_DD = AdvancedReceiveDescriptor.EOP | AdvancedReceiveDescriptor.DD;

    private final ReceiveFilters filters;
    private final ReceiveSettings settings;
    private final ReceiveLayout layout = new ReceiveLayout();
    private final FrameBatch changed = new FrameBatch(1, 1024, 64);

    // What is stored.
    private FrameBatch source = changed;
    private int frame;
    private int lengthBytes;
    private int fcsBytes;
    private boolean legacy;
    private long word0;
    private int status;
    private int packetChecksum;
    private int vlanTag;
    private boolean immediate;

    // How far it is.
    private boolean first; // the next descriptor is the frame's first
    private boolean headerDone;
    private int position; // bytes of the frame in guest memory
    private int slice;
    private int sliceAt;
    private int inBuffer; // bytes in the packet buffer of the descriptor at the ring's head

    ReceiveCopy(ReceiveFilters filters, ReceiveSettings settings) {
        this.filters = filters;
        this.settings = settings;
    }

    /// Starts with a copy for `queue`; the frame must stay as it is until the copy is stored.
    void begin(ReceivedFrame received, int queue, int descriptorType, int headerBufferBytes) {
        Verdict verdict = received.verdict();
        FrameHeaders headers = received.headers;
        boolean strips = headers.isTagged() && filters.stripsTag(queue, verdict);
        fcsBytes = filters.stripsFcs(queue, verdict) ? 0 : FrameCheckSequence.BYTES;
        source = received.batch();
        frame = received.frame();
        if (strips || fcsBytes > 0) rebuild(received, strips);
        lengthBytes = source.lengthBytes(frame);
        legacy = descriptorType == IgbBits.DESCTYPE_LEGACY;
        immediate = verdict.immediate;
        vlanTag = strips ? headers.vlanTag() : 0;
        describe(received, strips);
        int parsed = legacy || descriptorType == IgbBits.DESCTYPE_ONE_BUFFER
                ? 0
                : ReceiveLayout.parsedBytes(headers, settings.splitTypes(queue), settings.splitsFragments());
        if (parsed > 0 && strips) parsed -= FrameHeaders.TAG_BYTES;
        layout.lay(descriptorType, lengthBytes, parsed, headerBufferBytes);
        restart();
    }

    /// The descriptor in work was taken back by the guest: what its buffers hold is written again,
    /// elsewhere.
    void leaveBuffer() {
        if (first) {
            restart();
        } else if (inBuffer > 0) {
            int done = position - inBuffer;
            inBuffer = 0;
            restartBytes();
            skipTo(done);
        }
    }

    /// Goes on with another place of the same frame, between two descriptors.
    void moveTo(ReceivedFrame received, int queue, int descriptorType, int headerBufferBytes) {
        assert inBuffer == 0 : "in the midst of a buffer";
        boolean wasFirst = first;
        boolean headerWasDone = headerDone;
        int done = position;
        begin(received, queue, descriptorType, headerBufferBytes);
        first = wasFirst;
        headerDone = headerWasDone;
        skipTo(done);
    }

    private void skipTo(int done) {
        position = done;
        sliceAt = done;
        while (sliceAt > 0 && sliceAt >= source.sliceLengthBytes(slice)) sliceAt -= source.sliceLengthBytes(slice++);
    }

    /// Starts over with the bytes: the ring has changed under the copy.
    void restart() {
        first = true;
        headerDone = layout.headerBytes() == 0;
        inBuffer = 0;
        restartBytes();
    }

    private void restartBytes() {
        position = 0;
        slice = source.firstSlice(frame);
        sliceAt = 0;
    }

    private void rebuild(ReceivedFrame received, boolean strips) {
        FrameBatch wire = received.batch();
        int index = received.frame();
        int length = wire.lengthBytes(index);
        int tag = received.headers.isTagged() ? received.headers.tagStart() : 2 * EthernetAddress.BYTES;
        changed.clear();
        changed.beginFrame();
        boolean room = strips
                ? changed.addRange(wire, index, 0, tag)
                        && changed.addRange(
                                wire, index, tag + FrameHeaders.TAG_BYTES, length - tag - FrameHeaders.TAG_BYTES)
                : changed.addRange(wire, index, 0, length);
        if (fcsBytes > 0) {
            int at = changed.takeScratch(fcsBytes);
            int running = FrameCheckSequence.update(FrameCheckSequence.START, wire, index, 0, length);
            FrameCheckSequence.write(changed.scratch(), at, FrameCheckSequence.finish(running));
            room &= changed.addSlice(changed.scratch(), at, fcsBytes);
        }
        assert room : "frames of a backend come in few slices";
        changed.endFrame();
        source = changed;
        frame = 0;
    }

    private void describe(ReceivedFrame received, boolean strips) {
        Verdict verdict = received.verdict();
        FrameHeaders headers = received.headers;
        status = received.checks(settings);
        if (strips) status |= AdvancedReceiveDescriptor.VP;
        if (verdict.inexact) status |= AdvancedReceiveDescriptor.PIF;
        boolean sums = legacy || !settings.reportsHash();
        packetChecksum = sums
                ? ReceiveChecksum.packetChecksum(
                        headers, source, frame, strips ? FrameHeaders.TAG_BYTES : 0, lengthBytes - fcsBytes, settings)
                : 0;
        if (legacy) return;
        if (verdict.immediate) status |= AdvancedReceiveDescriptor.DYNINT;
        if (verdict.stamped) status |= AdvancedReceiveDescriptor.TS;
        if (received.isLocal()) status |= AdvancedReceiveDescriptor.LB;
        if (!sums) {
            word0 = AdvancedReceiveDescriptor.word0(verdict.rssType, verdict.packetType, verdict.rssHash);
            return;
        }
        int ipId = 0;
        if (headers.ipVersion() == 4) {
            ipId = headers.ipId();
            status |= AdvancedReceiveDescriptor.IPIDV;
            if (settings.sumsFragments() && headers.isUdpFragmentWithChecksum())
                status |= AdvancedReceiveDescriptor.UDPV;
        }
        word0 = AdvancedReceiveDescriptor.word0(verdict.rssType, verdict.packetType, ipId, packetChecksum);
    }

    /// Without FCS.
    int frameBytes() {
        return lengthBytes - fcsBytes;
    }

    /// Whether a low-latency filter wants the guest to know at once.
    boolean immediate() {
        return immediate;
    }

    /// Whether the next descriptor's header buffer is used.
    boolean needsHeaderBuffer() {
        return first && layout.headerBytes() > 0;
    }

    /// Whether every byte is in guest memory.
    boolean isComplete() {
        return headerDone && position == lengthBytes;
    }

    /// Writes as much as the descriptor's buffers take; goes on where it stopped.
    ///
    /// @return [DmaMemory#OK], [DmaMemory#NOT_YET] or [DmaMemory#FAULT]
    int fill(DmaMemory memory, long header, long packet, int packetBytes) {
        if (!headerDone) {
            int answer = move(memory, header, position, layout.headerBytes());
            if (answer != DmaMemory.OK) return answer;
            headerDone = true;
            if (layout.packetStart() == 0) restartBytes();
        }
        int start = position - inBuffer; // where this buffer's part of the frame starts
        int answer = move(memory, packet, inBuffer, Math.min(packetBytes, lengthBytes - start));
        inBuffer = position - start;
        return answer;
    }

    /// Writes the bytes `from .. to` of a buffer, the next ones of the frame.
    private int move(DmaMemory memory, long buffer, int from, int to) {
        for (int at = from; at < to; ) { // bounded by the slices
            int sliceBytes = source.sliceLengthBytes(slice);
            int part = Math.min(sliceBytes - sliceAt, to - at);
            int answer =
                    memory.write(buffer + at, source.sliceSegment(slice), source.sliceOffset(slice) + sliceAt, part);
            if (answer != DmaMemory.OK) return answer;
            at += part;
            position += part;
            sliceAt += part;
            if (sliceAt == sliceBytes) {
                slice++;
                sliceAt = 0;
            }
        }
        return DmaMemory.OK;
    }

    /// Gives the descriptor at `iova` back after [#fill].
    void giveBack(ReceiveWriteBacks writeBacks, long iova) {
        boolean last = isComplete();
        int bits = last ? status | EOP_DD : AdvancedReceiveDescriptor.DD;
        add(writeBacks, iova, first ? bits | layout.error() : bits, inBuffer);
    }

    /// Gives a descriptor back whose buffers cannot be reached: the frame ends there as an error. It
    /// says how much the buffer was to hold, because drivers take a length of 0 for a descriptor that
    /// is not done. // Linux igb
    void giveBackFaulty(ReceiveWriteBacks writeBacks, long iova, int packetBytes) {
        int left = Math.max(1, Math.min(packetBytes, lengthBytes - (position - inBuffer)));
        add(writeBacks, iova, EOP_DD | AdvancedReceiveDescriptor.RXE, left);
    }

    /// Gives a descriptor back that has no buffer: it is skipped.
    void giveBackEmpty(ReceiveWriteBacks writeBacks, long iova) {
        if (legacy) writeBacks.addLegacy(iova, LegacyReceiveDescriptor.DD);
        else writeBacks.add(iova, 0, AdvancedReceiveDescriptor.DD);
    }

    private void add(ReceiveWriteBacks writeBacks, long iova, int bits, int bytes) {
        if (legacy) writeBacks.addLegacy(iova, legacyWord1(bits, bytes));
        else
            writeBacks.add(
                    iova,
                    first ? word0 | layout.headerField() : word0,
                    AdvancedReceiveDescriptor.word1(bits, bytes, vlanTag));
        first = false;
        inBuffer = 0;
    }

    /// The legacy format holds the low byte of the status and the high byte of the errors, bit by bit.
    private long legacyWord1(int bits, int bytes) {
        long narrow = (bits & 0xFFL) << 32 | (bits >>> 24 & 0xFFL) << 40;
        boolean unchecked = (bits & (AdvancedReceiveDescriptor.IPCS | AdvancedReceiveDescriptor.L4CS)) == 0;
        if (unchecked && (bits & AdvancedReceiveDescriptor.EOP) != 0) narrow |= LegacyReceiveDescriptor.IXSM;
        return LegacyReceiveDescriptor.word1(bytes, packetChecksum, narrow, vlanTag);
    }
}
