package dev.doorbell.linux;

/// Several descriptors behind one: epoll(7), for whoever can hand out one descriptor to poll only. It polls readable when
/// one of its own is ready.
public final class Epoll {
    private Epoll() {}

    /// @return a descriptor, or a negated errno
    public static int create() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Watches `fd` for `events` ([Poller#POLLIN], [Poller#POLLOUT]), level-triggered.
    public static int add(int epollFd, int fd, short events) {
        throw new UnsupportedOperationException("owner: sockets");
    }
}
