package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Calls on sockets of any family. Answers are 0 or more, or a negated errno. Not for the data path.
public final class Sockets {
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_TYPE = 3;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_DOMAIN = 39;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    private static final SystemCall SOCKET = SystemCall.of("socket");
    private static final SystemCall SOCKETPAIR = SystemCall.of("socketpair");
    private static final SystemCall BIND = SystemCall.of("bind");
    private static final SystemCall LISTEN = SystemCall.of("listen");
    private static final SystemCall ACCEPT4 = SystemCall.of("accept4");
    private static final SystemCall CONNECT = SystemCall.of("connect");
    private static final SystemCall GETSOCKNAME = SystemCall.of("getsockname");
    private static final SystemCall GETSOCKOPT = SystemCall.of("getsockopt");
    private static final SystemCall SETSOCKOPT = SystemCall.of("setsockopt");
    private static final SystemCall SHUTDOWN = SystemCall.of("shutdown");

    private Sockets() {}

    /// The error that is pending on a socket, and clears it: getsockopt(2) SO_ERROR. How a connection
    /// that was started without waiting has ended, once it polls writable.
    ///
    /// @return 0 or a negated errno
    public static int pendingError(int fd) {
        int result = option(fd, SOL_SOCKET, SO_ERROR);
        return result > 0 ? -result : result;
    }

    /// Whether a descriptor is a stream socket: 1 or 0; -ENOTSOCK.
    public static int isStream(int fd) {
        int type = option(fd, SOL_SOCKET, SO_TYPE);
        return type < 0 ? type : type == SOCK_STREAM ? 1 : 0;
    }

    /// Whether a descriptor is a Unix socket: 1 or 0; -ENOTSOCK.
    public static int isUnix(int fd) {
        int domain = option(fd, SOL_SOCKET, SO_DOMAIN);
        return domain < 0 ? domain : domain == SocketAddress.AF_UNIX ? 1 : 0;
    }

    /// Asks for buffers of this size in the kernel: setsockopt(2) SO_SNDBUF and SO_RCVBUF. The kernel
    /// doubles it and has limits of its own.
    public static int setBuffers(int fd, int bytes) {
        int result = setOption(fd, SOL_SOCKET, SO_SNDBUF, bytes);
        return result < 0 ? result : setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
    }

    /// Says that nothing more will be sent: shutdown(2) SHUT_WR.
    public static int shutdownWriting(int fd) {
        return SHUTDOWN.call(fd, SHUT_WR);
    }

    /// Ends the connection in both directions, whoever else holds it: shutdown(2) SHUT_RDWR.
    public static int shutdown(int fd) {
        return SHUTDOWN.call(fd, SHUT_RDWR);
    }

    /// Where a socket is bound: getsockname(2).
    public static int localAddress(int fd, SocketAddress out) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, SocketAddress.STORAGE_BYTES);
            int result = GETSOCKNAME.call(fd, out.storage.address(), length.address());
            if (result == 0) out.setLength(length.get(JAVA_INT, 0));
            return result;
        } finally {
            Reference.reachabilityFence(out);
        }
    }

    /// socket(2).
    static int create(int family, int type) {
        return SOCKET.call(family, type | SOCK_CLOEXEC, 0);
    }

    /// socketpair(2).
    ///
    /// @return the first descriptor in the lower half, the second in the upper; or a negated errno
    static long pair(int family, int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(JAVA_INT, 2);
            int result = SOCKETPAIR.call(family, type | SOCK_CLOEXEC, 0, two.address());
            return result < 0 ? result : (long) two.getAtIndex(JAVA_INT, 1) << 32 | two.getAtIndex(JAVA_INT, 0);
        }
    }

    /// bind(2).
    static int bind(int fd, SocketAddress address) {
        try {
            return BIND.call(fd, address.storage.address(), address.lengthBytes());
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /// listen(2).
    static int listen(int fd, int backlog) {
        return LISTEN.call(fd, backlog);
    }

    /// accept4(2). EINTR: nothing was accepted.
    ///
    /// @param flags SOCK_NONBLOCK or 0
    static int accept(int fd, int flags) {
        return ACCEPT4.restarted(fd, 0, 0, flags | SOCK_CLOEXEC);
    }

    /// connect(2). Not repeated on EINTR: the connection is then under way, as with EINPROGRESS.
    static int connect(int fd, SocketAddress address) {
        try {
            return CONNECT.call(fd, address.storage.address(), address.lengthBytes());
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /// The value of an `int` option: getsockopt(2).
    static int option(int fd, int level, int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result = GETSOCKOPT.call(fd, level, name, value.address(), length.address());
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    /// Sets an `int` option: setsockopt(2).
    static int setOption(int fd, int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return setOption(fd, level, name, arena.allocateFrom(JAVA_INT, value));
        }
    }

    static int setOption(int fd, int level, int name, MemorySegment value) {
        try {
            return SETSOCKOPT.call(fd, level, name, value.address(), value.byteSize());
        } finally {
            Reference.reachabilityFence(value);
        }
    }
}
