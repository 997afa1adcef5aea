package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_INT_ASSERTED;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.IAM;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMC;
import static dev.doorbell.register.IgbRegister.IMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// ICR, its mask and the line: the card without vectors, as a driver uses it with INTx or MSI.
class InterruptLineStoryTest {
    private final IgbBench bench = IgbBench.withLink();

    @Test
    void unmaskedCauseAssertsAndReadingClearsAndMasksWhatIamNames() {
        bench.write(IMS, ICR_LSC | ICR_RXDW);
        bench.write(IAM, ICR_LSC | ICR_RXDW);
        bench.write(ICS, ICR_RXDW);

        assertTrue(bench.line());
        assertEquals(ICR_INT_ASSERTED | ICR_RXDW, bench.read(ICR));
        assertFalse(bench.line());
        assertEquals(0, bench.read(IMS));
        bench.write(ICS, ICR_RXDW);
        assertFalse(bench.line());
        bench.write(IMS, ICR_RXDW);
        assertTrue(bench.line());
        assertEquals(2, bench.interruptCount());
    }

    @Test
    void readClearsNothingOnASharedLineThatWeDoNotAssert() {
        bench.write(IMS, ICR_LSC);
        bench.write(ICS, ICR_RXDW);

        assertEquals(ICR_RXDW, bench.read(ICR));
        assertEquals(ICR_RXDW, bench.read(ICR));
        bench.write(IMC, -1);
        assertEquals(ICR_RXDW, bench.read(ICR), "nothing unmasked: a read clears");
        assertEquals(0, bench.read(ICR));
    }

    @Test
    void causeHeldBackByTheThrottleIsNotTakenByARead() {
        bench.write(EITR, 0, 1 << 31 | 400);
        bench.write(IMS, ICR_ALL);
        bench.write(ICS, ICR_LSC);
        bench.read(ICR);
        long first = bench.interruptAtNs();
        bench.write(ICS, ICR_RXDW);
        assertEquals(ICR_RXDW, bench.read(ICR), "not asserted");
        bench.advance(100_000);

        assertTrue(bench.line());
        assertEquals(first + 100_000, bench.interruptAtNs());
        assertEquals(ICR_INT_ASSERTED | ICR_RXDW, bench.read(ICR));
    }
}
