package dev.doorbell.lab.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.doorbell.driver.NetworkDriver;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames forwarded by the drivers between two cards: all of them, whole and in order, and for nothing on the
/// heap.
@Timeout(180)
class ForwardingPairTest {
    private static final int FRAME_BYTES = 64;
    private static final int BATCH_FRAMES = 32;
    private static final long MEASURED_FRAMES = 10_000_000;
    private static final long WARM_FRAMES = 400_000;
    private static final long LIMIT_BYTES = 4096; // what compiling again may cost, nothing a frame
    private static final int MOST_ROUNDS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({"true, 1", "true, 7", "true, 32", "false, 1", "false, 7", "false, 32"})
    void everyFrameComesWholeAndInOrderWhateverTheBatch(boolean igb, int batch) {
        for (boolean inPlace : new boolean[] {true, false})
            try (ForwardingPair pair = new ForwardingPair(igb, inPlace, FRAME_BYTES)) {
                forward(pair, 5000, batch);
                assertNothingLost(pair);
                assertEquals(pair.check().right(), counted(pair.receiver(), "GPRC"));
                assertEquals(pair.check().right(), counted(pair.sender(), "GPTC"));
                assertEquals(0, pair.sender().interrupts() + pair.receiver().interrupts());
            }
    }

    /// By itself: late in a JVM that ran other tests the compiler inlines less, and some bytes a frame remain.
    @ParameterizedTest
    @CsvSource({"true", "false"})
    @Tag("soak")
    void tenMillionFramesAllocateNothing(boolean igb) {
        try (ForwardingPair pair = new ForwardingPair(igb, true, FRAME_BYTES)) {
            forward(pair, WARM_FRAMES, BATCH_FRAMES);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && least > LIMIT_BYTES; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                forward(pair, MEASURED_FRAMES, BATCH_FRAMES);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).as("bytes for " + MEASURED_FRAMES + " frames").isLessThanOrEqualTo(LIMIT_BYTES);
            assertNothingLost(pair);
        }
    }

    private static void forward(ForwardingPair pair, long frames, int batch) {
        long until = pair.check().right() + frames;
        while (pair.check().right() < until) pair.turn(batch);
    }

    private static long counted(NetworkDriver driver, String name) {
        Map<String, Long> counters = new HashMap<>();
        driver.statistics().refresh();
        driver.statistics().forEach(counters::put);
        return counters.getOrDefault(name, 0L);
    }

    private static void assertNothingLost(ForwardingPair pair) {
        pair.drain();
        assertEquals(pair.source().made(), pair.check().right());
        assertEquals(0, pair.check().damaged());
        assertEquals(0, pair.check().missing());
    }
}
