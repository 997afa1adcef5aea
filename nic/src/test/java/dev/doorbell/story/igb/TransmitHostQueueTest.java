package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.VFTE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.frame.FrameBackend.Capabilities;
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
