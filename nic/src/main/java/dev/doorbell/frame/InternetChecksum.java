package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The one's complement sum of RFC 1071, over memory in any number of pieces. Sums are the 16-bit values
/// that stand big-endian on the wire; a piece may start and end at an odd byte of the range.
public final class InternetChecksum {
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW = 0xFFFF_FFFFL;
    /// From here on vectors pay.
    private static final int LONG_BYTES = 256;

    private InternetChecksum() {}

    /// Sums `segment[offset .. offset + lengthBytes)`; a last odd byte counts as the high half of a word.
    ///
    /// Reads words, or eight bytes at a time: addition modulo 65535 may be done in any word size and in
    /// either byte order, the result is swapped once at the end. No intermediate sum can overflow: each
    /// step adds less than 2^35.
    public static int sum(MemorySegment segment, long offset, int lengthBytes) {
        int at = lengthBytes < LONG_BYTES ? 0 : lengthBytes & -8;
        long sum = sumWords(segment, offset, at >>> 2);
        for (; at <= lengthBytes - 32; at += 32) {
            long a = segment.get(LE64, offset + at);
            long b = segment.get(LE64, offset + at + 8);
            long c = segment.get(LE64, offset + at + 16);
            long d = segment.get(LE64, offset + at + 24);
            sum += (a & LOW) + (a >>> 32) + (b & LOW) + (b >>> 32);
            sum += (c & LOW) + (c >>> 32) + (d & LOW) + (d >>> 32);
        }
        for (; at <= lengthBytes - 8; at += 8) {
            long a = segment.get(LE64, offset + at);
            sum += (a & LOW) + (a >>> 32);
        }
        if ((lengthBytes & 4) != 0) {
            sum += segment.get(LE32, offset + at) & LOW;
            at += 4;
        }
        if ((lengthBytes & 2) != 0) {
            sum += segment.get(LE16, offset + at) & 0xFFFF;
            at += 2;
        }
        if ((lengthBytes & 1) != 0) sum += segment.get(ValueLayout.JAVA_BYTE, offset + at) & 0xFF;
        return swap(fold(sum));
    }

    /// One plain loop, which the JIT compiler makes vector instructions of.
    private static long sumWords(MemorySegment segment, long offset, int words) {
        long sum = 0;
        for (int i = 0; i < words; i++) sum += segment.get(LE32, offset + 4L * i) & LOW;
        return sum;
    }

    /// Sums the bytes `from .. to` of a frame, across its slices.
    public static int sum(FrameBatch batch, int frame, int from, int to) {
        int total = 0;
        int position = 0; // of the slice in the frame
        int end = batch.firstSlice(frame) + batch.sliceCount(frame);
        for (int s = batch.firstSlice(frame); s < end && position < to; s++) {
            int length = batch.sliceLengthBytes(s);
            int first = Math.max(from, position);
            int last = Math.min(to, position + length);
            if (first < last) {
                int part = sum(batch.sliceSegment(s), batch.sliceOffset(s) + first - position, last - first);
                total = add(total, ((first - from) & 1) == 0 ? part : swap(part));
            }
            position += length;
        }
        return total;
    }

    /// The sum of two sums.
    public static int add(int a, int b) {
        int sum = a + b;
        return (sum & 0xFFFF) + (sum >>> 16);
    }

    /// `a` without the part `b` that was summed into it.
    public static int subtract(int a, int b) {
        return add(a, ~b & 0xFFFF);
    }

    /// The sum of a piece that starts at an odd byte of the whole range.
    public static int swap(int sum) {
        return (sum & 0xFF) << 8 | sum >>> 8;
    }

    /// What is stored for `sum`: its complement, and 0xFFFF in place of 0, which in UDP would say "no
    /// checksum" and means the same number elsewhere.
    public static int toStore(int sum) {
        return sum == 0xFFFF ? 0xFFFF : ~sum & 0xFFFF;
    }

    /// The pseudo-header's length and protocol, to be added to the addresses' sum.
    public static int pseudoTail(int protocol, int layer4Bytes) {
        return add(protocol, add(layer4Bytes >>> 16, layer4Bytes & 0xFFFF));
    }

    private static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        return (int) folded;
    }
}
