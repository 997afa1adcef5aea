package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbRegister.RTTBCNRC;
import static dev.doorbell.register.IgbRegister.RTTBCNRM;
import static dev.doorbell.register.IgbRegister.RTTDQSEL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import org.junit.jupiter.api.Test;

/// What the card is wanted for: minutes of DMA from one doorbell, while nobody drives it.
class FiveMinutesStoryTest {
    private static final int ENTRIES = 4096;
    private static final int FRAMES = ENTRIES - 1; // a ring that is full has one slot free
    private static final int FRAME_BYTES = 9000;
    private static final long SPACING_NS = FRAME_BYTES * 8L * 1000; // at 1 Mb/s: 72 ms
    private static final int QUEUE = 0;

    private final IgbBench bench = IgbBench.withLink();

    @Test
    void oneDoorbellKeepsTheCardBusyForFiveMinutes() {
        byte[] frame = Frames.toPeer(FRAME_BYTES, 1);
        TransmitRing ring = TransmitRing.start(bench, QUEUE, ENTRIES);
        long buffer = ring.buffer(frame);
        for (int i = 0; i < FRAMES; i++)
            ring.append(buffer, AdvancedTransmitDescriptor.word1(FRAME_BYTES, TransmitRing.SEND, 0, FRAME_BYTES));
        oneVectorThatMasksItself();
        bench.write(RTTDQSEL, QUEUE);
        bench.write(RTTBCNRM, 0x14);
        bench.write(RTTBCNRC, 1 << 31 | 1000 << 14);
        long startNs = bench.time.nowNs();
        long before = bench.counter(IgbCounter.TRANSMIT_DOORBELLS);

        ring.ring(); // from here on no register is touched until the ring is done

        for (int sent = 1; sent < FRAMES; sent++) {
            assertEquals(1, bench.wire.takeAll().size(), "frame " + sent);
            assertTrue(ring.done(sent - 1));
            assertFalse(ring.done(sent));
            bench.advance(SPACING_NS);
        }
        assertEquals(1, bench.wire.takeAll().size());
        assertEquals(294_768_000_000L, bench.time.nowNs() - startNs, "4094 spacings of 72 ms: 4 min 55 s");
        assertTrue(ring.done(FRAMES - 1));
        assertEquals(FRAMES, ring.head());
        assertEquals(1, bench.counter(IgbCounter.TRANSMIT_DOORBELLS) - before);
        assertEquals(FRAMES, bench.counter(IgbCounter.TRANSMIT_FRAMES));
        assertEquals(1, bench.messages(QUEUE), "the first write-back's; then the vector had masked itself");

        bench.write(IgbRegister.EIMS, 1);
        assertEquals(2, bench.messages(QUEUE), "and one for all that came since");
    }

    /// As the stock driver programs a vector: EIAC, EIAM, GPIE.EIAME.
    private void oneVectorThatMasksItself() {
        bench.write(
                IgbRegister.GPIE,
                IgbBits.GPIE_MULTIPLE_MSIX | IgbBits.GPIE_EIAME | IgbBits.GPIE_PBA_SUPPORT | IgbBits.GPIE_NSICR);
        bench.write(IgbRegister.IVAR0, 0x80 << 8); // transmit queue 0 to vector 0
        bench.write(IgbRegister.EIAC, 1);
        bench.write(IgbRegister.EIAM, 1);
        bench.write(IgbRegister.EIMS, 1);
    }
}
