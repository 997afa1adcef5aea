package dev.doorbell.frame;

import dev.doorbell.memory.SliceSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A bounded list of frames, each a list of memory slices plus what is still to be done to it.
///
/// Nothing is copied into a batch: slices point into guest memory, into a backend's buffers or into this
/// batch's own scratch memory (for headers that had to change). Everything is allocated in the constructor.
/// One thread at a time.
public final class FrameBatch implements SliceSink {
    /// [#segmentType]: the frame is sent as it is.
    public static final int SEGMENT_NONE = 0;
    /// [#segmentType]: TCP over IPv4, to be cut into frames of [#segmentBytes] payload each.
    public static final int SEGMENT_TCP4 = 1;
    /// [#segmentType]: TCP over IPv6.
    public static final int SEGMENT_TCP6 = 2;
    /// [#segmentType]: UDP (one datagram into several), IPv4 or IPv6.
    public static final int SEGMENT_UDP = 3;
    /// [#checksumStart]: no checksum is left open.
    public static final int CHECKSUM_COMPLETE = -1;
    /// [#queue]: no queue is meant.
    public static final int ANY_QUEUE = -1;

    private static final MemorySegment ZEROS = Arena.ofAuto().allocate(64).asReadOnly();

    private final int maxFrames;
    private final int maxSlices;
    private final MemorySegment scratch;
    private final MemorySegment[] sliceSegment;
    private final long[] sliceOffset;
    private final int[] sliceLengthBytes;
    private final int[] firstSlice; // maxFrames + 1 entries: frame i owns slices firstSlice[i] .. firstSlice[i + 1]
    private final int[] lengthBytes;
    private final boolean[] plain; // what the arrays up to `queue` hold means nothing
    private final int[] checksumStart;
    private final int[] checksumOffset;
    private final int[] segmentType;
    private final int[] segmentBytes;
    private final int[] headerBytes;
    private final boolean[] checksumVouched;
    private final int[] queue;
    private int frames;
    private int slices;
    private int scratchUsedBytes;
    private boolean building;
    private int scratchAtBegin;

    /// @param maxFrames    frames at most, 1 or more
    /// @param maxSlices    slices of all frames together, at least one a frame
    /// @param scratchBytes own memory for rewritten headers, 0 or more
    public FrameBatch(int maxFrames, int maxSlices, int scratchBytes) {
        if (maxFrames < 1 || maxSlices < maxFrames || scratchBytes < 0)
            throw new IllegalArgumentException(
                    "FrameBatch(" + maxFrames + ", " + maxSlices + ", " + scratchBytes + ")");
        this.maxFrames = maxFrames;
        this.maxSlices = maxSlices;
        scratch = Arena.ofAuto().allocate(Math.max(64, scratchBytes), 64);
        sliceSegment = new MemorySegment[maxSlices];
        sliceOffset = new long[maxSlices];
        sliceLengthBytes = new int[maxSlices];
        firstSlice = new int[maxFrames + 1];
        lengthBytes = new int[maxFrames];
        plain = new boolean[maxFrames];
        checksumStart = new int[maxFrames];
        checksumOffset = new int[maxFrames];
        segmentType = new int[maxFrames];
        segmentBytes = new int[maxFrames];
        headerBytes = new int[maxFrames];
        checksumVouched = new boolean[maxFrames];
        queue = new int[maxFrames];
        java.util.Arrays.fill(sliceSegment, MemorySegment.NULL);
    }

    /// Frames in the batch (finished ones).
    public int size() {
        return frames;
    }

    /// Most frames it holds.
    public int capacity() {
        return maxFrames;
    }

    public boolean isFull() {
        return frames == maxFrames;
    }

    /// Slices that are still free for the frame being built.
    public int freeSlices() {
        return maxSlices - slices;
    }

    /// Forgets every frame and frees the scratch memory.
    public void clear() {
        frames = 0;
        slices = 0;
        scratchUsedBytes = 0;
        building = false;
    }

    /// Starts a frame. The batch must not be full and no other frame may be open.
    public void beginFrame() {
        assert !building && frames < maxFrames : "beginFrame out of turn";
        building = true;
        scratchAtBegin = scratchUsedBytes;
        firstSlice[frames] = slices;
        lengthBytes[frames] = 0;
        plain[frames] = true;
        queue[frames] = ANY_QUEUE;
    }

    /// Something is left to be done to a frame: only then are the notes about that looked at.
    private void note(int frame) {
        if (!plain[frame]) return;
        plain[frame] = false;
        checksumStart[frame] = CHECKSUM_COMPLETE;
        checksumOffset[frame] = 0;
        segmentType[frame] = SEGMENT_NONE;
        segmentBytes[frame] = 0;
        headerBytes[frame] = 0;
        checksumVouched[frame] = false;
    }

    @Override
    @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // an equal one is stored, too
    public boolean addSlice(MemorySegment segment, long offset, int length) {
        assert building && length >= 0 : "slice outside of a frame";
        if (slices == maxSlices) return false;
        if (length == 0) return true;
        // Mostly the same memory as the last time: to compare is cheaper than to store a reference.
        if (sliceSegment[slices] != segment) sliceSegment[slices] = segment;
        sliceOffset[slices] = offset;
        sliceLengthBytes[slices] = length;
        slices++;
        lengthBytes[frames] += length;
        return true;
    }

    /// Fills the frame being built up with zero bytes to a length of at most 64.
    ///
    /// @return false when there is no room for another slice
    public boolean padTo(int bytes) {
        int missing = bytes - lengthBytes[frames];
        return missing <= 0 || addSlice(ZEROS, 0, missing);
    }

    /// Closes the frame being built; it now counts in [#size()].
    public void endFrame() {
        assert building : "endFrame without beginFrame";
        building = false;
        frames++;
        firstSlice[frames] = slices;
    }

    /// Drops the frame being built.
    public void abandonFrame() {
        assert building : "abandonFrame without beginFrame";
        building = false;
        slices = firstSlice[frames];
        scratchUsedBytes = scratchAtBegin;
    }

    /// Shows the first `count` frames only, or again more of those that were finished: a part of the batch can be
    /// offered
    /// to a taker that way.
    public void show(int count) {
        assert !building && count <= maxFrames : "frames that were never finished";
        frames = count;
    }

    /// Drops the last finished frame.
    public void dropLast() {
        assert !building && frames > 0 : "nothing to drop";
        frames--;
        slices = firstSlice[frames];
    }

    /// Bytes gathered so far for the frame being built.
    public int openFrameBytes() {
        return lengthBytes[frames];
    }

    /// Takes scratch memory for a rewritten header.
    ///
    /// @return its offset in [#scratch()], or -1 when there is not enough left
    public int takeScratch(int bytes) {
        int aligned = (bytes + 7) & ~7;
        if (scratch.byteSize() - scratchUsedBytes < aligned) return -1;
        int at = scratchUsedBytes;
        scratchUsedBytes += aligned;
        return at;
    }

    /// The batch's own memory; see [#takeScratch].
    public MemorySegment scratch() {
        return scratch;
    }

    /// Whole length of a frame without the FCS.
    public int lengthBytes(int frame) {
        return lengthBytes[frame];
    }

    public int firstSlice(int frame) {
        return firstSlice[frame];
    }

    public int sliceCount(int frame) {
        return firstSlice[frame + 1] - firstSlice[frame];
    }

    public MemorySegment sliceSegment(int slice) {
        return sliceSegment[slice];
    }

    public long sliceOffset(int slice) {
        return sliceOffset[slice];
    }

    public int sliceLengthBytes(int slice) {
        return sliceLengthBytes[slice];
    }

    /// Leaves a checksum of a frame, finished or being built, to the taker: the one's complement sum from
    /// `start` to the end of the frame, stored big-endian at `start + offset`, where the pseudo-header's
    /// sum stands already.
    public void openChecksum(int frame, int start, int offset) {
        note(frame);
        checksumStart[frame] = start;
        checksumOffset[frame] = offset;
    }

    /// Asks the taker to cut the frame into several.
    ///
    /// @param type    one of the `SEGMENT_` constants
    /// @param payload payload bytes of each full segment (MSS)
    /// @param header  bytes of the headers that each segment repeats
    public void segment(int frame, int type, int payload, int header) {
        note(frame);
        segmentType[frame] = type;
        segmentBytes[frame] = payload;
        headerBytes[frame] = header;
    }

    /// The giver vouches for the TCP or UDP checksum of a frame that has none open: the kernel has verified
    /// it, say.
    public void vouchForChecksum(int frame) {
        note(frame);
        checksumVouched[frame] = true;
    }

    public boolean checksumVouched(int frame) {
        return !plain[frame] && checksumVouched[frame];
    }

    /// Names the queue of a frame, finished or being built: on transmit the card's queue that it
    /// comes from, on receive the backend's that it arrived by. Both are advice. A backend with one
    /// queue names none: nobody has spread its frames, and a card that took the only queue for a
    /// choice would not spread them either.
    ///
    /// @param number 0 or more, or [#ANY_QUEUE]
    public void queue(int frame, int number) {
        queue[frame] = number;
    }

    /// The queue of a frame, or [#ANY_QUEUE].
    public int queue(int frame) {
        return queue[frame];
    }

    /// First byte of an open checksum's range, or [#CHECKSUM_COMPLETE].
    public int checksumStart(int frame) {
        return plain[frame] ? CHECKSUM_COMPLETE : checksumStart[frame];
    }

    /// Where the open checksum is stored, counted from [#checksumStart].
    public int checksumOffset(int frame) {
        return plain[frame] ? 0 : checksumOffset[frame];
    }

    public int segmentType(int frame) {
        return plain[frame] ? SEGMENT_NONE : segmentType[frame];
    }

    public int segmentBytes(int frame) {
        return plain[frame] ? 0 : segmentBytes[frame];
    }

    public int headerBytes(int frame) {
        return plain[frame] ? 0 : headerBytes[frame];
    }

    /// The frame being built, for [#openChecksum] and [#segment].
    public int openFrame() {
        assert building : "no frame is being built";
        return frames;
    }

    /// Adds the bytes `from .. from + count` of a frame of another batch to the frame being built, as
    /// slices of the same memory: nothing is copied.
    ///
    /// @return false when there is no room for another slice; some may have been added then
    public boolean addRange(FrameBatch source, int frame, int from, int count) {
        int skip = from;
        int left = count;
        for (int s = source.firstSlice[frame]; s < source.firstSlice[frame + 1] && left > 0; s++) {
            int length = source.sliceLengthBytes[s];
            if (skip >= length) {
                skip -= length;
                continue;
            }
            int part = Math.min(length - skip, left);
            if (!addSlice(source.sliceSegment[s], source.sliceOffset[s] + skip, part)) return false;
            left -= part;
            skip = 0;
        }
        return true;
    }

    /// Copies the bytes `from .. from + count` of a frame to `target`.
    ///
    /// @return bytes copied: fewer than `count` where the frame ends
    public int copyTo(int frame, int from, int count, MemorySegment target, long targetOffset) {
        int copied = 0;
        int skip = from;
        for (int s = firstSlice[frame]; s < firstSlice[frame + 1] && copied < count; s++) {
            int length = sliceLengthBytes[s];
            if (skip >= length) {
                skip -= length;
                continue;
            }
            int part = Math.min(length - skip, count - copied);
            MemorySegment.copy(sliceSegment[s], sliceOffset[s] + skip, target, targetOffset + copied, part);
            copied += part;
            skip = 0;
        }
        return copied;
    }
}
