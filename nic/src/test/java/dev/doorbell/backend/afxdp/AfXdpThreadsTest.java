package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.Descriptors;
import dev.doorbell.backend.SideAgent;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A backend part of whose kernel calls other threads make, on a pair of veth interfaces.
@Tag("real")
@Timeout(120)
@SuppressWarnings("ThreadPriorityCheck") // a yield only lets the other thread run sooner
class AfXdpThreadsTest {
    private static final int FRAME_BYTES = 60;
    private static final int TRANSMIT_BATCH = 64;
    /// What a queue of a veth holds (256) while its softirq waits; it drops the rest.
    private static final int UNDER_WAY_FRAMES = 200;
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final long openBefore = Descriptors.count();
    private final VethNetwork network = new VethNetwork();
    private final WallTimeline timeline = new WallTimeline();
    private final List<AfXdpBackend> opened = new ArrayList<>();
    private final List<SideAgent> agents = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final FrameBatch sending = new FrameBatch(TRANSMIT_BATCH, TRANSMIT_BATCH, 0);
    private final FrameBatch receiving = new FrameBatch(64, 256, 0);
    private final MemorySegment frames = Arena.ofAuto().allocate(TRANSMIT_BATCH * FRAME_BYTES);

    /// Closing ends the threads, and nothing is left.
    @AfterEach
    void nothingLeaks() throws InterruptedException {
        for (AfXdpBackend backend : opened) backend.close();
        for (Thread thread : threads) thread.join();
        for (SideAgent agent : agents) agent.close();
        network.close();
        assertThat(failures).isEmpty();
        assertThat(Descriptors.count()).isEqualTo(openBefore);
    }

    private AfXdpBackend open(String ifname, int queues, int loops) throws IOException {
        return open(ifname, queues, loops, "");
    }

    private AfXdpBackend open(String ifname, int queues, int loops, String more) throws IOException {
        BackendOptions options = parse("af-xdp,id=x,ifname=" + ifname + ",queues=" + queues + more);
        AfXdpBackend backend = patiently((BackendOptions.AfXdp) options, loops);
        opened.add(backend);
        agents.addAll(backend.agents());
        for (SideAgent agent : backend.agents()) start(agent);
        await("link up of " + ifname, backend::linkUp);
        return backend;
    }

    /// The kernel lets go of a queue a little after its socket was closed: when the last frame is gone.
    private AfXdpBackend patiently(BackendOptions.AfXdp options, int loops) throws IOException {
        long untilNs = timeline.nowNs() + PATIENCE_NS;
        while (true) {
            try {
                return AfXdpBackend.open(options, timeline, loops);
            } catch (IOException busy) {
                if (!busy.toString().contains("already") || timeline.nowNs() - untilNs > 0) throw busy;
                Thread.yield();
            }
        }
    }

    private static BackendOptions parse(String text) {
        try {
            return BackendOptions.parse(text);
        } catch (dev.doorbell.option.OptionException e) {
            throw new AssertionError(e);
        }
    }

    private void start(SideAgent agent) {
        Poller poller = new Poller(1);
        poller.set(0, agent.wakeFd(), Poller.POLLIN);
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!agent.isRetired()) {
                            if (agent.doWork() > 0) continue;
                            long ns = agent.rest();
                            if (ns > 0) poller.poll(ns == Long.MAX_VALUE ? -1 : ns);
                            agent.awake();
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                },
                agent.roleName());
        threads.add(thread);
        thread.start();
    }

    private void await(String what, BooleanSupplier condition) {
        long untilNs = timeline.nowNs() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(timeline.nowNs() - untilNs).as(what).isNegative();
            timeline.runDue();
            Thread.yield();
        }
    }

    /// A batch of one queue, its frames numbered from `first` on.
    private void make(int queue, int first, int count) {
        sending.clear();
        for (int i = 0; i < count; i++) {
            long at = (long) i * FRAME_BYTES;
            frames.asSlice(at, FRAME_BYTES).fill((byte) 0);
            frames.set(ValueLayout.JAVA_BYTE, at, (byte) 2);
            frames.set(ValueLayout.JAVA_BYTE, at + 6, (byte) 2);
            frames.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 12, (short) 0xB588);
            frames.set(ValueLayout.JAVA_INT_UNALIGNED, at + 20, queue);
            frames.set(ValueLayout.JAVA_INT_UNALIGNED, at + 24, first + i);
            sending.beginFrame();
            sending.addSlice(frames, at, FRAME_BYTES);
            sending.queue(sending.openFrame(), queue);
            sending.endFrame();
        }
    }

    /// Takes what arrived; frames of a queue come in order, each once.
    private int receive(AfXdpBackend backend, int[] next) {
        receiving.clear();
        int count = backend.receive(receiving);
        MemorySegment flat = Arena.ofAuto().allocate(8);
        for (int i = 0; i < count; i++) {
            receiving.copyTo(i, 20, 8, flat, 0);
            int queue = flat.get(ValueLayout.JAVA_INT, 0);
            assertThat(flat.get(ValueLayout.JAVA_INT, 4))
                    .as("number in queue " + queue)
                    .isEqualTo(next[queue]++);
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, ''",
        "4, 2, ''",
        "4, 4, ''",
        "3, 2, ''",
        "2, 2, ',wakeup=off'",
        "2, 2, ',busy-poll-us=20,busy-poll-budget=16'"
    })
    void framesOfEveryQueueArriveInOrder(int queues, int loops, String more) throws IOException {
        List<String> names = network.pair(queues, 1500);
        AfXdpBackend near = open(names.getFirst(), queues, loops, more);
        AfXdpBackend far = open(names.getLast(), queues, loops, more);
        assertThat(near.agents()).hasSize(loops - 1);
        assertThat(far.agents()).hasSize(loops - 1);
        int[] sent = new int[queues];
        int[] next = new int[queues];
        int perQueue = 20_000;
        int left = queues * perQueue;
        long untilNs = timeline.nowNs() + PATIENCE_NS;
        for (int turn = 0; left > 0; turn++) {
            int queue = turn % queues;
            int count = Math.min(1 + turn % TRANSMIT_BATCH, perQueue - sent[queue]);
            if (count > 0 && sent[queue] - next[queue] + count <= UNDER_WAY_FRAMES) {
                make(queue, sent[queue], count);
                sent[queue] += near.transmit(sending, 0);
            }
            left -= receive(far, next);
            timeline.runDue();
            assertThat(timeline.nowNs() - untilNs)
                    .as("%s of %s frames left", left, queues * perQueue)
                    .isNegative();
        }
        assertThat(next).containsOnly(perQueue);
        assertThat(near.counters().get(BackendCounter.TRANSMIT_FRAMES)).isEqualTo((long) queues * perQueue);
    }

    /// After a burst nothing more is asked of the backend: what was taken leaves.
    @Test
    void burstsBetweenPausesLeaveByThemselves() throws IOException {
        List<String> names = network.pair(2, 1500);
        AfXdpBackend near = open(names.getFirst(), 2, 2);
        AfXdpBackend far = open(names.getLast(), 2, 1);
        int[] next = new int[2];
        for (int burst = 0; burst < 2000; burst++) {
            int count = 1 + burst % TRANSMIT_BATCH;
            int before = next[1];
            make(1, before, count);
            assertThat(near.transmit(sending, 0)).isEqualTo(count);
            await("burst " + burst, () -> {
                receive(far, next);
                return next[1] == before + count;
            });
        }
    }

    @Test
    void interfaceThatGoesAndComesBackIsServedAgain() throws IOException {
        List<String> names = network.pair(2, 1500);
        AfXdpBackend near = open(names.getFirst(), 2, 2);
        make(1, 0, 64);
        for (int i = 0; i < 100; i++) near.transmit(sending, 0);
        network.ip("link", "del", names.getFirst());
        await("link down", () -> {
            near.transmit(sending, 0);
            return !near.linkUp();
        });
        network.remake(names, 2, 1500);
        await("link up again", near::linkUp);
        AfXdpBackend far = open(names.getLast(), 2, 1);
        int[] next = new int[2];
        assertThat(near.transmit(sending, 0)).isEqualTo(64);
        await("frames after that", () -> {
            receive(far, next);
            return next[1] == 64;
        });
    }

    /// The card's thread closes while the other one is calling.
    @Test
    void closingInTheMidstOfTrafficIsClean() throws IOException {
        List<String> names = network.pair(2, 1500);
        for (int round = 0; round < 20; round++) {
            AfXdpBackend near = open(names.getFirst(), 2, 2);
            make(1, 0, 64);
            for (int i = 0; i < 20; i++) near.transmit(sending, 0);
            near.close();
        }
    }
}
