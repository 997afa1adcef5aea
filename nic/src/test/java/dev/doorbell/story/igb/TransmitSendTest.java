package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransmitSendTest {
    private final IgbBench bench = IgbBench.withLink();

    @Test
    void frameLeavesEveryQueue() {
        for (int queue = 0; queue < 16; queue++) {
            TransmitRing ring = TransmitRing.start(bench, queue);
            byte[] frame = Frames.toPeer(100, queue);
            ring.append(frame).ring();
            assertArrayEquals(frame, bench.wire.takeOnly());
            assertEquals(1, ring.head());
            assertTrue(ring.done(0));
        }
    }

    @Test
    void segmented() {
        TransmitRing ring = TransmitRing.start(bench, 0);
        for (Packet packet : List.of(Packet.tcp4(5000, 1), Packet.tcp6(5000, 2), Packet.udp4(5000, 3))) {
            ring.appendSegmented(packet, 1000).ring();
            List<byte[]> sent = bench.wire.takeAll();
            List<byte[]> expected = packet.segments(1000);
            assertEquals(expected.size(), sent.size());
            for (int i = 0; i < sent.size(); i++) assertArrayEquals(expected.get(i), sent.get(i));
        }
    }
}
