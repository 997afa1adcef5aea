package dev.doorbell.driver.ring;

import dev.doorbell.driver.DriverMemory;
import java.lang.foreign.MemorySegment;

/// What both rings have: descriptors of 16 bytes in driver memory, as a rule each with a buffer of its own.
///
/// A descriptor is two little-endian 64-bit words: the buffer's address, and everything else.
public abstract class DriverRing {
    public static final int DESCRIPTOR_BYTES = 16;

    private static final int ALIGNMENT_BYTES = 128; // 13.4.25 asks for 16; a cache line keeps neighbours apart
    private static final int PAGE_BYTES = 4096;
    private static final long NO_BUFFERS = -1;

    protected final MemorySegment segment;
    protected final int entries;
    protected final int bufferBytes;
    private final long ringOffset;
    private final long buffersOffset;

    /// @param ownBuffers whether each descriptor gets a buffer of `bufferBytes`; without, whoever fills the ring says
    ///                   where the bytes are
    protected DriverRing(DriverMemory memory, int entries, int bufferBytes, boolean ownBuffers) {
        segment = memory.segment();
        this.entries = entries;
        this.bufferBytes = bufferBytes;
        ringOffset = memory.take((long) entries * DESCRIPTOR_BYTES, ALIGNMENT_BYTES);
        buffersOffset = ownBuffers ? memory.take((long) entries * bufferBytes, PAGE_BYTES) : NO_BUFFERS;
    }

    /// Bus address of the ring.
    public final long baseIova() {
        return DriverMemory.iovaOf(ringOffset);
    }

    /// Size of the ring as RDLEN and TDLEN count it.
    public final int sizeBytes() {
        return entries * DESCRIPTOR_BYTES;
    }

    public final int next(int index) {
        return index + 1 == entries ? 0 : index + 1;
    }

    /// Descriptors from `from` up to but not including `to`.
    public final int distance(int from, int to) {
        return to >= from ? to - from : to - from + entries;
    }

    public final boolean hasBuffers() {
        return buffersOffset != NO_BUFFERS;
    }

    public final long bufferOffset(int index) {
        return buffersOffset + (long) index * bufferBytes;
    }

    public final void writeDescriptor(int index, long word0, long word1) {
        long at = ringOffset + (long) index * DESCRIPTOR_BYTES;
        DriverMemory.store64(segment, at, word0);
        DriverMemory.store64(segment, at + 8, word1);
    }

    /// Word 1, which the card writes when it is done.
    public final long status(int index) {
        return DriverMemory.loadAcquire64(segment, ringOffset + (long) index * DESCRIPTOR_BYTES + 8);
    }

    public final void writeStatus(int index, long word1) {
        DriverMemory.store64(segment, ringOffset + (long) index * DESCRIPTOR_BYTES + 8, word1);
    }
}
