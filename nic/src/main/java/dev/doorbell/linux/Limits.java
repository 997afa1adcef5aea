package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What this process may use: getrlimit(2), setrlimit(2).
public final class Limits {
    static final int RLIMIT_NOFILE = 7;
    static final int RLIMIT_MEMLOCK = 8;
    // struct rlimit, sys/resource.h
    static final int RLIMIT_BYTES = 16;
    static final int RLIM_CUR = 0;
    static final int RLIM_MAX = 8;

    private static final SystemCall GETRLIMIT = SystemCall.of("getrlimit");
    private static final SystemCall SETRLIMIT = SystemCall.of("setrlimit");

    private Limits() {}

    /// Descriptors this process may have open, `Long.MAX_VALUE`
    /// when there is no limit; or a negated errno.
    public static long openFiles() {
        return current(RLIMIT_NOFILE);
    }

    /// Bytes of memory this process may lock, `Long.MAX_VALUE`
    /// when there is no limit; or a negated errno.
    public static long lockedMemoryBytes() {
        return current(RLIMIT_MEMLOCK);
    }

    /// Lets this process, and what it executes, lock so much memory; never less than it may now.
    ///
    /// @return 0; -EPERM past the hard limit without CAP_SYS_RESOURCE, and then as much as the hard
    ///     limit lets
    public static int raiseLockedMemory(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(RLIMIT_BYTES, 8);
            int result = GETRLIMIT.call(RLIMIT_MEMLOCK, limit.address());
            if (result < 0) return result;
            long hard = limit.get(JAVA_LONG, RLIM_MAX);
            if (Long.compareUnsigned(limit.get(JAVA_LONG, RLIM_CUR), bytes) >= 0) return 0;
            limit.set(JAVA_LONG, RLIM_CUR, bytes);
            if (Long.compareUnsigned(bytes, hard) > 0) limit.set(JAVA_LONG, RLIM_MAX, bytes);
            result = SETRLIMIT.call(RLIMIT_MEMLOCK, limit.address());
            if (result != -Errno.EPERM) return result;
            limit.set(JAVA_LONG, RLIM_CUR, hard);
            limit.set(JAVA_LONG, RLIM_MAX, hard);
            SETRLIMIT.call(RLIMIT_MEMLOCK, limit.address());
            return result;
        }
    }

    private static long current(int resource) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(RLIMIT_BYTES, 8);
            int result = GETRLIMIT.call(resource, limit.address());
            if (result < 0) return result;
            long current = limit.get(JAVA_LONG, RLIM_CUR);
            return current < 0 ? Long.MAX_VALUE : current; // RLIM_INFINITY is all ones
        }
    }
}
