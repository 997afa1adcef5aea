package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.FakeKernelRings;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import dev.doorbell.linux.xdp.ProducerRing;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests of a card's thread and what the agent makes of them, step by step on one thread.
class KernelWakerTest {
    private static final int ENTRIES = 64;
    private static final int CALLS_PER_ROUND = 5_000;
    /// On a busy machine the JIT compiler may come late, and it may throw code away for a while.
    private static final int MOST_ROUNDS = 300;

    private static final long ROUND_LIMIT_BYTES = 1024;

    private final KernelWaker waker;
    private final FakeKernelRings kernel = kernel();
    private final WakeRequest request;
    private int sendsPerCall = ENTRIES;

    KernelWakerTest() throws SystemCallException {
        waker = new KernelWaker("waker under test");
        request = waker.serve(kernel);
    }

    @AfterEach
    void close() {
        waker.close();
        kernel.close();
    }

    private FakeKernelRings kernel() {
        FakeKernelRings rings = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES, -10);
        rings.onWakeTransmit = () -> {
            for (int i = 0; i < sendsPerCall && rings.takeTransmit() != null; i++) {}
        };
        return rings;
    }

    private static void submit(FakeKernelRings to, int count) {
        ProducerRing ring = to.transmitRing();
        assertThat(ring.free(count)).isGreaterThanOrEqualTo(count);
        for (int i = 0; i < count; i++) ring.descriptor(i, i * 2048L, 60, 0);
        ring.submit(count);
    }

    private void fillAndAsk(int count) {
        submit(kernel, count);
        request.ask();
    }

    private boolean wakeFdIsReadable() {
        Poller poller = new Poller(1);
        poller.set(0, waker.wakeFd(), Poller.POLLIN);
        return poller.poll(0) > 0;
    }

    @Test
    void whatIsAskedForIsSentWithOneCall() {
        assertThat(waker.doWork()).isZero();
        assertThat(kernel.transmitWakes).isZero();
        fillAndAsk(5);
        assertThat(waker.doWork()).isPositive();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(kernel.transmitWakes).isEqualTo(1);
        assertThat(waker.doWork()).as("nothing new").isZero();
        assertThat(kernel.transmitWakes).isEqualTo(1);
    }

    @Test
    void requestsThatCameMeanwhileAreOneRequest() {
        fillAndAsk(5);
        fillAndAsk(6);
        fillAndAsk(7);
        waker.doWork();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(kernel.transmitWakes).isEqualTo(1);
    }

    /// EAGAIN: a call sends a bounded number.
    @Test
    void theKernelIsCalledUntilItHasTakenEverything() {
        sendsPerCall = 3;
        kernel.transmitAnswer = -Errno.EAGAIN;
        fillAndAsk(ENTRIES);
        int steps = 0;
        while (waker.doWork() > 0) steps++;
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(kernel.transmitWakes).isEqualTo(22);
        assertThat(steps).as("each step is bounded").isEqualTo(3);
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -Errno.EAGAIN, -Errno.ENOBUFS, -Errno.ENOMEM, -Errno.EINTR})
    void aKernelThatSendsNothingIsAskedAgainAfterAPause(int answer) {
        sendsPerCall = 0;
        kernel.transmitAnswer = answer;
        fillAndAsk(5);
        assertThat(waker.doWork()).as("got nowhere").isZero();
        assertThat(kernel.transmitWakes).isEqualTo(WakeRequest.MAX_CALLS);
        assertThat(waker.rest()).isEqualTo(KernelWaker.AGAIN_NS);
        waker.awake();
        sendsPerCall = ENTRIES;
        assertThat(waker.doWork()).as("nobody asked again").isPositive();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(request.takeTrouble()).isZero();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void framesThatTheDriverDropsAreCountedAndPassed() {
        sendsPerCall = 1;
        kernel.transmitAnswer = -Errno.EBUSY;
        fillAndAsk(20);
        waker.doWork();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(request.takeDrops()).isEqualTo(20);
        assertThat(request.takeDrops()).isZero();
        sendsPerCall = 0;
        fillAndAsk(1);
        waker.doWork();
        assertThat(request.takeDrops()).as("a driver that drops for ever").isEqualTo(WakeRequest.MAX_DROPS);
    }

    @ParameterizedTest
    @ValueSource(ints = {-Errno.ENETDOWN, -Errno.ENXIO, -Errno.EBADF})
    void troubleOfTheInterfaceIsToldOnceAndEndsTheCalls(int answer) {
        sendsPerCall = 0;
        kernel.transmitAnswer = answer;
        fillAndAsk(5);
        waker.doWork();
        assertThat(kernel.transmitWakes).isEqualTo(1);
        assertThat(waker.doWork()).isZero();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        assertThat(request.takeTrouble()).isEqualTo(answer);
        assertThat(request.takeTrouble()).isZero();
        waker.awake();
        fillAndAsk(1);
        waker.doWork();
        assertThat(kernel.transmitWakes).as("asked anew, called anew").isEqualTo(2);
    }

    @Test
    void aDriverThatSendsByItselfIsCalledOnce() {
        FakeKernelRings zeroCopy = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        zeroCopy.zeroCopy = true;
        WakeRequest direct = waker.serve(zeroCopy);
        submit(zeroCopy, 5);
        direct.ask();
        waker.doWork();
        assertThat(zeroCopy.transmitWakes).isEqualTo(1);
        assertThat(waker.rest()).as("the driver is at it").isEqualTo(Long.MAX_VALUE);
        zeroCopy.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, Integer.MIN_VALUE})
    void anImpossibleIndexOfTheKernelEndsTheCalls(int beyond) {
        kernel.onWakeTransmit = () -> kernel.setConsumer(Ring.TRANSMIT, kernel.producer(Ring.TRANSMIT) + beyond);
        fillAndAsk(5);
        waker.doWork();
        assertThat(kernel.transmitWakes).isEqualTo(1);
        assertThat(waker.doWork()).isZero();
        assertThat(kernel.isIntact()).isTrue();
    }

    @Test
    void aRequestDuringTheSleepEndsItAndOneBeforePreventsIt() {
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        assertThat(wakeFdIsReadable()).isFalse();
        fillAndAsk(1);
        assertThat(wakeFdIsReadable()).isTrue();
        waker.awake();
        assertThat(wakeFdIsReadable()).isFalse();
        fillAndAsk(1);
        assertThat(wakeFdIsReadable())
                .as("no call of the kernel while the agent is awake")
                .isFalse();
        assertThat(waker.rest()).isZero();
        waker.awake();
        waker.doWork();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
    }

    @Test
    void forgottenSocketsAreLeftAlone() {
        fillAndAsk(5);
        request.forget();
        request.forget();
        assertThat(waker.doWork()).isZero();
        request.ask();
        assertThat(waker.doWork()).isZero();
        assertThat(kernel.transmitWakes).isZero();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void oneAgentServesSeveralSocketsEachByItself() {
        FakeKernelRings other = kernel();
        WakeRequest second = waker.serve(other);
        kernel.onWakeTransmit = () -> {};
        fillAndAsk(5); // stuck
        submit(other, 5);
        second.ask();
        waker.doWork();
        assertThat(other.pending(Ring.TRANSMIT)).isZero();
        request.forget();
        submit(other, 5);
        second.ask();
        waker.doWork();
        assertThat(other.pending(Ring.TRANSMIT)).isZero();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        other.close();
    }

    @Test
    void retiredItAsksForNoSleep() {
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        waker.retire();
        assertThat(wakeFdIsReadable()).isTrue();
        assertThat(waker.isRetired()).isTrue();
        waker.awake();
        assertThat(waker.rest()).isZero();
        waker.close();
        waker.close();
        assertThat(waker.wakeFd()).isEqualTo(-1);
    }

    /// Busy polling: the kernel polls the device in the call.
    @Test
    void pollsOfTheDeviceAreMadeOncePerRequest() {
        request.poll();
        request.poll();
        assertThat(waker.doWork()).isPositive();
        assertThat(kernel.receiveWakes).isEqualTo(1);
        assertThat(kernel.transmitWakes).isZero();
        assertThat(waker.doWork()).isZero();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        request.poll();
        assertThat(wakeFdIsReadable()).isTrue();
        waker.awake();
        fillAndAsk(3);
        assertThat(waker.rest()).isZero();
        waker.awake();
        waker.doWork();
        assertThat(kernel.receiveWakes).isEqualTo(2);
        assertThat(kernel.transmitWakes).isEqualTo(1);
        request.poll();
        request.forget();
        assertThat(waker.rest()).isEqualTo(Long.MAX_VALUE);
        waker.awake();
        assertThat(waker.doWork()).isZero();
        assertThat(kernel.receiveWakes).isEqualTo(2);
    }

    @Test
    void theHandOverAllocatesNothing() {
        kernel.onWakeTransmit = () -> kernel.setConsumer(Ring.TRANSMIT, kernel.producer(Ring.TRANSMIT));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ProducerRing ring = kernel.transmitRing();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && leastBytes > ROUND_LIMIT_BYTES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                waker.rest();
                ring.free(1);
                ring.descriptor(0, 0, 60, 0);
                ring.submit(1);
                request.ask();
                request.poll();
                waker.awake();
                waker.doWork();
                request.takeTrouble();
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).as("bytes in %d calls", CALLS_PER_ROUND).isLessThanOrEqualTo(ROUND_LIMIT_BYTES);
    }
}
