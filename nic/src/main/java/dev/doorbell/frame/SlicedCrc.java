package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A reflected 32-bit CRC, eight bytes at a step. Each CRC brings its table.
final class SlicedCrc {
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private SlicedCrc() {}

    /// @param polynomial reflected
    /// @return a table: entry 256 k + b is byte b followed by k zero bytes
    static int[] table(int polynomial) {
        int[] made = new int[8 * 256];
        for (int b = 0; b < 256; b++) {
            int crc = b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >>> 1 ^ polynomial : crc >>> 1;
            made[b] = crc;
        }
        for (int i = 256; i < made.length; i++) {
            int shorter = made[i - 256];
            made[i] = shorter >>> 8 ^ made[shorter & 0xFF];
        }
        return made;
    }

    static int update(int[] table, int running, MemorySegment segment, long offset, int lengthBytes) {
        int crc = running;
        int at = 0;
        for (; at <= lengthBytes - 8; at += 8) {
            long word = segment.get(LE64, offset + at);
            int low = (int) word ^ crc;
            int high = (int) (word >>> 32);
            crc = table[7 * 256 + (low & 0xFF)]
                    ^ table[6 * 256 + (low >>> 8 & 0xFF)]
                    ^ table[5 * 256 + (low >>> 16 & 0xFF)]
                    ^ table[4 * 256 + (low >>> 24)]
                    ^ table[3 * 256 + (high & 0xFF)]
                    ^ table[2 * 256 + (high >>> 8 & 0xFF)]
                    ^ table[256 + (high >>> 16 & 0xFF)]
                    ^ table[high >>> 24];
        }
        for (; at < lengthBytes; at++)
            crc = crc >>> 8 ^ table[(crc ^ segment.get(ValueLayout.JAVA_BYTE, offset + at)) & 0xFF];
        return crc;
    }

    static int update(int[] table, int running, FrameBatch batch, int frame, int from, int to) {
        int crc = running;
        int position = 0; // of the slice in the frame
        int end = batch.firstSlice(frame) + batch.sliceCount(frame);
        for (int s = batch.firstSlice(frame); s < end && position < to; s++) {
            int length = batch.sliceLengthBytes(s);
            int first = Math.max(from, position);
            int last = Math.min(to, position + length);
            if (first < last)
                crc = update(table, crc, batch.sliceSegment(s), batch.sliceOffset(s) + first - position, last - first);
            position += length;
        }
        return crc;
    }

    static int updateZeros(int[] table, int running, int count) {
        int crc = running;
        for (int i = 0; i < count; i++) crc = crc >>> 8 ^ table[crc & 0xFF];
        return crc;
    }
}
