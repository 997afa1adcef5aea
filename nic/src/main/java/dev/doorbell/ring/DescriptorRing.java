package dev.doorbell.ring;

import dev.doorbell.memory.DmaMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A ring of 16-byte descriptors in guest memory, seen from the card: geometry, head, and the descriptors
/// fetched ahead of it.
///
/// Each slot is read once, into memory of our own, and judged there: a guest that changes a descriptor
/// after it was handed over changes nothing. One [DmaMemory] read brings a whole contiguous run. One
/// thread.
public final class DescriptorRing {
    /// Bytes of every descriptor of the 8254x family.
    public static final int DESCRIPTOR_BYTES = 16;

    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// A run ends where the guest's ring wraps and where our own memory does.
    private static final int LIMIT_RUNS = 3;

    private final int capacity;
    private final int slotMask;
    private final MemorySegment slots;
    private long baseIova;
    private int entries;
    private int head;
    private int firstSlot; // slot of the descriptor at head
    private int fetched; // descriptors held, from head on
    private int underWay; // descriptors of a fetch that answered NOT_YET, to be asked for again unchanged

    /// @param capacity descriptors fetched ahead at most, a power of two
    public DescriptorRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) throw new IllegalArgumentException("capacity " + capacity);
        this.capacity = capacity;
        slotMask = capacity - 1;
        slots = Arena.ofAuto().allocate((long) capacity * DESCRIPTOR_BYTES, 64);
    }

    /// Takes over the ring registers; anything that changed makes the card forget what it fetched.
    ///
    /// @param newBaseIova base address registers
    /// @param lengthBytes length register
    /// @param newHead     head register; may lie beyond the ring, see [#headInside()]
    /// @return whether anything changed
    public boolean configure(long newBaseIova, int lengthBytes, int newHead) {
        int newEntries = lengthBytes / DESCRIPTOR_BYTES;
        if (newBaseIova == baseIova && newEntries == entries && newHead == head) return false;
        baseIova = newBaseIova;
        entries = newEntries;
        head = newHead;
        forget();
        return true;
    }

    /// Drops what was fetched; the next [#fetch] reads the slots anew.
    public void forget() {
        firstSlot = 0;
        fetched = 0;
        underWay = 0;
    }

    /// Descriptors in the ring.
    public int entries() {
        return entries;
    }

    /// Index of the next descriptor to process.
    public int head() {
        return head;
    }

    /// Whether the head lies in the ring: a guest may have written anything into it.
    public boolean headInside() {
        return head < entries;
    }

    /// Descriptors from head up to, not including, `tail`. Both must lie inside the ring.
    public int pending(int tail) {
        return distance(head, tail, entries);
    }

    /// Descriptors held in the card, from head on.
    public int fetched() {
        return fetched;
    }

    /// Most descriptors that [#fetched()] can reach.
    public int capacity() {
        return capacity;
    }

    /// Reads on, up to `tail`, as far as there is room: one read per contiguous run.
    ///
    /// @return [DmaMemory#OK] also when nothing was left to read; [DmaMemory#NOT_YET]; [DmaMemory#FAULT]
    ///     when the first descriptor that is not held cannot be read (see [#skipUnreadable()])
    public int fetch(DmaMemory memory, int tail) {
        assert head < entries && tail < entries : "ring registers were not judged";
        fetched = Math.min(fetched, pending(tail)); // fewer: the guest took descriptors back
        for (int runs = 0; runs < LIMIT_RUNS; runs++) {
            int wanted = Math.min(pending(tail), capacity) - fetched;
            if (wanted == 0) break;
            int from = add(head, fetched, entries);
            int slot = (firstSlot + fetched) & slotMask;
            int run = Math.min(Math.min(wanted, entries - from), capacity - slot);
            if (underWay > 0) run = underWay;
            int answer = read(memory, from, slot, run);
            if (answer == DmaMemory.FAULT && run > 1) { // the run may cross the end of a mapping
                run = 1;
                answer = read(memory, from, slot, run);
            }
            underWay = answer == DmaMemory.NOT_YET ? run : 0;
            if (answer != DmaMemory.OK) return answer;
            fetched += run;
        }
        fetched = Math.min(fetched, pending(tail));
        return DmaMemory.OK;
    }

    private int read(DmaMemory memory, int index, int slot, int count) {
        return memory.read(slotIova(index), slots, (long) slot * DESCRIPTOR_BYTES, count * DESCRIPTOR_BYTES);
    }

    /// Word 0 (bytes 0 to 7) of the `n`-th descriptor from head on, as fetched.
    public long word0(int n) {
        assert n < fetched : "descriptor was not fetched";
        return slots.get(LE64, (long) ((firstSlot + n) & slotMask) * DESCRIPTOR_BYTES);
    }

    /// Word 1 (bytes 8 to 15) of the `n`-th descriptor from head on, as fetched.
    public long word1(int n) {
        assert n < fetched : "descriptor was not fetched";
        return slots.get(LE64, (long) ((firstSlot + n) & slotMask) * DESCRIPTOR_BYTES + 8);
    }

    /// Guest address of the `n`-th descriptor from head on.
    public long iova(int n) {
        return slotIova(add(head, n, entries));
    }

    private long slotIova(int index) {
        return baseIova + (long) index * DESCRIPTOR_BYTES;
    }

    /// Moves the head over `count` fetched descriptors.
    public void advance(int count) {
        assert count <= fetched : "head ran past what was fetched";
        head = add(head, count, entries);
        firstSlot = (firstSlot + count) & slotMask;
        fetched -= count;
    }

    /// Moves the head over one descriptor that the guest placed where it cannot be read.
    public void skipUnreadable() {
        assert fetched == 0 : "readable descriptors come first";
        head = add(head, 1, entries);
    }

    /// `index + count` around a ring of `entries`, for an index inside and a count of at most `entries`.
    public static int add(int index, int count, int entries) {
        int sum = index + count;
        return sum >= entries ? sum - entries : sum;
    }

    /// Steps from `from` forward to `to` around a ring of `entries`.
    public static int distance(int from, int to, int entries) {
        int steps = to - from;
        return steps < 0 ? steps + entries : steps;
    }
}
