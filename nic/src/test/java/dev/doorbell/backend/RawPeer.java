package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.UnixSockets;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// The other end of a stream, byte by byte. Waits in its calls.
final class RawPeer implements AutoCloseable {
    private static final long PATIENCE_NS = 5_000_000_000L;

    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 18);
    private final Poller poller = new Poller(1);
    private int fd;

    /// @param fd a descriptor, this object's from now on
    RawPeer(int fd) {
        assertThat(fd).isNotNegative();
        this.fd = fd;
    }

    static RawPeer connectedTo(String path) {
        return new RawPeer(UnixSockets.connect(path));
    }

    int fd() {
        return fd;
    }

    /// Writes all bytes.
    void write(byte... bytes) {
        int at = 0;
        while (at < bytes.length) {
            int part = (int) Math.min(memory.byteSize(), bytes.length - at);
            MemorySegment.copy(bytes, at, memory, ValueLayout.JAVA_BYTE, 0, part);
            poller.set(0, fd, Poller.POLLOUT);
            assertThat(poller.poll(PATIENCE_NS)).isEqualTo(1);
            int written = Files.write(fd, memory, 0, part);
            assertThat(written).isPositive();
            at += written;
        }
    }

    /// What is there now, up to `limit` bytes; waits for at least one.
    byte[] read(int limit) {
        poller.set(0, fd, Poller.POLLIN);
        assertThat(poller.poll(PATIENCE_NS)).as("bytes within 5 s").isEqualTo(1);
        int read = Files.read(fd, memory, 0, (int) Math.min(limit, memory.byteSize()));
        assertThat(read).isNotNegative();
        return memory.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
    }

    /// Exactly `count` bytes.
    byte[] readFully(int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < count) {
            byte[] some = read(count - all.size());
            assertThat(some.length)
                    .as("end of the stream after %d bytes", all.size())
                    .isPositive();
            all.writeBytes(some);
        }
        return all.toByteArray();
    }

    /// One frame with its length.
    byte[] readFrame() {
        int length = ByteBuffer.wrap(readFully(4)).getInt();
        assertThat(length).isBetween(1, 70_000);
        return readFully(length);
    }

    /// Whether the other end has closed.
    boolean atEnd() {
        return read(1).length == 0;
    }

    /// A frame as it stands on the stream.
    static byte[] framed(byte[] frame) {
        return ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    @Override
    public void close() {
        if (fd >= 0) Files.close(fd);
        fd = -1;
    }
}
