package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.Timeline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A client's end of the connection: requests out, their replies in, and between them the requests that a
/// server sends for memory it cannot map. Waits for a reply, never longer than its time-out. Allocates
/// nothing per message.
final class ClientChannel implements AutoCloseable {
    private static final int OUTBOX_BYTES = 2 * Wire.MAX_MESSAGE_BYTES;

    /// Answers a request of the server.
    interface Requests {
        /// @param message holds the request at `at`, whole, as long as `size`
        void answer(MemorySegment message, int at, int size, Replies replies);
    }

    private final Arena arena = Arena.ofShared();
    private final Inbox inbox = new Inbox(arena);
    private final Outbox outbox = new Outbox(arena, OUTBOX_BYTES);
    private final Poller poller = new Poller(1);
    private final Replies replies;
    private final MessageSocket socket;
    private final Timeline timeline;
    private final long timeoutNs;
    private Requests requests = (message, at, size, answer) -> answer.refuse(Refusal.UNSUPPORTED);
    private int nextId;
    private int awaitedId;
    private int awaitedCommand;
    private int replyBytes; // of the reply at the inbox's head; 0 when there is none
    private boolean broken;

    /// @param fd a connected socket, which belongs to this object from now on
    ClientChannel(int fd, Timeline timeline, long timeoutNs) {
        socket = new MessageSocket(fd, Inbox.LIMIT_DESCRIPTORS);
        replies = new Replies(outbox);
        this.timeline = timeline;
        this.timeoutNs = timeoutNs;
    }

    void onRequest(Requests handler) {
        requests = handler;
    }

    /// The socket, to poll.
    int fd() {
        return socket.fd();
    }

    /// Where requests are written.
    MemorySegment out() {
        return outbox.buffer();
    }

    /// Where replies are read.
    MemorySegment in() {
        return inbox.buffer();
    }

    /// Opens a request; the caller fills its body and then calls [#post] or [#call] at once.
    ///
    /// @param flags 0, or [Wire#FLAG_NO_REPLY]
    /// @return where the message starts in [#out]
    int begin(int command, int flags, int bodyBytes) throws IOException {
        if (broken) throw new EOFException("the connection is closed");
        int sizeBytes = Wire.HEADER_BYTES + bodyBytes;
        int at = outbox.add(sizeBytes);
        if (at < 0) {
            sendAll(null);
            at = outbox.add(sizeBytes);
        }
        awaitedId = nextId++ & 0xFFFF;
        awaitedCommand = command;
        Wire.putHeader(outbox.buffer(), at, awaitedId, command, sizeBytes, Wire.TYPE_REQUEST | flags, 0);
        return at;
    }

    /// Sends what was begun without waiting for anything, not even for room in the socket.
    void post() throws IOException {
        check("send", outbox.flush(socket, false));
    }

    /// Sends what was begun and waits for the reply, which stays readable until [#done].
    ///
    /// @param descriptors to go with it, or null; they stay the caller's
    /// @return where the reply starts in [#in]
    /// @throws RefusedException when the server answers with an error; nothing is to be done then
    int call(@Nullable DescriptorList descriptors, String what) throws IOException {
        int id = awaitedId;
        int command = awaitedCommand;
        sendAll(descriptors);
        long deadlineNs = timeline.nowNs() + timeoutNs;
        while (!nextIs(id, command)) await(Poller.POLLIN, deadlineNs, what); // until the deadline
        int at = inbox.head();
        int flags = Wire.get32(inbox.buffer(), at + (long) Wire.FLAGS);
        if ((flags & Wire.FLAG_ERROR) == 0) return at;
        int errno = Wire.get32(inbox.buffer(), at + (long) Wire.ERROR);
        done();
        throw new RefusedException(what, errno);
    }

    /// Bytes of the reply that [#call] found, header included.
    int replyBytes() {
        return replyBytes;
    }

    /// The descriptors of the reply that [#call] found; what is not taken is closed by [#done].
    DescriptorList replyDescriptors() throws IOException {
        DescriptorList descriptors = inbox.descriptors(replyBytes);
        if (descriptors == null) throw new IOException("descriptors of a reply got lost");
        return descriptors;
    }

    /// The reply was read.
    void done() {
        inbox.consume(replyBytes);
        replyBytes = 0;
    }

    /// Handles what the server sent meanwhile; waits for nothing.
    ///
    /// @return messages handled
    int serve() throws IOException {
        int handled = 0;
        receive();
        while (handled < Session.LIMIT_MESSAGES && nextIsWhole()) {
            handle();
            handled++;
        }
        if (outbox.unsentBytes() > 0) post();
        return handled;
    }

    /// Bytes that the socket has not taken yet.
    int unsentBytes() {
        return outbox.unsentBytes();
    }

    /// Sends everything. Meanwhile the server's own requests are answered, or both sides could wait for the
    /// other.
    private void sendAll(@Nullable DescriptorList descriptors) throws IOException {
        long deadlineNs = timeline.nowNs() + timeoutNs;
        if (descriptors != null && descriptors.size() > 0) {
            sendWith(descriptors, deadlineNs);
            return;
        }
        post();
        while (outbox.unsentBytes() > 0) { // until the deadline
            await(Poller.POLLIN | Poller.POLLOUT, deadlineNs, "a send");
            while (nextIsWhole()) handle(); // each pass takes a message
            post();
        }
    }

    /// Sends a message whose descriptors must go with its first byte.
    private void sendWith(DescriptorList descriptors, long deadlineNs) throws IOException {
        int at = outbox.lastAdded();
        int sizeBytes = Wire.get32(outbox.buffer(), at + (long) Wire.SIZE);
        MemorySegment message = outbox.buffer().asSlice(at, sizeBytes);
        outbox.removeLast(sizeBytes);
        try (Arena copies = Arena.ofConfined()) { // set-up requests only
            MemorySegment copy = copies.allocate(sizeBytes);
            copy.copyFrom(message);
            sendAll(null);
            int sent = socket.send(copy, 0, sizeBytes, descriptors, false);
            while (sent == -Errno.EAGAIN) { // until the deadline
                await(Poller.POLLIN | Poller.POLLOUT, deadlineNs, "a send");
                sent = socket.send(copy, 0, sizeBytes, descriptors, false);
            }
            check("send", sent);
            if (sent < sizeBytes) throw new IOException("a short send of " + sent + " of " + sizeBytes + " bytes");
        }
    }

    private void await(int events, long deadlineNs, String what) throws IOException {
        long leftNs = deadlineNs - timeline.nowNs();
        if (leftNs <= 0) {
            broken = true; // a late answer would be taken for another's
            throw new InterruptedIOException("no answer to " + what + " in " + timeoutNs / 1_000_000 + " ms");
        }
        poller.set(0, socket.fd(), (short) events);
        check("poll", poller.poll(leftNs));
        if ((poller.ready(0) & ~Poller.POLLOUT) != 0) receive();
    }

    private void receive() throws IOException {
        if (nextIsWhole()) return;
        int result = inbox.receive(socket);
        if (result == -Errno.EAGAIN) return;
        if (result == 0) {
            broken = true;
            throw new EOFException("the server closed the connection");
        }
        check("receive", result);
    }

    /// Whether the reply with this id is at the head of the inbox. Handles everything else that is there on
    /// the way.
    private boolean nextIs(int id, int command) throws IOException {
        while (nextIsWhole()) { // each pass takes a message
            MemorySegment bytes = inbox.buffer();
            int at = inbox.head();
            boolean reply = (Wire.get32(bytes, at + (long) Wire.FLAGS) & Wire.TYPE_MASK) == Wire.TYPE_REPLY;
            if (reply && Wire.get16(bytes, at + (long) Wire.ID) == id) {
                if (Wire.get16(bytes, at + (long) Wire.COMMAND) != command) throw fail("a reply to another command");
                replyBytes = Wire.get32(bytes, at + (long) Wire.SIZE);
                return true;
            }
            handle();
        }
        return false;
    }

    /// Takes a message that is not the awaited one: a request of the server, or a reply that answers nothing.
    private void handle() throws IOException {
        MemorySegment bytes = inbox.buffer();
        int at = inbox.head();
        int size = Wire.get32(bytes, at + (long) Wire.SIZE);
        if ((Wire.get32(bytes, at + (long) Wire.FLAGS) & Wire.TYPE_MASK) == Wire.TYPE_REQUEST) {
            if (OUTBOX_BYTES - outbox.unsentBytes() < Wire.MAX_MESSAGE_BYTES)
                throw fail("a server that asks and does not read");
            replies.request(bytes, at);
            requests.answer(bytes, at, size, replies);
            replies.end();
        }
        inbox.consume(size);
        post();
    }

    private boolean nextIsWhole() throws IOException {
        if (!inbox.hasHeader()) return false;
        int size = Wire.get32(inbox.buffer(), inbox.head() + (long) Wire.SIZE);
        if (size < Wire.HEADER_BYTES || size > Wire.MAX_MESSAGE_BYTES) throw fail("a message of " + size + " bytes");
        return inbox.hasMessage();
    }

    /// Ends the connection: what the server sent makes no sense.
    IOException fail(String what) {
        broken = true;
        return new IOException("the server makes no sense: " + what);
    }

    private void check(String call, int result) throws IOException {
        if (result >= 0) return;
        broken = true;
        throw new IOException(call + " to the server: " + Errno.name(result));
    }

    @Override
    public void close() {
        if (socket.fd() < 0) return;
        broken = true;
        socket.close();
        inbox.clear();
        outbox.clear();
        arena.close();
    }
}
