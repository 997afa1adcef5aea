package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Waits for file descriptors: ppoll(2), with timeouts in
/// nanoseconds. Allocates in its constructor only. One thread.
///
/// Descriptors sit in slots that the owner numbers, 0 .. capacity - 1. A closed descriptor must be taken
/// out of its slot, or [#ready] answers POLLNVAL for it at every poll.
public final class Poller {
    /// There is something to read, or a connection to accept.
    public static final short POLLIN = 0x001;
    /// Writing would not wait.
    public static final short POLLOUT = 0x004;
    /// An error is pending. Reported unasked.
    public static final short POLLERR = 0x008;
    /// The other side hung up. Reported unasked.
    public static final short POLLHUP = 0x010;
    /// The slot's descriptor is not open. Reported unasked.
    public static final short POLLNVAL = 0x020;
    /// The other side of a stream shut down its writing half.
    public static final short POLLRDHUP = 0x2000;

    // struct pollfd, poll.h
    static final int POLLFD_BYTES = 8;
    static final int POLLFD_FD = 0;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_REVENTS = 6;
    // struct timespec, time.h
    static final int TIMESPEC_BYTES = 16;
    static final int TIMESPEC_SEC = 0;
    static final int TIMESPEC_NSEC = 8;

    private static final long NS_PER_SECOND = 1_000_000_000;

    private static final SystemCall PPOLL = SystemCall.of("ppoll");

    private final int capacity;
    private final MemorySegment slots;
    private final MemorySegment timeout;
    private int used; // slots up to the last one with a descriptor

    /// @param capacity slots, 1 or more
    public Poller(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("capacity " + capacity);
        this.capacity = capacity;
        Arena arena = Arena.ofAuto();
        slots = arena.allocate((long) capacity * POLLFD_BYTES, 8);
        timeout = arena.allocate(TIMESPEC_BYTES, 8);
        for (int slot = 0; slot < capacity; slot++) slots.set(JAVA_INT, at(slot) + POLLFD_FD, -1);
    }

    public int capacity() {
        return capacity;
    }

    /// Puts a descriptor into a slot.
    ///
    /// @param fd     -1 leaves the slot unused
    /// @param events [#POLLIN], [#POLLOUT], [#POLLRDHUP], or 0 for the unasked ones only
    public void set(int slot, int fd, short events) {
        slots.set(JAVA_INT, at(slot) + POLLFD_FD, fd);
        slots.set(JAVA_SHORT, at(slot) + POLLFD_EVENTS, events);
        slots.set(JAVA_SHORT, at(slot) + POLLFD_REVENTS, (short) 0);
        if (fd >= 0) used = Math.max(used, slot + 1);
        else while (used > 0 && slots.get(JAVA_INT, at(used - 1) + POLLFD_FD) < 0) used--;
    }

    /// As [#set] with the slot's descriptor left as it is.
    public void setEvents(int slot, short events) {
        slots.set(JAVA_SHORT, at(slot) + POLLFD_EVENTS, events);
    }

    /// Waits until a slot is ready or the time is up.
    ///
    /// @param timeoutNs 0 only looks, negative waits for ever
    /// @return slots that are ready; 0 when the time is up or a signal came (the caller's loop comes back
    ///     anyhow); a negated errno
    public int poll(long timeoutNs) {
        try {
            int ready = PPOLL.call(slots.address(), used, timeoutNs < 0 ? 0 : timespec(timeoutNs), 0);
            if (ready >= 0) return ready;
            for (int slot = 0; slot < used; slot++) slots.set(JAVA_SHORT, at(slot) + POLLFD_REVENTS, (short) 0);
            return ready == -Errno.EINTR ? 0 : ready;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /// What the last [#poll] found for a slot: the events
    /// asked for and the unasked ones; 0 when there are none.
    public short ready(int slot) {
        return slots.get(JAVA_SHORT, at(slot) + POLLFD_REVENTS);
    }

    private long timespec(long ns) {
        timeout.set(JAVA_LONG, TIMESPEC_SEC, ns / NS_PER_SECOND);
        timeout.set(JAVA_LONG, TIMESPEC_NSEC, ns % NS_PER_SECOND);
        return timeout.address();
    }

    private static long at(int slot) {
        return (long) slot * POLLFD_BYTES;
    }
}
