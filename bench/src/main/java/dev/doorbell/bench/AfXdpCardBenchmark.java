package dev.doorbell.bench;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriver;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.lab.world.VethPair;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The whole card over AF_XDP: the igb's driver at the real socket of a served igb in another process, before a veth
/// pair in native mode; 64-byte frames, one queue. The driver does not spin when it has nothing to do, so that a
/// machine of two processors has one for the card and one for the sender.
final class AfXdpCardBenchmark implements Benchmark {
    private static final String NAME = "af-xdp-card";
    private static final long STATION = 0x0200_0000_0000L;
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int RING_ENTRIES = 1024;
    private static final long PAUSE_NS = 20_000;

    private final WallTimeline time = new WallTimeline();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "a driver at the vfio-user socket of an igb over AF_XDP: frames/s both ways, time and bytes a frame";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        Path folder = Files.createTempDirectory("doorbell-bench");
        List<Figure> figures = new ArrayList<>();
        try (CProgram program = new CProgram("afxdp.c")) {
            for (String doorbells : new String[] {"trapped", "shared"})
                try (VethPair pair = Benchmark.cable(0, 1);
                        WatchedServe serve = new WatchedServe(
                                folder,
                                "igb,doorbells=" + doorbells,
                                "af-xdp,mode=native,ifname=" + VethPair.NEAR,
                                pair.enter())) {
                    figures.addAll(drive(settings, serve, pair, program, doorbells));
                    serve.stop();
                }
        } finally {
            Files.deleteIfExists(folder);
        }
        return figures;
    }

    private List<Figure> drive(Settings settings, WatchedServe serve, VethPair pair, CProgram program, String doorbells)
            throws IOException, InterruptedException {
        IgbDriverOptions options = IgbDriverOptions.DEFAULT.withRingEntries(RING_ENTRIES);
        long memoryBytes = (options.memoryBytes() + TestFrames.memoryBytes(AfXdpRow.FRAME_BYTES) + 8192) & -4096L;
        try (DriverMemory memory = DriverMemory.shared(memoryBytes);
                VfioUserClient client = VfioUserClient.connect(serve.socket().toString(), time, TIMEOUT_NS);
                MappedPages pages = new MappedPages(client)) {
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, memoryBytes, DmaTable.READ | DmaTable.WRITE);
            client.setWrites(VfioUserClient.Writes.POSTED); // as QEMU does
            try (IgbDriver driver = new IgbDriver(pages, memory, options, LockSupport::parkNanos)) {
                driver.start();
                TestFrames frames = new TestFrames(memory, AfXdpRow.FRAME_BYTES, STATION, driver.macAddress());
                FrameBatch batch = new FrameBatch(AfXdpRow.BATCH_FRAMES, 2 * AfXdpRow.BATCH_FRAMES, 0);
                String name = NAME + " doorbells=" + doorbells;
                List<Figure> figures = new ArrayList<>(measure(
                        settings, serve, name + " transmit", VethPair.FAR, ns -> send(driver, frames, batch, ns)));
                try (AfXdpAnswering sender = AfXdpAnswering.sender(program, pair)) {
                    if (sender.frames() < 0) throw new IOException("the sender does not send");
                    figures.addAll(measure(settings, serve, name + " receive", null, ns -> receive(driver, batch, ns)));
                }
                return figures;
            }
        }
    }

    /// Drives the card for some time.
    private interface Work {
        /// @return frames
        long run(long ns);
    }

    /// @param end of the cable where the frames are counted; null counts as the driver does
    private List<Figure> measure(Settings settings, WatchedServe serve, String name, @Nullable String end, Work work)
            throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) work.run(settings.windowNs()); // both JVMs compile
        double[] perSecond = new double[settings.samples()];
        double[] cardNs = new double[settings.samples()];
        double[] perSleep = new double[settings.samples()];
        long allocated = serve.watch().allocatedBytes();
        long all = 0;
        for (int i = 0; i < perSecond.length; i++) {
            long cpuNs = serve.watch().cpuNs();
            long sleeps = serve.sleeps();
            long wire = end == null ? 0 : VethPair.count(serve.pid(), end, VethPair.Count.RECEIVED_FRAMES);
            long startNs = time.nowNs();
            long frames = work.run(settings.windowNs());
            long ns = time.nowNs() - startNs;
            if (end != null) frames = VethPair.count(serve.pid(), end, VethPair.Count.RECEIVED_FRAMES) - wire;
            perSecond[i] = frames * 1e6 / ns;
            cardNs[i] = (double) (serve.watch().cpuNs() - cpuNs) / frames;
            perSleep[i] = (double) frames / Math.max(1, serve.sleeps() - sleeps);
            all += frames;
        }
        double bytesPerFrame = (double) (serve.watch().allocatedBytes() - allocated) / all;
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.rate(name, "kframes/s", perSecond));
        figures.add(Figure.cost(name + " card CPU", "ns/frame", cardNs, bytesPerFrame));
        figures.add(Figure.rate(name + " wake-up", "frames", perSleep));
        long[] counted = new long[1];
        Thread counter = new Thread(() -> counted[0] = callsDuring(settings.windowNs(), serve));
        counter.start();
        long frames = work.run(settings.windowNs());
        counter.join();
        if (counted[0] > 0)
            figures.add(
                    Figure.cost(name + " system calls", "/frame", new double[] {(double) counted[0] / frames}, null));
        return figures;
    }

    private static long callsDuring(long ns, WatchedServe serve) {
        try {
            Long calls = SystemCalls.during(ns, serve.pid());
            return calls == null ? 0 : calls;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// Sends for some time, then waits until all has left.
    private long send(IgbDriver driver, TestFrames frames, FrameBatch batch, long ns) {
        long untilNs = time.nowNs() + ns;
        long before = frames.made();
        while (time.nowNs() < untilNs) {
            if (driver.transmitFree() <= AfXdpRow.BATCH_FRAMES) {
                LockSupport.parkNanos(PAUSE_NS);
                continue;
            }
            batch.clear();
            frames.make(batch, AfXdpRow.BATCH_FRAMES);
            frames.unmake(AfXdpRow.BATCH_FRAMES - driver.transmit(batch, 0));
        }
        while (!driver.idle()) LockSupport.parkNanos(PAUSE_NS);
        return frames.made() - before;
    }

    private long receive(IgbDriver driver, FrameBatch batch, long ns) {
        long untilNs = time.nowNs() + ns;
        long received = 0;
        while (time.nowNs() < untilNs) {
            batch.clear();
            int frames = driver.receive(batch);
            received += frames;
            if (frames == 0) LockSupport.parkNanos(PAUSE_NS);
        }
        return received;
    }
}
