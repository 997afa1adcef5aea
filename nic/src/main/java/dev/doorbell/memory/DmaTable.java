package dev.doorbell.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Bus addresses to memory: which ranges a client mapped, what they stand on, and what a card may do there.
///
/// The ranges lie in blocks of up to [DmaLeaf#CAPACITY] under one sorted directory: with a quarter of a
/// million mappings (a guest behind a vIOMMU) a lookup is two short binary searches, and an insertion moves
/// a few kilobytes. The mapping that was hit last is tried first. A transfer may run over adjacent
/// mappings; it is judged as a whole before its first byte moves. A range may be known without bytes
/// ("unbacked"): this table then answers [DmaMemory#FAULT], and whoever can reach it otherwise asks
/// [#route].
///
/// A file that its owner truncated under a mapping faults on access; the transfer then answers
/// [DmaMemory#FAULT] and [#damaged()] stays true until [#clear()]. Compiled code may notice a little late:
/// then an `InternalError` comes out of this table or its caller, and the loop has to treat it the same.
public final class DmaTable implements DmaMemory {
    /// Access of a mapping: what the card may do.
    public static final int READ = 1;

    public static final int WRITE = 2;

    /// Answers of [#route] beside [DmaMemory#OK] and [DmaMemory#FAULT]: allowed, but at least one byte is
    /// unbacked.
    public static final int UNBACKED = 2;

    /// Mappings held at most; a client that is told 65,535 and maps 262,144 still works.
    public static final int LIMIT_MAPPINGS = 300_000;

    /// Answer of [#unmap] when the range would cut a mapping in two.
    public static final long BISECTS = -1;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int WORD_BYTES = 8;

    /// What became of a request to map.
    public enum MapResult {
        MAPPED,
        /// The range touches one that is mapped already.
        OVERLAPS,
        /// Empty, around the end of the space, outside its backing, or not aligned with it to 8 bytes.
        BAD_RANGE,
        /// [#LIMIT_MAPPINGS] are held.
        FULL
    }

    private final DmaDirectory directory = new DmaDirectory();
    private int size;
    private int unbacked;
    private boolean damaged;

    // The mapping that was hit last; access 0 when there is none.
    private int hitAccess;
    private long hitFirst;
    private long hitSpan; // last address - first address
    private long hitOffset;
    private MemorySegment hitSegment = MemorySegment.NULL;

    /// Mappings held.
    public int size() {
        return size;
    }

    /// Whether a mapping without bytes is held.
    public boolean hasUnbacked() {
        return unbacked > 0;
    }

    /// Whether a mapped file turned out shorter than its mapping.
    public boolean damaged() {
        return damaged;
    }

    /// Adds a mapping.
    ///
    /// @param iova      first address
    /// @param sizeBytes 1 or more; the range may end at the top of the space
    /// @param backing   native memory, or null for a range whose bytes are elsewhere
    /// @param offset    byte of the backing that `iova` stands for; ignored without backing
    /// @param access    [#READ] and [#WRITE] or'ed; 0 for a range that is occupied and never touched
    public MapResult map(long iova, long sizeBytes, @Nullable DmaBacking backing, long offset, int access) {
        long last = iova + sizeBytes - 1;
        if (sizeBytes == 0 || Long.compareUnsigned(last, iova) < 0) return MapResult.BAD_RANGE;
        if (backing != null && !fits(iova, sizeBytes, backing, offset)) return MapResult.BAD_RANGE;
        if (overlaps(iova, last)) return MapResult.OVERLAPS;
        if (size == LIMIT_MAPPINGS) return MapResult.FULL;
        directory.insert(iova);
        DmaLeaf leaf = directory.leaf();
        int index = directory.index();
        leaf.last[index] = last;
        leaf.offset[index] = offset;
        leaf.access[index] = access;
        leaf.backing[index] = backing;
        size++;
        if (backing == null) unbacked++;
        else backing.retain();
        return MapResult.MAPPED;
    }

    private static boolean fits(long iova, long sizeBytes, DmaBacking backing, long offset) {
        MemorySegment segment = backing.segment();
        if (sizeBytes < 0 || offset < 0 || offset > segment.byteSize() - sizeBytes) return false;
        return (segment.address() + offset - iova) % WORD_BYTES == 0; // so aligned words stay aligned
    }

    private boolean overlaps(long first, long last) {
        return directory.find(last) && Long.compareUnsigned(directory.leaf().last[directory.index()], first) >= 0;
    }

    /// Removes every mapping inside the range; none is no mistake.
    ///
    /// @return bytes unmapped, or [#BISECTS] with nothing changed
    public long unmap(long iova, long sizeBytes) {
        long last = iova + sizeBytes - 1;
        assert sizeBytes != 0 && Long.compareUnsigned(last, iova) >= 0 : "an unchecked range";
        if (cuts(iova, last)) return BISECTS;
        hitAccess = 0;
        boolean below = directory.find(iova);
        int leafIndex = directory.leafIndex();
        int from = directory.index();
        // What starts at or below iova is ours only when it starts there: cuts() excluded a reach from below.
        if (!below || directory.leaf().first[from] != iova) from++;
        long bytes = 0;
        boolean more = true;
        while (more && leafIndex < directory.count()) { // each pass ends a block or the range
            DmaLeaf leaf = directory.leaf(leafIndex);
            int to = from;
            while (to < leaf.count && Long.compareUnsigned(leaf.last[to], last) <= 0) {
                bytes += leaf.last[to] - leaf.first[to] + 1;
                forget(leaf, to);
                to++;
            }
            more = to == leaf.count;
            leafIndex = directory.remove(leafIndex, from, to);
            from = 0;
        }
        directory.join(leafIndex);
        return bytes;
    }

    private boolean cuts(long first, long last) {
        if (directory.find(first)) {
            DmaLeaf leaf = directory.leaf();
            int index = directory.index();
            if (leaf.first[index] != first && Long.compareUnsigned(leaf.last[index], first) >= 0) return true;
        }
        return directory.find(last) && Long.compareUnsigned(directory.leaf().last[directory.index()], last) > 0;
    }

    private void forget(DmaLeaf leaf, int index) {
        DmaBacking backing = leaf.backing[index];
        if (backing == null) unbacked--;
        else backing.release();
        size--;
    }

    /// Removes everything.
    ///
    /// @return bytes unmapped
    public long clear() {
        long bytes = 0;
        for (int i = 0; i < directory.count(); i++) {
            DmaLeaf leaf = directory.leaf(i);
            for (int k = 0; k < leaf.count; k++) {
                bytes += leaf.last[k] - leaf.first[k] + 1;
                forget(leaf, k);
            }
        }
        directory.clear();
        hitAccess = 0;
        damaged = false;
        return bytes;
    }

    /// What a transfer of the whole range would meet: [DmaMemory#OK], [#UNBACKED] or [DmaMemory#FAULT].
    public int route(long iova, int lengthBytes, int access) {
        if (hits(iova, lengthBytes, access) || lengthBytes == 0) return OK;
        if (lengthBytes < 0) return FAULT;
        long last = iova + lengthBytes - 1;
        if (Long.compareUnsigned(last, iova) < 0) return FAULT;
        if (!directory.find(iova)) return FAULT;
        int answer = OK;
        long at = iova;
        int leafIndex = directory.leafIndex();
        int index = directory.index();
        while (true) { // each pass goes one mapping up; the range ends or a gap does
            DmaLeaf leaf = directory.leaf(leafIndex);
            if (at != iova && leaf.first[index] != at) return FAULT; // a gap
            if (Long.compareUnsigned(leaf.last[index], at) < 0) return FAULT;
            if ((leaf.access[index] & access) != access) return FAULT;
            if (leaf.backing[index] == null) answer = UNBACKED;
            if (Long.compareUnsigned(leaf.last[index], last) >= 0) return answer;
            at = leaf.last[index] + 1;
            index++;
            if (index == leaf.count) {
                index = 0;
                leafIndex++;
                if (leafIndex == directory.count()) return FAULT;
            }
        }
    }

    /// Bytes of a routed range up to the end of the mapping that holds its first one.
    public int runBytes(long iova, int lengthBytes) {
        directory.find(iova);
        long left = directory.leaf().last[directory.index()] - iova;
        return Long.compareUnsigned(lengthBytes - 1L, left) <= 0 ? lengthBytes : (int) (left + 1);
    }

    /// Whether the bytes of a routed address are elsewhere.
    public boolean isUnbacked(long iova) {
        directory.find(iova);
        return directory.leaf().backing[directory.index()] == null;
    }

    /// Whether the range lies in the mapping that was hit last.
    private boolean hits(long iova, int lengthBytes, int access) {
        long at = iova - hitFirst;
        return (hitAccess & access) == access
                && Long.compareUnsigned(at, hitSpan) <= 0
                && Long.compareUnsigned(lengthBytes - 1L, hitSpan - at) <= 0;
    }

    /// Makes the mapping around `iova` the one that was hit last and says how many bytes of the range it
    /// holds.
    private int enter(long iova, int lengthBytes) {
        directory.find(iova);
        DmaLeaf leaf = directory.leaf();
        int index = directory.index();
        DmaBacking backing = leaf.backing[index];
        if (backing == null) throw new AssertionError("a range was entered that was not routed");
        hit(leaf, index, backing);
        long left = hitSpan - (iova - hitFirst);
        return Long.compareUnsigned(lengthBytes - 1L, left) <= 0 ? lengthBytes : (int) (left + 1);
    }

    /// Whether the whole range lies in one mapping with bytes that allows this access, as most do. One
    /// search at most, none in the mapping that was hit last; the transfer that follows then needs none.
    public boolean isInOne(long iova, int lengthBytes, int access) {
        return hits(iova, lengthBytes, access) || enterOne(iova, lengthBytes, access);
    }

    private boolean enterOne(long iova, int lengthBytes, int access) {
        if (lengthBytes <= 0 || !directory.find(iova)) return false;
        DmaLeaf leaf = directory.leaf();
        int index = directory.index();
        DmaBacking backing = leaf.backing[index];
        if (backing == null || (leaf.access[index] & access) != access) return false;
        long left = leaf.last[index] - iova;
        if (Long.compareUnsigned(iova, leaf.last[index]) > 0 || Long.compareUnsigned(lengthBytes - 1L, left) > 0)
            return false;
        hit(leaf, index, backing);
        return true;
    }

    private void hit(DmaLeaf leaf, int index, DmaBacking backing) {
        hitFirst = leaf.first[index];
        hitSpan = leaf.last[index] - hitFirst;
        hitOffset = leaf.offset[index];
        hitAccess = leaf.access[index];
        hitSegment = backing.segment();
    }

    @Override
    public int read(long iova, MemorySegment target, long targetOffset, int lengthBytes) {
        if (isInOne(iova, lengthBytes, READ))
            return copyOut(hitOffset + (iova - hitFirst), target, targetOffset, lengthBytes);
        if (route(iova, lengthBytes, READ) != OK) return FAULT;
        int done = 0;
        while (done < lengthBytes) { // one pass per mapping of the range
            int part = enter(iova + done, lengthBytes - done);
            if (copyOut(hitOffset + (iova + done - hitFirst), target, targetOffset + done, part) != OK) return FAULT;
            done += part;
        }
        return OK;
    }

    private int copyOut(long offset, MemorySegment target, long targetOffset, int lengthBytes) {
        try {
            MemorySegment.copy(hitSegment, offset, target, targetOffset, lengthBytes);
            return OK;
        } catch (InternalError truncated) {
            return damage();
        }
    }

    // A plain load before a fence, as the stores below: an aligned word is loaded whole.
    @Override
    public long loadAcquire32(long iova) {
        if ((iova & 3) != 0) return NO_WORD;
        if (!isInOne(iova, 4, READ)) return route(iova, 4, READ) == UNBACKED ? BY_MESSAGE : NO_WORD;
        try {
            int word = hitSegment.get(LE32, hitOffset + (iova - hitFirst));
            VarHandle.acquireFence(); // pairs with the guest's release of the word
            return Integer.toUnsignedLong(word);
        } catch (InternalError truncated) {
            damage();
            return NO_WORD;
        }
    }

    @Override
    public int write(long iova, MemorySegment source, long sourceOffset, int lengthBytes) {
        if (isInOne(iova, lengthBytes, WRITE))
            return copyIn(source, sourceOffset, hitOffset + (iova - hitFirst), lengthBytes);
        if (route(iova, lengthBytes, WRITE) != OK) return FAULT;
        int done = 0;
        while (done < lengthBytes) { // one pass per mapping of the range
            int part = enter(iova + done, lengthBytes - done);
            if (copyIn(source, sourceOffset + done, hitOffset + (iova + done - hitFirst), part) != OK) return FAULT;
            done += part;
        }
        return OK;
    }

    private int copyIn(MemorySegment source, long sourceOffset, long offset, int lengthBytes) {
        try {
            MemorySegment.copy(source, sourceOffset, hitSegment, offset, lengthBytes);
            return OK;
        } catch (InternalError truncated) {
            return damage();
        }
    }

    private int damage() {
        damaged = true;
        return FAULT;
    }

    // The stores are plain ones behind a fence, not release stores: JDK 25 ends the process when a release
    // store of a byte, not compiled yet, meets a page that a truncated file no longer has
    // (TruncatedFileTest).

    @Override
    public int storeRelease8(long iova, byte value) {
        if (!isInOne(iova, 1, WRITE)) return FAULT;
        try {
            VarHandle.releaseFence(); // what this card wrote before is seen first
            hitSegment.set(ValueLayout.JAVA_BYTE, hitOffset + (iova - hitFirst), value);
            return OK;
        } catch (InternalError truncated) {
            return damage();
        }
    }

    @Override
    public int storeRelease32(long iova, int value) {
        if ((iova & 3) != 0 || !isInOne(iova, 4, WRITE)) return FAULT;
        try {
            VarHandle.releaseFence();
            hitSegment.set(LE32, hitOffset + (iova - hitFirst), value);
            return OK;
        } catch (InternalError truncated) {
            return damage();
        }
    }

    @Override
    public int storeRelease64(long iova, long value) {
        if ((iova & 7) != 0 || !isInOne(iova, 8, WRITE)) return FAULT;
        try {
            VarHandle.releaseFence();
            hitSegment.set(LE64, hitOffset + (iova - hitFirst), value);
            return OK;
        } catch (InternalError truncated) {
            return damage();
        }
    }

    @Override
    public int gather(long iova, int lengthBytes, SliceSink sink) {
        if (isInOne(iova, lengthBytes, READ))
            return sink.addSlice(hitSegment, hitOffset + (iova - hitFirst), lengthBytes) ? OK : FAULT;
        if (route(iova, lengthBytes, READ) != OK) return FAULT;
        int done = 0;
        while (done < lengthBytes) { // one pass per mapping of the range
            int part = enter(iova + done, lengthBytes - done);
            if (!sink.addSlice(hitSegment, hitOffset + (iova + done - hitFirst), part)) return FAULT;
            done += part;
        }
        return OK;
    }

    @Override
    public boolean writesVisible() {
        return true;
    }

    @Override
    public void releaseReads() {}
}
