package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_NSICR;
import static dev.doorbell.register.IgbBits.GPIE_PBA_SUPPORT;
import static dev.doorbell.register.IgbBits.ICR_DOUTSYNC;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbRegister.EIAC;
import static dev.doorbell.register.IgbRegister.EIAM;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.EIMC;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.IVAR_MISC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.Test;

/// EICR as vectors, GPIE.MULTIPLE_MSIX: events, masks, auto-clear and auto-mask. Causes come by EICS,
/// and by ICS for the vector of all other causes.
class InterruptVectorStoryTest {
    private static final int STOCK_MODE = GPIE_PBA_SUPPORT | GPIE_EIAME | GPIE_MULTIPLE_MSIX | GPIE_NSICR;

    private final IgbBench bench = IgbBench.withLink();

    InterruptVectorStoryTest() {
        bench.write(GPIE, STOCK_MODE);
    }

    /// As the stock driver: every vector clears and masks itself.
    private void automatic(int vectors) {
        bench.write(EIAC, vectors);
        bench.write(EIAM, vectors);
        bench.write(EIMS, vectors);
    }

    @Test
    void eventOfAnUnmaskedVectorIsOneMessageThatClearsAndMasksItself() {
        automatic(0b111);
        bench.write(EICS, 0b010);

        assertEquals(1, bench.messages(1));
        assertEquals(0, bench.messages(0) + bench.messages(2));
        assertEquals(0, bench.read(EICS), "EIAC");
        assertEquals(0b101, bench.read(EIMS), "EIAM");
        assertFalse(bench.line());
        assertEquals(1, bench.counter(IgbCounter.INTERRUPTS));
    }

    @Test
    void eventsWhileMaskedAreOneMessageWhenUnmasked() {
        automatic(0b001);
        bench.write(EICS, 0b001);
        bench.write(EIAM, 0);
        bench.write(EICS, 0b001);
        bench.write(EICS, 0b001);
        assertEquals(1, bench.messages(0), "masked since the first message");
        assertEquals(0b001, bench.read(EICS));
        bench.write(EIMS, 0b001);

        assertEquals(2, bench.messages(0));
        assertEquals(0, bench.read(EICS));
        bench.write(EIMS, 0b001);
        assertEquals(2, bench.messages(0), "unmasked already");
    }

    @Test
    void causeClearedWhileMaskedIsNoMessage() {
        bench.write(EIMC, -1);
        bench.write(EICS, 0b001);
        bench.write(EICR, -1);
        bench.write(EIMS, 0b001);

        assertEquals(0, bench.messages(0));
    }

    @Test
    void withoutAutoClearTheBitStandsAndLaterEventsInterruptStill() {
        bench.write(EIMS, 0b100);
        bench.write(EICS, 0b100);
        bench.write(EICS, 0b100);

        assertEquals(2, bench.messages(2));
        assertEquals(0b100, bench.read(EICS));
        assertEquals(0b100, bench.read(EIMS));
    }

    @Test
    void otherCausesReachTheVectorOfIvarMisc() {
        automatic(0b001);
        bench.write(IVAR_MISC, 0x80 << 8);
        bench.write(IMS, ICR_LSC | ICR_DOUTSYNC);
        bench.write(ICS, ICR_LSC);

        assertEquals(1, bench.messages(0));
        bench.write(EIMS, 0b001);
        assertEquals(1, bench.messages(0), "told already");
        assertEquals(ICR_LSC, bench.read(ICR) & ~(1 << 31));
        assertEquals(0, bench.read(ICR));
        bench.write(ICS, ICR_LSC);
        assertEquals(2, bench.messages(0));
    }

    @Test
    void otherCausesWithoutAVectorOrMaskedAreSilent() {
        automatic(0b001);
        bench.write(IMS, ICR_LSC);
        bench.write(ICS, ICR_LSC);
        bench.write(ICS, ICR_DOUTSYNC);

        assertEquals(0, bench.messages(0));
        assertEquals(ICR_LSC | ICR_DOUTSYNC, bench.read(ICR) & ~(1 << 31));
    }

    @Test
    void vectorsBeyondTheTableNeverReachThePort() {
        bench.write(EIMS, -1);
        bench.write(EIAC, -1);
        bench.write(EICS, -1);

        for (int v = 0; v < IgbBench.VECTORS; v++) assertEquals(1, bench.messages(v));
        assertEquals(15, bench.counter(IgbCounter.INTERRUPTS_BAD_VECTOR));
        assertEquals(0, bench.read(EICS));
    }

    @Test
    void throttledVectorWaitsForItsIntervalInMicroseconds() {
        automatic(0b001);
        bench.write(EITR, 0, 1 << 31 | 648);
        bench.write(EICS, 0b001);
        long first = bench.messageAtNs(0);
        bench.write(EIMS, 0b001);
        bench.write(EICS, 0b001);
        bench.advance(162_000 - 1);
        assertEquals(1, bench.messages(0));
        bench.advance(1);

        assertEquals(2, bench.messages(0));
        assertEquals(first + 162_000, bench.messageAtNs(0), "648 is 162 us: some 6000 a second");
    }

    /// The stock driver's watchdog rings all queues by EICS, also while they are polled with their
    /// vectors masked: that unmasks what EIAM names, is a message, and masks again. // I210, EIAM
    @Test
    void settingACauseUnmasksWhatEiamNames() {
        automatic(0b110);
        bench.write(EICS, 0b110);
        assertEquals(0, bench.read(EIMS));
        bench.write(EICS, 0b110);
        assertEquals(2, bench.messages(1));
        assertEquals(2, bench.messages(2));
        assertEquals(0, bench.read(EIMS));
        assertEquals(0, bench.read(EICS));
        bench.write(EIMS, 0b110);
        assertEquals(2, bench.messages(1), "nothing was left");
    }

    @Test
    void stoppedDriverIsNotInterruptedByWhatComesLater() {
        automatic(0b111);
        bench.write(EIAM, 0); // the stock driver's order
        bench.write(EIMC, 0b111);
        bench.write(EIAC, 0);
        bench.write(EICS, 0b111);
        bench.advance(1_000_000_000);

        assertEquals(0, bench.messages(0) + bench.messages(1) + bench.messages(2));
        assertEquals(0b111, bench.read(EICS));
    }

    @Test
    void masksAndCausesReadBackAtTheirSiblings() {
        bench.write(EIMS, -1);
        assertEquals(0x01FF_FFFF, bench.read(EIMS));
        bench.write(EIMC, 0x00FF_FFFF);
        assertEquals(0x0100_0000, bench.read(EIMC), "EIMC reads as EIMS");
        bench.write(EIAC, 0b11);
        bench.write(EIAC, 0b10);
        assertEquals(0b10, bench.read(EIAC), "a write replaces");
        bench.write(EICS, 0b100);
        assertEquals(0b100, bench.read(EICS), "EICS reads as EICR");
    }
}
