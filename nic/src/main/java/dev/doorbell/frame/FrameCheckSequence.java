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

    private static final int POLYNOMIAL = 0xEDB8_8320; // reflected
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int[] TABLE = table(); // TABLE[256 k + b]: byte b followed by k zero bytes

    private FrameCheckSequence() {}

    /// Takes `segment[offset .. offset + lengthBytes)` into the running value.
    public static int update(int running, MemorySegment segment, long offset, int lengthBytes) {
        int crc = running;
        int at = 0;
        for (; at <= lengthBytes - 8; at += 8) {
            long word = segment.get(LE64, offset + at);
            int low = (int) word ^ crc;
            int high = (int) (word >>> 32);
            crc = TABLE[7 * 256 + (low & 0xFF)]
                    ^ TABLE[6 * 256 + (low >>> 8 & 0xFF)]
                    ^ TABLE[5 * 256 + (low >>> 16 & 0xFF)]
                    ^ TABLE[4 * 256 + (low >>> 24)]
                    ^ TABLE[3 * 256 + (high & 0xFF)]
                    ^ TABLE[2 * 256 + (high >>> 8 & 0xFF)]
                    ^ TABLE[256 + (high >>> 16 & 0xFF)]
                    ^ TABLE[high >>> 24];
        }
        for (; at < lengthBytes; at++)
            crc = crc >>> 8 ^ TABLE[(crc ^ segment.get(ValueLayout.JAVA_BYTE, offset + at)) & 0xFF];
        return crc;
    }

    /// Takes the bytes `from .. to` of a frame into the running value.
    public static int update(int running, FrameBatch batch, int frame, int from, int to) {
        int crc = running;
        int position = 0; // of the slice in the frame
        int end = batch.firstSlice(frame) + batch.sliceCount(frame);
        for (int s = batch.firstSlice(frame); s < end && position < to; s++) {
            int length = batch.sliceLengthBytes(s);
            int first = Math.max(from, position);
            int last = Math.min(to, position + length);
            if (first < last)
                crc = update(crc, batch.sliceSegment(s), batch.sliceOffset(s) + first - position, last - first);
            position += length;
        }
        return crc;
    }

    /// Takes zero bytes into the running value: padding.
    public static int updateZeros(int running, int count) {
        int crc = running;
        for (int i = 0; i < count; i++) crc = crc >>> 8 ^ TABLE[crc & 0xFF];
        return crc;
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

    private static int[] table() {
        int[] made = new int[8 * 256];
        for (int b = 0; b < 256; b++) {
            int crc = b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            made[b] = crc;
        }
        for (int i = 256; i < made.length; i++) {
            int shorter = made[i - 256];
            made[i] = shorter >>> 8 ^ made[shorter & 0xFF];
        }
        return made;
    }
}
