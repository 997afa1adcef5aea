package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SBP;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RLEC;
import static dev.doorbell.register.E1000Register.ROC;
import static dev.doorbell.register.E1000Register.RUC;
import static dev.doorbell.register.E1000Register.VET;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.FrameTally;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What the MAC does with a frame before it is stored: pause frames, filters, length rules, padding, VLAN
/// tag, FCS, checksums. Says what the guest gets, as slices; only headers that change are copied.
final class ReceiveIntake {
    /// Frame limits on the wire, with FCS.
    private static final int LIMIT_BYTES = 1518;

    private static final int LIMIT_LONG_BYTES = 16384;
    private static final int LEAST_BYTES = 64;
    private static final int ADDRESS_BYTES = 2 * EthernetAddress.BYTES;
    /// An open checksum lies within the headers.
    private static final int LIMIT_PATCH_BYTES = 256;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final RegisterFile registers;
    private final Statistics statistics;
    private final FlowControl flow;
    private final CounterTable<E1000Counter> counters;
    private final ReceiveFilter filter;
    private final ReceiveChecksum checksum;
    private final FrameHeaders headers = new FrameHeaders();
    private final FrameBatch changed = new FrameBatch(1, 1024, LIMIT_PATCH_BYTES + 64);
    private FrameBatch batch = changed;
    private int frame;
    private long word1;

    ReceiveIntake(
            RegisterFile registers, Statistics statistics, FlowControl flow, CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.statistics = statistics;
        this.flow = flow;
        this.counters = counters;
        filter = new ReceiveFilter(registers);
        checksum = new ReceiveChecksum(registers);
    }

    /// The accepted frame as the guest gets it: frame [#frame()] of this batch.
    FrameBatch batch() {
        return batch;
    }

    int frame() {
        return frame;
    }

    /// What its descriptors say, without length, DD and EOP.
    long word1() {
        return word1;
    }

    /// Judges a frame and prepares it.
    ///
    /// @param fromHost the frame comes from a host, which does not pad; on a wire it would have been
    /// @return whether it is to be stored
    boolean accept(FrameBatch arrived, int arrivedFrame, boolean fromHost) {
        headers.parse(arrived, arrivedFrame, registers.get(VET));
        int length = arrived.lengthBytes(arrivedFrame);
        if (!headers.isEthernet()) {
            counters.increment(E1000Counter.RECEIVE_MALFORMED);
            return false;
        }
        int padding = fromHost ? Math.max(0, LEAST_BYTES - FrameCheckSequence.BYTES - length) : 0;
        int wireBytes = length + padding + FrameCheckSequence.BYTES;
        if (flow.pauseFrame(arrived, arrivedFrame)) {
            statistics.seen(wireBytes);
            return false;
        }
        int verdict = filter.judge(headers);
        if (verdict == ReceiveFilter.REJECTED) {
            counters.increment(E1000Counter.RECEIVE_FILTERED);
            statistics.seen(wireBytes);
            return false;
        }
        if (!hasLegalLength(wireBytes) && (registers.get(RCTL) & RCTL_SBP) == 0) {
            counters.increment(E1000Counter.RECEIVE_BAD_LENGTH);
            statistics.seen(wireBytes);
            return false;
        }
        if (!prepare(arrived, arrivedFrame, padding)) {
            counters.increment(E1000Counter.RECEIVE_MALFORMED);
            return false;
        }
        if (verdict == ReceiveFilter.INEXACT) word1 |= LegacyReceiveDescriptor.PIF;
        statistics.received(wireBytes, FrameTally.castOf(headers.destination()));
        return true;
    }

    private boolean hasLegalLength(int wireBytes) {
        if (wireBytes < LEAST_BYTES) {
            statistics.count(RUC);
            statistics.count(RLEC);
            return false;
        }
        int limit = (registers.get(RCTL) & RCTL_LPE) != 0
                ? LIMIT_LONG_BYTES
                : LIMIT_BYTES + (headers.isTagged() ? FrameHeaders.TAG_BYTES : 0);
        if (wireBytes <= limit) return true;
        statistics.count(ROC);
        statistics.count(RLEC);
        return false;
    }

    /// Builds what the guest gets.
    ///
    /// @return false when the frame contradicts itself
    private boolean prepare(FrameBatch arrived, int arrivedFrame, int padding) {
        boolean strips = headers.isTagged() && (registers.get(CTRL) & CTRL_VME) != 0;
        boolean keepsFcs = (registers.get(RCTL) & RCTL_SECRC) == 0;
        boolean open = arrived.checksumStart(arrivedFrame) != FrameBatch.CHECKSUM_COMPLETE;
        boolean trusted = open || arrived.checksumVouched(arrivedFrame);
        batch = arrived;
        frame = arrivedFrame;
        if (strips || keepsFcs || open || padding > 0) {
            batch = changed;
            frame = 0;
            if (!rebuild(arrived, arrivedFrame, padding, strips, keepsFcs, open)) return false;
        }
        int end = batch.lengthBytes(frame) - (keepsFcs ? FrameCheckSequence.BYTES : 0);
        int removed = strips ? FrameHeaders.TAG_BYTES : 0;
        word1 = checksum.inspect(headers, batch, frame, removed, end, trusted);
        if (strips) word1 |= LegacyReceiveDescriptor.word1(0, 0, LegacyReceiveDescriptor.VP, headers.vlanTag());
        return true;
    }

    private boolean rebuild(
            FrameBatch arrived, int arrivedFrame, int padding, boolean strips, boolean keepsFcs, boolean open) {
        int length = arrived.lengthBytes(arrivedFrame);
        changed.clear();
        changed.beginFrame();
        int patched = open ? patch(arrived, arrivedFrame) : 0;
        if (patched < 0) return false;
        boolean room = strips
                ? add(arrived, arrivedFrame, patched, 0, ADDRESS_BYTES)
                        && add(arrived, arrivedFrame, patched, ADDRESS_BYTES + FrameHeaders.TAG_BYTES, length)
                : add(arrived, arrivedFrame, patched, 0, length);
        room = room && changed.padTo(changed.openFrameBytes() + padding);
        if (room && keepsFcs) {
            int at = changed.takeScratch(FrameCheckSequence.BYTES);
            int running = FrameCheckSequence.update(FrameCheckSequence.START, changed.scratch(), 0, patched);
            running = FrameCheckSequence.update(running, arrived, arrivedFrame, patched, length);
            running = FrameCheckSequence.updateZeros(running, padding);
            FrameCheckSequence.write(changed.scratch(), at, FrameCheckSequence.finish(running));
            room = changed.addSlice(changed.scratch(), at, FrameCheckSequence.BYTES);
        }
        if (room) changed.endFrame();
        return room;
    }

    /// Adds the bytes `from .. to` of the frame on the wire; those before `patched` lie in the scratch
    /// memory.
    private boolean add(FrameBatch arrived, int arrivedFrame, int patched, int from, int to) {
        int copied = Math.max(0, Math.min(patched, to) - from);
        return changed.addSlice(changed.scratch(), from, copied)
                && changed.addRange(arrived, arrivedFrame, from + copied, to - from - copied);
    }

    /// Completes an open checksum in a copy of the headers, at the start of the scratch memory.
    ///
    /// @return bytes copied, or -1 when the checksum lies where none can be
    private int patch(FrameBatch arrived, int arrivedFrame) {
        int start = arrived.checksumStart(arrivedFrame);
        int at = start + arrived.checksumOffset(arrivedFrame);
        int length = arrived.lengthBytes(arrivedFrame);
        int copied = at + 2;
        if (start < FrameHeaders.ETHERNET_BYTES || start >= length || at < start || copied > length) return -1;
        if (copied > LIMIT_PATCH_BYTES) return -1;
        MemorySegment scratch = changed.scratch();
        int taken = changed.takeScratch(copied);
        assert taken == 0 : "the headers come first";
        arrived.copyTo(arrivedFrame, 0, copied, scratch, 0);
        int sum = InternetChecksum.sum(arrived, arrivedFrame, start, length);
        scratch.set(BE16, at, (short) InternetChecksum.toStore(sum));
        return copied;
    }
}
