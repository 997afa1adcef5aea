package dev.doorbell.bench;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.e1000.E1000Driver;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A driver at the real socket of a served card, in another process: frames per second through all of it,
/// and the round trip of a register read.
final class SocketBenchmark implements Benchmark {
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final long TIMEOUT_NS = 5_000_000_000L;
    private static final int BATCH_FRAMES = 64;
    private static final int READS = 1000;
    private static final int[] FRAME_BYTES = {60, 1514};

    private final WallTimeline time = new WallTimeline();

    @Override
    public String name() {
        return "socket";
    }

    @Override
    public String description() {
        return "a driver at the vfio-user socket of a served card: frames/s to a null backend, register reads";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        Path folder = Files.createTempDirectory("doorbell-bench");
        List<Figure> figures = new ArrayList<>();
        try (ServeProcess serve = new ServeProcess(settings.home(), folder)) {
            for (int frameBytes : FRAME_BYTES) figures.addAll(drive(settings, serve, frameBytes));
            figures.add(Figure.cost("socket resident after", "MiB", new double[] {serve.residentMiB()}, null));
            serve.stop();
        } finally {
            Files.deleteIfExists(folder);
        }
        return figures;
    }

    private List<Figure> drive(Settings settings, ServeProcess serve, int frameBytes) throws IOException {
        DriverOptions options = DriverOptions.DEFAULT;
        long memoryBytes = (options.memoryBytes() + TestFrames.memoryBytes(frameBytes) + 8192) & -4096L;
        List<Figure> figures = new ArrayList<>();
        try (DriverMemory memory = DriverMemory.shared(memoryBytes);
                VfioUserClient client = VfioUserClient.connect(serve.socket().toString(), time, TIMEOUT_NS)) {
            client.mapDma(DriverMemory.BASE_IOVA, memory.fd(), 0, memoryBytes, DmaTable.READ | DmaTable.WRITE);
            client.setWrites(VfioUserClient.Writes.POSTED); // as QEMU does
            try (E1000Driver driver = new E1000Driver(client, memory, options, LockSupport::parkNanos)) {
                driver.start();
                TestFrames frames = new TestFrames(memory, frameBytes, BROADCAST, driver.macAddress());
                figures.addAll(transmit(settings, serve, driver, frames, frameBytes));
                if (frameBytes == FRAME_BYTES[0]) figures.add(readRoundTrip(settings, client));
            }
        }
        return figures;
    }

    /// Frames per second depend on how much of the processors both processes get; the server's own time
    /// per frame does not.
    private List<Figure> transmit(
            Settings settings, ServeProcess serve, E1000Driver driver, TestFrames frames, int frameBytes) {
        FrameBatch batch = new FrameBatch(BATCH_FRAMES, BATCH_FRAMES, 0);
        send(driver, frames, batch, settings.windowNs()); // both JVMs compile
        double[] perSecond = new double[settings.samples()];
        double[] serverNs = new double[settings.samples()];
        for (int i = 0; i < perSecond.length; i++) {
            long cpuNs = serve.cpuNs();
            long startNs = time.nowNs();
            long sent = send(driver, frames, batch, settings.windowNs());
            perSecond[i] = sent * 1e9 / (time.nowNs() - startNs);
            serverNs[i] = (double) (serve.cpuNs() - cpuNs) / sent;
        }
        int counted = driver.readRegister(E1000Register.GPTC);
        if (counted != (int) frames.made())
            throw new IllegalStateException("the card counted " + counted + " of " + frames.made() + " frames");
        String name = "socket transmit bytes=" + frameBytes;
        return List.of(
                Figure.rate(name, "frames/s", perSecond),
                Figure.cost(name + " server CPU", "ns/frame", serverNs, null));
    }

    /// Sends for some time, then waits until all has left.
    private long send(E1000Driver driver, TestFrames frames, FrameBatch batch, long ns) {
        long untilNs = time.nowNs() + ns;
        long before = frames.made();
        while (time.nowNs() < untilNs) {
            if (driver.transmitFree() < BATCH_FRAMES) { // whole batches, as a driver that stops its queue in between
                Thread.onSpinWait();
                continue;
            }
            batch.clear();
            frames.make(batch, BATCH_FRAMES);
            driver.transmit(batch, 0);
        }
        while (!driver.idle()) Thread.onSpinWait();
        return frames.made() - before;
    }

    private Figure readRoundTrip(Settings settings, VfioUserClient client) {
        long offset = E1000Register.STATUS.spec().offset();
        double[] microseconds = new double[settings.samples()];
        for (int i = 0; i < microseconds.length; i++) {
            long startNs = time.nowNs();
            for (int read = 0; read < READS; read++) client.read(PciFunction.REGION_BAR0, offset, 4);
            microseconds[i] = (time.nowNs() - startNs) / 1e3 / READS;
        }
        return Figure.cost("socket register read", "us", microseconds, null);
    }
}
