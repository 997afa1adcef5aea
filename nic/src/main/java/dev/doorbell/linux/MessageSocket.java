package dev.doorbell.linux;

import static dev.doorbell.linux.MessageHeader.CMSGHDR_BYTES;
import static dev.doorbell.linux.MessageHeader.CMSG_LEN;
import static dev.doorbell.linux.MessageHeader.CMSG_LEVEL;
import static dev.doorbell.linux.MessageHeader.CMSG_TYPE;
import static dev.doorbell.linux.MessageHeader.FLAG_CMSG_CLOEXEC;
import static dev.doorbell.linux.MessageHeader.FLAG_CTRUNC;
import static dev.doorbell.linux.MessageHeader.FLAG_DONTWAIT;
import static dev.doorbell.linux.MessageHeader.FLAG_NOSIGNAL;
import static dev.doorbell.linux.MessageHeader.IOVEC_BYTES;
import static dev.doorbell.linux.MessageHeader.IOV_BASE;
import static dev.doorbell.linux.MessageHeader.IOV_LEN;
import static dev.doorbell.linux.MessageHeader.MSGHDR_BYTES;
import static dev.doorbell.linux.MessageHeader.MSG_CONTROL;
import static dev.doorbell.linux.MessageHeader.MSG_CONTROLLEN;
import static dev.doorbell.linux.MessageHeader.MSG_FLAGS;
import static dev.doorbell.linux.MessageHeader.MSG_IOV;
import static dev.doorbell.linux.MessageHeader.MSG_IOVLEN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/// One connected Unix socket, stream or datagram, that carries bytes and file descriptors: sendmsg(2),
/// recvmsg(2) and SCM_RIGHTS of unix(7). Owns the socket. Allocates in its constructor only. One thread.
public final class MessageSocket implements AutoCloseable {
    /// Most descriptors that Linux carries in one message: SCM_MAX_FD.
    public static final int MAX_DESCRIPTORS = 253;

    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int SCM_PIDFD = 4;
    /// Room for a control message that an option of the socket adds (SO_PASSCRED of whoever opened it).
    private static final int FOREIGN_CONTROL_BYTES = 64;

    private static final SystemCall SENDMSG = SystemCall.of("sendmsg");
    private static final SystemCall RECVMSG = SystemCall.of("recvmsg");

    private final int maxDescriptors;
    private final int controlBytes;
    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final Poller poller = new Poller(1);
    private int fd;

    /// @param fd             a connected socket, which belongs to this object from now on
    /// @param maxDescriptors descriptors let in or sent with one message, 0 to [#MAX_DESCRIPTORS]
    public MessageSocket(int fd, int maxDescriptors) {
        if (fd < 0 || maxDescriptors < 0 || maxDescriptors > MAX_DESCRIPTORS)
            throw new IllegalArgumentException("MessageSocket(" + fd + ", " + maxDescriptors + ")");
        this.fd = fd;
        this.maxDescriptors = maxDescriptors;
        long rightsBytes = MessageHeader.cmsgAlign(CMSGHDR_BYTES + (long) maxDescriptors * Integer.BYTES);
        controlBytes = (int) rightsBytes + FOREIGN_CONTROL_BYTES;
        Arena arena = Arena.ofAuto();
        header = arena.allocate(MSGHDR_BYTES, 8);
        vector = arena.allocate(IOVEC_BYTES, 8);
        control = arena.allocate(controlBytes, 8);
        header.set(JAVA_LONG, MSG_IOV, vector.address());
        header.set(JAVA_LONG, MSG_IOVLEN, 1L);
    }

    /// The socket's descriptor, to poll; -1 once closed.
    public int fd() {
        return fd;
    }

    /// Receives what is there. On a stream this may be part of a message or the end of one and the start
    /// of the next; descriptors arrive with the first byte they were sent with, and bytes before it are
    /// never in the same answer.
    ///
    /// Where more descriptors come than [#MessageSocket] or `into` lets in,
    /// or this process cannot hold more, all that came with this answer are
    /// closed and [DescriptorList#truncated] is set; the bytes are delivered.
    ///
    /// @param lengthBytes 1 or more
    /// @param into        descriptors received are appended, close-on-exec; they are the list's
    /// @param wait        for at least one byte
    /// @return bytes received, 0 at the end of the stream; -EAGAIN without `wait`, -ECONNRESET ...
    public int receive(MemorySegment buffer, long offset, int lengthBytes, DescriptorList into, boolean wait) {
        if (lengthBytes < 1) throw new IllegalArgumentException("length " + lengthBytes);
        vector.set(JAVA_LONG, IOV_BASE, Native.writableAddress(buffer, offset, lengthBytes));
        vector.set(JAVA_LONG, IOV_LEN, lengthBytes);
        int flags = FLAG_CMSG_CLOEXEC | (wait ? 0 : FLAG_DONTWAIT);
        try {
            int result;
            do {
                header.set(JAVA_LONG, MSG_CONTROL, control.address());
                header.set(JAVA_LONG, MSG_CONTROLLEN, controlBytes);
                header.set(JAVA_INT, MSG_FLAGS, 0);
                result = RECVMSG.restarted(fd, header.address(), flags, 0); // EINTR: nothing was received
            } while (result == -Errno.EAGAIN && wait && await(Poller.POLLIN));
            if (result >= 0) takeDescriptors(into);
            return result;
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(buffer);
        }
    }

    /// Sends bytes and, with the first of them, descriptors. Those stay the caller's: the receiver gets
    /// its own. A peer that has gone is answered by -EPIPE, never by SIGPIPE.
    ///
    /// @param lengthBytes 1 or more
    /// @param descriptors at most as many as [#MessageSocket] was told, none of them taken
    /// @param wait        until all bytes are on their way
    /// @return bytes sent, all of them with `wait` (or the errno that came in between), perhaps fewer
    ///     without; -EAGAIN without `wait`: nothing was sent, no descriptor either
    public int send(
            MemorySegment buffer, long offset, int lengthBytes, @Nullable DescriptorList descriptors, boolean wait) {
        if (lengthBytes < 1) throw new IllegalArgumentException("length " + lengthBytes);
        long address = Native.address(buffer, offset, lengthBytes);
        putDescriptors(descriptors);
        try {
            if (!wait) return sendOnce(address, lengthBytes, FLAG_DONTWAIT);
            int sent = 0;
            while (sent < lengthBytes) {
                int result = sendOnce(address + sent, lengthBytes - sent, 0);
                if (result == -Errno.EAGAIN && await(Poller.POLLOUT)) continue;
                if (result < 0) return result;
                sent += result;
                putDescriptors(null); // they went with the first byte
            }
            return sent;
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(buffer);
        }
    }

    private int sendOnce(long address, int lengthBytes, int flags) {
        vector.set(JAVA_LONG, IOV_BASE, address);
        vector.set(JAVA_LONG, IOV_LEN, lengthBytes);
        return SENDMSG.restarted(fd, header.address(), flags | FLAG_NOSIGNAL, 0); // EINTR: nothing was sent
    }

    /// Closes the socket. Idempotent.
    @Override
    public void close() {
        if (fd >= 0) Files.close(fd);
        fd = -1;
    }

    /// Waits on a socket that was set to O_NONBLOCK. False
    /// when that failed: the caller then gives up with EAGAIN.
    private boolean await(short events) {
        poller.set(0, fd, events);
        return poller.poll(-1) >= 0;
    }

    private void putDescriptors(@Nullable DescriptorList descriptors) {
        header.set(JAVA_INT, MSG_FLAGS, 0);
        int count = descriptors == null ? 0 : descriptors.size();
        if (descriptors == null || count == 0) {
            header.set(JAVA_LONG, MSG_CONTROL, 0);
            header.set(JAVA_LONG, MSG_CONTROLLEN, 0);
            return;
        }
        if (count > maxDescriptors) throw new IllegalArgumentException(count + " descriptors");
        long lengthBytes = CMSGHDR_BYTES + (long) count * Integer.BYTES;
        control.set(JAVA_LONG, CMSG_LEN, lengthBytes);
        control.set(JAVA_INT, CMSG_LEVEL, SOL_SOCKET);
        control.set(JAVA_INT, CMSG_TYPE, SCM_RIGHTS);
        for (int i = 0; i < count; i++)
            control.set(JAVA_INT, CMSGHDR_BYTES + (long) i * Integer.BYTES, descriptors.get(i));
        header.set(JAVA_LONG, MSG_CONTROL, control.address());
        header.set(JAVA_LONG, MSG_CONTROLLEN, MessageHeader.cmsgAlign(lengthBytes));
    }

    /// Walks the control messages that the kernel wrote. Kinds that nobody asked for are skipped.
    private void takeDescriptors(DescriptorList into) {
        long end = header.get(JAVA_LONG, MSG_CONTROLLEN);
        if (end == 0) return; // the common case
        int received = 0;
        for (long at = 0; at + CMSGHDR_BYTES <= end; ) {
            long lengthBytes = control.get(JAVA_LONG, at + CMSG_LEN);
            if (lengthBytes < CMSGHDR_BYTES || lengthBytes > end - at) break;
            int type = control.get(JAVA_INT, at + CMSG_TYPE);
            if (control.get(JAVA_INT, at + CMSG_LEVEL) == SOL_SOCKET && (type == SCM_RIGHTS || type == SCM_PIDFD))
                received += moveToFront(at, (int) (lengthBytes - CMSGHDR_BYTES) / Integer.BYTES, received, type);
            at += MessageHeader.cmsgAlign(lengthBytes);
        }
        boolean cut = (header.get(JAVA_INT, MSG_FLAGS) & FLAG_CTRUNC) != 0;
        boolean fits = received <= maxDescriptors && received <= into.capacity() - into.size();
        if (cut || !fits) into.markTruncated();
        for (int i = 0; i < received; i++) {
            int descriptor = control.get(JAVA_INT, (long) i * Integer.BYTES);
            if (cut || !fits) Files.close(descriptor);
            else into.add(descriptor);
        }
    }

    /// Collects the descriptors of a control message at the front of the control memory, over headers
    /// already read. A process descriptor (an inherited SO_PASSPIDFD) is closed.
    private int moveToFront(long at, int count, int received, int type) {
        for (int i = 0; i < count; i++) {
            int descriptor = control.get(JAVA_INT, at + CMSGHDR_BYTES + (long) i * Integer.BYTES);
            if (type == SCM_PIDFD) Files.close(descriptor);
            else control.set(JAVA_INT, (long) (received + i) * Integer.BYTES, descriptor);
        }
        return type == SCM_PIDFD ? 0 : count;
    }
}
