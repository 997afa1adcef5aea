package dev.doorbell.ring;

import dev.doorbell.memory.DmaMemory;

/// Descriptors that are done and wait to be told to the guest: an address and a word each, stored in order.
///
/// Every store releases: a guest that sees the done bit sees everything the card wrote before. One thread.
public final class WriteBackQueue {
    private final boolean wide;
    private final long[] iova;
    private final long[] word;
    private int first;
    private int size;
    private int faults;

    /// @param capacity words it holds
    /// @param wide     64-bit words (receive), else 32-bit ones (transmit)
    public WriteBackQueue(int capacity, boolean wide) {
        this.wide = wide;
        iova = new long[capacity];
        word = new long[capacity];
    }

    public int size() {
        return size;
    }

    public int free() {
        return iova.length - size;
    }

    /// Appends a word to be stored at `at`, which is aligned to the word's size. There must be room.
    public void add(long at, long value) {
        assert size < iova.length : "no room for a write-back";
        int slot = DescriptorRing.add(first, size, iova.length);
        iova[slot] = at;
        word[slot] = value;
        size++;
    }

    /// Stores what waits, oldest first. A word that cannot be stored is dropped and counted in
    /// [#takeFaults()].
    ///
    /// @return true when nothing waits any more; false when the memory answered "not yet"
    public boolean flush(DmaMemory memory) {
        while (size > 0) { // bounded by the capacity
            int answer = wide
                    ? memory.storeRelease64(iova[first], word[first])
                    : memory.storeRelease32(iova[first], (int) word[first]);
            if (answer == DmaMemory.NOT_YET) return false;
            if (answer == DmaMemory.FAULT) faults++;
            first = DescriptorRing.add(first, 1, iova.length);
            size--;
        }
        return true;
    }

    /// Words that could not be stored since the last call.
    public int takeFaults() {
        int taken = faults;
        faults = 0;
        return taken;
    }

    /// Forgets what waits.
    public void clear() {
        first = 0;
        size = 0;
        faults = 0;
    }
}
