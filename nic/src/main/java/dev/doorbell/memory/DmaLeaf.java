package dev.doorbell.memory;

import org.jspecify.annotations.Nullable;

/// One block of a [DmaTable]: mappings in rising order, a column per field, so that a search touches one
/// array.
final class DmaLeaf {
    static final int CAPACITY = 128;

    /// First and last address of each mapping, both inside it: a mapping may end at the very top of the
    /// space.
    final long[] first = new long[CAPACITY];

    final long[] last = new long[CAPACITY];

    /// Byte of the backing that `first` stands for.
    final long[] offset = new long[CAPACITY];

    final int[] access = new int[CAPACITY];

    /// Null where the address is known but its bytes are elsewhere.
    final @Nullable DmaBacking[] backing = new DmaBacking[CAPACITY];

    int count;

    /// Index of the mapping with the greatest first address at or below `iova`, or -1.
    int floor(long iova) {
        int low = 0;
        int high = count - 1;
        while (low <= high) { // halves the range each time
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(first[middle], iova) <= 0) low = middle + 1;
            else high = middle - 1;
        }
        return high;
    }

    /// Opens a gap at `index`; the caller fills it.
    void insert(int index) {
        move(this, index, this, index + 1, count - index);
        count++;
    }

    /// Takes `[from..to)` out.
    void remove(int from, int to) {
        move(this, to, this, from, count - to);
        int left = count - (to - from);
        for (int i = left; i < count; i++) backing[i] = null;
        count = left;
    }

    /// Moves `[from..count)` to a new block.
    DmaLeaf splitAt(int from) {
        DmaLeaf upper = new DmaLeaf();
        move(this, from, upper, 0, count - from);
        upper.count = count - from;
        for (int i = from; i < count; i++) backing[i] = null;
        count = from;
        return upper;
    }

    /// Takes over everything of the block above.
    void append(DmaLeaf upper) {
        move(upper, 0, this, count, upper.count);
        count += upper.count;
    }

    private static void move(DmaLeaf source, int from, DmaLeaf target, int to, int length) {
        System.arraycopy(source.first, from, target.first, to, length);
        System.arraycopy(source.last, from, target.last, to, length);
        System.arraycopy(source.offset, from, target.offset, to, length);
        System.arraycopy(source.access, from, target.access, to, length);
        System.arraycopy(source.backing, from, target.backing, to, length);
    }
}
