package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_NSICR;
import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_INT_ASSERTED;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.IAM;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICR_NEW;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.ICS_NEW;
import static dev.doorbell.register.IgbRegister.IMC;
import static dev.doorbell.register.IgbRegister.IMC_NEW;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.IMS_NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /// What a read of ICR does, as a table. // I210, 8.8.10
    ///
    /// @param nsicr    GPIE.NSICR
    /// @param unmasked IMS
    /// @param cause    what stands in ICR
    /// @param clears   whether the read clears ICR
    /// @param masks    whether it masks what IAM names, here bit 2
    @ParameterizedTest
    @CsvSource({
        "1, 0x00, 0x04, true, false",
        "1, 0x04, 0x04, true, true",
        "1, 0x04, 0x80, true, true",
        "0, 0x00, 0x04, true, false",
        "0, 0x04, 0x04, true, true",
        "0, 0x84, 0x80, true, true",
        "0, 0x04, 0x80, false, false"
    })
    void readOfIcr(int nsicr, String unmasked, String cause, boolean clears, boolean masks) {
        int ims = Integer.decode(unmasked);
        int icr = Integer.decode(cause);
        bench.write(GPIE, nsicr);
        bench.write(IAM, ICR_LSC);
        bench.write(IMS, ims);
        bench.write(ICS, icr);
        boolean asserted = (ims & icr) != 0;
        assertEquals(asserted, bench.line());

        assertEquals(icr | (asserted ? ICR_INT_ASSERTED : 0), bench.read(ICR));
        assertEquals(clears ? 0 : icr, bench.read(ICS), "ICS shows ICR");
        assertEquals(masks ? ims & ~ICR_LSC : ims, bench.read(IMS));
        assertEquals(bench.read(IMS), bench.read(IMC), "IMC reads as IMS");
        assertFalse(bench.line());
    }

    @Test
    void writeToIcrClearsWhatItNamesAndMasksLikeARead() {
        bench.write(IMS, ICR_LSC | ICR_RXDW);
        bench.write(IAM, ICR_LSC);
        bench.write(ICS, ICR_LSC | ICR_RXDW);
        bench.write(ICR, ICR_LSC);
        assertTrue(bench.line(), "the other cause stands");
        assertEquals(ICR_RXDW, bench.read(IMS));
        bench.write(IAM, 0);
        bench.write(ICR, ICR_RXDW);
        assertFalse(bench.line());
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXDW, bench.read(IMS));
    }

    @Test
    void causesThatTheChipDoesNotHaveCannotBeSet() {
        bench.write(IMS, -1);
        bench.write(ICS, -1);
        assertEquals(ICR_ALL, bench.read(IMS));
        assertEquals(ICR_ALL | ICR_INT_ASSERTED, bench.read(ICR));
    }

    @Test
    void bothAddressesAreTheSameRegisters() {
        bench.write(IMS_NEW, ICR_LSC);
        bench.write(ICS_NEW, ICR_LSC);
        assertTrue(bench.line());
        assertEquals(ICR_LSC, bench.read(IMC_NEW));
        assertEquals(ICR_INT_ASSERTED | ICR_LSC, bench.read(ICR_NEW));
        assertFalse(bench.line());
    }

    /// A driver that goes on with MSI or the line after one that used MSI-X never writes GPIE.
    @Test
    void softwareResetLeavesVectorsMasksAndCausesBehind() {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | GPIE_NSICR);
        bench.write(EIMS, -1);
        bench.write(EICS, 0x0040_0000);
        bench.write(IMS, -1);
        bench.write(CTRL, CTRL_RST);
        assertEquals(0, bench.read(GPIE));
        assertEquals(0, bench.read(EIMS) | bench.read(EICS) | bench.read(IMS) | bench.read(ICS));
        bench.write(IMS, ICR_LSC);
        bench.write(ICS, ICR_LSC);
        assertTrue(bench.line());
        bench.write(CTRL, CTRL_RST);
        assertFalse(bench.line());
    }
}
