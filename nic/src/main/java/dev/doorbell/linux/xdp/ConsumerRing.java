package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// A ring that the kernel fills and we empty: the completion ring (addresses) or the receive ring
/// (descriptors). One thread. The kernel's index is never trusted, as in [ProducerRing].
public final class ConsumerRing {
    private static final VarHandle INDEX = RingMemory.INDEX;

    private final MemorySegment segment;
    private final long producerAt;
    private final long consumerAt;
    private final long entriesAt;
    private final int entries;
    private final int mask;
    private final int entryBytes;
    private int producer; // the kernel's, as last read
    private int consumer; // ours, as the kernel sees it

    /// @param memory its consumer's index is taken up as it is
    ConsumerRing(RingMemory memory) {
        segment = memory.segment();
        producerAt = memory.producerAt();
        consumerAt = memory.consumerAt();
        entriesAt = memory.entriesAt();
        entries = memory.entries();
        mask = entries - 1;
        entryBytes = memory.entryBytes();
        consumer = (int) INDEX.get(segment, consumerAt);
        producer = consumer; // nothing known to be there: the first look reads the kernel's
    }

    /// Entries of the ring, a power of two.
    public int entries() {
        return entries;
    }

    /// Entries that can be read now. The kernel's index is read again only when fewer than `wanted` are
    /// known.
    ///
    /// @return 0 .. entries; -1 when the kernel's index is impossible: further ahead than the ring is
    ///     long, or gone back
    public int available(int wanted) {
        int known = producer - consumer;
        if (known >= wanted) return known;
        int now = (int) INDEX.getAcquire(segment, producerAt); // acquire: the entries are read after their index
        int ready = now - consumer;
        if (ready < known || ready > entries) return -1;
        producer = now;
        return ready;
    }

    /// The address in the `index`-th readable entry: as the kernel wrote it, unchecked.
    ///
    /// @param index less than [#available] answered
    public long address(int index) {
        return segment.get(JAVA_LONG, at(index));
    }

    /// The length in the `index`-th readable descriptor, unchecked.
    public int lengthBytes(int index) {
        assert entryBytes == IfXdp.DESC_BYTES : "a ring of addresses";
        return segment.get(JAVA_INT, at(index) + IfXdp.DESC_LEN);
    }

    /// The options in the `index`-th readable descriptor: `XDP_PKT_CONTD` where the frame goes on in
    /// the next.
    public int options(int index) {
        assert entryBytes == IfXdp.DESC_BYTES : "a ring of addresses";
        return segment.get(JAVA_INT, at(index) + IfXdp.DESC_OPTIONS);
    }

    /// Gives the first `count` readable entries back to the kernel.
    ///
    /// @param count no more than [#available] answered
    public void release(int count) {
        assert count >= 0 && count <= producer - consumer : "more than were read";
        consumer += count;
        INDEX.setRelease(segment, consumerAt, consumer); // release: what we read, before the kernel may write there
    }

    private long at(int index) {
        assert index >= 0 && index < entries;
        return entriesAt + (long) (consumer + index & mask) * entryBytes;
    }
}
