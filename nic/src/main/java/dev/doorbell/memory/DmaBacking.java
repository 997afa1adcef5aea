package dev.doorbell.memory;

import java.lang.foreign.MemorySegment;

/// What mapped bus addresses stand on: memory of this process, shared by any number of mappings of one
/// [DmaTable].
public interface DmaBacking {
    /// The bytes, native and in place for as long as a mapping stands on them.
    MemorySegment segment();

    /// One more mapping stands on it. Called by the table.
    void retain();

    /// One mapping less. Called by the table, which does not touch the bytes for that mapping any more.
    void release();

    /// A backing that somebody else keeps alive.
    static DmaBacking of(MemorySegment segment) {
        return new DmaBacking() {
            @Override
            public MemorySegment segment() {
                return segment;
            }

            @Override
            public void retain() {}

            @Override
            public void release() {}
        };
    }
}
