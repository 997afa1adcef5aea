package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A bounded first-in first-out queue of frame copies, in one piece of memory.
///
/// Frames are copied in by [#offer] and lent out without another copy by [#lendTo]; lent frames are given
/// back by the next [#lendTo] or by [#giveBack]. Each frame lies in one piece: where the memory's end is
/// too near, the rest of it stays unused for that round. Allocates in the constructor only. One thread.
final class FrameQueue {
    private final MemorySegment memory;
    private final int capacityBytes;
    private final int mask;
    private final int[] start;
    private final int[] lengthBytes;
    private final int[] checksumStart;
    private final int[] checksumOffset;
    private final int[] segmentType;
    private final int[] segmentBytes;
    private final int[] headerBytes;
    private final boolean[] checksumVouched;
    private final int[] queue;
    // Counts of frames ever given back, lent and put in; they may wrap, only differences are used.
    private int returned;
    private int lent;
    private int put;
    private int writeAt; // where the next frame's bytes go

    /// @param maxFrames     a power of two
    /// @param capacityBytes bytes of all frames together; also the longest frame it can ever hold
    FrameQueue(int maxFrames, int capacityBytes) {
        if (maxFrames < 1 || Integer.bitCount(maxFrames) != 1 || capacityBytes < 1)
            throw new IllegalArgumentException("FrameQueue(" + maxFrames + ", " + capacityBytes + ")");
        memory = Arena.ofAuto().allocate(capacityBytes, 64);
        this.capacityBytes = capacityBytes;
        mask = maxFrames - 1;
        start = new int[maxFrames];
        lengthBytes = new int[maxFrames];
        checksumStart = new int[maxFrames];
        checksumOffset = new int[maxFrames];
        segmentType = new int[maxFrames];
        segmentBytes = new int[maxFrames];
        headerBytes = new int[maxFrames];
        checksumVouched = new boolean[maxFrames];
        queue = new int[maxFrames];
    }

    /// Frames that wait and are not lent.
    int size() {
        return put - lent;
    }

    boolean isEmpty() {
        return put == lent;
    }

    /// Bytes of memory between the oldest frame held and the newest, what is unused at the end included.
    int usedBytes() {
        if (put == returned) return 0;
        int oldest = start[returned & mask];
        return oldest < writeAt ? writeAt - oldest : capacityBytes - (oldest - writeAt);
    }

    /// Copies a frame, with its open checksum and segmentation, to the end. Its queue is not kept:
    /// who sent a frame by which queue tells those nothing who receive it.
    ///
    /// @return false, and nothing done, when there is no room
    boolean offer(FrameBatch batch, int frame) {
        return offer(batch, frame, FrameBatch.ANY_QUEUE);
    }

    /// As [#offer(FrameBatch, int)], but the frame is lent with a queue again.
    boolean offer(FrameBatch batch, int frame, int lentQueue) {
        int length = batch.lengthBytes(frame);
        int at = roomFor(length);
        if (at < 0) return false;
        batch.copyTo(frame, 0, length, memory, at);
        int slot = put & mask;
        start[slot] = at;
        lengthBytes[slot] = length;
        checksumStart[slot] = batch.checksumStart(frame);
        checksumOffset[slot] = batch.checksumOffset(frame);
        segmentType[slot] = batch.segmentType(frame);
        segmentBytes[slot] = batch.segmentBytes(frame);
        headerBytes[slot] = batch.headerBytes(frame);
        checksumVouched[slot] = batch.checksumVouched(frame);
        queue[slot] = lentQueue;
        put++;
        writeAt = at + length;
        return true;
    }

    /// Flips bits of the frame put in last.
    void corruptLast(int offset, int bits) {
        int slot = (put - 1) & mask;
        assert put != lent && offset >= 0 && offset < lengthBytes[slot] : "no such byte to corrupt";
        long at = (long) start[slot] + offset;
        byte was = memory.get(ValueLayout.JAVA_BYTE, at);
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) (was ^ bits));
    }

    /// Gives back what was lent before, then appends frames to `batch` until it is full or nothing is left.
    ///
    /// @return frames appended
    int lendTo(FrameBatch batch) {
        return lendTo(batch, Integer.MAX_VALUE);
    }

    /// As [#lendTo(FrameBatch)], but at most `limit` frames.
    int lendTo(FrameBatch batch, int limit) {
        giveBack();
        int appended = 0;
        while (lent != put && appended < limit && !batch.isFull() && batch.freeSlices() > 0) {
            int slot = lent & mask;
            batch.beginFrame();
            batch.addSlice(memory, start[slot], lengthBytes[slot]);
            if (checksumStart[slot] != FrameBatch.CHECKSUM_COMPLETE)
                batch.openChecksum(batch.openFrame(), checksumStart[slot], checksumOffset[slot]);
            if (segmentType[slot] != FrameBatch.SEGMENT_NONE)
                batch.segment(batch.openFrame(), segmentType[slot], segmentBytes[slot], headerBytes[slot]);
            batch.queue(batch.openFrame(), queue[slot]);
            if (checksumVouched[slot]) batch.vouchForChecksum(batch.openFrame());
            batch.endFrame();
            lent++;
            appended++;
        }
        return appended;
    }

    /// Takes back every lent frame: its memory may be written again.
    void giveBack() {
        returned = lent;
    }

    /// Takes back the lent frames from number `taken` on (of the last [#lendTo]), to be lent again later.
    void unlend(int taken) {
        assert taken >= 0 && taken <= lent - returned : "more taken than lent";
        lent = returned + taken;
        returned = lent;
    }

    void clear() {
        returned = lent = put;
        writeAt = 0;
    }

    /// Where `length` bytes in one piece are free, or -1.
    private int roomFor(int length) {
        if (put - returned > mask) return -1;
        if (put == returned) return length <= capacityBytes ? 0 : -1; // nothing held: start over
        int oldest = start[returned & mask];
        if (oldest < writeAt) { // held bytes are oldest .. writeAt
            if (capacityBytes - writeAt >= length) return writeAt;
            return length < oldest ? 0 : -1; // strictly less: writeAt == oldest means "full"
        }
        return oldest - writeAt > length ? writeAt : -1;
    }
}
