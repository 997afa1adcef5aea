package dev.doorbell.frame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// An IEEE 802.1Q tag on its way into a frame.
public final class VlanTag {
    /// Where a tag goes: behind the two addresses.
    public static final int BEHIND_ADDRESSES = 2 * EthernetAddress.BYTES;

    /// Where a second tag goes.
    public static final int BEHIND_OUTER_TAG = BEHIND_ADDRESSES + FrameHeaders.TAG_BYTES;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private VlanTag() {}

    /// Moves the first `at` bytes of the frame at `start` four bytes down, where there must be room, and puts a tag
    /// behind them: the frame then starts at `start - 4`.
    public static void insert(MemorySegment memory, long start, int at, int type, int tag) {
        long moved = start - FrameHeaders.TAG_BYTES;
        MemorySegment.copy(memory, start, memory, moved, at);
        memory.set(BE16, moved + at, (short) type);
        memory.set(BE16, moved + at + 2, (short) tag);
    }
}
