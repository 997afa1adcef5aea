package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.LBM_MAC;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbBits.RCTL_LBM_SHIFT;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.VFTE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every frame says which transmit queue it comes from: a backend may have a queue for each.
class TransmitHostQueueTest {
    private static final Capabilities WHOLE = new Capabilities(16_384, 64, true, true, false);

    private static List<Integer> queues(IgbBench bench) {
        bench.wire.takeAll();
        return bench.wire.lastQueues();
    }

    @Test
    void framesNameTheirQueue() {
        IgbBench bench = IgbBench.withLink();
        for (int queue : new int[] {0, 1, 7, 15}) {
            TransmitRing ring = TransmitRing.start(bench, queue);
            for (int i = 0; i < 3; i++) ring.append(Frames.toPeer(60 + i, i));
            ring.ring();
            assertEquals(Collections.nCopies(3, queue), queues(bench));
        }
    }

    @Test
    void segmentsNameTheirQueueAndSoDoesAPacketThatLeavesWhole() {
        IgbBench bench = IgbBench.withLink();
        TransmitRing.start(bench, 5).appendSegmented(Packet.tcp4(5000, 1), 1000).ring();
        assertEquals(Collections.nCopies(5, 5), queues(bench));
        IgbBench whole = new IgbBench(new IgbOptions(IgbBench.MAC), new Wire(WHOLE)).awaitLink();
        TransmitRing.start(whole, 5).appendSegmented(Packet.tcp4(5000, 1), 1000).ring();
        assertEquals(List.of(5), queues(whole));
    }

    /// A frame that the wire refused is offered again with the same queue, whatever was sent in
    /// between.
    @Test
    void refusedFramesKeepTheirQueue() {
        IgbBench bench = IgbBench.withLink();
        TransmitRing two = TransmitRing.start(bench, 2);
        TransmitRing three = TransmitRing.start(bench, 3);
        bench.wire.room(0);
        two.append(Frames.toPeer(100, 1)).append(Frames.toPeer(100, 2)).ring();
        three.append(Frames.toPeer(100, 3)).ring();
        bench.wire.room(Integer.MAX_VALUE);
        bench.runUntilIdle();
        List<byte[]> frames = bench.wire.takeAll();
        assertEquals(3, frames.size());
        assertEquals(List.of(2, 2, 3), bench.wire.lastQueues().stream().sorted().toList());
    }

    // ---- a queue of the backend that is full

    private static IgbBench withQueues(int count) {
        IgbBench bench = IgbBench.withLink();
        bench.wire.transmitQueues(count);
        return bench;
    }

    /// In one duty cycle, more than one batch of them.
    @Test
    void aFullQueueHoldsUpNoOther() {
        IgbBench bench = withQueues(4);
        TransmitRing[] rings = new TransmitRing[4];
        for (int queue = 0; queue < 4; queue++) rings[queue] = TransmitRing.start(bench, queue, 256);
        bench.wire.fullQueue(1);
        for (int i = 0; i < 60; i++) for (TransmitRing ring : rings) ring.append(Frames.toPeer(60, i));
        for (TransmitRing ring : rings) ring.doorbell();
        bench.card.doWork();
        assertEquals(180, bench.wire.takeAll().size());
        assertEquals(0, Collections.frequency(bench.wire.lastQueues(), 1));
        assertEquals(1, bench.wire.refusals(), "it is asked once in a cycle");
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_BACKPRESSURE));
        bench.wire.fullQueue(FrameBatch.ANY_QUEUE);
        bench.runUntilIdle();
        assertEquals(Collections.nCopies(60, 1), queues(bench));
        for (TransmitRing ring : rings) assertEquals(60, ring.head());
    }

    /// Those that the backend puts into the same queue are not even tried: they would be refused too.
    @Test
    void queuesThatShareTheFullOneWaitWithIt() {
        IgbBench bench = withQueues(2);
        for (int queue = 0; queue < 4; queue++)
            TransmitRing.start(bench, queue).append(Frames.toPeer(60, queue)).doorbell();
        bench.wire.fullQueue(0);
        bench.card.doWork();
        assertEquals(List.of(1, 3), queues(bench));
        assertEquals(1, bench.wire.refusals());
        bench.wire.fullQueue(FrameBatch.ANY_QUEUE);
        bench.runUntilIdle();
        assertEquals(List.of(0, 2), queues(bench).stream().sorted().toList());
    }

    /// A backend with one queue that takes nothing is asked once, whatever waits.
    @Test
    void oneFullQueueForAllEndsTheCycle() {
        IgbBench bench = IgbBench.withLink();
        for (int queue = 0; queue < 4; queue++)
            TransmitRing.start(bench, queue).append(Frames.toPeer(60, queue)).doorbell();
        bench.wire.room(0);
        bench.card.doWork();
        assertEquals(1, bench.wire.refusals());
        bench.wire.room(Integer.MAX_VALUE);
        bench.runUntilIdle();
        assertEquals(4, bench.wire.takeAll().size());
    }

    /// The arbiter answers the same until a paced queue has started: it must be asked about the others.
    @Test
    void aPacedQueueThatIsHeldHoldsUpNoOther() {
        IgbOptions options = new IgbOptions(IgbBench.MAC).withTransmitRates(List.of(0L, 100_000_000L));
        IgbBench bench = new IgbBench(options, new Wire()).awaitLink();
        bench.wire.transmitQueues(2);
        TransmitRing free = TransmitRing.start(bench, 0);
        TransmitRing paced = TransmitRing.start(bench, 1);
        bench.wire.fullQueue(1);
        for (int i = 0; i < 3; i++) paced.append(Frames.toPeer(1000, i));
        paced.doorbell();
        bench.advance(1_000_000);
        for (int i = 0; i < 3; i++) free.append(Frames.toPeer(1000, i));
        free.doorbell();
        bench.advance(1_000_000);
        assertEquals(List.of(0, 0, 0), queues(bench));
        bench.wire.fullQueue(FrameBatch.ANY_QUEUE);
        bench.advance(1_000_000);
        assertEquals(List.of(1, 1, 1), queues(bench));
    }

    /// In loopback the card's own receiver takes the frames, and the backend's queues play no part.
    @Test
    void inLoopbackThereIsOneWayOut() {
        IgbBench bench = withQueues(4);
        bench.write(RCTL, ReceiveRing.RECEIVER_ON | LBM_MAC << RCTL_LBM_SHIFT);
        ReceiveRing receiver = new ReceiveRing(bench, 0).start();
        bench.wire.fullQueue(1);
        for (int queue = 0; queue < 4; queue++)
            TransmitRing.start(bench, queue).append(Frames.toStation(60, queue)).doorbell();
        bench.runUntilIdle();
        assertEquals(4, receiver.takeAll().size());
        assertEquals(0, bench.wire.refusals());
    }

    /// A queue that is paced sends from another batch, one frame at a time.
    @Test
    void pacedFramesNameTheirQueue() {
        IgbBench bench = new IgbBench(new IgbOptions(IgbBench.MAC).withLineRate(true), new Wire()).awaitLink();
        TransmitRing ring = TransmitRing.start(bench, 6);
        for (int i = 0; i < 3; i++) ring.append(Frames.toPeer(100, i));
        ring.doorbell();
        bench.advance(1_000_000);
        assertEquals(Collections.nCopies(3, 6), queues(bench));
    }

    /// With pools in use frames are dealt out one by one.
    @Test
    void framesOfAPoolNameTheirQueue() {
        IgbBench bench = IgbBench.withLink();
        bench.write(MRQC, MRQC_MRQE_VMDQ);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN);
        bench.write(VFTE, 0xFF);
        TransmitRing ring = TransmitRing.start(bench, 9);
        ring.append(Frames.toPeer(100, 1)).append(Frames.toPeer(100, 2)).ring();
        assertEquals(List.of(9, 9), queues(bench));
    }
}
