package dev.doorbell.backend.afxdp;

/// Who has which chunk of a queue's memory. Each chunk has one owner at any time; whoever hands a chunk
/// on says from whom, and is refused when that is not so: the kernel's addresses are checked that way.
/// Nothing is allocated but in the constructor. One thread.
final class ChunkOwners {
    // spotless:off
    /// Nobody: to be sent from.
    static final byte FREE     = 0;
    /// The kernel, to receive into: in the fill ring, in the driver, or in the receive ring and not
    /// read so far.
    static final byte FILL     = 1;
    /// The card, until the next `receive`.
    static final byte RECEIVE  = 2;
    /// The kernel, to be sent: in the transmit ring, in the driver, or in the completion ring and not
    /// read so far.
    static final byte TRANSMIT = 3;
    // spotless:on
    static final int OWNERS = 4;

    private final byte[] owner;
    private final int[] free; // a stack: the chunk that was freed last is in the processor's cache
    private int freeCount;

    /// All chunks are free.
    ChunkOwners(int chunks) {
        owner = new byte[chunks];
        free = new int[chunks];
        for (int i = 0; i < chunks; i++) free[i] = chunks - 1 - i;
        freeCount = chunks;
    }

    int chunks() {
        return owner.length;
    }

    /// Chunks that nobody has.
    int free() {
        return freeCount;
    }

    /// Chunks that an owner has: for tests, as it looks at every chunk.
    int count(byte whose) {
        int found = 0;
        for (byte each : owner) if (each == whose) found++;
        return found;
    }

    byte owner(int chunk) {
        return owner[chunk];
    }

    /// Takes a free chunk for another owner.
    ///
    /// @return -1 when none is free
    int take(byte to) {
        if (freeCount == 0) return -1;
        int chunk = free[--freeCount];
        owner[chunk] = to;
        return chunk;
    }

    /// Hands a chunk on.
    ///
    /// @param chunk any number
    /// @return false, and nothing is changed, when it is no chunk or `from` does not have it
    boolean move(long chunk, byte from, byte to) {
        if (chunk < 0 || chunk >= owner.length || owner[(int) chunk] != from) return false;
        owner[(int) chunk] = to;
        if (to == FREE) free[freeCount++] = (int) chunk;
        return true;
    }

    /// Whether the free chunks are those on the stack, each of them once: for tests and assertions, as it
    /// looks at every chunk.
    boolean isConsistent() {
        boolean[] seen = new boolean[owner.length];
        for (int i = 0; i < freeCount; i++) {
            if (owner[free[i]] != FREE || seen[free[i]]) return false;
            seen[free[i]] = true;
        }
        return freeCount == count(FREE);
    }
}
