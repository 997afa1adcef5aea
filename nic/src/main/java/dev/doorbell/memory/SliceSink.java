package dev.doorbell.memory;

import java.lang.foreign.MemorySegment;

/// Takes pieces of memory that together form one frame, in order, without copying them.
@FunctionalInterface
public interface SliceSink {
    /// Takes `segment[offset .. offset + lengthBytes)`.
    ///
    /// @return false when there is no room for another slice; nothing was taken then
    boolean addSlice(MemorySegment segment, long offset, int lengthBytes);
}
