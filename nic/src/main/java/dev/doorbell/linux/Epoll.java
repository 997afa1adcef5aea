package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Several descriptors behind one: epoll(7), for whoever can hand out one descriptor to poll only. It
/// polls readable ([Poller#POLLIN]) while one of its own is ready. Answers are 0 or more, or a negated
/// errno. Not for the data path.
public final class Epoll {
    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    // struct epoll_event, sys/epoll.h: packed on x86-64 only; the second field is not used here
    static final int EVENT_BYTES = 16;
    static final int EVENT_EVENTS = 0;

    private static final SystemCall EPOLL_CREATE1 = SystemCall.of("epoll_create1");
    private static final SystemCall EPOLL_CTL = SystemCall.of("epoll_ctl");

    private Epoll() {}

    /// Makes one that watches nothing yet: epoll_create1(2).
    ///
    /// @return a descriptor that the caller closes, or a negated errno
    public static int create() {
        return EPOLL_CREATE1.call(EPOLL_CLOEXEC);
    }

    /// Watches `fd` for `events` ([Poller#POLLIN], [Poller#POLLOUT], or 0 for errors only),
    /// level-triggered. The kernel forgets it when it was closed everywhere.
    ///
    /// @return 0; -EEXIST when it is watched already, -EPERM for a file that cannot be polled, -EBADF
    public static int add(int epollFd, int fd, short events) {
        return control(epollFd, EPOLL_CTL_ADD, fd, events);
    }

    /// Watches `fd` no longer.
    ///
    /// @return 0; -ENOENT when it was not watched, -EBADF
    public static int remove(int epollFd, int fd) {
        return control(epollFd, EPOLL_CTL_DEL, fd, (short) 0);
    }

    private static int control(int epollFd, int operation, int fd, short events) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, 8);
            event.set(JAVA_INT, EVENT_EVENTS, Short.toUnsignedInt(events));
            return EPOLL_CTL.call(epollFd, operation, fd, event.address());
        }
    }
}
