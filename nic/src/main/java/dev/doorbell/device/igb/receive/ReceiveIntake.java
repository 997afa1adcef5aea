package dev.doorbell.device.igb.receive;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.frame.InternetChecksum;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What the MAC does with a frame before any queue sees it: gives it the form that a wire would have
/// carried (padding, open checksums), obeys pause frames, asks the filters.
final class ReceiveIntake {
    private static final int LEAST_BYTES = 60;
    /// An open checksum lies within the headers.
    private static final int LIMIT_PATCH_BYTES = 256;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ReceiveFilters filters;
    private final Statistics statistics;
    private final FlowControl flow;
    private final CounterTable<IgbCounter> counters;
    private final FrameBatch changed = new FrameBatch(1, 1024, LIMIT_PATCH_BYTES);

    ReceiveIntake(ReceiveFilters filters, Statistics statistics, FlowControl flow, CounterTable<IgbCounter> counters) {
        this.filters = filters;
        this.statistics = statistics;
        this.flow = flow;
        this.counters = counters;
    }

    /// Takes a frame that came from a host, which does not pad, into `received`.
    ///
    /// @return whether any queue wants it
    boolean accept(FrameBatch arrived, int frame, ReceivedFrame received) {
        boolean open = arrived.checksumStart(frame) != FrameBatch.CHECKSUM_COMPLETE;
        boolean vouched = open || arrived.checksumVouched(frame);
        if (!open && arrived.lengthBytes(frame) >= LEAST_BYTES)
            received.take(arrived, frame, ReceiveFilters.WIRE, vouched, filters);
        else if (arrived.lengthBytes(frame) >= FrameHeaders.ETHERNET_BYTES && rebuild(arrived, frame, open))
            received.take(changed, 0, ReceiveFilters.WIRE, vouched, filters);
        else return malformed();
        return judge(received);
    }

    /// Asks the filters about a frame in the form that a wire has.
    ///
    /// @return whether any queue wants it
    boolean judge(ReceivedFrame received) {
        if (!received.headers.isEthernet()) return malformed();
        int wireBytes = received.lengthBytes() + FrameCheckSequence.BYTES;
        if (flow.pauseFrame(received.batch(), received.frame())) {
            statistics.seen(wireBytes);
            return false;
        }
        return filters.judge(
                received.headers, wireBytes, received.originPool(), received.arrivalQueue(), received.verdict());
    }

    private boolean malformed() {
        counters.increment(IgbCounter.RECEIVE_MALFORMED);
        return false;
    }

    /// Builds the frame on the wire.
    ///
    /// @return false when the frame contradicts itself
    private boolean rebuild(FrameBatch arrived, int frame, boolean open) {
        int length = arrived.lengthBytes(frame);
        changed.clear();
        changed.beginFrame();
        changed.queue(changed.openFrame(), arrived.queue(frame));
        int patched = open ? patch(arrived, frame) : 0;
        if (patched < 0) return false;
        boolean room = changed.addSlice(changed.scratch(), 0, patched)
                && changed.addRange(arrived, frame, patched, length - patched)
                && changed.padTo(LEAST_BYTES);
        if (room) changed.endFrame();
        return room;
    }

    /// Completes an open checksum in a copy of the headers, at the start of the scratch memory.
    ///
    /// @return bytes copied, or -1 when the checksum lies where none can be
    private int patch(FrameBatch arrived, int frame) {
        int start = arrived.checksumStart(frame);
        int at = start + arrived.checksumOffset(frame);
        int length = arrived.lengthBytes(frame);
        int copied = at + 2;
        if (start < FrameHeaders.ETHERNET_BYTES || start >= length || at < start || copied > length) return -1;
        if (copied > LIMIT_PATCH_BYTES) return -1;
        MemorySegment scratch = changed.scratch();
        int taken = changed.takeScratch(copied);
        assert taken == 0 : "the headers come first";
        arrived.copyTo(frame, 0, copied, scratch, 0);
        int sum = InternetChecksum.sum(arrived, frame, start, length);
        scratch.set(BE16, at, (short) InternetChecksum.toStore(sum));
        return copied;
    }
}
