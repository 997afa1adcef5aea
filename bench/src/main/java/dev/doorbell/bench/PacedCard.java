package dev.doorbell.bench;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Poller;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// An 82576 in this process with a driver that keeps one queue full, both on the loop of one thread
/// that sleeps until the card's next deadline, as `serve` does. Notes when each frame left. One
/// thread.
final class PacedCard implements AutoCloseable {
    private static final long MAC = 0x5254_0012_3456L;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final int BATCH_FRAMES = 64;
    private static final long LOOK_NS = 50_000; // as long as the loop of `serve` looks at most before it sleeps

    private final WallTimeline time = new WallTimeline();
    private final Poller sleeper = new Poller(1);
    private final FrameBatch batch = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
    private final Departures departures;
    private final DriverMemory memory;
    private final PciEndpoint slot;
    private final Igb card;
    private final IgbDriver driver;
    private final TestFrames frames;

    /// @param frameBytes  without FCS
    /// @param mostFrames  that may leave in one [#send]
    PacedCard(int frameBytes, int mostFrames) {
        removeTimerSlack();
        departures = new Departures(mostFrames);
        IgbDriverOptions options = IgbDriverOptions.DEFAULT.withRingEntries(1024);
        memory = DriverMemory.local((options.memoryBytes() + TestFrames.memoryBytes(frameBytes) + 8192) & -4096L);
        card = new Igb(new IgbOptions(MAC).withAutoNegotiationNs(0), time, departures);
        slot = new PciEndpoint(card);
        driver = new IgbDriver(slot, memory, options, this::pass);
        driver.start();
        frames = new TestFrames(memory, frameBytes, BROADCAST, driver.macAddress());
    }

    /// The kernel may wake a thread up to 50 us late unless it is told not to. // proc(5), timerslack_ns
    private static void removeTimerSlack() {
        Path thread = Path.of("/proc/thread-self");
        try {
            String id = Files.readSymbolicLink(thread).getFileName().toString();
            Files.writeString(Path.of("/proc", id, "timerslack_ns"), "1");
        } catch (IOException e) {
            System.err.println("timers are less exact than serve's: " + e.getMessage());
        }
    }

    private void pass(long ns) {
        long untilNs = time.nowNs() + ns;
        while (time.nowNs() < untilNs) step();
    }

    private int step() {
        return time.runDue() + card.doWork();
    }

    /// Sends for some time at a limited rate; the ring never runs empty.
    ///
    /// @return when the frames left, nanoseconds, in order
    long[] send(long bitsPerSecond, long ns) {
        driver.limitRate(0, bitsPerSecond);
        departures.forget();
        long quietNs = time.nowNs();
        long untilNs = quietNs + ns;
        for (long nowNs = quietNs; nowNs < untilNs; nowNs = time.nowNs()) {
            fill();
            if (step() > 0) quietNs = nowNs;
            else if (nowNs - quietNs < LOOK_NS) Thread.onSpinWait();
            else sleeper.poll(Math.min(time.untilNextNs(), untilNs - nowNs));
        }
        long[] left = departures.take();
        driver.limitRate(0, 0);
        while (!driver.idle()) step();
        return left;
    }

    private void fill() {
        if (driver.transmitFree() < BATCH_FRAMES) return;
        batch.clear();
        frames.make(batch, BATCH_FRAMES);
        driver.transmit(batch, 0);
    }

    @Override
    public void close() {
        driver.close();
        slot.reset();
        memory.close();
    }

    /// Takes every frame and keeps the time.
    private final class Departures implements FrameBackend {
        private final long[] atNs;
        private int count;

        private Departures(int most) {
            atNs = new long[most];
        }

        private void forget() {
            count = 0;
        }

        private long[] take() {
            return Arrays.copyOf(atNs, count);
        }

        @Override
        public int transmit(FrameBatch sent, int from) {
            for (int frame = from; frame < sent.size() && count < atNs.length; frame++) atNs[count++] = time.nowNs();
            return sent.size() - from;
        }

        @Override
        public int receive(FrameBatch arrived) {
            return 0;
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.plain(16_384, BATCH_FRAMES);
        }

        @Override
        public void close() {}
    }
}
