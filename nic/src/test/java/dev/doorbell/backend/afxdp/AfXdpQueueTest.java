package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.RECEIVE_BAD_DESCRIPTORS;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_BAD_DESCRIPTOR;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_TOO_LONG;
import static dev.doorbell.backend.BackendCounter.RECEIVE_DROPPED_TOO_SHORT;
import static dev.doorbell.backend.BackendCounter.RING_FAULTS;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_BAD_COMPLETIONS;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_DRIVER;
import static dev.doorbell.backend.afxdp.ChunkOwners.FILL;
import static dev.doorbell.backend.afxdp.ChunkOwners.FREE;
import static dev.doorbell.backend.afxdp.ChunkOwners.RECEIVE;
import static dev.doorbell.backend.afxdp.ChunkOwners.TRANSMIT;
import static dev.doorbell.linux.xdp.XdpSocket.XDP_PKT_CONTD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.Frames;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.xdp.FakeKernelRings;
import dev.doorbell.linux.xdp.FakeKernelRings.Descriptor;
import dev.doorbell.linux.xdp.FakeKernelRings.Ring;
import dev.doorbell.linux.xdp.Umem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One queue against a kernel that the test plays, honest or not.
class AfXdpQueueTest {
    private static final int ENTRIES = 64;
    private static final int CHUNKS = 2 * ENTRIES;
    private static final int CHUNK_BYTES = 2048;
    private static final int HEADROOM = 256;

    private final CounterTable<BackendCounter> counters = new CounterTable<>(BackendCounter.class);
    private final Umem umem = Umem.allocate(CHUNKS, CHUNK_BYTES);
    private final FakeKernelRings kernel = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES, -40); // wraps soon
    private final AfXdpQueue queue = new AfXdpQueue(3, kernel, umem, true, false, counters);
    private final FrameBatch batch = new FrameBatch(64, 256, 0);

    @AfterEach
    void nothingIsLostOrTouched() {
        assertThat(queue.owners().isConsistent()).isTrue();
        assertThat(kernel.isIntact()).isTrue();
        queue.close();
        queue.close();
    }

    private void assertOwners(int free, int fill, int receive, int transmit) {
        ChunkOwners owners = queue.owners();
        assertThat(new int[] {owners.count(FREE), owners.count(FILL), owners.count(RECEIVE), owners.count(TRANSMIT)})
                .as("free, fill, receive, transmit")
                .containsExactly(free, fill, receive, transmit);
    }

    private long counted(BackendCounter counter) {
        return counters.get(counter);
    }

    private void store(long umemOffset, byte[] frame, int from, int lengthBytes) {
        MemorySegment.copy(frame, from, umem.segment(), ValueLayout.JAVA_BYTE, umemOffset, lengthBytes);
    }

    /// The kernel receives a frame into chunks of the fill ring, so many bytes each.
    private void arrive(byte[] frame, int chunkPayload) {
        for (int at = 0; at < frame.length; at += chunkPayload) {
            int part = Math.min(chunkPayload, frame.length - at);
            long umemOffset = kernel.takeFill() + HEADROOM;
            store(umemOffset, frame, at, part);
            assertThat(kernel.receive(umemOffset, part, at + part < frame.length ? XDP_PKT_CONTD : 0))
                    .isTrue();
        }
    }

    private List<byte[]> receive() {
        queue.recycle();
        batch.clear();
        queue.receive(batch, batch.capacity());
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) frames.add(Frames.bytes(batch, i));
        return frames;
    }

    private byte[] sent(Descriptor descriptor) {
        return umem.segment()
                .asSlice(descriptor.umemOffset(), descriptor.lengthBytes())
                .toArray(ValueLayout.JAVA_BYTE);
    }

    // Both ways with an honest kernel

    @Test
    void halfOfTheChunksAreTheKernelsToReceiveInto() {
        assertOwners(ENTRIES, ENTRIES, 0, 0);
        assertThat(kernel.pending(Ring.FILL)).isEqualTo(ENTRIES);
    }

    @Test
    void arrivedFramesPointIntoTheMemoryAndGoBackWithTheNextCall() {
        byte[] one = Frames.random(1, 60);
        byte[] two = Frames.random(2, 1514);
        arrive(one, 1792);
        arrive(two, 1792);

        assertThat(receive()).containsExactly(one, two);

        assertThat(batch.queue(0)).isEqualTo(3);
        assertOwners(ENTRIES, ENTRIES - 2, 2, 0);
        assertThat(kernel.pending(Ring.RECEIVE)).isZero();
        assertThat(kernel.pending(Ring.FILL)).isEqualTo(ENTRIES - 2);
        assertThat(receive()).isEmpty();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
        assertThat(kernel.pending(Ring.FILL)).isEqualTo(ENTRIES);
    }

    @Test
    void frameOfSeveralChunksIsSeveralSlices() {
        byte[] frame = Frames.random(1, 9014);
        arrive(frame, 1792);

        assertThat(receive()).containsExactly(frame);
        assertThat(batch.sliceCount(0)).isEqualTo(6);
    }

    @Test
    void frameWhoseEndHasNotComeIsKept() {
        byte[] whole = Frames.random(1, 60);
        byte[] frame = Frames.random(2, 3000);
        arrive(whole, 1792);
        long first = kernel.takeFill() + HEADROOM;
        store(first, frame, 0, 1792);
        kernel.receive(first, 1792, XDP_PKT_CONTD);

        assertThat(receive()).containsExactly(whole);
        assertThat(receive()).isEmpty();
        assertThat(kernel.pending(Ring.RECEIVE)).isEqualTo(1);

        long second = kernel.takeFill() + HEADROOM;
        store(second, frame, 1792, 1208);
        kernel.receive(second, 1208, 0);
        assertThat(receive()).containsExactly(frame);
    }

    @Test
    void framesBeyondTheBatchWait() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            frames.add(Frames.random(i, 60 + i));
            arrive(frames.getLast(), 1792);
        }
        FrameBatch three = new FrameBatch(3, 3, 0);
        assertThat(queue.receive(three, 3)).isEqualTo(3);
        assertThat(queue.receive(three, 3)).as("full").isZero();
        assertThat(receive()).containsExactlyElementsOf(frames.subList(3, 10));
    }

    @Test
    void frameWithMoreChunksThanSlicesAreLeftWaitsForAnEmptyBatch() {
        byte[] small = Frames.random(1, 60);
        byte[] large = Frames.random(2, 6000); // four chunks
        arrive(small, 1792);
        arrive(large, 1792);
        FrameBatch tight = new FrameBatch(4, 4, 0);

        assertThat(queue.receive(tight, 4)).isEqualTo(1);
        queue.recycle();
        tight.clear();
        assertThat(queue.receive(tight, 4)).isEqualTo(1);
        assertThat(Frames.bytes(tight, 0)).isEqualTo(large);
    }

    @Test
    void frameWithMoreChunksThanABatchHasSlicesIsDropped() {
        arrive(Frames.random(2, 6000), 1792);
        arrive(Frames.random(3, 60), 1792);
        FrameBatch tight = new FrameBatch(2, 2, 0);

        assertThat(queue.receive(tight, 2)).isEqualTo(1);

        assertThat(Frames.bytes(tight, 0)).isEqualTo(Frames.random(3, 60));
        assertThat(counted(RECEIVE_DROPPED_TOO_LONG)).isEqualTo(1);
        queue.recycle();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 14, 500, 4097})
    void frameIsGatheredFromItsSlices(int sliceBytes) {
        byte[] frame = Frames.random(sliceBytes, 4097);
        FrameBatch scattered = new FrameBatch(1, 4097, 0);
        Frames.append(scattered, frame, sliceBytes);

        assertThat(queue.append(scattered, 0)).isTrue();
        assertThat(kernel.pending(Ring.TRANSMIT)).as("not before flush").isZero();
        queue.flush();

        assertThat(kernel.pending(Ring.TRANSMIT)).isEqualTo(3);
        byte[] arrived = new byte[4097];
        for (int i = 0; i < 3; i++) {
            Descriptor descriptor = Objects.requireNonNull(kernel.takeTransmit());
            byte[] part = sent(descriptor);
            System.arraycopy(part, 0, arrived, i * CHUNK_BYTES, part.length);
            assertThat(part.length).isEqualTo(i < 2 ? CHUNK_BYTES : 1);
            assertThat(descriptor.options()).isEqualTo(i < 2 ? XDP_PKT_CONTD : 0);
        }
        assertThat(arrived).isEqualTo(frame);
        assertOwners(ENTRIES - 3, ENTRIES, 0, 3);
    }

    @Test
    void sentChunksAreFreeAtOnce() {
        FrameBatch frames = Frames.batch(Frames.random(1, 60), Frames.random(2, 70));
        queue.append(frames, 0);
        queue.append(frames, 1);
        kernel.onWakeTransmit = this::sendAll;

        queue.flush();

        assertThat(kernel.transmitWakes).isEqualTo(1);
        assertThat(queue.hasUnsent()).isFalse();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    private void sendAll() {
        for (Descriptor d = kernel.takeTransmit(); d != null; d = kernel.takeTransmit())
            kernel.complete(d.umemOffset());
    }

    private void sendOne() {
        Descriptor descriptor = Objects.requireNonNull(kernel.takeTransmit());
        if (descriptor != null) kernel.complete(descriptor.umemOffset());
    }

    @Test
    void chunksThatComeBackLaterAreFreeThen() {
        FrameBatch frames = Frames.batch(Frames.random(1, 60));
        queue.append(frames, 0);
        queue.flush();
        assertOwners(ENTRIES - 1, ENTRIES, 0, 1);
        sendAll();
        queue.reclaim();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @Test
    void moreFramesThanTheRingHoldsLeaveInOneGoWhileTheKernelSends() {
        kernel.onWakeTransmit = this::sendAll;
        FrameBatch one = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < 3 * ENTRIES; i++) assertThat(queue.append(one, 0)).isTrue();
        queue.flush();
        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
    }

    @Test
    void frameThatDoesNotFitIsRefusedWhole() {
        FrameBatch small = Frames.batch(Frames.random(1, 60));
        FrameBatch large = Frames.batch(Frames.random(1, 3 * CHUNK_BYTES));
        for (int i = 0; i < ENTRIES - 2; i++) assertThat(queue.append(small, 0)).isTrue();

        assertThat(queue.append(large, 0)).isFalse();

        assertOwners(2, ENTRIES, 0, ENTRIES - 2);
        assertThat(queue.append(small, 0)).isTrue();
        assertThat(queue.append(small, 0)).isTrue();
        assertThat(queue.append(small, 0)).isFalse();
        assertThat(queue.pollWaitsForRoom()).as("the ring is full").isTrue();
        kernel.setConsumer(Ring.TRANSMIT, kernel.producer(Ring.TRANSMIT));
        assertThat(queue.append(small, 0)).as("sent but not given back").isFalse();
        assertThat(queue.pollWaitsForRoom()).as("poll would not wait").isFalse();
    }

    // Waking

    @Test
    void kernelThatStopsEarlyIsWokenAgainABoundedNumberOfTimes() {
        kernel.transmitAnswer = -Errno.EAGAIN;
        FrameBatch one = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < ENTRIES; i++) queue.append(one, 0);

        assertThat(queue.flush()).isZero();

        assertThat(kernel.transmitWakes).as("nothing moved").isEqualTo(AfXdpQueue.MAX_STALLS);
        assertThat(queue.hasUnsent()).isTrue();
        kernel.onWakeTransmit = this::sendOne;
        queue.wake();
        assertThat(kernel.transmitWakes).isEqualTo(AfXdpQueue.MAX_STALLS + AfXdpQueue.MAX_WAKES);
        assertThat(queue.wantsFlush()).isTrue();
        kernel.onWakeTransmit = this::sendAll;
        queue.wake();
        assertThat(queue.hasUnsent()).isFalse();
        assertThat(queue.wantsFlush()).isFalse();
    }

    @Test
    void framesThatTheDriverDropsAreCountedOneByOne() {
        kernel.transmitAnswer = -Errno.EBUSY;
        kernel.onWakeTransmit = this::sendOne;
        FrameBatch one = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < 20; i++) queue.append(one, 0);

        queue.flush();

        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(counted(TRANSMIT_DROPPED_DRIVER)).isEqualTo(20);
        kernel.onWakeTransmit = () -> {}; // a kernel that says so and takes nothing
        queue.append(one, 0);
        queue.flush();
        assertThat(counted(TRANSMIT_DROPPED_DRIVER)).isEqualTo(20);
        assertThat(kernel.transmitWakes).isEqualTo(20 + AfXdpQueue.MAX_STALLS);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENETDOWN, Errno.ENXIO, Errno.EBADF, Errno.EINVAL})
    void troubleWithTheInterfaceIsPassedOn(int errno) {
        kernel.transmitAnswer = -errno;
        queue.append(Frames.batch(Frames.random(1, 60)), 0);

        assertThat(queue.flush()).isEqualTo(-errno);

        assertThat(kernel.transmitWakes).isEqualTo(1);
        assertThat(queue.hasUnsent()).as("for when it is back").isTrue();
    }

    @Test
    void interfaceThatHasGoneIsFoundByWakingOnly() {
        assertThat(queue.isUnbound()).isFalse();
        assertThat(kernel.transmitWakes).isEqualTo(1);
        kernel.transmitAnswer = -Errno.EBUSY;
        queue.append(Frames.batch(Frames.random(1, 60)), 0);
        queue.flush();
        int wakes = kernel.transmitWakes;
        assertThat(queue.isUnbound()).isFalse();
        assertThat(kernel.transmitWakes)
                .as("not while frames wait: one might be lost uncounted")
                .isEqualTo(wakes);
        kernel.transmitAnswer = -Errno.ENXIO;
        assertThat(queue.wake()).isEqualTo(-Errno.ENXIO);
        assertThat(queue.isUnbound()).isTrue();
    }

    @Test
    void idleQueueFindsOutToo() {
        kernel.transmitAnswer = -Errno.ENXIO;
        assertThat(queue.isUnbound()).isTrue();
    }

    @Test
    void fullCompletionRingIsEmptiedOnTheWay() {
        FrameBatch one = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < ENTRIES; i++) queue.append(one, 0);
        queue.flush();
        sendAll(); // the completion ring is full now
        for (int i = 0; i < ENTRIES; i++) assertThat(queue.append(one, 0)).isTrue();
        kernel.transmitAnswer = -Errno.EAGAIN;
        kernel.onWakeTransmit = this::sendAll;

        queue.flush();

        assertThat(kernel.pending(Ring.TRANSMIT)).isZero();
        assertThat(queue.hasUnsent()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            true,  true,  true,  1
            true,  true,  false, 0
            true,  false, true,  1
            true,  false, false, 1
            false, true,  false, 1
            false, true,  true,  1
            """)
    void driverThatCopiesNothingIsWokenWhenItAsks(boolean zeroCopy, boolean wakeup, boolean asks, int wakes) {
        FakeKernelRings driver = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        driver.zeroCopy = zeroCopy;
        driver.setNeedsWakeup(Ring.TRANSMIT, asks);
        try (AfXdpQueue other =
                new AfXdpQueue(0, driver, Umem.allocate(CHUNKS, CHUNK_BYTES), wakeup, false, counters)) {
            other.bound();
            driver.onWakeTransmit = () -> driver.setConsumer(Ring.TRANSMIT, driver.producer(Ring.TRANSMIT));
            other.append(Frames.batch(Frames.random(1, 60)), 0);
            other.flush();
            assertThat(driver.transmitWakes).isEqualTo(wakes);
            assertThat(other.hasUnsent()).isFalse();
        }
    }

    @Test
    void kernelThatWaitsForChunksIsWokenWhenItGetsSome() {
        arrive(Frames.random(1, 60), 1792);
        receive();
        kernel.setNeedsWakeup(Ring.FILL, true);
        queue.recycle();
        assertThat(kernel.receiveWakes).isEqualTo(1);
    }

    @Test
    void busyPollingAsksTheKernelWhileNothingIsThere() {
        FakeKernelRings polled = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        try (AfXdpQueue other = new AfXdpQueue(0, polled, Umem.allocate(CHUNKS, CHUNK_BYTES), true, true, counters)) {
            polled.onWakeReceive = () -> polled.receive(polled.takeFill() + HEADROOM, 60, 0);
            assertThat(other.receive(batch, 64)).isEqualTo(1);
            assertThat(polled.receiveWakes).isEqualTo(1);
            polled.receive(polled.takeFill() + HEADROOM, 60, 0);
            assertThat(other.receive(batch, 64)).as("it was there").isEqualTo(1);
            assertThat(polled.receiveWakes).isEqualTo(1);
        }
    }

    @Test
    void kernelsCountsAreFoldedInOnce() {
        kernel.counts.receiveDropped = 5;
        kernel.counts.receiveRingFull = 4;
        kernel.counts.fillRingEmpty = 3;
        kernel.counts.receiveInvalid = 2;
        kernel.counts.transmitInvalid = 1;
        queue.foldKernelCounts();
        queue.foldKernelCounts();
        kernel.counts.receiveDropped = 7;
        queue.closeSocket();
        queue.foldKernelCounts();
        assertThat(counted(BackendCounter.RECEIVE_DROPPED_KERNEL)).isEqualTo(7);
        assertThat(counted(BackendCounter.RECEIVE_DROPPED_RING_FULL)).isEqualTo(4);
        assertThat(counted(BackendCounter.RECEIVE_FILL_RING_EMPTY)).isEqualTo(3);
        assertThat(counted(BackendCounter.RECEIVE_BAD_CHUNKS)).isEqualTo(2);
        assertThat(counted(BackendCounter.TRANSMIT_DROPPED_INVALID)).isEqualTo(1);
    }

    // A kernel that is wrong

    @ParameterizedTest
    @EnumSource(Ring.class)
    void impossibleIndexEndsTheQueueAndNothingElse(Ring ring) {
        arrive(Frames.random(1, 60), 1792);
        receive(); // one chunk is held, so that the fill ring is looked at
        boolean kernelProduces = ring == Ring.RECEIVE || ring == Ring.COMPLETION;
        if (kernelProduces) kernel.setProducer(ring, kernel.producer(ring) + ENTRIES + 1);
        else kernel.setConsumer(ring, kernel.producer(ring) + 1);
        FrameBatch one = Frames.batch(Frames.random(1, 60));

        receive();
        for (int i = 0; i <= ENTRIES; i++) queue.append(one, 0);
        queue.reclaim();
        queue.flush();

        assertThat(queue.failed()).isTrue();
        assertThat(counted(RING_FAULTS)).isEqualTo(1);
        assertThat(kernel.closes).isPositive();
        assertThat(kernel.fd()).isEqualTo(-1);
        assertThat(queue.append(one, 0)).isFalse();
        assertThat(queue.flush()).isZero();
        assertThat(queue.wake()).isZero();
        assertThat(receive()).isEmpty();
        assertThat(queue.pollWaitsForRoom()).isFalse();
        assertThat(counted(RING_FAULTS)).isEqualTo(1);
    }

    @Test
    void impossibleIndexFromTheStart() {
        FakeKernelRings broken = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES);
        broken.setConsumer(Ring.FILL, 77);
        try (AfXdpQueue other = new AfXdpQueue(0, broken, Umem.allocate(CHUNKS, CHUNK_BYTES), true, false, counters)) {
            assertThat(other.failed()).isTrue();
            assertThat(counted(RING_FAULTS)).isEqualTo(1);
        }
    }

    /// Address, length: each relative to a chunk that the kernel had.
    @ParameterizedTest
    @CsvSource(textBlock = """
            0x7FFFFFFFFFFFFFFF, 60
            -1,                 60
            -2048,              60
            0x40000,            60
            0x3FFFF,            60
            0x8000000000000000, 60
            """)
    void descriptorThatIsNotTheKernelsToGiveIsDropped(String address, int lengthBytes) {
        long umemOffset =
                address.startsWith("0x") ? Long.parseUnsignedLong(address.substring(2), 16) : Long.parseLong(address);
        kernel.receive(umemOffset, lengthBytes, 0);
        byte[] good = Frames.random(1, 60);
        arrive(good, 1792);

        assertThat(receive()).containsExactly(good);

        assertThat(counted(RECEIVE_BAD_DESCRIPTORS)).isEqualTo(1);
        assertThat(counted(RECEIVE_DROPPED_BAD_DESCRIPTOR)).isEqualTo(1);
        assertOwners(ENTRIES, ENTRIES - 1, 1, 0);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0,    2049
            256,  1793
            2047, 2
            256,  -1
            256,  2147483647
            0,    -2147483648
            """)
    void lengthThatLeavesItsChunkIsDroppedAndTheChunkIsKept(int offset, int lengthBytes) {
        kernel.receive(kernel.takeFill() + offset, lengthBytes, 0);

        assertThat(receive()).isEmpty();

        assertThat(counted(RECEIVE_BAD_DESCRIPTORS)).isEqualTo(1);
        assertThat(counted(RECEIVE_DROPPED_BAD_DESCRIPTOR)).isEqualTo(1);
        queue.recycle();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13})
    void frameShorterThanItsHeaderIsDropped(int lengthBytes) {
        kernel.receive(kernel.takeFill() + HEADROOM, lengthBytes, 0);
        assertThat(receive()).isEmpty();
        assertThat(counted(RECEIVE_DROPPED_TOO_SHORT)).isEqualTo(1);
        queue.recycle();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @Test
    void addressThatIsHandedTwiceIsTakenOnce() {
        long umemOffset = kernel.takeFill() + HEADROOM;
        kernel.receive(umemOffset, 60, 0);
        kernel.receive(umemOffset, 60, 0);

        assertThat(receive()).hasSize(1);

        assertThat(counted(RECEIVE_BAD_DESCRIPTORS)).isEqualTo(1);
        kernel.receive(umemOffset, 60, 0); // and once more while nobody gave it
        queue.recycle(); // now it is the kernel's again
        assertThat(receive()).hasSize(1);
    }

    @Test
    void chunkThatIsBeingSentIsNotReceivedInto() {
        queue.append(Frames.batch(Frames.random(1, 60)), 0);
        queue.flush();
        long sending = Objects.requireNonNull(kernel.takeTransmit()).umemOffset();
        kernel.receive(sending, 60, 0);

        assertThat(receive()).isEmpty();

        assertThat(counted(RECEIVE_BAD_DESCRIPTORS)).isEqualTo(1);
        assertOwners(ENTRIES - 1, ENTRIES, 0, 1);
    }

    @Test
    void oneBadPartSpoilsItsFrameOnly() {
        long good = kernel.takeFill() + HEADROOM;
        kernel.receive(good, 1000, XDP_PKT_CONTD);
        kernel.receive(1L << 40, 1000, XDP_PKT_CONTD);
        kernel.receive(kernel.takeFill() + HEADROOM, 1000, 0);
        byte[] next = Frames.random(1, 60);
        arrive(next, 1792);

        assertThat(receive()).containsExactly(next);

        assertThat(counted(RECEIVE_DROPPED_BAD_DESCRIPTOR)).isEqualTo(1);
        queue.recycle();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @Test
    void completionsThatAreNoneAreIgnored() {
        queue.append(Frames.batch(Frames.random(1, 60)), 0);
        queue.flush();
        long sending = Objects.requireNonNull(kernel.takeTransmit()).umemOffset();
        for (long wrong : new long[] {-1, 1L << 40, Long.MIN_VALUE, 0x40000, kernel.takeFill()}) kernel.complete(wrong);
        kernel.complete(sending);
        kernel.complete(sending);

        queue.reclaim();

        assertThat(counted(TRANSMIT_BAD_COMPLETIONS)).isEqualTo(6);
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    @Test
    void frameWithoutEndIsDroppedAsItComes() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < ENTRIES; i++) kernel.receive(kernel.takeFill() + HEADROOM, 1000, XDP_PKT_CONTD);
            assertThat(receive()).isEmpty();
            assertThat(counted(RECEIVE_DROPPED_TOO_LONG)).isEqualTo(1);
            assertThat(kernel.pending(Ring.RECEIVE)).isZero();
            queue.recycle();
            assertOwners(ENTRIES, ENTRIES, 0, 0);
        }
        kernel.receive(kernel.takeFill() + HEADROOM, 1000, 0); // its end after all
        byte[] next = Frames.random(1, 60);
        arrive(next, 1792);
        assertThat(receive()).containsExactly(next);
        assertThat(counted(RECEIVE_DROPPED_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void frameWhosePartsAddUpToTooMuchIsDropped() {
        arrive(new byte[65_535], 1792);
        assertThat(receive()).hasSize(1);
        queue.recycle();
        arrive(new byte[65_536], 1792);
        assertThat(receive()).isEmpty();
        assertThat(counted(RECEIVE_DROPPED_TOO_LONG)).isEqualTo(1);
        queue.recycle();
        assertOwners(ENTRIES, ENTRIES, 0, 0);
    }

    /// A kernel that does anything: at worst it loses chunks that it was given.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomKernelBreaksNothing(int seed) {
        misbehave(seed, 20_000);
    }

    @Test
    @Tag("soak")
    void randomKernelsBreakNothing() {
        for (int seed = 100; seed < 160; seed++) {
            FakeKernelRings rings = new FakeKernelRings(ENTRIES, ENTRIES, ENTRIES, ENTRIES, seed * 0x9E3779B9);
            try (AfXdpQueue other =
                    new AfXdpQueue(0, rings, Umem.allocate(CHUNKS, CHUNK_BYTES), true, false, counters)) {
                misbehave(seed, 100_000, rings, other);
            }
        }
    }

    private void misbehave(int seed, int steps) {
        misbehave(seed, steps, kernel, queue);
    }

    private void misbehave(int seed, int steps, FakeKernelRings rings, AfXdpQueue target) {
        Random random = new Random(seed);
        ArrayDeque<Long> filled = new ArrayDeque<>();
        FrameBatch outgoing = Frames.batch(Frames.random(1, 60), Frames.random(2, 1514), Frames.random(3, 9000));
        rings.onWakeTransmit = () -> {
            for (int i = random.nextInt(ENTRIES); i > 0; i--) {
                Descriptor descriptor = rings.takeTransmit();
                if (descriptor == null) break;
                rings.complete(random.nextInt(100) == 0 ? random.nextLong() : descriptor.umemOffset());
            }
            rings.transmitAnswer = -new int[] {0, 0, Errno.EAGAIN, Errno.EBUSY, Errno.ENOBUFS}[random.nextInt(5)];
        };
        for (int step = 0; step < steps && !target.failed(); step++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    long umemOffset = rings.takeFill();
                    if (umemOffset >= 0) filled.add(umemOffset);
                }
                case 1 -> {
                    if (!filled.isEmpty())
                        rings.receive(
                                filled.remove() + HEADROOM,
                                random.nextInt(50) == 0 ? random.nextInt() : random.nextInt(1793),
                                random.nextInt(3) == 0 ? XDP_PKT_CONTD : 0);
                }
                case 2 -> {
                    if (random.nextInt(20) == 0)
                        rings.receive(random.nextInt(CHUNKS * CHUNK_BYTES), random.nextInt(3000), random.nextInt(4));
                }
                case 3 -> {
                    target.append(outgoing, random.nextInt(3));
                    if (random.nextBoolean()) target.flush();
                }
                case 4 -> {
                    target.recycle();
                    batch.clear();
                    target.receive(batch, 1 + random.nextInt(64));
                    for (int i = 0; i < batch.size(); i++)
                        assertThat(Frames.bytes(batch, i)).isNotNull();
                }
                default -> target.reclaim();
            }
            assertThat(target.owners().isConsistent()).isTrue();
            int all = 0;
            for (byte owner = 0; owner < ChunkOwners.OWNERS; owner++)
                all += target.owners().count(owner);
            assertThat(all).isEqualTo(CHUNKS);
        }
        assertThat(target.failed()).as("no index was impossible").isFalse();
        assertThat(rings.isIntact()).isTrue();
    }
}
