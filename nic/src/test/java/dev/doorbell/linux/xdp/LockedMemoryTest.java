package dev.doorbell.linux.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Memory for frames is locked memory: this thread lays down CAP_IPC_LOCK for a while, as a user
/// without it, and may lock 1 MiB.
@Tag("real")
class LockedMemoryTest {
    private static final SystemCall CAPGET = SystemCall.of("capget");
    private static final SystemCall CAPSET = SystemCall.of("capset");
    private static final SystemCall PRLIMIT = SystemCall.of("prlimit");
    private static final int VERSION_3 = 0x2008_0522; // linux/capability.h
    private static final int CAP_IPC_LOCK = 14;
    private static final int RLIMIT_MEMLOCK = 8;
    private static final long LIMIT_BYTES = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(8, 8);
    private final MemorySegment capabilities = arena.allocate(24, 8);
    private final MemorySegment limits = arena.allocate(16, 8);
    private final int effective;
    private final long limitBefore;

    LockedMemoryTest() {
        header.set(JAVA_INT, 0, VERSION_3);
        assertEquals(0, CAPGET.call(header.address(), capabilities.address()));
        effective = capabilities.get(JAVA_INT, 0);
        assertEquals(0, PRLIMIT.call(0, RLIMIT_MEMLOCK, 0, limits.address()));
        limitBefore = limits.get(JAVA_LONG, 0);
        setEffective(effective & ~(1 << CAP_IPC_LOCK));
        setLimit(LIMIT_BYTES);
    }

    @AfterEach
    void asBefore() {
        setLimit(limitBefore);
        setEffective(effective);
        arena.close();
    }

    private void setEffective(int bits) {
        capabilities.set(JAVA_INT, 0, bits);
        assertEquals(0, CAPSET.call(header.address(), capabilities.address()));
    }

    /// The soft limit only, which may go up again.
    private void setLimit(long bytes) {
        limits.set(JAVA_LONG, 0, bytes);
        assertEquals(0, PRLIMIT.call(0, RLIMIT_MEMLOCK, limits.address(), 0));
    }

    private static XdpSocket socket() throws SystemCallException {
        try {
            return XdpSocket.open();
        } catch (SystemCallException e) {
            assumeTrue(false, "no AF_XDP socket here (needs CAP_NET_RAW): " + e.getMessage());
            throw e;
        }
    }

    @Test
    void memoryBeyondTheLimitIsRefusedAndLeavesTheSocketUsable() throws SystemCallException {
        try (XdpSocket socket = socket();
                Umem small = Umem.allocate((int) (LIMIT_BYTES / 2 / 4096), 4096);
                Umem large = Umem.allocate((int) (LIMIT_BYTES / 4096) + 1, 4096)) {
            SystemCallException refused = assertThrows(SystemCallException.class, () -> socket.register(large, 0, 0));
            assertEquals(Errno.ENOBUFS, refused.errno());
            assertThat(refused).hasMessageContaining("" + large.segment().byteSize());
            socket.register(small, 0, 0);
            try (XdpSocket second = socket();
                    Umem rest = Umem.allocate((int) (LIMIT_BYTES / 2 / 4096) + 1, 4096)) {
                refused = assertThrows(SystemCallException.class, () -> second.register(rest, 0, 0));
                assertEquals(Errno.ENOBUFS, refused.errno(), "what the first one has counts, too");
            }
        }
    }
}
