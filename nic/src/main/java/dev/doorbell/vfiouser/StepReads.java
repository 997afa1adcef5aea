package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What the card's present step has read by message: asked for, arrived or failed. A step that was told
/// "not yet" comes back with the same reads and finds them here, until it is over.
final class StepReads implements DmaRequests.Outcome {
    /// Reads of one step at most, and bytes of them all.
    static final int LIMIT_READS = 512;

    static final int LIMIT_BYTES = 1 << 20;

    /// Answers of [#find]: index of a read, or one of these.
    static final int UNKNOWN = -1;

    private static final int INDEX_BITS = 10; // of a ticket; the rest is the step's number
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
    private static final int ALIGN_BYTES = 16;

    private final MemorySegment buffer;
    private final CounterTable<VfioUserCounter> counters;
    private final long[] iova = new long[LIMIT_READS];
    private final int[] length = new int[LIMIT_READS];
    private final int[] offset = new int[LIMIT_READS];
    private final int[] missing = new int[LIMIT_READS]; // parts not arrived
    private final boolean[] failed = new boolean[LIMIT_READS];
    private int count;
    private int usedBytes;
    private int step;

    StepReads(Arena arena, CounterTable<VfioUserCounter> counters) {
        assert LIMIT_READS <= 1 << INDEX_BITS : "tickets cannot name every read";
        buffer = arena.allocate(LIMIT_BYTES, 64);
        this.counters = counters;
    }

    MemorySegment buffer() {
        return buffer;
    }

    /// The step is over: what it read is forgotten, and what is still to come will be dropped.
    void release() {
        if (count == 0) return;
        count = 0;
        usedBytes = 0;
        step++;
    }

    int find(long at, int lengthBytes) {
        for (int i = 0; i < count; i++) if (iova[i] == at && length[i] == lengthBytes) return i;
        return UNKNOWN;
    }

    boolean isFailed(int index) {
        return failed[index];
    }

    boolean isReady(int index) {
        return missing[index] == 0 && !failed[index];
    }

    int offset(int index) {
        return offset[index];
    }

    boolean hasRoom(int lengthBytes) {
        return count < LIMIT_READS && lengthBytes <= LIMIT_BYTES - usedBytes;
    }

    /// Notes a read that is being asked for in `parts` parts of `partBytes` each.
    ///
    /// @return the ticket for its parts
    int add(long at, int lengthBytes, int parts) {
        int index = count++;
        iova[index] = at;
        length[index] = lengthBytes;
        offset[index] = usedBytes;
        missing[index] = parts;
        failed[index] = false;
        usedBytes += (lengthBytes + ALIGN_BYTES - 1) & -ALIGN_BYTES;
        return step << INDEX_BITS | index;
    }

    /// The card writes there: what was read before is no longer what a read would find.
    void written(long at, int lengthBytes) {
        for (int i = 0; i < count; i++) {
            boolean apart = Long.compareUnsigned(at + lengthBytes - 1, iova[i]) < 0
                    || Long.compareUnsigned(iova[i] + length[i] - 1, at) < 0;
            if (!apart) length[i] = -1; // never found again
        }
    }

    @Override
    public void readDone(int ticket, int part, MemorySegment data, long dataOffset, int lengthBytes) {
        int index = current(ticket);
        if (index < 0) return;
        MemorySegment.copy(data, dataOffset, buffer, offset[index] + (long) part, lengthBytes);
        missing[index]--;
    }

    @Override
    public void readFailed(int ticket) {
        int index = current(ticket);
        if (index >= 0) failed[index] = true;
    }

    /// Index of a read of the present step, or -1 for one that is over.
    private int current(int ticket) {
        boolean present = ticket >> INDEX_BITS == step << INDEX_BITS >> INDEX_BITS && (ticket & INDEX_MASK) < count;
        if (!present) counters.increment(VfioUserCounter.DMA_READS_ABANDONED);
        return present ? ticket & INDEX_MASK : UNKNOWN;
    }
}
