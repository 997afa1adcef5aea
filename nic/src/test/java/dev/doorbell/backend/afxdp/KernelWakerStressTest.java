package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.FakeKernelRings;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import dev.doorbell.linux.xdp.ProducerRing;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The hand-over between two threads: no request is lost, whenever the agent goes to sleep.
@Timeout(120)
@SuppressWarnings("ThreadPriorityCheck") // a yield only lets the other thread run sooner
class KernelWakerStressTest {
    private static final int ENTRIES = 64;
    private static final int BURSTS = 20_000;
    private static final int ROUNDS = 200_000;
    private static final long PATIENCE_NS = 10_000_000_000L;

    /// A loop that never looks twice: it sleeps as often as it can.
    private static void run(KernelWaker waker, AtomicReference<Throwable> failure) {
        Poller poller = new Poller(1);
        poller.set(0, waker.wakeFd(), Poller.POLLIN);
        try {
            while (!waker.isRetired()) {
                if (waker.doWork() > 0) continue;
                if (waker.rest() > 0) poller.poll(-1); // for ever: no second chance
                waker.awake();
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    /// Each burst must leave without another request; between two bursts there is anything from nothing
    /// to long enough for the agent to sleep.
    @Test
    void everyBurstLeavesByItself() throws SystemCallException, InterruptedException {
        KernelWaker waker = new KernelWaker("stress");
        FakeKernelRings kernel = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES, -1000);
        kernel.onWakeTransmit = () -> {
            for (int i = 0; i < 5; i++) if (kernel.takeTransmit() == null) break;
            kernel.transmitAnswer = kernel.pending(Ring.TRANSMIT) > 0 ? -Errno.EAGAIN : 0;
        };
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> run(waker, failure), "agent under test");
        thread.start();
        WakeRequest request = waker.serve(kernel);
        ProducerRing ring = kernel.transmitRing();
        Random random = new Random(4);
        for (int burst = 0; burst < BURSTS; burst++) {
            int frames = 1 + random.nextInt(ENTRIES);
            for (int sent = 0; sent < frames; ) {
                int part = Math.min(1 + random.nextInt(16), frames - sent);
                assertTrue(ring.free(part) >= part);
                for (int i = 0; i < part; i++) ring.descriptor(i, 0, 60, 0);
                ring.submit(part);
                request.ask();
                sent += part;
            }
            long untilNs = System.nanoTime() + PATIENCE_NS;
            while (ring.pending() != 0) {
                if (System.nanoTime() > untilNs || failure.get() != null)
                    throw new AssertionError(ring.pending() + " frames of burst " + burst + " stay", failure.get());
                if (random.nextInt(4) == 0) Thread.yield(); // on one processor the agent needs it
            }
            for (int pause = random.nextInt(200); pause > 0; pause--) Thread.onSpinWait();
        }
        waker.retire();
        thread.join();
        waker.close();
        kernel.close();
        assertThat(failure.get()).isNull();
        assertThat(kernel.isIntact()).isTrue();
    }

    /// The two words of the hand-over, each time from the start: a request and a sleep at the same instant. Either the
    /// sleep sees the request, or the request ends the sleep.
    @Test
    void requestAndSleepNeverMissEachOther() throws SystemCallException, InterruptedException {
        KernelWaker waker = new KernelWaker("stress");
        FakeKernelRings kernel = new FakeKernelRings(8, 8, 8, 8);
        WakeRequest request = waker.serve(kernel);
        Poller poller = new Poller(1);
        poller.set(0, waker.wakeFd(), Poller.POLLIN);
        AtomicInteger round = new AtomicInteger();
        AtomicInteger rested = new AtomicInteger();
        long[] sleepNs = {0}; // published by rested
        Thread agent = new Thread(
                () -> {
                    for (int i = 1; i <= ROUNDS; i++) {
                        await(round, i);
                        sleepNs[0] = waker.rest();
                        rested.set(i);
                    }
                },
                "agent under test");
        agent.start();
        int sleeps = 0;
        int wakes = 0;
        try {
            for (int i = 1; i <= ROUNDS; i++) {
                round.set(i);
                for (int skew = i & 0xFF; skew > 0; skew--) round.getOpaque(); // some ns: each comes first in turn
                request.ask();
                await(rested, i);
                boolean slept = sleepNs[0] > 0;
                boolean woken = poller.poll(0) > 0;
                assertTrue(!slept || woken, "round " + i + " sleeps over a request");
                if (slept) sleeps++;
                if (woken) wakes++;
                waker.awake();
                waker.doWork();
            }
        } finally {
            round.set(ROUNDS); // whatever happened, the other thread ends
            agent.join();
        }
        waker.close();
        kernel.close();
        assertThat(sleeps).as("of both kinds, some").isBetween(1, ROUNDS - 1);
        assertThat(wakes).isGreaterThanOrEqualTo(sleeps);
    }

    private static void await(AtomicInteger counter, int least) {
        for (int spins = 0; counter.get() < least; spins++) {
            if (spins % 1000 == 999) Thread.yield(); // on one processor the other needs it
            else Thread.onSpinWait();
        }
    }

    /// Sockets come and go while the agent is calling: none is called after it was forgotten.
    @Test
    void noSocketIsCalledAfterItWasForgotten() throws SystemCallException, InterruptedException {
        KernelWaker waker = new KernelWaker("stress");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> run(waker, failure), "agent under test");
        thread.start();
        for (int round = 0; round < 3000; round++) {
            FakeKernelRings kernel = new FakeKernelRings(8, 8, 8, 8);
            boolean[] closed = {false}; // plain: forget is what orders it
            kernel.onWakeTransmit = () -> {
                if (closed[0]) failure.compareAndSet(null, new AssertionError("called after forget"));
                for (int i = 0; i < 50; i++) Thread.onSpinWait();
                if (closed[0]) failure.compareAndSet(null, new AssertionError("called during forget"));
            };
            WakeRequest request = waker.serve(kernel);
            assertTrue(kernel.transmitRing().free(1) > 0);
            kernel.transmitRing().descriptor(0, 0, 60, 0);
            kernel.transmitRing().submit(1);
            request.ask();
            if (round % 3 == 0) Thread.yield();
            request.forget();
            closed[0] = true;
            kernel.close();
        }
        waker.retire();
        thread.join();
        waker.close();
        assertThat(failure.get()).isNull();
    }
}
