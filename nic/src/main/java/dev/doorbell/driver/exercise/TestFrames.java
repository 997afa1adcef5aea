package dev.doorbell.driver.exercise;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbered frames of one length, made in driver memory and checked when they come back.
///
/// A frame is an Ethernet header with the type for local experiments (IEEE 802, 0x88B5), its number as a
/// big-endian 64-bit word where there is room, and a pattern. Each lies in one of [#SLOTS] slots that are
/// used in turn, so at most that many may be under way. Nothing is allocated after the constructor.
public final class TestFrames {
    /// Frames that can be under way at the same time.
    public static final int SLOTS = 1024;

    /// Shortest and longest frame, without FCS: an Ethernet header, and what one descriptor holds.
    public static final int MIN_BYTES = 14;

    public static final int MAX_BYTES = 16_288;

    /// A frame's least length on the wire, without FCS: the card pads to it.
    public static final int PADDED_BYTES = 60;

    private static final short TYPE_LOCAL = (short) 0x88B5;
    private static final int NUMBER_AT = 14;
    private static final int PATTERN_AT = 22;
    private static final ValueLayout.OfLong BE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private final int frameBytes;
    private final int slotBytes;
    private final long slots;
    private final boolean numbered;
    private long made;
    private long expected;
    private long seen;
    private long missing;
    private long damaged;

    /// @param frameBytes [#MIN_BYTES] to [#MAX_BYTES]
    public TestFrames(DriverMemory memory, int frameBytes, long destination, long source) {
        if (frameBytes < MIN_BYTES || frameBytes > MAX_BYTES)
            throw new IllegalArgumentException(
                    "a frame has " + MIN_BYTES + " to " + MAX_BYTES + " bytes, not " + frameBytes);
        this.memory = memory.segment();
        this.frameBytes = frameBytes;
        slotBytes = (frameBytes + 63) & ~63;
        slots = memory.take((long) SLOTS * slotBytes, 4096);
        numbered = frameBytes >= PATTERN_AT;
        for (int i = 0; i < SLOTS; i++) fill(slot(i), destination, source);
    }

    /// Driver memory that frames of this length take.
    public static long memoryBytes(int frameBytes) {
        return (long) SLOTS * ((frameBytes + 63) & ~63) + 4096;
    }

    private long slot(long number) {
        return slots + (number & SLOTS - 1) * slotBytes;
    }

    private void fill(long at, long destination, long source) {
        EthernetAddress.write(memory, at, destination);
        EthernetAddress.write(memory, at + 6, source);
        memory.set(BE16, at + 12, TYPE_LOCAL);
        for (int i = PATTERN_AT; i < frameBytes; i++) memory.set(ValueLayout.JAVA_BYTE, at + i, pattern(i));
    }

    private static byte pattern(int at) {
        return (byte) (at * 31);
    }

    /// Appends the next `count` frames to a batch with room for them.
    public void make(FrameBatch batch, int count) {
        for (int i = 0; i < count; i++) {
            long at = slot(made);
            if (numbered) memory.set(BE64, at + NUMBER_AT, made);
            made++;
            batch.beginFrame();
            batch.addSlice(memory, at, frameBytes);
            batch.endFrame();
        }
    }

    /// Takes back the last `count` frames made: they were not sent.
    public void unmake(int count) {
        made -= count;
    }

    /// Frames made so far.
    public long made() {
        return made;
    }

    /// Judges the frames of a received batch: their length, type, pattern and order.
    ///
    /// @return frames that are ours; others are passed over
    public int check(FrameBatch batch) {
        int ours = 0;
        for (int frame = 0; frame < batch.size(); frame++) {
            int slice = batch.firstSlice(frame);
            MemorySegment segment = batch.sliceSegment(slice);
            long at = batch.sliceOffset(slice);
            if (batch.sliceLengthBytes(slice) < MIN_BYTES || segment.get(BE16, at + 12) != TYPE_LOCAL) continue;
            ours++;
            if (batch.lengthBytes(frame) != Math.max(frameBytes, PADDED_BYTES)) damaged++;
            else if (numbered) checkNumbered(batch, frame, segment.get(BE64, at + NUMBER_AT));
        }
        seen += ours;
        return ours;
    }

    private void checkNumbered(FrameBatch batch, int frame, long number) {
        if (number < expected || number >= made) {
            damaged++; // twice, or never sent
            return;
        }
        missing += number - expected;
        expected = number + 1;
        int at = 0;
        for (int s = batch.firstSlice(frame); s < batch.firstSlice(frame) + batch.sliceCount(frame); s++) {
            if (!patternHolds(batch.sliceSegment(s), batch.sliceOffset(s), batch.sliceLengthBytes(s), at)) {
                damaged++;
                return;
            }
            at += batch.sliceLengthBytes(s);
        }
    }

    private boolean patternHolds(MemorySegment segment, long offset, int lengthBytes, int from) {
        int first = Math.max(from, PATTERN_AT);
        int end = Math.min(from + lengthBytes, frameBytes);
        if (first >= end) return true;
        long at = offset - from;
        return MemorySegment.mismatch(segment, at + first, at + end, memory, slots + first, slots + end) < 0;
    }

    /// No more frames will come: those that did not are missing.
    public void giveUp() {
        if (numbered) missing += made - expected;
        else missing += made - seen;
        expected = made;
        seen = made;
    }

    /// Frames whose numbers were left out.
    public long missing() {
        return missing;
    }

    /// Frames that came back changed, twice, or out of order.
    public long damaged() {
        return damaged;
    }
}
