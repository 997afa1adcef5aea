package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Event counters, eventfd(2): how interrupts are signalled
/// between processes, and wake-ups between threads.
public final class EventFd {
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;

    private static final SystemCall EVENTFD = SystemCall.of("eventfd");

    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1L);
    private static final ThreadLocal<MemorySegment> VALUE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_LONG));

    private EventFd() {}

    /// A counter at 0 that never waits.
    ///
    /// @return a descriptor that the caller owns, or a negated errno
    public static int create() {
        return EVENTFD.call(0, EFD_CLOEXEC | EFD_NONBLOCK);
    }

    /// Checks that a descriptor from a peer can be signalled without ever
    /// waiting: an eventfd, set to O_NONBLOCK. (Any other kind, or a counter
    /// that the peer filled to the brim, could hold the caller for ever.)
    ///
    /// @return 0, -EINVAL for another kind of file, or another
    ///     negated errno. The descriptor stays the caller's
    public static int prepare(int fd) {
        int result = Files.setNonBlocking(fd, true);
        if (result < 0) return result;
        return Links.target("/proc/self/fd/" + fd).equals("anon_inode:[eventfd]") ? 0 : -Errno.EINVAL;
    }

    /// Adds 1: write(2) of 8 bytes. Allocates nothing.
    ///
    /// @return 8; -EAGAIN when the counter is full, which means that the event is pending anyhow
    public static int signal(int fd) {
        return Files.write(fd, ONE, 0, Long.BYTES);
    }

    /// Takes the count and sets it to 0: read(2) of 8 bytes. Allocates nothing.
    ///
    /// @return the count, 1 or more; -EAGAIN when nothing was signalled. The count is unsigned in theory:
    ///     one that would look negative (a peer wrote it) is given as `Long.MAX_VALUE`
    public static long drain(int fd) {
        MemorySegment value = VALUE.get();
        int result = Files.read(fd, value, 0, Long.BYTES);
        if (result < 0) return result;
        long count = value.get(JAVA_LONG, 0);
        return count < 0 ? Long.MAX_VALUE : count;
    }
}
