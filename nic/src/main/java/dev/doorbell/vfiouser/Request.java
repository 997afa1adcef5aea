package dev.doorbell.vfiouser;

import java.lang.foreign.MemorySegment;

/// What one set-up message turned out to be: a request that may be acted on, or a refusal to send back.
/// Accesses to regions, which are frequent, are decoded in place instead (see [RegionAccess]).
sealed interface Request {
    record Version(int major, int minor, Capabilities capabilities) implements Request {}

    /// @param access what the card may do there, as in [DmaTable]
    record DmaMap(long iova, long sizeBytes, long fileOffset, int access) implements Request {}

    record DmaUnmap(long iova, long sizeBytes) implements Request {}

    record DmaUnmapAll() implements Request {}

    record DeviceInfo() implements Request {}

    /// @param argsz bytes of body that the client has room for
    record RegionInfo(int index, int argsz) implements Request {}

    record RegionIoFds(int index) implements Request {}

    record IrqInfo(int index) implements Request {}

    /// @param index  as in linux/vfio.h: the ordinal of an interrupt kind
    /// @param start  first vector
    /// @param count  vectors; 0 (with data NONE and action TRIGGER) turns all of the index off
    /// @param data   one of [Wire#DATA_NONE], [Wire#DATA_BOOL], [Wire#DATA_EVENTFD]
    /// @param action one of [Wire#ACTION_MASK], [Wire#ACTION_UNMASK], [Wire#ACTION_TRIGGER]
    /// @param flags  with data BOOL a byte per vector, else empty; part of the receive buffer
    record SetIrqs(int index, int start, int count, int data, int action, MemorySegment flags) implements Request {}

    record Reset() implements Request {}

    record Refused(Refusal why) implements Request {}
}
