package dev.doorbell.bench;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The igb's driver at the real socket of a served igb in another process, before a null backend: one
/// queue, 64 bytes, batches of 32 at most, every descriptor's report written back in its turn. Frames
/// per second, the processor time that the card's thread takes for one, and what that thread allocates,
/// over at least ten million frames; with doorbells as messages and as stores to memory.
final class IgbSocketBenchmark implements Benchmark {
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int FRAME_BYTES = 64;
    private static final int BATCH_FRAMES = 32;
    private static final int RING_ENTRIES = 1024;
    private static final long ALLOCATION_FRAMES = 10_000_000;
    private static final long QUICK_ALLOCATION_FRAMES = 1_000_000;

    private final WallTimeline time = new WallTimeline();

    @Override
    public String name() {
        return "igb-socket";
    }

    @Override
    public String description() {
        return "a driver at the vfio-user socket of a served igb: frames/s to a null backend, time and bytes a frame";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        Path folder = Files.createTempDirectory("doorbell-bench");
        List<Figure> figures = new ArrayList<>();
        try {
            for (String doorbells : new String[] {"trapped", "shared"})
                try (WatchedServe serve = new WatchedServe(folder, "igb,doorbells=" + doorbells)) {
                    figures.addAll(drive(settings, serve, doorbells));
                    serve.stop();
                }
        } finally {
            Files.deleteIfExists(folder);
        }
        return figures;
    }

    private List<Figure> drive(Settings settings, WatchedServe serve, String doorbells) throws IOException {
        IgbDriverOptions options = IgbDriverOptions.DEFAULT.withRingEntries(RING_ENTRIES);
        long memoryBytes = (options.memoryBytes() + TestFrames.memoryBytes(FRAME_BYTES) + 8192) & -4096L;
        try (DriverMemory memory = DriverMemory.shared(memoryBytes);
                VfioUserClient client = VfioUserClient.connect(serve.socket().toString(), time, TIMEOUT_NS);
                MappedPages pages = new MappedPages(client)) {
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, memoryBytes, DmaTable.READ | DmaTable.WRITE);
            client.setWrites(VfioUserClient.Writes.POSTED); // as QEMU does
            try (IgbDriver driver = new IgbDriver(pages, memory, options, LockSupport::parkNanos)) {
                driver.start();
                TestFrames frames = new TestFrames(memory, FRAME_BYTES, BROADCAST, driver.macAddress());
                return transmit(settings, serve, driver, frames, doorbells);
            }
        }
    }

    private List<Figure> transmit(
            Settings settings, WatchedServe serve, IgbDriver driver, TestFrames frames, String doorbells)
            throws IOException {
        FrameBatch batch = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
        for (int i = 0; i < 3; i++) send(driver, frames, batch, settings.windowNs()); // both JVMs compile
        double[] perSecond = new double[settings.samples()];
        double[] cardNs = new double[settings.samples()];
        for (int i = 0; i < perSecond.length; i++) {
            long cpuNs = serve.watch().cpuNs();
            long startNs = time.nowNs();
            long sent = send(driver, frames, batch, settings.windowNs());
            perSecond[i] = sent * 1e9 / (time.nowNs() - startNs);
            cardNs[i] = (double) (serve.watch().cpuNs() - cpuNs) / sent;
        }
        double bytesPerFrame = allocation(settings, serve, driver, frames, batch);
        int counted = driver.readRegister(IgbRegister.GPTC);
        if (counted != (int) frames.made())
            throw new IllegalStateException("the card counted " + counted + " of " + frames.made() + " frames");
        String name = "igb-socket transmit bytes=" + FRAME_BYTES + " doorbells=" + doorbells;
        return List.of(
                Figure.rate(name, "frames/s", perSecond),
                Figure.cost(name + " card CPU", "ns/frame", cardNs, bytesPerFrame));
    }

    /// Bytes that the card's thread allocates for a frame once everything is compiled.
    private double allocation(
            Settings settings, WatchedServe serve, IgbDriver driver, TestFrames frames, FrameBatch batch)
            throws IOException {
        long least = settings.quick() ? QUICK_ALLOCATION_FRAMES : ALLOCATION_FRAMES;
        long before = serve.watch().allocatedBytes();
        long sent = 0;
        while (sent < least) sent += send(driver, frames, batch, settings.windowNs());
        return (double) (serve.watch().allocatedBytes() - before) / sent;
    }

    /// Sends for some time, then waits until all has left.
    private long send(IgbDriver driver, TestFrames frames, FrameBatch batch, long ns) {
        long untilNs = time.nowNs() + ns;
        long before = frames.made();
        while (time.nowNs() < untilNs) {
            if (driver.transmitFree() <= BATCH_FRAMES) { // whole batches, as a driver that stops its queue in between
                Thread.onSpinWait();
                continue;
            }
            batch.clear();
            frames.make(batch, BATCH_FRAMES);
            frames.unmake(BATCH_FRAMES - driver.transmit(batch, 0));
        }
        while (!driver.idle()) Thread.onSpinWait();
        return frames.made() - before;
    }
}
