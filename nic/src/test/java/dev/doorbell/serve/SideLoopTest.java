package dev.doorbell.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.backend.SideAgent;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.time.WallTimeline;
import dev.doorbell.vfiouser.VfioUserServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Loops beside a card's: they work while there is work, sleep while there is none, end with the card, and
/// take it with them when they fail.
@Timeout(60)
class SideLoopTest {
    private final Path folder;

    SideLoopTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /// Does as many units of work as it is given.
    private static final class CountingAgent implements SideAgent {
        private final int fd = EventFd.create();
        private final AtomicInteger given = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger steps = new AtomicInteger();
        private volatile @Nullable Error error;
        private volatile boolean retired;
        private volatile boolean closed;

        void give(int units) {
            given.addAndGet(units);
            EventFd.signal(fd);
        }

        void retire() {
            retired = true;
            EventFd.signal(fd);
        }

        @Override
        public String roleName() {
            return "agent of a test";
        }

        @Override
        public int doWork() {
            steps.incrementAndGet();
            Error wrong = error;
            if (wrong != null) throw wrong;
            if (done.get() == given.get()) return 0;
            done.incrementAndGet();
            return 1;
        }

        @Override
        public long rest() {
            return retired || done.get() != given.get() ? 0 : Long.MAX_VALUE;
        }

        @Override
        public int wakeFd() {
            return fd;
        }

        @Override
        public void awake() {
            EventFd.drain(fd);
        }

        @Override
        public boolean isRetired() {
            return retired;
        }

        @Override
        public void close() {
            if (!closed) dev.doorbell.linux.Files.close(fd);
            closed = true;
        }
    }

    private static Thread start(SideLoop loop) {
        Thread thread = new Thread(loop, "side loop under test");
        thread.start();
        return thread;
    }

    @Test
    void worksWhileThereIsWorkAndSleepsWhileThereIsNone() throws InterruptedException {
        CountingAgent agent = new CountingAgent();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread thread = start(new SideLoop(agent, failures::add));
        for (int round = 1; round <= 1000; round++) {
            agent.give(3);
            while (agent.done.get() < 3 * round) Thread.onSpinWait();
        }
        agent.retire();
        thread.join();
        agent.close();
        assertEquals(List.of(), failures);
    }

    @Test
    void retiredBeforeTheStartItEndsAtOnce() throws InterruptedException {
        CountingAgent agent = new CountingAgent();
        agent.retire();
        Thread thread = start(new SideLoop(agent, e -> {}));
        thread.join();
        assertEquals(0, agent.steps.get());
        agent.close();
    }

    /// The card's own loop may die without closing anything.
    @Test
    void stoppedItEndsThoughNobodyRetiredIt() throws InterruptedException {
        CountingAgent agent = new CountingAgent();
        SideLoop loop = new SideLoop(agent, e -> {});
        Thread thread = start(loop);
        while (agent.steps.get() == 0) Thread.onSpinWait();
        loop.stop();
        thread.join();
        loop.stop();
        agent.close();
    }

    /// Whatever goes wrong beside the card's loop: the card ends with a line, the others stay.
    @Test
    void failureEndsTheCardThatItWorksFor() throws IOException, InterruptedException {
        WallTimeline timeline = new WallTimeline();
        List<String> failures = new CopyOnWriteArrayList<>();
        ServedCard bad = card("bad", timeline);
        ServedCard good = card("good", timeline);
        CardLoop loop = new CardLoop(
                timeline, List.of(bad, good), (card, e) -> failures.add(card.id() + ": " + e.getMessage()));
        Thread cards = new Thread(loop, "card loop under test");
        cards.start();
        CountingAgent agent = new CountingAgent();
        Thread side = start(new SideLoop(agent, e -> loop.fail(bad, e)));
        agent.error = new AssertionError("a bug of ours");
        agent.give(1);
        side.join();
        while (failures.isEmpty() || Files.exists(folder.resolve("bad"))) Thread.onSpinWait();
        assertEquals(List.of("bad: a bug of ours"), failures);
        assertTrue(Files.exists(folder.resolve("good")));
        loop.fail(bad, new AssertionError("told twice")); // it is gone already
        loop.stop();
        cards.join();
        loop.release();
        loop.fail(good, new AssertionError("told late"));
        assertEquals(1, failures.size());
        agent.close();
    }

    private ServedCard card(String id, WallTimeline timeline) throws SystemCallException {
        PatientBackend backend = new PatientBackend(new NullBackend(), timeline);
        E1000 card = new E1000(new E1000Options(E1000Model.I82540EM, 0x5254_0012_3456L), timeline, backend);
        return new ServedCard(
                id,
                new VfioUserServer(folder.resolve(id).toString(), new PciEndpoint(card), timeline),
                card,
                backend,
                SharedMemory.open(0),
                timeline);
    }
}
