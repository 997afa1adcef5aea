package dev.doorbell.device.igb.transmit;

import static dev.doorbell.register.IgbRegister.DTXSWC;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.FrameTally;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.receive.ReceiveFifo;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.register.RegisterFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where frames leave: to the wire, back to our own receiver in loopback, or with pools to other queues of this card.
/// Counts what left.
final class TransmitExit {
    private static final int SPOOF_RULES = 0xFFFF; // of DTXSWC: addresses and VLANs, a bit a pool

    private final RegisterFile registers;
    private final FrameBackend backend;
    private final Statistics statistics;
    private final Link link;
    private final TransmitSwitch pools;
    private final ReceiveFifo loopback;
    private final CounterTable<IgbCounter> counters;
    private final MemorySegment address = Arena.ofAuto().allocate(8, 8);
    private boolean loops;
    private boolean switches;
    private boolean countsPools;

    TransmitExit(
            RegisterFile registers,
            FrameBackend backend,
            Statistics statistics,
            Link link,
            TransmitSwitch pools,
            ReceiveFifo loopback,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.backend = backend;
        this.statistics = statistics;
        this.link = link;
        this.pools = pools;
        this.loopback = loopback;
        this.counters = counters;
    }

    /// Starts a step.
    ///
    /// @param poolsInUse MRQC says so
    void begin(boolean poolsInUse) {
        loops = link.loopsBack();
        switches = !loops && pools.active();
        countsPools = poolsInUse;
    }

    /// Whether the step's frames go to the wire and nowhere else: what they leave open its taker completes.
    boolean isWireOnly() {
        return !loops && !switches;
    }

    FrameBackend.Capabilities capabilities() {
        return backend.capabilities();
    }

    /// Sends the batch's frames.
    ///
    /// @return frames that left; what is not among them can be sent again
    int send(FrameBatch batch, TransmitQueue queue) {
        if (batch.size() == 0) return 0;
        if (loops) return loopBack(batch, queue);
        return switches ? deal(batch, queue) : toWire(batch, queue, 0, batch.size());
    }

    /// Queues frames for our own receiver, never calls it. Waits while the receiver is about to make room.
    private int loopBack(FrameBatch batch, TransmitQueue queue) {
        int taken = 0;
        long bytes = 0;
        while (taken < batch.size() && loopback.takesLooped(batch.lengthBytes(taken))) {
            loopback.loop(batch, taken, ReceiveFilters.WIRE); // as if a wire brought it back
            bytes += batch.lengthBytes(taken);
            countOnWire(batch, taken, queue);
            taken++;
        }
        countLeft(taken, bytes);
        return taken;
    }

    /// Offers `batch[from..to)` to the backend, which may have a queue of its own for each of ours.
    private int toWire(FrameBatch batch, TransmitQueue queue, int from, int to) {
        int size = batch.size();
        for (int frame = from; frame < to; frame++) batch.queue(frame, queue.number);
        batch.show(to);
        int taken = backend.transmit(batch, from);
        batch.show(size);
        if (taken < to - from) counters.increment(IgbCounter.TRANSMIT_BACKPRESSURE);
        long bytes = 0;
        for (int frame = from; frame < from + taken; frame++) {
            bytes += batch.lengthBytes(frame);
            countOnWire(batch, frame, queue);
        }
        countLeft(taken, bytes);
        return taken;
    }

    /// Asks the switch for each frame, in order; runs of frames for the wire go there together.
    private int deal(FrameBatch batch, TransmitQueue queue) {
        // A frame that breaks an anti-spoof rule is counted when it is judged, so none may be judged twice.
        boolean oneByOne = (registers.get(DTXSWC) & SPOOF_RULES) != 0;
        int size = batch.size();
        int at = 0;
        while (at < size) {
            int run = at;
            int destinations = pools.destinations(batch, run, queue.number);
            while (destinations == TransmitSwitch.TO_WIRE && !oneByOne && ++run < size)
                destinations = pools.destinations(batch, run, queue.number);
            if (run > at) {
                at += toWire(batch, queue, at, run);
                if (at < run || at == size) return at;
            }
            if (!leave(batch, queue, at, destinations)) return at;
            at++;
        }
        return at;
    }

    /// @return false when the frame has to wait
    private boolean leave(FrameBatch batch, TransmitQueue queue, int frame, int destinations) {
        boolean toPools = (destinations & TransmitSwitch.TO_POOLS) != 0;
        int length = batch.lengthBytes(frame);
        if (toPools && !loopback.takesLooped(length)) return false;
        if ((destinations & TransmitSwitch.TO_WIRE) != 0 && toWire(batch, queue, frame, frame + 1) == 0) return false;
        if (!toPools) return true;
        loopback.loop(batch, frame, queue.pool());
        statistics.poolTransmitted(queue.pool(), length + FrameCheckSequence.BYTES, true);
        return true;
    }

    private void countLeft(int frames, long bytes) {
        counters.add(IgbCounter.TRANSMIT_FRAMES, frames);
        counters.add(IgbCounter.TRANSMIT_BYTES, bytes);
    }

    private void countOnWire(FrameBatch batch, int frame, TransmitQueue queue) {
        int cast = FrameTally.castOf(EthernetAddress.destination(batch, frame, address));
        int length = batch.lengthBytes(frame);
        if (batch.segmentType(frame) == FrameBatch.SEGMENT_NONE) {
            countOne(length, cast, queue);
            return;
        }
        int header = batch.headerBytes(frame);
        int payload = batch.segmentBytes(frame);
        for (int left = length - header; left > 0; left -= payload) // the registers count frames on the wire
        countOne(header + Math.min(payload, left), cast, queue);
    }

    private void countOne(int length, int cast, TransmitQueue queue) {
        statistics.transmitted(length + FrameCheckSequence.BYTES, cast);
        if (countsPools) statistics.poolTransmitted(queue.pool(), length + FrameCheckSequence.BYTES, false);
    }
}
