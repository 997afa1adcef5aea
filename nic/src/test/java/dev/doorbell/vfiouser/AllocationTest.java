package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Once warm, neither end allocates for an access to a region, nor for the line's unmasking.
class AllocationTest {
    private static final int MEASURED = 10_000;
    private static final int MOST_ATTEMPTS = 300;
    private static final long LIMIT_BYTES = 1024; // the compiler may throw code away and interpret for a while

    @TempDir
    Path folder = Path.of(".");

    /// A function that is one word, and keeps no record.
    private static final class Word implements PciFunction {
        private long word;

        @Override
        public long regionSizeBytes(int region) {
            return region == 0 ? 4096 : region == REGION_CONFIG ? 256 : 0;
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return kind == InterruptKind.INTX ? 1 : 0;
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            return word;
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {
            word = value;
        }

        @Override
        public void connect(DmaMemory memory, InterruptSink interrupts) {}

        @Override
        public void reset() {}
    }

    private static long allocatedBy(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MEASURED; i++) round.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /// Repeats until the compiler is done, however busy the machine is: until rounds allocate next to
    /// nothing.
    private static void assertAllocatesNothing(Runnable round) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MOST_ATTEMPTS && least > LIMIT_BYTES; i++) least = Math.min(least, allocatedBy(round));
        assertThat(least).as("bytes in %d rounds", MEASURED).isLessThanOrEqualTo(LIMIT_BYTES);
    }

    @Test
    void accessesAllocateNothingAtEitherEnd() throws IOException {
        assertNeitherEndAllocates(client -> {
            Runnable round = () -> {
                client.write(0, 8, 4, 7);
                client.read(0, 8, 4);
            };
            client.setWrites(VfioUserClient.Writes.POSTED);
            assertAllocatesNothing(round);
            client.setWrites(VfioUserClient.Writes.PACKED);
            assertAllocatesNothing(round);
        });
    }

    @Test
    void unmaskingTheLineAllocatesNothingAtEitherEnd() throws IOException {
        assertNeitherEndAllocates(client -> assertAllocatesNothing(() -> unmask(client)));
    }

    private void assertNeitherEndAllocates(Consumer<VfioUserClient> use) throws IOException {
        String path = folder.resolve("s").toString();
        long[] serverBytes = {Long.MAX_VALUE};
        try (VfioUserServer server = new VfioUserServer(path, new Word(), new WallTimeline())) {
            Thread thread = new Thread(() -> {
                while (!server.hasClient()) server.doWork();
                while (server.hasClient()) serverBytes[0] = Math.min(serverBytes[0], allocatedWhileServing(server));
            });
            thread.setDaemon(true);
            thread.start();
            try (VfioUserClient client = VfioUserClient.connect(path, new WallTimeline(), 20_000_000_000L)) {
                use.accept(client);
            }
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
            assertThat(serverBytes[0]).isLessThanOrEqualTo(LIMIT_BYTES);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// What a fixed number of messages costs; idle turns do not count, and neither do the last few
    /// messages.
    private static long allocatedWhileServing(VfioUserServer server) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int served = 0;
        while (served < MEASURED) {
            served += server.doWork();
            if (!server.hasClient()) return Long.MAX_VALUE;
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void unmask(VfioUserClient client) {
        try {
            client.unmaskLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void dmaThroughTheTableAllocatesNothing() {
        int file = ServerBench.memoryFile(1 << 20);
        try (ServerBench bench = ServerBench.connected()) {
            bench.ok(2, Body.map(0, 0x80000, 0, 3), file);
            bench.ok(2, Body.map(0x80000, 0x80000, 0x80000, 3), file);
            bench.ok(2, Body.map(0xFFFC_0000L, 0x40000, 0, 1)); // as QEMU's firmware: without a descriptor
            DmaMemory memory = bench.function.memory;
            MemorySegment data = Arena.ofAuto().allocate(4096, 64);
            Runnable round = () -> {
                memory.read(0x1000, data, 0, 16);
                memory.read(0x80000 - 100, data, 0, 1500);
                memory.write(0x90000, data, 0, 60);
                memory.storeRelease64(0x1008, 1);
                memory.releaseReads();
            };
            assertAllocatesNothing(round);
        } finally {
            dev.doorbell.linux.Files.close(file);
        }
    }
}
