package dev.doorbell.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserClient;
import dev.doorbell.vfiouser.VfioUserServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One card's failure is its own; and a loop with nothing to do does nothing.
@Timeout(60)
class CardLoopTest {
    private static final long TIMEOUT_NS = 10_000_000_000L;

    private final Path folder;
    private final WallTimeline timeline = new WallTimeline();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    CardLoopTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /// A backend whose reading goes wrong once it is told to.
    private static final class BrokenBackend implements FrameBackend {
        private final Error error;
        private volatile boolean broken;
        private volatile boolean closed;

        BrokenBackend(Error error) {
            this.error = error;
        }

        @Override
        public int transmit(FrameBatch batch, int from) {
            return batch.size() - from;
        }

        @Override
        public int receive(FrameBatch batch) {
            if (!broken) return 0;
            broken = false; // once is enough
            throw error;
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.plain(1514, 32);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private String socket(String id) {
        return folder.resolve(id).toString();
    }

    private ServedCard card(String id, FrameBackend inner) throws SystemCallException {
        PatientBackend backend = new PatientBackend(inner, timeline);
        E1000 card = new E1000(new E1000Options(E1000Model.I82540EM, 0x5254_0012_3456L), timeline, backend);
        return new ServedCard(
                id,
                new VfioUserServer(socket(id), new PciEndpoint(card), timeline),
                card,
                backend,
                SharedMemory.open(0),
                timeline);
    }

    private Thread start(CardLoop loop) {
        Thread thread = new Thread(loop, "loop under test");
        thread.start();
        return thread;
    }

    private VfioUserClient connect(String id) throws IOException {
        return VfioUserClient.connect(socket(id), new WallTimeline(), TIMEOUT_NS);
    }

    private int readConfig(String id) throws IOException {
        try (VfioUserClient client = connect(id)) {
            return (int) client.read(VfioUserClient.REGION_CONFIG, 0, 2);
        }
    }

    @Test
    void cardThatFailsEndsAloneAndLeavesNothing() throws IOException, InterruptedException {
        BrokenBackend broken = new BrokenBackend(new AssertionError("a bug of ours"));
        CardLoop loop = new CardLoop(
                timeline,
                List.of(card("bad", broken), card("good", new NullBackend())),
                (card, e) -> failures.add(card.id() + ": " + e.getMessage()));
        Thread thread = start(loop);
        assertEquals(0x8086, readConfig("bad"));
        broken.broken = true;

        while (failures.isEmpty()) assertEquals(0x8086, readConfig("good")); // each wakes the loop

        assertEquals(List.of("bad: a bug of ours"), failures);
        assertEquals(0x8086, readConfig("good"));
        assertFalse(Files.exists(folder.resolve("bad")));
        assertTrue(broken.closed);
        loop.stop();
        thread.join();
        loop.release();
        assertFalse(Files.exists(folder.resolve("good")));
    }

    @Test
    void truncatedMemoryEndsTheSessionNotTheCard() throws IOException, InterruptedException {
        BrokenBackend broken = new BrokenBackend(new InternalError("a fault occurred in an unsafe memory access"));
        CardLoop loop =
                new CardLoop(timeline, List.of(card("a", broken)), (card, e) -> failures.add(String.valueOf(e)));
        Thread thread = start(loop);
        try (VfioUserClient client = connect("a")) {
            broken.broken = true;
            int reads = 0;
            try {
                while (true) reads += client.read(VfioUserClient.REGION_CONFIG, 0, 2) == 0x8086 ? 1 : 0;
            } catch (java.io.UncheckedIOException hungUp) {
                assertTrue(reads >= 0);
            }
        }

        assertEquals(0x8086, readConfig("a"), "the next client is served");
        assertEquals(List.of(), failures);
        loop.stop();
        thread.join();
        loop.release();
    }

    @Test
    void loopWithoutCardsEndsByItself() throws InterruptedException {
        CardLoop loop = new CardLoop(timeline, List.of(), (card, e) -> {});
        Thread thread = start(loop);
        thread.join();
        loop.release();
        loop.stop(); // late, and harmless
    }

    @Test
    void stopBeforeTheStartIsHeeded() throws IOException, InterruptedException {
        AtomicInteger ended = new AtomicInteger();
        CardLoop loop =
                new CardLoop(timeline, List.of(card("a", new NullBackend())), (card, e) -> ended.incrementAndGet());
        loop.stop();
        Thread thread = start(loop);
        thread.join();
        loop.release();
        assertEquals(0, ended.get());
        assertFalse(Files.exists(folder.resolve("a")));
    }
}
