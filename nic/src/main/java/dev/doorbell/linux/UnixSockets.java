package dev.doorbell.linux;

import static dev.doorbell.linux.SocketAddress.AF_UNIX;

import org.jspecify.annotations.Nullable;

/// Sockets with a path, unix(7). Descriptors returned are the caller's; answers below 0 are negated
/// errnos. A path of more than 107 bytes is -ENAMETOOLONG.
public final class UnixSockets {
    private static final int BACKLOG = 16;
    private static final int PERMISSION_BITS = 0xFFF;

    private UnixSockets() {}

    /// A listening stream socket that never waits. A socket
    /// file that nobody listens on any more is replaced.
    ///
    /// @param mode permission bits of the socket file, `0600` in octal: there from the first moment
    /// @return a descriptor; -EADDRINUSE when somebody listens there or the path is not a socket,
    ///     -ENOENT, -EACCES ...
    public static int listen(String path, int mode) {
        return bound(Sockets.SOCK_STREAM, path, mode, true);
    }

    /// Accepts a connection: accept4(2).
    ///
    /// @return a descriptor that never waits; -EAGAIN when there is none
    public static int accept(int fd) {
        return Sockets.accept(fd, Sockets.SOCK_NONBLOCK);
    }

    /// Connects a stream socket. Waits only while the listener's queue is full.
    ///
    /// @return a descriptor that waits; -ENOENT, -ECONNREFUSED when nobody listens, -EACCES ...
    public static int connect(String path) {
        return connected(Sockets.SOCK_STREAM, path, false);
    }

    /// As [#connect] without ever waiting, and the descriptor never waits either.
    ///
    /// @return -EAGAIN when the listener's queue is full: try again later
    public static int connectWithoutWaiting(String path) {
        return connected(Sockets.SOCK_STREAM, path, true);
    }

    /// Two connected stream sockets that wait: socketpair(2). See [#first] and [#second].
    public static long pair() {
        return Sockets.pair(AF_UNIX, Sockets.SOCK_STREAM);
    }

    /// Two connected datagram sockets that wait.
    public static long datagramPair() {
        return Sockets.pair(AF_UNIX, Sockets.SOCK_DGRAM);
    }

    /// One descriptor of a pair.
    public static int first(long pair) {
        return (int) pair;
    }

    /// The other one.
    public static int second(long pair) {
        return (int) (pair >> 32);
    }

    /// A datagram socket that never waits. A socket file that nobody reads any more is replaced.
    ///
    /// @param path where it receives; null for one that only sends
    /// @param mode permission bits of the socket file
    public static int datagram(@Nullable String path, int mode) {
        if (path != null) return bound(Sockets.SOCK_DGRAM, path, mode, false);
        return Sockets.create(AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK);
    }

    /// Sets where a datagram socket sends to, and that it hears only from there.
    ///
    /// @return 0; -ENOENT, -ECONNREFUSED while nobody is there, -EPROTOTYPE for a stream socket
    public static int connectDatagram(int fd, String path) {
        try {
            return Sockets.connect(fd, SocketAddress.unix(path));
        } catch (SystemCallException e) {
            return -e.errno();
        }
    }

    private static int connected(int type, String path, boolean nonBlocking) {
        try {
            SocketAddress address = SocketAddress.unix(path);
            int fd = Sockets.create(AF_UNIX, nonBlocking ? type | Sockets.SOCK_NONBLOCK : type);
            return fd < 0 ? fd : keepOnSuccess(fd, Sockets.connect(fd, address));
        } catch (SystemCallException e) {
            return -e.errno();
        }
    }

    private static int bound(int type, String path, int mode, boolean listen) {
        try {
            SocketAddress address = SocketAddress.unix(path);
            int fd = Sockets.create(AF_UNIX, type | Sockets.SOCK_NONBLOCK);
            if (fd < 0) return fd;
            // The file that bind(2) creates takes over the socket's own mode, so there is no moment of a
            // wider one.
            int result = Files.setMode(fd, mode & PERMISSION_BITS);
            if (result == 0) result = Sockets.bind(fd, address);
            if (result == -Errno.EADDRINUSE && removeAbandoned(type, path)) result = Sockets.bind(fd, address);
            if (result == 0 && listen) result = Sockets.listen(fd, BACKLOG);
            return keepOnSuccess(fd, result);
        } catch (SystemCallException e) {
            return -e.errno();
        }
    }

    /// Removes a socket file whose owner has gone, as after a crash. Asks by connecting: a living owner
    /// sees one connection that ends at once.
    private static boolean removeAbandoned(int type, String path) {
        FileStatus status = new FileStatus();
        if (Files.status(path, status) != 0 || !status.isSocket()) return false;
        int probe = connected(type, path, true);
        if (probe >= 0) Files.close(probe);
        return probe == -Errno.ECONNREFUSED && Files.unlink(path) == 0;
    }

    private static int keepOnSuccess(int fd, int result) {
        if (result < 0) {
            Files.close(fd);
            return result;
        }
        return fd;
    }
}
