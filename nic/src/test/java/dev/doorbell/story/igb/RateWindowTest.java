package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.IgbRegister;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The memory window (MMW): how much of its idleness a limited queue may make good for.
class RateWindowTest {
    private final RateBench bench = new RateBench();

    /// Linux writes 0x14. The credit is 20 KB of frames at every rate; the frame that is due anyway
    /// comes on top.
    @ParameterizedTest
    @ValueSource(ints = {2, 10, 1000})
    void longIdlenessEarnsTwentyKilobytesWithTheLinuxDriversWindow(int factor) {
        long spacingNs = 1024L * factor * 8;
        bench.window(0x14);
        bench.limit(0, factor * RateBench.ONE);
        bench.time.advance(60_000_000_000L);

        bench.ring(0, 100, 1024);

        assertEquals(1 + 20, bench.sendDue());
        bench.advance(spacingNs - 1);
        assertEquals(21, bench.starts.size(), "the credit is used up: full spacing from now on");
        bench.advance(1 + 9 * spacingNs);
        assertEquals(31, bench.starts.size());
    }

    @Test
    void shortIdlenessEarnsWhatWasNotSentMeanwhile() {
        bench.window(0x14);
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 1, 1000);
        bench.sendDue();
        bench.time.advance(5 * 80_000); // 5 spacings

        bench.ring(0, 100, 1000);

        assertEquals(5, bench.sendDue(), "due 4, 3, 2, 1 and 0 spacings ago");
    }

    @Test
    void withoutAWindowIdlenessEarnsNothing() {
        bench.limit(0, 10 * RateBench.ONE);
        bench.time.advance(10_000_000_000L);
        bench.ring(0, 4, 1000);
        bench.advance(240_000 + 79_999);

        assertArrayEquals(new long[] {80_000, 80_000, 80_000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// Idleness shorter than a frame's spacing is no credit either: each frame spaces from the present
    /// (rule 4).
    @Test
    void withoutAWindowAFrameThatCameLateSpacesFromItsOwnStart() {
        bench.limit(0, 10 * RateBench.ONE);
        bench.ring(0, 1, 1000);
        bench.sendDue();
        bench.time.advance(80_000 + 30_000);
        bench.ring(0, 2, 1000);
        bench.advance(80_000);

        assertArrayEquals(new long[] {110_000, 80_000}, RateBench.gaps(bench.startsOf(0)));
    }

    /// A window of 1 KB and frames of 9000 bytes: less than a frame of credit shortens one gap.
    @Test
    void windowSmallerThanAFrameShortensOneGap() {
        bench.window(1);
        bench.limit(0, 10 * RateBench.ONE);
        bench.time.advance(10_000_000_000L);
        bench.ring(0, 3, 9000);
        bench.advance(10_000_000);

        assertArrayEquals(
                new long[] {(9000 - 1024) * 80L, 9000 * 80L}, RateBench.gaps(bench.startsOf(0)), "NOW - W + M");
    }

    @Test
    void windowIsSharedByAllQueuesAndItsOtherElementsOnlyStore() {
        for (int i = 1; i < 8; i++)
            bench.registers.write(IgbRegister.RTTBCNRM.spec().offset(i), 0x7FF);
        for (int queue = 0; queue < 16; queue++) bench.limit(queue, 100 * RateBench.ONE);
        bench.time.advance(10_000_000_000L);
        for (int queue = 0; queue < 16; queue++) bench.ring(queue, 10, 1024);
        assertEquals(16, bench.sendDue(), "one each: index 0 says that there is no window");

        bench.window(4);
        bench.advance(10_000_000_000L);
        for (int queue = 0; queue < 16; queue++) bench.ring(queue, 100, 1024);
        bench.starts.clear();
        assertEquals(16 * 5, bench.sendDue());
        assertEquals(0x7FF, bench.registers.read(IgbRegister.RTTBCNRM.spec().offset(7)));
    }

    /// Whatever a queue did before: from any start on it sends at most its window and one frame more
    /// than its rate.
    @ParameterizedTest
    @CsvSource({"20, 1000, 1", "20, 10, 2", "4, 100, 3", "1, 3, 4", "2047, 50, 5", "0, 100, 6"})
    void creditIsNeverExceeded(int windowKb, int factor, long seed) {
        Random random = new Random(seed);
        bench.window(windowKb);
        bench.limit(0, factor * RateBench.ONE);
        for (int round = 0; round < 300; round++) {
            bench.ring(0, 1 + random.nextInt(40), 1024); // one length: bytes are frames
            if (random.nextBoolean()) bench.advance(random.nextLong(1024L * 8 * factor * 60));
            else bench.sleepThrough(random.nextLong(1024L * 8 * factor * 60));
        }
        long spacingNs = 1024L * 8 * factor;
        long windowNs = windowKb * spacingNs;
        long[] starts = bench.startsOf(0);
        long worstNs = 0; // how far frame j may come before (j - i) spacings after frame i
        long latestDueNs = Long.MIN_VALUE;
        for (int j = 0; j < starts.length; j++) {
            latestDueNs = Math.max(latestDueNs, starts[j] - j * spacingNs);
            worstNs = Math.max(worstNs, latestDueNs - (starts[j] - j * spacingNs));
        }
        assertTrue(starts.length > 500, "a test that sends little shows little");
        assertTrue(worstNs <= windowNs + spacingNs, "ahead by " + worstNs + " of " + windowNs + " ns, seed " + seed);
        if (windowKb == 0) assertEquals(0, worstNs);
    }
}
