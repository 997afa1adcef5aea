package dev.doorbell.linux;

import static dev.doorbell.linux.MessageHeader.IOVEC_BYTES;
import static dev.doorbell.linux.MessageHeader.IOV_BASE;
import static dev.doorbell.linux.MessageHeader.IOV_LEN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;

/// A list of pieces of memory that one call gathers or scatters: writev(2), readv(2), sendmsg(2).
/// Allocates in its constructor only. One thread.
///
/// The list lends memory, it does not own it: a piece whose arena was closed meanwhile makes the call
/// throw IllegalStateException.
public final class IoVectors {
    /// Most pieces of one call: IOV_MAX.
    public static final int MAX_PIECES = MessageHeader.IOV_MAX;

    private static final SystemCall WRITEV = SystemCall.of("writev");
    private static final SystemCall READV = SystemCall.of("readv");
    private static final SystemCall SENDMSG = SystemCall.of("sendmsg");

    private final int capacity;
    private final MemorySegment vectors;
    private final MemorySegment header;
    private final MemorySegment[] lent;
    private int first; // pieces before it were consumed
    private int count;

    /// @param capacity pieces, 1 to [#MAX_PIECES]
    public IoVectors(int capacity) {
        if (capacity < 1 || capacity > MAX_PIECES) throw new IllegalArgumentException("capacity " + capacity);
        this.capacity = capacity;
        Arena arena = Arena.ofAuto();
        vectors = arena.allocate((long) capacity * IOVEC_BYTES, 8);
        header = arena.allocate(MessageHeader.MSGHDR_BYTES, 8);
        lent = new MemorySegment[capacity];
        Arrays.fill(lent, MemorySegment.NULL);
    }

    public int capacity() {
        return capacity;
    }

    /// Pieces in the list, consumed ones included.
    public int count() {
        return count;
    }

    /// Bytes of the pieces that were not consumed.
    public long remainingBytes() {
        long bytes = 0;
        for (int i = first; i < count; i++) bytes += vectors.get(JAVA_LONG, at(i) + IOV_LEN);
        return bytes;
    }

    public void clear() {
        first = 0;
        count = 0;
    }

    /// Appends `segment[offset .. offset + lengthBytes)`.
    ///
    /// @return false when the list is full; nothing was added then
    public boolean add(MemorySegment segment, long offset, int lengthBytes) {
        if (count == capacity) return false;
        put(count, segment, offset, lengthBytes);
        count++;
        return true;
    }

    /// Replaces a piece, 0 .. count - 1.
    public void set(int index, MemorySegment segment, long offset, int lengthBytes) {
        Objects.checkIndex(index, count);
        put(index, segment, offset, lengthBytes);
    }

    /// Drops bytes from the front, as after a call that moved only some of them.
    ///
    /// @return whether anything is left
    public boolean consume(long bytes) {
        long rest = bytes;
        while (first < count) {
            long lengthBytes = vectors.get(JAVA_LONG, at(first) + IOV_LEN);
            if (rest < lengthBytes) {
                vectors.set(JAVA_LONG, at(first) + IOV_BASE, vectors.get(JAVA_LONG, at(first) + IOV_BASE) + rest);
                vectors.set(JAVA_LONG, at(first) + IOV_LEN, lengthBytes - rest);
                return true;
            }
            rest -= lengthBytes;
            first++;
        }
        if (rest > 0) throw new IllegalArgumentException(bytes + " bytes is more than there were");
        return false;
    }

    /// writev(2) of what was not consumed: on a tap, one frame.
    /// EINTR came before any byte, so the call is repeated.
    ///
    /// @return bytes written, perhaps fewer than there are on a stream; -EAGAIN, -EPIPE, -EFAULT ...
    public int writev(int fd) {
        checkAlive();
        try {
            return WRITEV.restarted(fd, vectors.address() + at(first), count - first, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// readv(2) into what was not consumed. EINTR came before any byte, so the call is repeated. No piece
    /// may be read-only memory.
    ///
    /// @return bytes read, 0 at the end of a stream; -EAGAIN ...
    public int readv(int fd) {
        checkAlive();
        for (int i = first; i < count; i++)
            if (lent[i].isReadOnly()) throw new IllegalArgumentException("read-only memory");
        try {
            return READV.restarted(fd, vectors.address() + at(first), count - first, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// sendmsg(2) of what was not consumed on a connected socket. Never raises SIGPIPE and never waits.
    ///
    /// @return bytes sent, perhaps fewer than there are on a stream; -EAGAIN, -EPIPE ...
    public int send(int fd) {
        checkAlive();
        header.set(JAVA_LONG, MessageHeader.MSG_IOV, vectors.address() + at(first));
        header.set(JAVA_LONG, MessageHeader.MSG_IOVLEN, count - first);
        int flags = MessageHeader.FLAG_NOSIGNAL | MessageHeader.FLAG_DONTWAIT;
        try {
            return SENDMSG.restarted(fd, header.address(), flags, 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void put(int index, MemorySegment segment, long offset, int lengthBytes) {
        vectors.set(JAVA_LONG, at(index) + IOV_BASE, Native.address(segment, offset, lengthBytes));
        vectors.set(JAVA_LONG, at(index) + IOV_LEN, lengthBytes);
        lent[index] = segment;
    }

    private void checkAlive() {
        for (int i = first; i < count; i++) Native.checkAlive(lent[i]);
    }

    private static long at(int index) {
        return (long) index * IOVEC_BYTES;
    }
}
