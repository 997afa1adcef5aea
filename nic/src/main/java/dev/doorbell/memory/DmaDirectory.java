package dev.doorbell.memory;

import java.util.Arrays;

/// The blocks of a [DmaTable] in rising order, with the first address of each in one array for the search.
/// There is always a block; only the only one may be empty.
final class DmaDirectory {
    private static final int SPARSE = DmaLeaf.CAPACITY / 4; // a block this empty looks for a neighbour to join
    private static final int JOINED = DmaLeaf.CAPACITY * 3 / 4; // and joins when both fill it no further than this

    private DmaLeaf[] leaves = {new DmaLeaf()};
    private long[] firsts = new long[1];
    private int count = 1;

    // Where the last search or insertion ended.
    private int foundLeaf;
    private int foundIndex;

    int count() {
        return count;
    }

    DmaLeaf leaf(int leafIndex) {
        return leaves[leafIndex];
    }

    /// Block of what [#find] or [#insert] found.
    DmaLeaf leaf() {
        return leaves[foundLeaf];
    }

    int leafIndex() {
        return foundLeaf;
    }

    /// Place in the block, or -1 when everything lies above what [#find] looked for.
    int index() {
        return foundIndex;
    }

    /// Finds the mapping with the greatest first address at or below `iova`.
    ///
    /// @return whether there is one
    boolean find(long iova) {
        int low = 1; // block 0 takes what is below everything
        int high = count - 1;
        while (low <= high) { // halves the range each time
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(firsts[middle], iova) <= 0) low = middle + 1;
            else high = middle - 1;
        }
        foundLeaf = high;
        foundIndex = leaves[high].floor(iova);
        return foundIndex >= 0;
    }

    /// Makes room for a mapping in its place, where it is found then, with its first address filled in.
    void insert(long iova) {
        find(iova);
        DmaLeaf leaf = leaf();
        int index = foundIndex + 1;
        if (leaf.count == DmaLeaf.CAPACITY) {
            // Addresses that only rise fill whole blocks; anything else halves one.
            boolean rising = index == DmaLeaf.CAPACITY && foundLeaf == count - 1;
            int at = rising ? index : DmaLeaf.CAPACITY / 2;
            insertLeaf(foundLeaf + 1, leaf.splitAt(at));
            if (index >= at) {
                foundLeaf++;
                leaf = leaf();
                index -= at;
            }
        }
        leaf.insert(index);
        leaf.first[index] = iova;
        foundIndex = index;
        firsts[foundLeaf] = leaf.first[0];
    }

    private void insertLeaf(int leafIndex, DmaLeaf leaf) {
        if (count == leaves.length) {
            leaves = Arrays.copyOf(leaves, 2 * count);
            firsts = Arrays.copyOf(firsts, 2 * count);
        }
        System.arraycopy(leaves, leafIndex, leaves, leafIndex + 1, count - leafIndex);
        System.arraycopy(firsts, leafIndex, firsts, leafIndex + 1, count - leafIndex);
        leaves[leafIndex] = leaf;
        firsts[leafIndex] = leaf.first[0];
        count++;
    }

    /// Takes `[from..to)` out of a block.
    ///
    /// @return the block to go on with: the same index when the block went with it
    int remove(int leafIndex, int from, int to) {
        DmaLeaf leaf = leaves[leafIndex];
        leaf.remove(from, to);
        if (leaf.count == 0 && count > 1) {
            removeLeaf(leafIndex);
            return leafIndex;
        }
        firsts[leafIndex] = leaf.first[0];
        return leafIndex + 1;
    }

    private void removeLeaf(int leafIndex) {
        System.arraycopy(leaves, leafIndex + 1, leaves, leafIndex, count - leafIndex - 1);
        System.arraycopy(firsts, leafIndex + 1, firsts, leafIndex, count - leafIndex - 1);
        count--;
        leaves[count] = leaves[0]; // keeps no garbage alive; the slot is beyond the end
    }

    /// Keeps blocks from growing many and empty where something was removed: memory stays in proportion to
    /// the mappings.
    void join(int leafIndex) {
        int last = Math.min(leafIndex, count - 1);
        for (int i = Math.max(0, last - 1); i <= last && i + 1 < count; i++) {
            DmaLeaf lower = leaves[i];
            DmaLeaf upper = leaves[i + 1];
            if (Math.min(lower.count, upper.count) > SPARSE || lower.count + upper.count > JOINED) continue;
            lower.append(upper);
            removeLeaf(i + 1);
            return;
        }
    }

    void clear() {
        leaves = new DmaLeaf[] {new DmaLeaf()};
        firsts = new long[1];
        count = 1;
    }
}
