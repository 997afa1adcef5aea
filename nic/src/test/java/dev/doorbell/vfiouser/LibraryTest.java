package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.Poller;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as its package describes it, with a device nobody has: an adder that reads two numbers from
/// the driver's memory, writes the sum behind them, and interrupts.
class LibraryTest {
    private static final long TIMEOUT_NS = 20_000_000_000L;

    @TempDir
    Path folder = Path.of(".");

    private static final class Adder implements PciFunction {
        private final MemorySegment numbers = Arena.ofAuto().allocate(16, 8);
        private DmaMemory memory = new DmaTable();
        private InterruptSink interrupts = InterruptSink.NONE;

        @Override
        public long regionSizeBytes(int region) {
            return region == REGION_BAR0 ? 4096 : region == REGION_CONFIG ? 256 : 0;
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return kind == InterruptKind.MSIX ? 1 : 0;
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            return 0;
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {
            if (region != REGION_BAR0 || memory.read(value, numbers, 0, 16) != DmaMemory.OK) return;
            long sum = numbers.get(ValueLayout.JAVA_LONG, 0) + numbers.get(ValueLayout.JAVA_LONG, 8);
            if (memory.storeRelease64(value + 16, sum) == DmaMemory.OK) interrupts.message(InterruptKind.MSIX, 0);
        }

        @Override
        public void connect(DmaMemory newMemory, InterruptSink newInterrupts) {
            memory = newMemory;
            interrupts = newInterrupts;
        }

        @Override
        public void reset() {}
    }

    private volatile boolean running = true;

    private void serve(VfioUserServer server, WallTimeline timeline) {
        Poller poller = new Poller(VfioUserServer.POLL_SLOTS);
        while (running) {
            int work = server.doWork() + timeline.runDue();
            if (work > 0 || server.hasPendingWork()) continue;
            server.fill(poller, 0);
            poller.poll(Math.min(timeline.untilNextNs(), 10_000_000));
        }
    }

    @Test
    void driverAndDeviceOfAnotherProcessWorkTogether() throws IOException, InterruptedException {
        String path = folder.resolve("adder.sock").toString();
        WallTimeline timeline = new WallTimeline();
        int file = ServerBench.check("memfd", MemoryFile.create("driver", 4096, true));
        try (VfioUserServer server = new VfioUserServer(path, new Adder(), timeline);
                Mapping mapping = ServerBench.map(file, 4096)) {
            Thread device = new Thread(() -> serve(server, timeline), "device");
            device.start();
            try (VfioUserClient client = VfioUserClient.connect(path, new WallTimeline(), TIMEOUT_NS)) {
                client.mapDma(0x1000, file, 0, 4096, DmaTable.READ | DmaTable.WRITE);
                client.enableInterrupts(InterruptKind.MSIX, 0, 1);
                client.setWrites(VfioUserClient.Writes.POSTED);
                MemorySegment memory = mapping.segment();
                for (long i = 1; i <= 100; i++) {
                    memory.set(ValueLayout.JAVA_LONG, 0, i);
                    memory.set(ValueLayout.JAVA_LONG, 8, i * i);
                    client.write(PciFunction.REGION_BAR0, 0, 8, 0x1000);
                    assertThat(client.poll(TIMEOUT_NS)).isEqualTo(1); // the interrupt
                    assertThat(memory.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(i + i * i);
                }
            }
            running = false;
            device.join(20_000);
            assertThat(device.isAlive()).isFalse();
        }
        Files.close(file);
    }
}
