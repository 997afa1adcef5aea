package dev.doorbell.ring;

import dev.doorbell.memory.DmaMemory;

/// Receive descriptors that are done and wait to be told to the guest: an address, one word (legacy)
/// or two (advanced) each, stored in order.
///
/// Every store releases, and word 1, which holds DD, comes last: a guest that sees it sees word 0 and
/// everything else that the card wrote before. One thread.
public final class ReceiveWriteBacks {
    private static final int WORD1_OFFSET = 8;

    private final long[] iova;
    private final long[] word0;
    private final long[] word1;
    private final boolean[] legacy;
    private int first;
    private int size;
    private boolean begun; // word 0 of the first one is stored
    private int faults;

    /// @param capacity descriptors it holds
    public ReceiveWriteBacks(int capacity) {
        iova = new long[capacity];
        word0 = new long[capacity];
        word1 = new long[capacity];
        legacy = new boolean[capacity];
    }

    public int size() {
        return size;
    }

    public int free() {
        return iova.length - size;
    }

    /// Appends an advanced descriptor at `at`. There must be room.
    public void add(long at, long newWord0, long newWord1) {
        word0[append(at, newWord1, false)] = newWord0;
    }

    /// Appends a legacy descriptor at `at`, whose word 0 stays as the guest wrote it. There must be
    /// room.
    public void addLegacy(long at, long newWord1) {
        append(at, newWord1, true);
    }

    private int append(long at, long newWord1, boolean isLegacy) {
        assert size < iova.length : "no room for a write-back";
        int slot = DescriptorRing.add(first, size, iova.length);
        iova[slot] = at;
        word1[slot] = newWord1;
        legacy[slot] = isLegacy;
        size++;
        return slot;
    }

    /// Stores what waits, oldest first. A descriptor that cannot be stored is dropped and counted in
    /// [#takeFaults()].
    ///
    /// @return true when nothing waits any more; false when the memory answered "not yet"
    public boolean flush(DmaMemory memory) {
        while (size > 0) { // bounded by the capacity
            int answer = DmaMemory.OK;
            if (!legacy[first] && !begun) answer = memory.storeRelease64(iova[first], word0[first]);
            if (answer == DmaMemory.NOT_YET) return false;
            begun = true;
            if (answer == DmaMemory.OK) answer = memory.storeRelease64(iova[first] + WORD1_OFFSET, word1[first]);
            if (answer == DmaMemory.NOT_YET) return false;
            if (answer == DmaMemory.FAULT) faults++;
            begun = false;
            first = DescriptorRing.add(first, 1, iova.length);
            size--;
        }
        return true;
    }

    /// Descriptors that could not be stored since the last call.
    public int takeFaults() {
        int taken = faults;
        faults = 0;
        return taken;
    }

    /// Forgets what waits.
    public void clear() {
        first = 0;
        size = 0;
        begun = false;
        faults = 0;
    }
}
