package dev.doorbell.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the calling thread allocates, as tests of this room and of those below it judge it.
public final class Allocations {
    private static final int WARM_UP_CALLS = 30_000;
    private static final int MEASURED_CALLS = 10_000;
    /// What a round may allocate beside the calls: the compiler may throw code away and interpret for a while.
    private static final long ROUND_LIMIT_BYTES = 1024;

    /// On a busy machine the JIT compiler may come late; a round takes some 200 ms.
    private static final int MOST_ROUNDS = 300;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /// Repeats `calls` until a round of it allocates nothing to speak of.
    public static void assertAllocatesNothing(Runnable calls) {
        for (int i = 0; i < WARM_UP_CALLS; i++) calls.run();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && leastBytes > ROUND_LIMIT_BYTES; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED_CALLS; i++) calls.run();
            leastBytes = Math.min(leastBytes, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).as("bytes in " + MEASURED_CALLS + " calls").isLessThanOrEqualTo(ROUND_LIMIT_BYTES);
    }
}
