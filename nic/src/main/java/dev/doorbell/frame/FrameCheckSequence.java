package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The CRC-32 of IEEE 802.3, over memory in any number of pieces, eight bytes at a step and without
/// allocation.
public final class FrameCheckSequence {
    public static final int BYTES = 4;

    /// Value to start a frame with.
    public static final int START = 0xFFFF_FFFF;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int[] TABLE = SlicedCrc.table(0xEDB8_8320);

    private FrameCheckSequence() {}

    /// Takes `segment[offset .. offset + lengthBytes)` into the running value.
    public static int update(int running, MemorySegment segment, long offset, int lengthBytes) {
        return SlicedCrc.update(TABLE, running, segment, offset, lengthBytes);
    }

    /// Takes the bytes `from .. to` of a frame into the running value.
    public static int update(int running, FrameBatch batch, int frame, int from, int to) {
        return SlicedCrc.update(TABLE, running, batch, frame, from, to);
    }

    /// Takes zero bytes into the running value: padding.
    public static int updateZeros(int running, int count) {
        return SlicedCrc.updateZeros(TABLE, running, count);
    }

    /// The FCS for a running value.
    public static int finish(int running) {
        return ~running;
    }

    /// Reads an FCS in wire order.
    public static int read(MemorySegment segment, long offset) {
        return segment.get(LE32, offset);
    }

    /// Stores an FCS in wire order.
    public static void write(MemorySegment segment, long offset, int fcs) {
        segment.set(LE32, offset, fcs);
    }
}
