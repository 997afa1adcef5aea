package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.LINK_DOWNS;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_KERNEL;
import static dev.doorbell.backend.BackendCounter.RECEIVE_FRAMES;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_BACKPRESSURE;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_LINK_DOWN;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_FRAMES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.Frames;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.xdp.FakeKernelRings;
import dev.doorbell.linux.xdp.FakeKernelRings.Descriptor;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.time.VirtualTimeline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The backend over three queues whose kernel the test plays; their interface is the loopback one,
/// which is always there.
class AfXdpFrontTest {
    private static final int ENTRIES = 64;

    private final VirtualTimeline timeline = new VirtualTimeline();
    private final List<FakeKernelRings> kernels = new ArrayList<>();
    private final AfXdpBackend backend;

    AfXdpFrontTest() throws SystemCallException {
        assumeTrue(Interfaces.isRunning("lo") == 1, "the loopback interface is down here");
        CounterTable<BackendCounter> counters = new CounterTable<>(BackendCounter.class);
        List<AfXdpQueue> queues = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FakeKernelRings kernel = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
            kernels.add(kernel);
            queues.add(new AfXdpQueue(i, kernel, Umem.allocate(2 * ENTRIES, 2048), true, false, counters));
        }
        BackendOptions.AfXdp options = VethTest.options("lo", "queues=3");
        AfXdpInterface opened =
                new AfXdpInterface(Interfaces.index("lo"), Interfaces.mtuBytes("lo"), Attachment.none(options), queues);
        backend = new AfXdpBackend(options, timeline, counters, opened);
    }

    @AfterEach
    void close() {
        backend.close();
        backend.close();
        for (FakeKernelRings kernel : kernels)
            assertThat(kernel.fd()).as("closed").isEqualTo(-1);
        assertThat(timeline.hasDeadline()).as("no timer is left").isFalse();
    }

    private long counted(BackendCounter counter) {
        return backend.counters().get(counter);
    }

    /// Frames for queues, in this order.
    private static FrameBatch forQueues(int... queues) {
        FrameBatch batch = new FrameBatch(queues.length, queues.length, 0);
        for (int i = 0; i < queues.length; i++) {
            Frames.append(batch, Frames.between(1, 2, i), 60);
            batch.queue(i, queues[i]);
        }
        return batch;
    }

    private int pending(int kernel) {
        return kernels.get(kernel).pending(Ring.TRANSMIT);
    }

    @Test
    void frameGoesToTheSocketOfItsQueue() {
        assertThat(backend.transmit(forQueues(0, 1, 2, 3, 4, 7, FrameBatch.ANY_QUEUE), 0))
                .isEqualTo(7);
        assertThat(pending(0)).as("queues 0, 3 and any").isEqualTo(3);
        assertThat(pending(1)).as("queues 1, 4 and 7").isEqualTo(3);
        assertThat(pending(2)).isEqualTo(1);
    }

    @Test
    void oneWakeForABatchAndASocket() {
        for (FakeKernelRings kernel : kernels) {
            kernel.onWakeTransmit = () -> sendAll(kernel);
            kernel.transmitWakes = 0;
        }
        backend.transmit(forQueues(0, 0, 0, 2, 2, 2, 0, 2), 0);
        assertThat(kernels.stream().map(k -> k.transmitWakes)).containsExactly(1, 0, 1);
        assertThat(counted(TRANSMIT_FRAMES)).isEqualTo(8);
    }

    private static void sendAll(FakeKernelRings kernel) {
        for (Descriptor d = kernel.takeTransmit(); d != null; d = kernel.takeTransmit())
            kernel.complete(d.umemOffset());
    }

    @Test
    void whatDoesNotFitIsBackpressureAndTheRestOfTheBatchWaitsBehindIt() {
        kernels.get(1).transmitAnswer = -Errno.EAGAIN;
        int[] queues = new int[ENTRIES + 2];
        java.util.Arrays.fill(queues, 1);
        queues[ENTRIES + 1] = 0;
        FrameBatch batch = forQueues(queues);

        assertThat(backend.transmit(batch, 0)).isEqualTo(ENTRIES);

        assertThat(counted(TRANSMIT_BACKPRESSURE)).isEqualTo(1);
        assertThat(pending(0)).as("behind the frame that waits").isZero();
        assertThat(backend.transmitFd()).isEqualTo(kernels.get(1).fd());
        assertThat(counted(TRANSMIT_FRAMES)).isEqualTo(ENTRIES);
        kernels.get(1).onWakeTransmit = () -> sendAll(kernels.get(1));
        assertThat(backend.transmit(batch, ENTRIES)).isEqualTo(2);
        assertThat(backend.transmitFd()).isEqualTo(-1);
    }

    @Test
    void whatTheKernelLeftIsSentByATimer() {
        FakeKernelRings kernel = kernels.getFirst();
        kernel.transmitAnswer = -Errno.EAGAIN;
        backend.transmit(forQueues(0, 0), 0);
        int wakes = kernel.transmitWakes;
        timeline.advance(AfXdpBackend.WAKE_AGAIN_NS);
        assertThat(kernel.transmitWakes).isGreaterThan(wakes);
        kernel.onWakeTransmit = () -> sendAll(kernel);
        kernel.transmitAnswer = 0;
        timeline.advance(AfXdpBackend.WAKE_AGAIN_NS);
        assertThat(pending(0)).isZero();
        wakes = kernel.transmitWakes;
        timeline.advance(10 * AfXdpBackend.WAKE_AGAIN_NS);
        assertThat(kernel.transmitWakes).as("nothing is left").isEqualTo(wakes);
    }

    @Test
    void everySocketHasItsShareOfABatch() {
        for (FakeKernelRings kernel : kernels) for (int i = 0; i < 60; i++) kernel.receive(kernel.takeFill(), 60, 0);
        int[] seen = new int[3];
        for (int call = 0; call < 6; call++) {
            FrameBatch batch = new FrameBatch(10, 10, 0);
            assertThat(backend.receive(batch)).isEqualTo(10);
            for (int i = 0; i < 10; i++) seen[batch.queue(i)]++;
        }
        assertThat(seen).containsExactly(20, 20, 20);
    }

    @Test
    void oneBusySocketFillsABatchAlone() {
        FakeKernelRings busy = kernels.get(2);
        for (int i = 0; i < 60; i++) busy.receive(busy.takeFill(), 60, 0);
        for (int call = 0; call < 6; call++) {
            FrameBatch batch = new FrameBatch(10, 10, 0);
            assertThat(backend.receive(batch)).isEqualTo(10);
            assertThat(batch.queue(9)).isEqualTo(2);
        }
        assertThat(counted(RECEIVE_FRAMES)).isEqualTo(60);
    }

    @Test
    void socketWithABrokenRingIsLostAloneAndTheLinkGoesWithTheLastOne() {
        kernels.get(1).setProducer(Ring.RECEIVE, 1000);
        backend.receive(Frames.emptyBatch());
        assertThat(counted(BackendCounter.RING_FAULTS)).isEqualTo(1);
        assertThat(backend.linkUp()).isTrue();

        assertThat(backend.transmit(forQueues(0, 1, 2), 0)).isEqualTo(3);

        assertThat(counted(TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(1);
        assertThat(counted(TRANSMIT_FRAMES)).isEqualTo(2);
        for (int i : new int[] {0, 2}) kernels.get(i).setProducer(Ring.RECEIVE, -1);
        backend.receive(Frames.emptyBatch());
        timeline.advance(AfXdpBackend.CHECK_NS);
        assertThat(backend.linkUp()).isFalse();
        assertThat(counted(LINK_DOWNS)).isEqualTo(1);
        assertThat(backend.transmit(forQueues(0, 1, 2), 0)).isEqualTo(3);
    }

    @Test
    void kernelsCountsAreReadTenTimesASecondAndAtTheEnd() {
        kernels.getFirst().counts.receiveDropped = 3;
        timeline.advance(AfXdpBackend.CHECK_NS);
        assertThat(counted(RECEIVE_DROPPED_KERNEL)).isEqualTo(3);
        kernels.getFirst().counts.receiveDropped = 4;
        backend.close();
        assertThat(counted(RECEIVE_DROPPED_KERNEL)).isEqualTo(4);
    }

    @Test
    void severalSocketsHaveOneDescriptor() {
        assertThat(backend.receiveFd()).isNotNegative();
        for (FakeKernelRings kernel : kernels) assertThat(backend.receiveFd()).isNotEqualTo(kernel.fd());
    }
}
