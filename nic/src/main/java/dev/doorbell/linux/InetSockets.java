package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;

/// TCP and UDP sockets, ip(7) and ipv6(7), none of which ever waits. Descriptors returned are the
/// caller's; answers below 0 are negated errnos.
public final class InetSockets {
    private static final int BACKLOG = 16;
    static final int IPPROTO_IP = 0;
    static final int IPPROTO_TCP = 6;
    static final int IPPROTO_IPV6 = 41;
    static final int TCP_NODELAY = 1;
    static final int IPV6_JOIN_GROUP = 20;
    static final int IP_MULTICAST_LOOP = 34;
    static final int IP_ADD_MEMBERSHIP = 35;
    // struct ip_mreq: group, interface's address; struct ipv6_mreq: group, interface's index
    static final int IP_MREQ_BYTES = 8;
    static final int IPV6_MREQ_BYTES = 20;
    static final int IPV6_MREQ_GROUP_BYTES = 16;

    private InetSockets() {}

    /// A UDP socket bound to an address; port 0 takes a free one ([Sockets#localAddress] tells which).
    ///
    /// @return -EADDRINUSE, -EADDRNOTAVAIL, -EACCES ...
    public static int udp(SocketAddress local) {
        return bound(Sockets.SOCK_DGRAM, local, false);
    }

    /// As [#udp], where several sockets may share the port: SO_REUSEADDR, as multicast receivers need.
    public static int udpShared(SocketAddress local) {
        return bound(Sockets.SOCK_DGRAM, local, true);
    }

    /// Sets where a UDP socket sends to, and that it hears only from there.
    public static int connectUdp(int fd, SocketAddress remote) {
        return Sockets.connect(fd, remote);
    }

    /// Joins a multicast group on the interface that the
    /// routes name for it: IP_ADD_MEMBERSHIP, IPV6_JOIN_GROUP.
    public static int joinGroup(int fd, InetAddress group) {
        boolean four = group instanceof Inet4Address;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(four ? IP_MREQ_BYTES : IPV6_MREQ_BYTES, Integer.BYTES);
            MemorySegment.copy(group.getAddress(), 0, request, JAVA_BYTE, 0, group.getAddress().length);
            return four
                    ? Sockets.setOption(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, request)
                    : Sockets.setOption(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, request);
        }
    }

    /// Whether what an IPv4 socket sends to a group also reaches members on this host: IP_MULTICAST_LOOP.
    public static int setGroupLoop(int fd, boolean loop) {
        return Sockets.setOption(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loop ? 1 : 0);
    }

    /// A listening TCP socket. A port whose last connections are still dying can be taken again.
    public static int tcpListen(SocketAddress local) {
        int fd = bound(Sockets.SOCK_STREAM, local, true);
        return fd < 0 ? fd : keepOnSuccess(fd, Sockets.listen(fd, BACKLOG));
    }

    /// Accepts a connection, with TCP_NODELAY.
    ///
    /// @return -EAGAIN when there is none, -ECONNABORTED when it has gone again
    public static int tcpAccept(int fd) {
        int accepted = Sockets.accept(fd, Sockets.SOCK_NONBLOCK);
        return accepted < 0 ? accepted : keepOnSuccess(accepted, setNoDelay(accepted));
    }

    /// Starts a connection, with TCP_NODELAY. It is there, or failed, once the descriptor polls writable;
    /// [Sockets#pendingError] then tells which.
    public static int tcpConnect(SocketAddress remote) {
        int fd = Sockets.create(remote.family(), Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK);
        if (fd < 0) return fd;
        int result = setNoDelay(fd);
        if (result == 0) result = Sockets.connect(fd, remote);
        return keepOnSuccess(fd, result == -Errno.EINPROGRESS || result == -Errno.EINTR ? 0 : result);
    }

    /// Sends small pieces at once: TCP_NODELAY.
    public static int setNoDelay(int fd) {
        return Sockets.setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    }

    private static int bound(int type, SocketAddress local, boolean shared) {
        int fd = Sockets.create(local.family(), type | Sockets.SOCK_NONBLOCK);
        if (fd < 0) return fd;
        int result = shared ? Sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1) : 0;
        return keepOnSuccess(fd, result < 0 ? result : Sockets.bind(fd, local));
    }

    private static int keepOnSuccess(int fd, int result) {
        if (result >= 0) return fd;
        Files.close(fd);
        return result;
    }
}
