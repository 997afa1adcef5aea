package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Bits.ICR_TXD_LOW;
import static dev.doorbell.register.E1000Bits.ICR_TXQE;
import static dev.doorbell.register.E1000Register.GOTCL;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.TransmitDescriptor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TransmitLegacyStoryTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    @Test
    void descriptorWithReportStatusIsSentWrittenBackAndInterrupts() {
        bench.write(IMS, ICR_TXDW);

        guest.append(FRAME, EOP | IFCS | RS).ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertEquals(1, bench.read(TDH));
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_TXDW | ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
        assertEquals(0, bench.read(ICR), "reading ICR clears it");
        assertEquals(1, bench.read(GPTC));
        assertEquals(104, bench.read(GOTCL), "octets count the FCS");
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_FRAMES));
    }

    @Test
    void descriptorWithoutReportStatusIsSentButNotWrittenBack() {
        guest.append(FRAME, EOP | IFCS).ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertFalse(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertEquals(1, bench.read(TDH));
        assertEquals(ICR_TXQE | ICR_TXD_LOW, bench.read(ICR));
    }

    @Test
    void frameOfThreeDescriptorsLeavesWhole() {
        guest.append(Arrays.copyOfRange(FRAME, 0, 7), IFCS)
                .append(Arrays.copyOfRange(FRAME, 7, 8), IFCS)
                .append(Arrays.copyOfRange(FRAME, 8, 100), EOP | IFCS | RS)
                .ring();

        assertArrayEquals(FRAME, bench.wire.takeOnly());
        assertEquals(3, bench.read(TDH));
        assertFalse(TransmitDescriptor.done(guest.transmitWord1(1)));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(2)));
    }

    @Test
    void ringWrapsAroundWithManyFrames() {
        for (int i = 0; i < 5 * Rings.ENTRIES; i++) {
            byte[] frame = Frames.toPeer(60 + i, i);
            guest.append(frame, EOP | IFCS | RS).ring();
            assertArrayEquals(frame, bench.wire.takeOnly());
        }
        assertEquals(0, bench.read(TDH));
        assertEquals(5 * Rings.ENTRIES, bench.read(GPTC));
    }
}
