package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The CRC-32C (Castagnoli) that protects SCTP packets, over memory in any number of pieces, eight
/// bytes at a step and without allocation. // RFC 9260, appendix A
public final class Crc32c {
    public static final int BYTES = 4;

    /// Value to start a packet with.
    public static final int START = 0xFFFF_FFFF;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int[] TABLE = SlicedCrc.table(0x82F6_3B78);

    private Crc32c() {}

    /// Takes `segment[offset .. offset + lengthBytes)` into the running value.
    public static int update(int running, MemorySegment segment, long offset, int lengthBytes) {
        return SlicedCrc.update(TABLE, running, segment, offset, lengthBytes);
    }

    /// Takes the bytes `from .. to` of a frame into the running value.
    public static int update(int running, FrameBatch batch, int frame, int from, int to) {
        return SlicedCrc.update(TABLE, running, batch, frame, from, to);
    }

    /// Takes zero bytes into the running value: the checksum field itself.
    public static int updateZeros(int running, int count) {
        return SlicedCrc.updateZeros(TABLE, running, count);
    }

    /// The checksum for a running value.
    public static int finish(int running) {
        return ~running;
    }

    /// The checksum of the SCTP packet in the bytes `from .. to` of a frame, whatever its checksum
    /// field holds. At least the common header (12 bytes) must be there.
    public static int ofSctp(FrameBatch batch, int frame, int from, int to) {
        int field = from + FrameHeaders.SCTP_CHECKSUM;
        int running = update(START, batch, frame, from, field);
        running = updateZeros(running, BYTES);
        return finish(update(running, batch, frame, field + BYTES, to));
    }

    /// Reads a checksum in wire order: SCTP carries it with the least significant byte first.
    public static int read(MemorySegment segment, long offset) {
        return segment.get(LE32, offset);
    }

    /// Stores a checksum in wire order.
    public static void write(MemorySegment segment, long offset, int checksum) {
        segment.set(LE32, offset, checksum);
    }
}
