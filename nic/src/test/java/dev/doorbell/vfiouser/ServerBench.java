package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A server with a [ToyFunction], stepped by hand, and a client that speaks bytes. One thread: what the
/// client sends is handled by [#settle()], so nothing waits and nothing races.
final class ServerBench implements AutoCloseable {
    /// A message that came from the server.
    static final class Reply {
        final int id;
        final int command;
        final int flags;
        final int errno;
        private final byte[] body;
        private final int[] descriptors;

        Reply(int id, int command, int flags, int errno, byte[] body, int... descriptors) {
            this.id = id;
            this.command = command;
            this.flags = flags;
            this.errno = errno;
            this.body = body;
            this.descriptors = descriptors;
        }

        boolean refused() {
            return (flags & 0x20) != 0;
        }

        /// The stream ended instead.
        boolean isEnd() {
            return id < 0;
        }

        byte[] body() {
            return body;
        }

        int[] descriptors() {
            return descriptors;
        }

        ByteBuffer view() {
            return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public String toString() {
            return "id " + id + ", command " + command + ", flags " + flags + ", " + Errno.name(errno) + ", body "
                    + Arrays.toString(body);
        }
    }

    private static final Reply END = new Reply(-1, -1, 0, 0, new byte[0]);

    final ToyFunction function;
    final VirtualTimeline time = new VirtualTimeline();
    final VfioUserServer server;
    final String path;
    private final Path folder;
    private final MemorySegment buffer = Arena.ofAuto().allocate(4 << 20);
    private final DescriptorList arrived = new DescriptorList(8);
    private final Deque<Reply> inbox = new ArrayDeque<>();
    private byte[] partial = new byte[0];
    private int nextId = 100;
    private @Nullable MessageSocket socket;

    ServerBench() {
        this(new ToyFunction());
    }

    ServerBench(ToyFunction function) {
        this.function = function;
        try {
            folder = java.nio.file.Files.createTempDirectory("doorbell");
            path = folder.resolve("s").toString();
            server = new VfioUserServer(path, function, time);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A bench whose client has agreed on a version.
    static ServerBench connected() {
        ServerBench bench = new ServerBench();
        bench.connect();
        bench.negotiate();
        return bench;
    }

    void connect() {
        int fd = check("connect", UnixSockets.connect(path));
        socket = new MessageSocket(fd, 64);
        partial = new byte[0];
        inbox.clear();
        settle();
    }

    void negotiate() {
        Reply reply = call(1, Body.version());
        if (reply.refused()) throw new AssertionError("version refused: " + reply);
    }

    private MessageSocket socket() {
        if (socket == null) throw new AssertionError("not connected");
        return socket;
    }

    /// Closes the client's end and lets the server notice.
    void disconnect() {
        socket().close();
        socket = null;
        settle();
    }

    /// Runs the server until it has nothing to do.
    void settle() {
        int idle = 0;
        for (int i = 0; i < 100_000; i++) {
            idle = server.doWork() == 0 && !server.hasPendingWork() ? idle + 1 : 0;
            if (idle == 2) return;
        }
        throw new AssertionError("the server never came to rest");
    }

    /// Sends raw bytes with descriptors, which stay the caller's and go with the first byte. Where the
    /// socket is full the server is run in between.
    int send(byte[] bytes, int... descriptors) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        DescriptorList list = new DescriptorList(Math.max(1, descriptors.length));
        for (int fd : descriptors) list.add(fd);
        int sent = socket().send(buffer, 0, bytes.length, list, false);
        list.forget();
        while (sent >= 0 && sent < bytes.length) {
            settle();
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            int more = socket().send(buffer, sent, bytes.length - sent, null, false);
            if (more < 0) return more;
            sent += more;
        }
        return sent;
    }

    /// As [#send] without ever running the server.
    ///
    /// @return bytes that the socket took, or a negated errno
    int sendOnce(byte[] bytes) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return socket().send(buffer, 0, bytes.length, null, false);
    }

    /// Sends a request, runs the server, and returns its answer.
    Reply call(int command, byte[] body, int... descriptors) {
        int id = nextId++ & 0xFFFF;
        check("send", send(Body.message(id, command, 0, body), descriptors));
        settle();
        Reply reply = next();
        if (reply.isEnd()) throw new AssertionError("the server hung up");
        if (reply.id != id || reply.command != command || (reply.flags & 0xF) != 1)
            throw new AssertionError("an answer to something else: " + reply);
        return reply;
    }

    /// As [#call], and the answer must be no refusal.
    Reply ok(int command, byte[] body, int... descriptors) {
        Reply reply = call(command, body, descriptors);
        if (reply.refused()) throw new AssertionError("refused: " + Errno.name(reply.errno));
        return reply;
    }

    /// As [#call], and the answer must be a bare refusal; returns its errno.
    int refused(int command, byte[] body, int... descriptors) {
        Reply reply = call(command, body, descriptors);
        if (!reply.refused() || reply.body.length != 0) throw new AssertionError("not a bare refusal: " + reply);
        return reply.errno;
    }

    /// The session goes on: a read is answered with what is there.
    void stillServes() {
        if (ok(9, Body.read(7, 0, 4)).view().getInt(16) != 0x100E_8086) throw new AssertionError("other bytes");
    }

    /// Sends a request that wants no answer, and runs the server.
    void post(int command, byte[] body, int... descriptors) {
        check("send", send(Body.message(nextId++ & 0xFFFF, command, 0x10, body), descriptors));
        settle();
    }

    /// The next message from the server, [Reply#isEnd()] at the end of the stream, or null when nothing is
    /// there.
    @Nullable
    Reply poll() {
        while (inbox.isEmpty()) {
            int result = socket().receive(buffer, 0, (int) buffer.byteSize(), arrived, false);
            if (result == -Errno.EAGAIN) return null;
            if (result <= 0) return END; // also a reset connection
            byte[] all = Arrays.copyOf(partial, partial.length + result);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, all, partial.length, result);
            cut(all);
        }
        return inbox.poll();
    }

    Reply next() {
        Reply reply = poll();
        if (reply == null) throw new AssertionError("no answer");
        return reply;
    }

    private void cut(byte[] all) {
        ByteBuffer view = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (all.length - at >= 16 && all.length - at >= view.getInt(at + 4)) {
            int size = view.getInt(at + 4);
            boolean last = at + size == all.length;
            int[] descriptors = new int[last ? arrived.size() : 0];
            for (int i = 0; i < descriptors.length; i++) descriptors[i] = arrived.take(i);
            byte[] body = Arrays.copyOfRange(all, at + 16, at + size);
            inbox.add(new Reply(
                    view.getShort(at) & 0xFFFF,
                    view.getShort(at + 2) & 0xFFFF,
                    view.getInt(at + 8),
                    view.getInt(at + 12),
                    body,
                    descriptors));
            at += size;
        }
        arrived.clear();
        partial = Arrays.copyOfRange(all, at, all.length);
    }

    long count(VfioUserCounter counter) {
        return server.counters().get(counter);
    }

    static int check(String what, int result) {
        if (result < 0) throw new AssertionError(what + ": " + Errno.name(result));
        return result;
    }

    static int memoryFile(long sizeBytes) {
        return check("memfd", MemoryFile.create("bench", sizeBytes, false));
    }

    static int eventfd() {
        return check("eventfd", EventFd.create());
    }

    /// Sockets, eventfds and memory files that this process has open: what a session could leave behind.
    /// (The JVM opens files of its own at any time.)
    static long openDescriptors() {
        String[] names = new java.io.File("/proc/self/fd").list();
        if (names == null) throw new AssertionError("no /proc");
        return Arrays.stream(names)
                .map(ServerBench::target)
                .filter(at -> at.startsWith("socket:") || at.contains("eventfd") || at.contains("memfd:"))
                .count();
    }

    private static String target(String descriptor) {
        try {
            return java.nio.file.Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor))
                    .toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Mappings of this process whose line mentions `name`.
    static long mappingsOf(String name) {
        try (var lines = java.nio.file.Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(name)).count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static dev.doorbell.linux.Mapping map(int fd, long sizeBytes) {
        try {
            return dev.doorbell.linux.Mapping.map(fd, 0, sizeBytes, true);
        } catch (SystemCallException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        if (socket != null) socket.close();
        server.close();
        Files.unlink(path);
        try {
            java.nio.file.Files.deleteIfExists(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
