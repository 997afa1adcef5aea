package dev.doorbell.linux.xdp;

import java.lang.foreign.MemorySegment;

/// Memory for frames that a socket shares with the kernel: equal chunks, addressed by their offset (`umemOffset`).
/// Who has which chunk is not known here. Closed once, after every socket that registered it.
public final class Umem implements AutoCloseable {
    private final MemorySegment segment;
    private final int chunkCount;
    private final int chunkBytes;

    private Umem(MemorySegment segment, int chunkCount, int chunkBytes) {
        this.segment = segment;
        this.chunkCount = chunkCount;
        this.chunkBytes = chunkBytes;
    }

    /// Takes memory, page-aligned and zero.
    ///
    /// @param chunkCount 1 or more
    /// @param chunkBytes 2048 or 4096, and no more than a page: what the kernel takes
    public static Umem allocate(int chunkCount, int chunkBytes) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    public MemorySegment segment() {
        return segment;
    }

    public int chunkCount() {
        return chunkCount;
    }

    public int chunkBytes() {
        return chunkBytes;
    }

    @Override
    public void close() {}
}
