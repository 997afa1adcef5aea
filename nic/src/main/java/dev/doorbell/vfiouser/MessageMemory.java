package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.SliceSink;
import dev.doorbell.time.Timeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Guest memory that only the client can reach, by messages. Ranges come in routed; they lie in one mapping
/// each.
///
/// Nothing waits: a read answers "not yet" until its bytes have arrived, a write is posted. Requests of the
/// card go out after the replies that the client waits for.
final class MessageMemory {
    private final DmaRequests requests;
    private final StepReads reads;
    private final BarWindows ownBars;
    private final CounterTable<VfioUserCounter> counters;
    private int transferBytes = Wire.MAX_TRANSFER_BYTES;

    MessageMemory(Arena arena, Timeline timeline, BarWindows ownBars, CounterTable<VfioUserCounter> counters) {
        this.ownBars = ownBars;
        this.counters = counters;
        reads = new StepReads(arena, counters);
        requests = new DmaRequests(arena, timeline, counters, reads);
    }

    DmaRequests requests() {
        return requests;
    }

    /// Bytes of data that the client takes in one message.
    void limitTransfer(int bytes) {
        transferBytes = Math.min(bytes, Wire.MAX_TRANSFER_BYTES);
    }

    void clear() {
        requests.clear();
        reads.release();
    }

    void releaseReads() {
        reads.release();
    }

    private int parts(int lengthBytes) {
        return (lengthBytes + transferBytes - 1) / transferBytes;
    }

    /// Whether the bytes are here; asks for them where they are not.
    ///
    /// @return [DmaMemory#OK], [DmaMemory#NOT_YET] or [DmaMemory#FAULT]
    int fetch(long iova, int lengthBytes) {
        int index = reads.find(iova, lengthBytes);
        if (index >= 0) {
            if (reads.isFailed(index)) return DmaMemory.FAULT;
            return reads.isReady(index) ? DmaMemory.OK : DmaMemory.NOT_YET;
        }
        if (isOwn(iova, lengthBytes)) return DmaMemory.FAULT;
        if (!reads.hasRoom(lengthBytes) || parts(lengthBytes) > DmaRequests.WINDOW) return tooLarge();
        if (!requests.isReady(iova) || !requests.hasRoom(parts(lengthBytes), 0)) return DmaMemory.NOT_YET;
        int ticket = reads.add(iova, lengthBytes, parts(lengthBytes));
        for (int done = 0; done < lengthBytes; done += transferBytes)
            requests.read(iova + done, Math.min(transferBytes, lengthBytes - done), ticket, done);
        return DmaMemory.NOT_YET;
    }

    /// Copies bytes that [#fetch] found.
    void copyFetched(long iova, int lengthBytes, MemorySegment target, long targetOffset) {
        int at = reads.offset(reads.find(iova, lengthBytes));
        MemorySegment.copy(reads.buffer(), at, target, targetOffset, lengthBytes);
    }

    /// Lends bytes that [#fetch] found.
    boolean lendFetched(long iova, int lengthBytes, SliceSink sink) {
        return sink.addSlice(reads.buffer(), reads.offset(reads.find(iova, lengthBytes)), lengthBytes);
    }

    /// Whether a write could be sent now, after `before` messages with `beforeBytes` of data of the same
    /// transfer.
    int mayWrite(long iova, int lengthBytes, int before, int beforeBytes) {
        if (isOwn(iova, lengthBytes)) return DmaMemory.FAULT;
        int count = before + parts(lengthBytes);
        int bytes = beforeBytes + lengthBytes;
        if (count > DmaRequests.WINDOW || bytes > Wire.MAX_TRANSFER_BYTES) return tooLarge();
        return requests.isReady(iova) && requests.hasRoom(count, bytes) ? DmaMemory.OK : DmaMemory.NOT_YET;
    }

    /// Messages that a write takes.
    int writeMessages(int lengthBytes) {
        return parts(lengthBytes);
    }

    /// Posts a write that [#mayWrite] allowed.
    void write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        reads.written(iova, lengthBytes);
        for (int done = 0; done < lengthBytes; done += transferBytes)
            requests.write(iova + done, source, sourceOffset + done, Math.min(transferBytes, lengthBytes - done));
    }

    private boolean isOwn(long iova, int lengthBytes) {
        if (!ownBars.overlap(iova, lengthBytes)) return false;
        counters.increment(VfioUserCounter.DMA_OWN_REGION);
        return true;
    }

    private int tooLarge() {
        counters.increment(VfioUserCounter.DMA_STEPS_TOO_LARGE);
        return DmaMemory.FAULT;
    }
}
