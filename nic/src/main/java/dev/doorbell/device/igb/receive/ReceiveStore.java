package dev.doorbell.device.igb.receive;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.Verdict;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import org.jspecify.annotations.Nullable;

/// The 16 receive queues, and the one frame that is being copied into those that want it, one queue
/// after the other.
///
/// A queue without descriptors that does not drop holds up the frame, and with it the queues behind:
/// the copies it has got already are not made again.
final class ReceiveStore {
    /// Every queue that wanted the frame has its copy, or dropped it.
    static final int DONE = 0;

    /// A queue that does not drop has no descriptor left.
    static final int NO_DESCRIPTOR = 1;

    /// The memory is busy.
    static final int BUSY = 2;

    private static final int QUEUES = 16;
    private static final int ALL_QUEUES = (1 << QUEUES) - 1;

    private final Statistics statistics;
    private final ReceiveFilters filters;
    private final ReceiveSettings settings;
    private final CounterTable<IgbCounter> counters;
    private final ReceiveQueue[] queues = new ReceiveQueue[QUEUES];
    private final ReceiveCopy copy;
    private int unshown; // bit n: queue n has something to show
    private @Nullable ReceivedFrame storing;
    private int copying; // the queue whose copy has begun, or -1

    ReceiveStore(
            RegisterFile registers,
            PciPort port,
            Interrupts interrupts,
            Statistics statistics,
            ReceiveFilters filters,
            ReceiveSettings settings,
            CounterTable<IgbCounter> counters) {
        this.statistics = statistics;
        this.filters = filters;
        this.settings = settings;
        this.counters = counters;
        copy = new ReceiveCopy(filters, settings);
        for (int i = 0; i < QUEUES; i++)
            queues[i] = new ReceiveQueue(i, registers, port.memory(), interrupts, counters, settings);
        copying = -1;
    }

    void reset() {
        for (ReceiveQueue queue : queues) queue.reset();
        unshown = 0;
        storing = null;
        copying = -1;
    }

    ReceiveQueue queue(int index) {
        return queues[index];
    }

    /// The guest turned a queue off.
    void stop(int index) {
        queues[index].stop();
        if (copying != index) return;
        copying = -1; // the rest of the frame finds the queue off
    }

    /// The guest turned the receiver off.
    void stopAll() {
        for (ReceiveQueue queue : queues) queue.stop();
        unshown = 0;
        storing = null;
        copying = -1;
    }

    boolean isWaiting() {
        return copying >= 0 && queues[copying].isWaiting();
    }

    boolean isStoring() {
        return storing != null;
    }

    /// Whether every queue that wants the frame can take it whole now, or would drop it.
    boolean finds(ReceivedFrame received) {
        for (int left = received.verdict().queues & ALL_QUEUES; left != 0; left &= left - 1) {
            int index = Integer.numberOfTrailingZeros(left);
            ReceiveQueue queue = queues[index];
            if (takes(index) && !queue.drops() && !fits(index, received)) return false;
        }
        return true;
    }

    private boolean takes(int index) {
        return queues[index].isOn() && settings.receives(index);
    }

    private boolean fits(int index, ReceivedFrame received) {
        int length = received.lengthBytes();
        if (queues[index].fits(length + FrameCheckSequence.BYTES)) return true;
        return filters.stripsFcs(index, received.verdict()) && queues[index].fits(length);
    }

    /// Starts with a frame; it must stay as it is until [#advance] says [#DONE]. The queues of its
    /// verdict are struck out as they get their copies.
    void begin(ReceivedFrame received) {
        assert storing == null : "one frame at a time";
        storing = received;
        copying = -1;
    }

    /// Goes on with another place of the same frame.
    void moveTo(ReceivedFrame received) {
        storing = received;
        if (copying < 0) return;
        ReceiveQueue queue = queues[copying];
        copy.moveTo(received, copying, queue.descriptorType(), queue.headerBufferBytes());
    }

    /// Goes on with the frame.
    int advance() {
        ReceivedFrame received = storing;
        if (received == null) return DONE;
        Verdict verdict = received.verdict();
        while ((verdict.queues & ALL_QUEUES) != 0) {
            int index = Integer.numberOfTrailingZeros(verdict.queues);
            if (copying < 0 && !beginCopy(index, received)) {
                if (waits(index)) return NO_DESCRIPTOR;
                verdict.queues &= verdict.queues - 1;
                continue;
            }
            int outcome = queues[index].advance(copy);
            if (queues[index].hasNews()) unshown |= 1 << index;
            if (outcome == ReceiveQueue.BUSY) return BUSY;
            if (outcome == ReceiveQueue.NO_DESCRIPTOR) return NO_DESCRIPTOR;
            copying = -1;
            verdict.queues &= verdict.queues - 1;
            if (outcome == ReceiveQueue.STORED && settings.pools())
                statistics.poolReceived(
                        ReceiveSettings.pool(index),
                        received.lengthBytes() + FrameCheckSequence.BYTES,
                        verdict.cast,
                        received.isLocal());
        }
        storing = null;
        return DONE;
    }

    /// @return false when the queue gets no copy now
    private boolean beginCopy(int index, ReceivedFrame received) {
        ReceiveQueue queue = queues[index];
        if (!takes(index) || queue.free() == 0) return false;
        if (queue.drops() && !fits(index, received)) return false;
        copy.begin(received, index, queue.descriptorType(), queue.headerBufferBytes());
        copying = index;
        return true;
    }

    /// Whether a queue that cannot have its copy now is waited for; if not, the copy is dropped and
    /// counted.
    private boolean waits(int index) {
        if (!takes(index)) {
            counters.increment(IgbCounter.RECEIVE_QUEUE_OFF);
            return false;
        }
        if (!queues[index].drops()) return true;
        queues[index].countDrop();
        return false;
    }

    /// Shows the guest what it can see by now.
    ///
    /// @param flush no frame follows soon: descriptors collected for WTHRESH are written back
    /// @return queues that have nothing left to show now
    int show(boolean flush) {
        int shown = 0;
        for (int left = unshown; left != 0; left &= left - 1) {
            int index = Integer.numberOfTrailingZeros(left);
            if (!queues[index].show(flush)) continue;
            unshown &= ~(1 << index);
            shown++;
        }
        return shown;
    }
}
