package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import org.junit.jupiter.api.Test;

/// Frames into buffers: descriptors, lengths, order, head.
class ReceiveStoryTest {
    private final ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    @Test
    void frameIsStoredAndWrittenBack() {
        byte[] frame = Frames.toStation(100, 7);
        guest.arrive(frame);

        assertArrayEquals(frame, guest.packet(0, 100));
        assertEquals(100, guest.length(0));
        assertEquals(AdvancedReceiveDescriptor.DD | AdvancedReceiveDescriptor.EOP, guest.status(0));
        assertEquals(0, AdvancedReceiveDescriptor.vlanTag(guest.word1(0)));
        assertEquals(1, guest.head());
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_FRAMES));
        assertEquals(100, bench.counter(IgbCounter.RECEIVE_BYTES));
    }

    @Test
    void framesComeInOrderAroundTheRing() {
        for (int i = 0; i < 3 * ReceiveRing.ENTRIES; i++) {
            byte[] frame = Frames.toStation(60 + i, i);
            guest.arrive(frame);
            assertArrayEquals(frame, guest.takeAll().getFirst());
        }
    }
}
