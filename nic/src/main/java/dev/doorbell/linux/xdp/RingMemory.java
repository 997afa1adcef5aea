package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/// The memory of one ring: two indexes that run from 0 to 2^32 - 1 and on, flags, and the entries.
///
/// @param segment    all of the ring
/// @param producerAt byte offset of the index that the producing side stores
/// @param consumerAt byte offset of the index that the consuming side stores
/// @param flagsAt    byte offset of the flags
/// @param entriesAt  byte offset of the first entry
/// @param entries    a power of two
/// @param entryBytes 8 for addresses, 16 for descriptors
record RingMemory(
        MemorySegment segment,
        long producerAt,
        long consumerAt,
        long flagsAt,
        long entriesAt,
        int entries,
        int entryBytes) {
    static final VarHandle INDEX = JAVA_INT.varHandle();

    RingMemory {
        if (Integer.bitCount(entries) != 1 || entries < 1) throw new IllegalArgumentException("entries " + entries);
        assert entryBytes == IfXdp.DESC_BYTES || entryBytes == IfXdp.ADDRESS_BYTES;
        assert entriesAt + (long) entries * entryBytes <= segment.byteSize();
    }

    /// Bytes to map for a ring whose entries begin at `entriesAt`.
    static long bytes(long entriesAt, int entries, int entryBytes) {
        return entriesAt + (long) entries * entryBytes;
    }

    /// Where the entries begin, according to one struct xdp_ring_offset at `at`.
    ///
    /// @throws SystemCallException EPROTO when the kernel's offsets make no sense
    static long entriesAt(MemorySegment offsets, long at) throws SystemCallException {
        long entriesAt = offsets.get(JAVA_LONG, at + IfXdp.RING_OFFSET_DESC);
        boolean sane = entriesAt >= 0 && entriesAt <= 4096 && entriesAt % Long.BYTES == 0;
        for (int field : new int[] {IfXdp.RING_OFFSET_PRODUCER, IfXdp.RING_OFFSET_CONSUMER, IfXdp.RING_OFFSET_FLAGS}) {
            long offset = offsets.get(JAVA_LONG, at + field);
            sane &= offset >= 0 && offset <= entriesAt - Integer.BYTES && offset % Integer.BYTES == 0;
        }
        if (!sane) throw new SystemCallException("getsockopt(2) XDP_MMAP_OFFSETS", -Errno.EPROTO);
        return entriesAt;
    }

    static RingMemory of(MemorySegment ring, MemorySegment offsets, long at, int entries, int entryBytes) {
        return new RingMemory(
                ring,
                offsets.get(JAVA_LONG, at + IfXdp.RING_OFFSET_PRODUCER),
                offsets.get(JAVA_LONG, at + IfXdp.RING_OFFSET_CONSUMER),
                offsets.get(JAVA_LONG, at + IfXdp.RING_OFFSET_FLAGS),
                offsets.get(JAVA_LONG, at + IfXdp.RING_OFFSET_DESC),
                entries,
                entryBytes);
    }
}
