package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.regex.Pattern;

/// Ethernet addresses as `long` values: the first byte on the wire lies in bits 7:0, as in the registers
/// RAL and RAH.
public final class EthernetAddress {
    public static final int BYTES = 6;
    public static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

    private static final long GROUP_BIT = 1;
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private EthernetAddress() {}

    /// Reads the six bytes at `offset`.
    public static long read(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(LE32, offset)) | (segment.get(LE16, offset + 4) & 0xFFFFL) << 32;
    }

    /// Reads where a frame of at least six bytes goes.
    ///
    /// @param spare six bytes for an address that lies in several slices
    public static long destination(FrameBatch batch, int frame, MemorySegment spare) {
        int first = batch.firstSlice(frame);
        if (batch.sliceLengthBytes(first) >= BYTES) return read(batch.sliceSegment(first), batch.sliceOffset(first));
        batch.copyTo(frame, 0, BYTES, spare, 0);
        return read(spare, 0);
    }

    /// Writes the six bytes at `offset`.
    public static void write(MemorySegment segment, long offset, long address) {
        segment.set(LE32, offset, (int) address);
        segment.set(LE16, offset + 4, (short) (address >>> 32));
    }

    /// Multicast or broadcast.
    public static boolean isGroup(long address) {
        return (address & GROUP_BIT) != 0;
    }

    public static boolean isBroadcast(long address) {
        return address == BROADCAST;
    }

    /// Reads `52:54:00:12:34:56`, also with dashes.
    ///
    /// @throws IllegalArgumentException when `text` is no address
    public static long parse(String text) {
        if (!TEXT.matcher(text).matches()) throw new IllegalArgumentException("not an Ethernet address: " + text);
        long address = 0;
        for (int i = 0; i < BYTES; i++) address |= Long.parseLong(text, 3 * i, 3 * i + 2, 16) << (8 * i);
        return address;
    }

    public static String format(long address) {
        StringBuilder text = new StringBuilder(17);
        for (int i = 0; i < BYTES; i++) {
            if (i > 0) text.append(':');
            int value = (int) (address >>> (8 * i)) & 0xFF;
            text.append(Character.forDigit(value >>> 4, 16)).append(Character.forDigit(value & 0xF, 16));
        }
        return text.toString();
    }
}
