package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// A ring that we fill and the kernel empties: the fill ring (addresses) or the transmit ring
/// (descriptors). One thread.
///
/// The kernel's index is never trusted: one that is impossible is answered with -1, and nothing outside
/// of the ring is ever touched.
public final class ProducerRing {
    private static final VarHandle INDEX = RingMemory.INDEX;

    private final MemorySegment segment;
    private final long producerAt;
    private final long consumerAt;
    private final long flagsAt;
    private final long entriesAt;
    private final int entries;
    private final int mask;
    private int producer; // ours, as the kernel sees it
    private int consumer; // the kernel's, as last read

    /// @param memory its producer's index is taken up as it is
    ProducerRing(RingMemory memory) {
        segment = memory.segment();
        producerAt = memory.producerAt();
        consumerAt = memory.consumerAt();
        flagsAt = memory.flagsAt();
        entriesAt = memory.entriesAt();
        entries = memory.entries();
        mask = entries - 1;
        producer = (int) INDEX.get(segment, producerAt);
        consumer = producer - entries; // nothing known to be free: the first look reads the kernel's
    }

    /// Entries of the ring, a power of two.
    public int entries() {
        return entries;
    }

    /// Entries that can be filled now. The kernel's index is read again only when fewer than `wanted`
    /// are known to be free.
    ///
    /// @return 0 .. entries; -1 when the kernel's index is impossible: it passed ours, or went back
    public int free(int wanted) {
        int used = producer - consumer;
        if (entries - used >= wanted) return entries - used;
        int now = (int) INDEX.getAcquire(segment, consumerAt); // acquire: the kernel has read what it gives back
        int taken = now - consumer;
        if (taken < 0 || taken > used) return -1;
        consumer = now;
        return entries - used + taken;
    }

    /// Fills the `index`-th free entry of a ring of addresses; the kernel sees it after [#submit].
    ///
    /// @param index less than [#free] answered
    public void address(int index, long umemOffset) {
        assert index >= 0 && index < entries;
        segment.set(JAVA_LONG, entriesAt + (long) (producer + index & mask) * IfXdp.ADDRESS_BYTES, umemOffset);
    }

    /// Fills the `index`-th free entry of a ring of descriptors; the kernel sees it after [#submit].
    ///
    /// @param index   less than [#free] answered
    /// @param options `XDP_PKT_CONTD`, `XDP_TX_METADATA`, or 0
    public void descriptor(int index, long umemOffset, int lengthBytes, int options) {
        assert index >= 0 && index < entries;
        long at = entriesAt + (long) (producer + index & mask) * IfXdp.DESC_BYTES;
        segment.set(JAVA_LONG, at + IfXdp.DESC_ADDR, umemOffset);
        // Length and options in one store: the hosts are little-endian, and a length is not negative.
        segment.set(JAVA_LONG, at + IfXdp.DESC_LEN, (long) options << 32 | lengthBytes);
    }

    /// Gives the first `count` filled entries to the kernel.
    ///
    /// @param count no more than [#free] answered
    public void submit(int count) {
        assert count >= 0 && count <= entries - (producer - consumer) : "more than there was room for";
        producer += count;
        INDEX.setRelease(segment, producerAt, producer); // release: the entries before the index that covers them
    }

    /// Entries that the kernel has been given and has still to take, as both indexes stand now. Any
    /// thread: reads the two indexes and nothing else of this object.
    ///
    /// @return 0 .. entries; -1 when the kernel's index is impossible: it passed ours
    public int pending() {
        int taken = (int) INDEX.getAcquire(segment, consumerAt); // first: an honest one is never past the other
        int given = (int) INDEX.getAcquire(segment, producerAt);
        int left = given - taken;
        return left < 0 ? -1 : Math.min(left, entries); // both may have moved on in between
    }

    /// Whether the kernel asked to be woken for this ring (XDP_RING_NEED_WAKEUP). Asked after
    /// [#submit].
    public boolean needsWakeup() {
        // Our index must be out before the flag is read: the kernel sets the flag, then looks at the
        // index once more.
        VarHandle.fullFence();
        return (segment.get(JAVA_INT, flagsAt) & IfXdp.XDP_RING_NEED_WAKEUP) != 0;
    }
}
