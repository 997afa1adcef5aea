package dev.doorbell.linux;

import static dev.doorbell.linux.MessageHeader.FLAG_DONTWAIT;
import static dev.doorbell.linux.MessageHeader.FLAG_NOSIGNAL;
import static dev.doorbell.linux.MessageHeader.FLAG_TRUNC;
import static dev.doorbell.linux.MessageHeader.IOVEC_BYTES;
import static dev.doorbell.linux.MessageHeader.IOV_BASE;
import static dev.doorbell.linux.MessageHeader.IOV_LEN;
import static dev.doorbell.linux.MessageHeader.MMSGHDR_BYTES;
import static dev.doorbell.linux.MessageHeader.MMSG_LEN;
import static dev.doorbell.linux.MessageHeader.MSG_FLAGS;
import static dev.doorbell.linux.MessageHeader.MSG_IOV;
import static dev.doorbell.linux.MessageHeader.MSG_IOVLEN;
import static dev.doorbell.linux.MessageHeader.MSG_NAME;
import static dev.doorbell.linux.MessageHeader.MSG_NAMELEN;
import static dev.doorbell.linux.SocketAddress.STORAGE_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Many datagrams, each of many pieces of memory, in one call: sendmmsg(2), recvmmsg(2). Allocates in its
/// constructor only. One thread.
///
/// Build the messages once per batch ([#begin], [#add], [#end]); for receiving, build the same list of
/// buffers once and reuse it. The list lends memory, it does not own it: a piece whose arena was closed
/// meanwhile makes the call throw IllegalStateException.
public final class MessageVectors {
    private static final SystemCall SENDMMSG = SystemCall.of("sendmmsg");
    private static final SystemCall RECVMMSG = SystemCall.of("recvmmsg");

    private final int maxMessages;
    private final int maxPieces;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names; // a sockaddr_storage per message, for receiving
    private final MemorySegment[] lent;
    private final int[] endPiece; // per finished message: the piece after its last
    private int messages;
    private int pieces;
    private int firstOpenPiece;
    private @Nullable SocketAddress destination;

    /// @param maxMessages messages, 1 or more; the kernel moves at most 1024 in a call
    /// @param maxPieces   pieces of all messages together, at most 1024 of one message
    public MessageVectors(int maxMessages, int maxPieces) {
        if (maxMessages < 1 || maxPieces < maxMessages)
            throw new IllegalArgumentException("MessageVectors(" + maxMessages + ", " + maxPieces + ")");
        this.maxMessages = maxMessages;
        this.maxPieces = maxPieces;
        Arena arena = Arena.ofAuto();
        headers = arena.allocate((long) maxMessages * MMSGHDR_BYTES, 8);
        vectors = arena.allocate((long) maxPieces * IOVEC_BYTES, 8);
        names = arena.allocate((long) maxMessages * STORAGE_BYTES, 8);
        lent = new MemorySegment[maxPieces];
        Arrays.fill(lent, MemorySegment.NULL);
        endPiece = new int[maxMessages];
    }

    /// Messages that were finished.
    public int count() {
        return messages;
    }

    public int capacity() {
        return maxMessages;
    }

    /// Forgets all messages.
    public void clear() {
        messages = 0;
        pieces = 0;
        firstOpenPiece = 0;
    }

    /// Starts a message; one that was not finished is dropped.
    ///
    /// @return false when there is no room for another
    public boolean begin() {
        pieces = firstOpenPiece;
        return messages < maxMessages;
    }

    /// Appends `segment[offset .. offset + lengthBytes)` to the message.
    ///
    /// @return false when there is no room; nothing was added then
    public boolean add(MemorySegment segment, long offset, int lengthBytes) {
        if (pieces == maxPieces || pieces - firstOpenPiece == MessageHeader.IOV_MAX) return false;
        vectors.set(JAVA_LONG, pieceAt(pieces) + IOV_BASE, Native.address(segment, offset, lengthBytes));
        vectors.set(JAVA_LONG, pieceAt(pieces) + IOV_LEN, lengthBytes);
        lent[pieces++] = segment;
        return true;
    }

    /// Finishes the message.
    public void end() {
        Objects.checkIndex(messages, maxMessages);
        headers.set(JAVA_LONG, at(messages) + MSG_IOV, vectors.address() + pieceAt(firstOpenPiece));
        headers.set(JAVA_LONG, at(messages) + MSG_IOVLEN, pieces - firstOpenPiece);
        endPiece[messages++] = pieces;
        firstOpenPiece = pieces;
    }

    /// Where the next [#send] goes to; null on a connected
    /// socket. Kept, not copied, until it is set again.
    public void sendTo(@Nullable SocketAddress address) {
        destination = address;
    }

    /// Sends the messages `from .. count`. Never waits, never raises SIGPIPE. EINTR came before any
    /// message, so the call is repeated.
    ///
    /// @return messages sent, a prefix of those offered, 1 or more (0 when there were none); else the
    ///     errno that the first of them met: -EAGAIN, -ENOBUFS, -ECONNREFUSED, -EMSGSIZE ...
    public int send(int fd, int from) {
        Objects.checkIndex(from, messages + 1);
        if (from == messages) return 0;
        checkAlive(from, messages, false);
        long name = destination == null ? 0 : destination.storage.address();
        int nameBytes = destination == null ? 0 : destination.lengthBytes();
        for (int i = from; i < messages; i++) {
            headers.set(JAVA_LONG, at(i) + MSG_NAME, name);
            headers.set(JAVA_INT, at(i) + MSG_NAMELEN, nameBytes);
        }
        try {
            return SENDMMSG.restarted(fd, headers.address() + at(from), messages - from, FLAG_DONTWAIT | FLAG_NOSIGNAL);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Receives into the messages `0 .. limit`, without waiting. EINTR came before any message, so the
    /// call is repeated.
    ///
    /// @return messages received, 1 or more; -EAGAIN when there are none, -ECONNREFUSED ...
    public int receive(int fd, int limit) {
        Objects.checkIndex(limit, messages + 1);
        checkAlive(0, limit, true);
        for (int i = 0; i < limit; i++) {
            headers.set(JAVA_LONG, at(i) + MSG_NAME, names.address() + (long) i * STORAGE_BYTES);
            headers.set(JAVA_INT, at(i) + MSG_NAMELEN, STORAGE_BYTES);
            headers.set(JAVA_INT, at(i) + MSG_FLAGS, 0);
        }
        try {
            return RECVMMSG.restarted(fd, headers.address(), limit, FLAG_DONTWAIT);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// Bytes of a message that the last call moved.
    public int lengthBytes(int message) {
        return headers.get(JAVA_INT, at(message) + MMSG_LEN);
    }

    /// Whether a received message was longer than its pieces; the rest is lost (MSG_TRUNC).
    public boolean wasCut(int message) {
        return (headers.get(JAVA_INT, at(message) + MSG_FLAGS) & FLAG_TRUNC) != 0;
    }

    /// Where a received message came from.
    public void source(int message, SocketAddress out) {
        out.setFrom(names, (long) message * STORAGE_BYTES, headers.get(JAVA_INT, at(message) + MSG_NAMELEN));
    }

    private void checkAlive(int fromMessage, int toMessage, boolean writable) {
        int last = toMessage == 0 ? 0 : endPiece[toMessage - 1];
        for (int i = fromMessage == 0 ? 0 : endPiece[fromMessage - 1]; i < last; i++) {
            Native.checkAlive(lent[i]);
            if (writable && lent[i].isReadOnly()) throw new IllegalArgumentException("read-only memory");
        }
    }

    private static long at(int message) {
        return (long) message * MMSGHDR_BYTES;
    }

    private static long pieceAt(int piece) {
        return (long) piece * IOVEC_BYTES;
    }
}
