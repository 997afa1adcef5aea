package dev.doorbell.backend.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// This thread lays down capabilities, and the process may lock less memory, until this is closed.
final class Privileges implements AutoCloseable {
    static final int CAP_NET_ADMIN = 12;
    static final int CAP_NET_RAW = 13;
    static final int CAP_IPC_LOCK = 14;
    static final int CAP_BPF = 39;

    private static final SystemCall CAPGET = SystemCall.of("capget");
    private static final SystemCall CAPSET = SystemCall.of("capset");
    private static final SystemCall PRLIMIT = SystemCall.of("prlimit");
    private static final int VERSION_3 = 0x2008_0522; // linux/capability.h
    private static final int DATA_BYTES = 12;
    private static final int RLIMIT_MEMLOCK = 8;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(8, 8);
    private final MemorySegment data = arena.allocate(2 * DATA_BYTES, 8);
    private final MemorySegment limits = arena.allocate(16, 8);
    private final long before;
    private final long limitBefore;

    private Privileges() {
        header.set(JAVA_INT, 0, VERSION_3);
        assertThat(CAPGET.call(header.address(), data.address())).isZero();
        before = Integer.toUnsignedLong(data.get(JAVA_INT, 0)) | (long) data.get(JAVA_INT, DATA_BYTES) << 32;
        assertThat(PRLIMIT.call(0, RLIMIT_MEMLOCK, 0, limits.address())).isZero();
        limitBefore = limits.get(JAVA_LONG, 0);
    }

    /// Keeps these and no others.
    static Privileges only(int... capabilities) {
        Privileges privileges = new Privileges();
        long kept = 0;
        for (int capability : capabilities) kept |= 1L << capability;
        privileges.set(privileges.before & kept);
        return privileges;
    }

    /// Lets the process lock so many bytes of memory: the soft limit, which may go up again.
    Privileges withLockedMemory(long bytes) {
        limits.set(JAVA_LONG, 0, bytes);
        assertThat(PRLIMIT.call(0, RLIMIT_MEMLOCK, limits.address(), 0)).isZero();
        return this;
    }

    private void set(long effective) {
        data.set(JAVA_INT, 0, (int) effective);
        data.set(JAVA_INT, DATA_BYTES, (int) (effective >>> 32));
        assertThat(CAPSET.call(header.address(), data.address())).isZero();
    }

    @Override
    public void close() {
        set(before);
        withLockedMemory(limitBefore);
        arena.close();
    }
}
