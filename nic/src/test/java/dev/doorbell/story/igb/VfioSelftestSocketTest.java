package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.story.Wire;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import dev.doorbell.vfiouser.VfioUserCounter;
import dev.doorbell.vfiouser.VfioUserServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The driver of the VFIO selftests across a real vfio-user socket, its memory a file that both ends
/// map, its interrupts an eventfd: every signal is counted.
@Timeout(120)
class VfioSelftestSocketTest {
    private static final int MEMORY_BYTES = 16 << 20;
    private static final long REGION = 12 << 20;
    private static final long SOURCE = 0;
    private static final long TARGET = 5 << 20;
    private static final long UNMAPPED = 8L << 30;
    private static final long TIMEOUT_NS = 20_000_000_000L;

    private final int file = MemoryFile.create("selftest", MEMORY_BYTES, true);
    private final WallTimeline time = new WallTimeline();
    private final Igb card = new Igb(new IgbOptions(IgbBench.MAC), time, new Wire());
    private final VfioUserServer server;
    private final Thread loop = new Thread(this::serve, "card");
    private final VfioUserClient client;
    private final Mapping memory;
    private final ClientSlot slot;
    private final VfioSelftestDriver driver;
    private volatile boolean running = true;

    VfioSelftestSocketTest(@TempDir Path folder) throws IOException {
        String path = folder.resolve("s").toString();
        server = new VfioUserServer(path, new PciEndpoint(card), time);
        loop.setDaemon(true);
        loop.start();
        client = VfioUserClient.connect(path, new WallTimeline(), TIMEOUT_NS);
        memory = Mapping.map(file, 0, MEMORY_BYTES, true);
        slot = new ClientSlot(client, server, memory.segment());
        client.connect(new DmaTable(), slot);
        client.mapDma(0, file, 0, MEMORY_BYTES, DmaTable.READ | DmaTable.WRITE);
        client.write(PciFunction.REGION_CONFIG, 0x04, 2, 0x2);
        driver = new VfioSelftestDriver(slot, REGION);
    }

    private void serve() {
        Poller poller = new Poller(VfioUserServer.POLL_SLOTS);
        while (running) {
            int work = server.doWork() + card.doWork() + time.runDue();
            if (work > 0 || server.hasPendingWork()) continue;
            server.fill(poller, 0);
            poller.poll(Math.min(time.untilNextNs(), 1_000_000));
        }
        server.close();
    }

    @AfterEach
    void stop() throws InterruptedException, SystemCallException {
        client.close();
        running = false;
        loop.join(20_000);
        assertFalse(loop.isAlive());
        memory.close();
        Files.close(file);
    }

    /// The client's end as the driver sees it.
    private static final class ClientSlot implements VfioSelftestSlot, InterruptSink {
        private static final long LONGEST_SLEEP_NS = 2_000_000; // the link of a looped card is up at once

        private final VfioUserClient client;
        private final VfioUserServer server;
        private final MemorySegment memory;
        private int woken;

        ClientSlot(VfioUserClient client, VfioUserServer server, MemorySegment memory) {
            this.client = client;
            this.server = server;
            this.memory = memory;
        }

        @Override
        public void intx(boolean asserted) {
            throw new AssertionError("nobody asked for the line");
        }

        @Override
        public void message(InterruptKind kind, int vector) {
            assertEquals(InterruptKind.MSIX, kind);
            assertEquals(0, vector);
            woken++;
        }

        /// Signals that the server sent; the client must have been woken for each, as it looks after
        /// each.
        @Override
        public int messages() {
            try {
                read(0x8); // what was posted is done
                while (client.poll(0) > 0) {}
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            assertEquals(server.counters().get(VfioUserCounter.INTERRUPTS), woken);
            return woken;
        }

        @Override
        public int read(int offset) {
            return (int) client.read(0, offset, 4);
        }

        @Override
        public void write(int offset, int value) {
            client.write(0, offset, 4, Integer.toUnsignedLong(value));
        }

        @Override
        public int readConfig(int offset) {
            return (int) client.read(PciFunction.REGION_CONFIG, offset, 2);
        }

        @Override
        public void writeConfig(int offset, int value) {
            client.write(PciFunction.REGION_CONFIG, offset, 2, value);
        }

        @Override
        public void put(long iova, byte[] content) {
            MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, iova, content.length);
        }

        @Override
        public byte[] get(long iova, int lengthBytes) {
            return memory.asSlice(iova, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public void putLong(long iova, long value) {
            memory.set(ValueLayout.JAVA_LONG, iova, value);
        }

        @Override
        public int getInt(long iova) {
            return memory.get(ValueLayout.JAVA_INT, iova);
        }

        @Override
        public void sleepUs(long us) {
            LockSupport.parkNanos(Math.min(us * 1000, LONGEST_SLEEP_NS));
        }

        @Override
        public void enableMsix() {
            writeConfig(0x72, 0x8000);
            try {
                client.enableInterrupts(InterruptKind.MSIX, 0, 1);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void resetFunction() {
            try {
                client.disableInterrupts(InterruptKind.MSIX);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            client.reset();
            writeConfig(0x04, 0x2);
        }
    }

    private void copyAndMessage(int round) {
        byte[] content = new byte[1024];
        Arrays.fill(content, (byte) 'x');
        content[700] = (byte) round;
        slot.put(SOURCE, content);
        driver.startCopy(SOURCE, TARGET, 1024, VfioSelftestDriver.MOST_FRAMES);
        assertTrue(driver.awaitCopy(), "copies within 200 ms");
        assertArrayEquals(content, slot.get(TARGET, 1024));
        assertEquals(round, slot.messages(), "copies send none");
        driver.sendMessage();
        assertEquals(round + 1, slot.messages());
    }

    @Test
    void copiesAndMessagesAcrossTheSocket() {
        driver.init();
        for (int round = 0; round < 10; round++) copyAndMessage(round);
    }

    @Test
    void unmappedMemoryTimesOutAndTheFunctionWorksAfterItsReset() {
        driver.init();
        driver.startCopy(UNMAPPED, TARGET, 1024, 10);
        assertFalse(driver.awaitCopy());
        assertEquals(0, slot.messages());
        copyAndMessage(0);
        driver.remove();
    }
}
