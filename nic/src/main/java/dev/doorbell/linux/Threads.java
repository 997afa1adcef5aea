package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where the calling thread runs: sched_setaffinity(2), sched_getcpu(3).
public final class Threads {
    /// Processors of a `cpu_set_t`, sched.h.
    static final int CPU_SETSIZE = 1024;

    private static final SystemCall SCHED_SETAFFINITY = SystemCall.of("sched_setaffinity");
    private static final SystemCall SCHED_GETCPU = SystemCall.of("sched_getcpu");

    private Threads() {}

    /// Keeps the calling thread on one processor.
    ///
    /// @param cpu number of the processor, from 0
    /// @return 0; -EINVAL when there is none of that number or this process may not use it
    public static int pin(int cpu) {
        if (cpu < 0 || cpu >= CPU_SETSIZE) return -Errno.EINVAL;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CPU_SETSIZE / Byte.SIZE, Long.BYTES);
            // A word of the set is a long; on little-endian hosts bit n of it all is bit n % 8 of byte n
            // / 8.
            set.set(JAVA_BYTE, cpu / Byte.SIZE, (byte) (1 << cpu % Byte.SIZE));
            return SCHED_SETAFFINITY.call(0, set.byteSize(), set.address());
        }
    }

    /// The processor that the calling thread is on just now.
    public static int cpu() {
        return SCHED_GETCPU.call(0);
    }
}
