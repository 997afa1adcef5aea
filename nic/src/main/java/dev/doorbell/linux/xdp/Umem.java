package dev.doorbell.linux.xdp;

import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.MemorySegment;

/// Memory for frames that a socket shares with the kernel: equal chunks, addressed by their offset
/// (`umemOffset`). Who has which chunk is not known here. Closed once, after every socket that
/// registered it.
public final class Umem implements AutoCloseable {
    private final Mapping mapping;
    private final int chunkCount;
    private final int chunkBytes;

    private Umem(Mapping mapping, int chunkCount, int chunkBytes) {
        this.mapping = mapping;
        this.chunkCount = chunkCount;
        this.chunkBytes = chunkBytes;
    }

    /// Takes memory, page-aligned and zero.
    ///
    /// @param chunkCount 1 or more
    /// @param chunkBytes 2048 or 4096, and no more than a page: what the kernel takes
    /// @throws OutOfMemoryError when the kernel has none
    public static Umem allocate(int chunkCount, int chunkBytes) {
        if (chunkCount < 1) throw new IllegalArgumentException("chunkCount " + chunkCount);
        if (chunkBytes < 2048 || chunkBytes > Mapping.pageBytes() || Integer.bitCount(chunkBytes) != 1)
            throw new IllegalArgumentException("chunkBytes " + chunkBytes);
        try {
            return new Umem(Mapping.anonymous((long) chunkCount * chunkBytes), chunkCount, chunkBytes);
        } catch (SystemCallException e) {
            throw (OutOfMemoryError) new OutOfMemoryError("UMEM: " + e.getMessage()).initCause(e);
        }
    }

    /// All chunks, one behind the other.
    public MemorySegment segment() {
        return mapping.segment();
    }

    public int chunkCount() {
        return chunkCount;
    }

    public int chunkBytes() {
        return chunkBytes;
    }

    /// Gives the memory back. A socket that is still open keeps the kernel's share of it. Idempotent.
    @Override
    public void close() {
        mapping.close();
    }
}
