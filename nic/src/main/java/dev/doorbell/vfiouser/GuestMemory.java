package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.memory.SliceSink;
import dev.doorbell.time.Timeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The client's memory as the card sees it: what can be mapped through the table, the rest by messages, and
/// transfers that touch both. One object for the server's life; empty while there is no client.
final class GuestMemory implements DmaMemory {
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DmaTable table = new DmaTable();
    private final Arena arena;
    private final Timeline timeline;
    private final BarWindows ownBars;
    private final CounterTable<VfioUserCounter> counters;
    private final MemorySegment word;
    private @Nullable MessageMemory messages; // made when first needed: it holds megabytes
    private int transferBytes = Wire.MAX_TRANSFER_BYTES;

    GuestMemory(Arena arena, Timeline timeline, BarWindows ownBars, CounterTable<VfioUserCounter> counters) {
        this.arena = arena;
        this.timeline = timeline;
        this.ownBars = ownBars;
        this.counters = counters;
        word = arena.allocate(Long.BYTES, Long.BYTES);
    }

    DmaTable table() {
        return table;
    }

    /// The requests to the client, if any were ever sent.
    @Nullable
    DmaRequests requests() {
        return messages == null ? null : messages.requests();
    }

    /// Bytes of data that the client takes in one message.
    void limitTransfer(int bytes) {
        transferBytes = bytes;
        if (messages != null) messages.limitTransfer(bytes);
    }

    /// Forgets the client's memory.
    void clear() {
        table.clear();
        if (messages != null) messages.clear();
    }

    private MessageMemory messages() {
        MessageMemory there = messages;
        if (there == null) {
            there = new MessageMemory(arena, timeline, ownBars, counters);
            there.limitTransfer(transferBytes);
            messages = there;
        }
        return there;
    }

    /// Whether any part of the range is reached by messages only.
    private boolean byMessage(long iova, int lengthBytes, int access) {
        return table.hasUnbacked()
                && !table.isInOne(iova, lengthBytes, access)
                && table.route(iova, lengthBytes, access) == DmaTable.UNBACKED;
    }

    private int counted(int result) {
        if (result == FAULT) counters.increment(VfioUserCounter.DMA_FAULTS);
        return result;
    }

    @Override
    public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
        if (!byMessage(iova, lengthBytes, DmaTable.READ))
            return counted(table.read(iova, target, targetOffset, lengthBytes));
        int fetched = fetch(iova, lengthBytes);
        if (fetched != OK) return counted(fetched);
        for (int done = 0; done < lengthBytes; ) { // one pass per mapping of the range
            int run = table.runBytes(iova + done, lengthBytes - done);
            if (table.isUnbacked(iova + done)) messages().copyFetched(iova + done, run, target, targetOffset + done);
            else if (table.read(iova + done, target, targetOffset + done, run) != OK) return counted(FAULT);
            done += run;
        }
        return OK;
    }

    @Override
    public long loadAcquire32(long iova) {
        long word = table.loadAcquire32(iova);
        if (word == NO_WORD) counters.increment(VfioUserCounter.DMA_FAULTS);
        return word;
    }

    @Override
    public int gather(long iova, int lengthBytes, SliceSink sink) {
        if (!byMessage(iova, lengthBytes, DmaTable.READ)) {
            if (table.route(iova, lengthBytes, DmaTable.READ) != OK) return counted(FAULT);
            return table.gather(iova, lengthBytes, sink);
        }
        int fetched = fetch(iova, lengthBytes);
        if (fetched != OK) return counted(fetched);
        for (int done = 0; done < lengthBytes; ) { // one pass per mapping of the range
            int run = table.runBytes(iova + done, lengthBytes - done);
            boolean taken = table.isUnbacked(iova + done)
                    ? messages().lendFetched(iova + done, run, sink)
                    : table.gather(iova + done, run, sink) == OK;
            if (!taken) return FAULT;
            done += run;
        }
        return OK;
    }

    /// Asks for every part of the range that only messages reach.
    private int fetch(long iova, int lengthBytes) {
        int worst = OK;
        for (int done = 0; done < lengthBytes; ) { // one pass per mapping of the range
            int run = table.runBytes(iova + done, lengthBytes - done);
            if (table.isUnbacked(iova + done)) {
                int result = messages().fetch(iova + done, run);
                if (result == FAULT) return FAULT;
                if (result == NOT_YET) worst = NOT_YET;
            }
            done += run;
        }
        return worst;
    }

    @Override
    public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        if (!byMessage(iova, lengthBytes, DmaTable.WRITE))
            return counted(table.write(iova, source, sourceOffset, lengthBytes));
        int may = mayWrite(iova, lengthBytes);
        if (may != OK) return counted(may);
        for (int done = 0; done < lengthBytes; ) { // one pass per mapping of the range
            int run = table.runBytes(iova + done, lengthBytes - done);
            if (table.isUnbacked(iova + done)) messages().write(iova + done, source, sourceOffset + done, run);
            else if (table.write(iova + done, source, sourceOffset + done, run) != OK) return counted(FAULT);
            done += run;
        }
        return OK;
    }

    private int mayWrite(long iova, int lengthBytes) {
        int count = 0;
        int bytes = 0;
        for (int done = 0; done < lengthBytes; ) { // one pass per mapping of the range
            int run = table.runBytes(iova + done, lengthBytes - done);
            if (table.isUnbacked(iova + done)) {
                int result = messages().mayWrite(iova + done, run, count, bytes);
                if (result != OK) return result;
                count += messages().writeMessages(run);
                bytes += run;
            }
            done += run;
        }
        return OK;
    }

    @Override
    public int storeRelease8(long iova, byte value) {
        word.set(ValueLayout.JAVA_BYTE, 0, value);
        if (byMessage(iova, 1, DmaTable.WRITE)) return write(iova, word, 0, 1);
        return writesVisible() ? counted(table.storeRelease8(iova, value)) : NOT_YET;
    }

    @Override
    public int storeRelease32(long iova, int value) {
        if ((iova & 3) != 0) return counted(FAULT);
        word.set(LE32, 0, value);
        if (byMessage(iova, 4, DmaTable.WRITE)) return write(iova, word, 0, 4);
        return writesVisible() ? counted(table.storeRelease32(iova, value)) : NOT_YET;
    }

    @Override
    public int storeRelease64(long iova, long value) {
        if ((iova & 7) != 0) return counted(FAULT);
        word.set(LE64, 0, value);
        if (byMessage(iova, 8, DmaTable.WRITE)) return write(iova, word, 0, 8);
        // A store the guest can see at once must not overtake writes that still travel.
        return writesVisible() ? counted(table.storeRelease64(iova, value)) : NOT_YET;
    }

    @Override
    public boolean writesVisible() {
        return messages == null || !messages.requests().writesUnderWay();
    }

    @Override
    public void releaseReads() {
        if (messages != null) messages.releaseReads();
    }
}
