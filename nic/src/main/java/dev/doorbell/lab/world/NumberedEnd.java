package dev.doorbell.lab.world;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// An end of the wire that makes numbered frames, and checks every byte and the order of those that another
/// such end has made.
///
/// A frame is an Ethernet header with the type for local experiments (IEEE 802, 0x88B5), and 64-bit words
/// that each follow from the frame's number: a byte of an earlier frame that was left in a buffer shows. All
/// its memory is its own; nothing is allocated after the constructor. One thread.
public final class NumberedEnd implements FrameBackend {
    /// Shortest frame, without FCS.
    public static final int MIN_BYTES = 24;

    private static final int SLOTS = 64;
    private static final int WORD_BYTES = 8;
    private static final int NUMBER_AT = 16;
    private static final int TYPE_LOCAL = 0x88B5;
    private static final long STATION = 0x0100_0000_5402L; // 02:54:00:00:00:01
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L; // odd, so that no two numbers give the same word
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong ANY64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int frameBytes;
    private final MemorySegment slots;
    private final long header0;
    private final long header1;
    private int offered;
    private long made;
    private long expected;
    private long right;
    private long damaged;
    private long missing;

    /// @param frameBytes of each frame, without FCS: 24 or more, a multiple of 8
    public NumberedEnd(int frameBytes) {
        if (frameBytes < MIN_BYTES || frameBytes % WORD_BYTES != 0)
            throw new IllegalArgumentException("a frame has 24 bytes or more, a multiple of 8, not " + frameBytes);
        this.frameBytes = frameBytes;
        slots = Arena.ofAuto().allocate((long) SLOTS * frameBytes, 64);
        for (int i = 0; i < SLOTS; i++) fillHeader((long) i * frameBytes);
        header0 = slots.get(LE64, 0);
        header1 = slots.get(LE64, WORD_BYTES);
    }

    private void fillHeader(long at) {
        EthernetAddress.write(slots, at, EthernetAddress.BROADCAST);
        EthernetAddress.write(slots, at + EthernetAddress.BYTES, STATION);
        slots.set(BE16, at + 2 * EthernetAddress.BYTES, (short) TYPE_LOCAL);
    }

    /// From now on so many frames arrive, no more than asked for at once.
    ///
    /// @param frames 0 or more
    public void offer(int frames) {
        offered = frames;
    }

    @Override
    public int receive(FrameBatch batch) {
        int count = Math.min(Math.min(offered, SLOTS), batch.capacity() - batch.size());
        for (int i = 0; i < count; i++) {
            long at = (long) i * frameBytes;
            number(at, made++);
            batch.beginFrame();
            batch.addSlice(slots, at, frameBytes);
            batch.endFrame();
        }
        offered -= count;
        return count;
    }

    private void number(long at, long number) {
        slots.set(LE64, at + NUMBER_AT, number);
        for (int i = NUMBER_AT + WORD_BYTES; i < frameBytes; i += WORD_BYTES) slots.set(LE64, at + i, word(number, i));
    }

    private static long word(long number, int at) {
        return (number + at) * STEP;
    }

    /// Checks frames of the other end; takes them all.
    @Override
    public int transmit(FrameBatch batch, int from) {
        for (int frame = from; frame < batch.size(); frame++) check(batch, frame);
        return batch.size() - from;
    }

    private void check(FrameBatch batch, int frame) {
        int slice = batch.firstSlice(frame);
        if (batch.lengthBytes(frame) != frameBytes || batch.sliceLengthBytes(slice) != frameBytes) {
            damaged++;
            return;
        }
        MemorySegment segment = batch.sliceSegment(slice);
        long at = batch.sliceOffset(slice);
        long number = segment.get(ANY64, at + NUMBER_AT);
        if (number < expected || !holds(segment, at, number)) {
            damaged++; // changed, twice, or out of order
            return;
        }
        missing += number - expected;
        expected = number + 1;
        right++;
    }

    private boolean holds(MemorySegment segment, long at, long number) {
        long wrong = (segment.get(ANY64, at) ^ header0) | (segment.get(ANY64, at + WORD_BYTES) ^ header1);
        for (int i = NUMBER_AT + WORD_BYTES; i < frameBytes; i += WORD_BYTES)
            wrong |= segment.get(ANY64, at + i) ^ word(number, i);
        return wrong == 0;
    }

    /// Frames made so far.
    public long made() {
        return made;
    }

    /// Frames that came whole, unchanged and in order.
    public long right() {
        return right;
    }

    /// Frames that came changed, twice, or out of order.
    public long damaged() {
        return damaged;
    }

    /// Numbers that were left out between frames that came.
    public long missing() {
        return missing;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.plain(16_384, SLOTS);
    }

    @Override
    public void close() {}
}
