package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.IoVectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Puts frames into a byte stream, many with one call, each behind four bytes of its length.
///
/// Frames go straight from the batch's slices. Only when the kernel stops in the middle of a frame is its
/// rest copied: a frame once begun must be finished before the next one, and by then the batch is gone.
final class StreamWriter {
    /// Frames of one call at most.
    static final int MAX_BATCH_FRAMES = 64;

    private static final int MAX_PIECES = 512;
    private static final int MAX_SLICES = 64; // of one frame; a finer one is copied together first
    private static final int PREFIX_BYTES = StreamReader.PREFIX_BYTES;
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final CountedBackend owner;
    private final IoVectors vectors = new IoVectors(MAX_PIECES);
    private final IoVectors rest = new IoVectors(1);
    private final MemorySegment prefixes = Arena.ofAuto().allocate(MAX_BATCH_FRAMES * PREFIX_BYTES, 8);
    private final MemorySegment flat = Arena.ofAuto().allocate(CountedBackend.PLAIN_FRAME_BYTES, 8);
    private final MemorySegment pending = Arena.ofAuto().allocate(PREFIX_BYTES + CountedBackend.PLAIN_FRAME_BYTES, 8);
    private int pendingAt;
    private int pendingEnd;
    private int gathered;

    StreamWriter(CountedBackend owner) {
        this.owner = owner;
    }

    /// Forgets the rest of a frame: its connection has ended.
    void reset() {
        pendingAt = 0;
        pendingEnd = 0;
    }

    /// Whether the rest of a frame still has to go.
    boolean hasPending() {
        return pendingAt < pendingEnd;
    }

    /// Goes on with the rest of a frame.
    ///
    /// @return 0 when nothing is left; -EAGAIN, -EPIPE ...
    int flush(int fd) {
        if (!hasPending()) return 0;
        rest.clear();
        rest.add(pending, pendingAt, pendingEnd - pendingAt);
        int result = rest.send(fd);
        if (result < 0) return result;
        pendingAt += result;
        return hasPending() ? -Errno.EAGAIN : 0;
    }

    /// Sends the frames from `first` on up to the first one that the owner cannot take, or as many as fit
    /// into one call. There must be nothing pending, and the first frame must be one the owner can take.
    ///
    /// @return frames taken, 1 or more, the last of them perhaps in part ([#hasPending]); or a negated errno
    int send(int fd, FrameBatch batch, int first) {
        assert !hasPending() : "a frame was begun and not finished";
        gather(batch, first);
        int result = vectors.send(fd);
        if (result < 0) return result;
        int taken = 0;
        int left = result;
        while (taken < gathered && left >= PREFIX_BYTES + batch.lengthBytes(first + taken)) {
            left -= PREFIX_BYTES + batch.lengthBytes(first + taken);
            taken++;
        }
        if (left > 0) keepRest(batch, first + taken++, left);
        return taken > 0 ? taken : -Errno.EAGAIN;
    }

    /// Frames that the last [#send] offered to the kernel.
    int offered() {
        return gathered;
    }

    private void gather(FrameBatch batch, int first) {
        vectors.clear();
        gathered = 0;
        boolean flatUsed = false;
        for (int i = first; i < batch.size() && gathered < MAX_BATCH_FRAMES && owner.canTake(batch, i); i++) {
            int slices = batch.sliceCount(i);
            boolean copy = slices > MAX_SLICES;
            if ((copy && flatUsed) || vectors.count() + 1 + (copy ? 1 : slices) > MAX_PIECES) break;
            int prefixAt = gathered * PREFIX_BYTES;
            int length = batch.lengthBytes(i);
            prefixes.set(BE32, prefixAt, length);
            vectors.add(prefixes, prefixAt, PREFIX_BYTES);
            if (copy) {
                flatUsed = true;
                batch.copyTo(i, 0, length, flat, 0);
                vectors.add(flat, 0, length);
            } else {
                int from = batch.firstSlice(i);
                for (int s = from; s < from + slices; s++)
                    vectors.add(batch.sliceSegment(s), batch.sliceOffset(s), batch.sliceLengthBytes(s));
            }
            gathered++;
        }
        assert gathered > 0 : "the first frame must fit";
    }

    private void keepRest(FrameBatch batch, int frame, int sentBytes) {
        int length = batch.lengthBytes(frame);
        pending.set(BE32, 0, length);
        pendingEnd = PREFIX_BYTES + length; // before the copy: if it fails, the frame is still owed to the peer
        pendingAt = sentBytes;
        int from = Math.max(0, sentBytes - PREFIX_BYTES);
        batch.copyTo(frame, from, length - from, pending, PREFIX_BYTES + (long) from);
    }
}
