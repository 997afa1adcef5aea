package dev.doorbell.device.igb.interrupt;

import static dev.doorbell.register.IgbBits.EICR_OTHER;
import static dev.doorbell.register.IgbBits.EICR_TCP_TIMER;
import static dev.doorbell.register.IgbBits.EITR_CNT_INGR;
import static dev.doorbell.register.IgbBits.EITR_LLI_EN;
import static dev.doorbell.register.IgbBits.EITR_LL_COUNTER;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.ICR_INT_ASSERTED;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbBits.ICR_RXDMT0;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbBits.ICR_TXDW;
import static dev.doorbell.register.IgbRegister.EIAC;
import static dev.doorbell.register.IgbRegister.EIAM;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.IVAR0;
import static dev.doorbell.register.IgbRegister.IVAR_MISC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.statistics.IgbCounter;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the units of the card tell, up to the message: which vector, and low-latency interrupts.
class InterruptsTest {
    private static final int INTERVAL_NS = 100_000;
    private static final int INTERVAL = 100 << 2;

    private final InterruptsBench bench = new InterruptsBench();
    private final Interrupts interrupts = bench.interrupts;

    /// Every vector clears itself; receive queue 0 is vector 1.
    private void vectors() {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX);
        bench.write(EIAC, -1);
        bench.write(EIMS, -1);
        bench.write(IVAR0, 0, 0x81);
    }

    /// Vector 1 is throttled, and has just been sent.
    private void vectorInsideItsInterval() {
        vectors();
        bench.write(EITR, 1, EITR_CNT_INGR | INTERVAL);
        interrupts.received(0, false);
        assertEquals(List.of("1"), bench.take());
    }

    @Test
    void everyQueueHasItsOwnEntries() {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX);
        bench.write(EIAC, -1);
        bench.write(EIMS, -1);
        for (int queue = 0; queue < 16; queue++) {
            for (int n = 0; n < 8; n++) bench.write(IVAR0, n, 0);
            int half = queue < 8 ? 0 : 16;
            bench.write(IVAR0, queue % 8, (0x83 | 0x84 << 8) << half);
            for (int other = 0; other < 16; other++) {
                interrupts.received(other, false);
                interrupts.receiveLow(other);
                interrupts.transmitted(other);
            }
            assertEquals(List.of("3", "3", "4"), bench.take(), "queue " + queue);
        }
        assertEquals(0, bench.read(ICR), "the vector alone tells");
    }

    @Test
    void entryThatIsNotValidTellsNobody() {
        vectors();
        bench.write(IVAR0, 0, 0x0102);
        interrupts.received(0, true);
        interrupts.transmitted(0);

        assertEquals(List.of(), bench.take());
        assertEquals(0, bench.read(EICS));
    }

    @Test
    void entryBeyondTheVectorsIsCounted() {
        vectors();
        bench.write(IVAR0, 0, 0x9F | 0x8A << 8);
        interrupts.received(0, false);
        interrupts.transmitted(0);

        assertEquals(List.of(), bench.take());
        assertEquals(2, bench.counters.get(IgbCounter.INTERRUPTS_BAD_VECTOR), "31 is none; 10 has no message");
        assertEquals(0, bench.read(EICS));
    }

    @Test
    void tcpTimerHasAnEntryOfItsOwn() {
        vectors();
        bench.write(IVAR_MISC, 0x87);
        interrupts.tcpTimer();
        assertEquals(List.of("7"), bench.take());

        bench.write(GPIE, 0);
        bench.write(EIMS, EICR_TCP_TIMER);
        interrupts.tcpTimer();
        assertEquals(List.of("up"), bench.take());
        assertEquals(EICR_TCP_TIMER, bench.read(EICR));
        assertEquals(List.of("down"), bench.take(), "a read clears without vectors");
    }

    @Test
    void withoutVectorsQueuesTellByIcr() {
        bench.write(IMS, -1);
        interrupts.received(5, false);
        assertEquals(ICR_INT_ASSERTED | ICR_RXDW, bench.read(ICR));
        interrupts.receiveLow(5);
        assertEquals(ICR_INT_ASSERTED | ICR_RXDMT0, bench.read(ICR));
        interrupts.transmitted(5);
        assertEquals(ICR_INT_ASSERTED | ICR_TXDW, bench.read(ICR));
        assertEquals(List.of("up", "down", "up", "down", "up", "down"), bench.take());
    }

    @Test
    void withoutVectorsQueuesTellByEicrToo() {
        bench.write(IVAR0, 3, 0x8F);
        bench.write(EIMS, 0x8000);
        interrupts.received(3, false);

        assertEquals(List.of("up"), bench.take());
        assertEquals(0x8000, bench.read(EICS));
        assertEquals(0x8000, bench.read(EICR));
        assertEquals(List.of("down"), bench.take());
        bench.write(IVAR0, 3, 0x90);
        interrupts.received(3, false);
        assertEquals(1, bench.counters.get(IgbCounter.INTERRUPTS_BAD_VECTOR), "there are 16 such causes");
    }

    @Test
    void withoutVectorsIcrShowsInEicrAsItsSum() {
        bench.write(IMS, ICR_LSC);
        interrupts.raise(ICR_LSC);
        assertEquals(EICR_OTHER, bench.read(EICR));
        assertEquals(EICR_OTHER, bench.read(EICR), "only ICR clears it");
        bench.read(ICR);
        assertEquals(0, bench.read(EICR));
    }

    @Test
    void withoutVectorsEicrMasksItselfOnAccess() {
        bench.write(EIAM, 0x0003);
        bench.write(EIMS, 0x0007);
        bench.write(EICS, 0x0001);
        assertEquals(0x0001, bench.read(EICR));
        assertEquals(0x0004, bench.read(EIMS));
        bench.write(EICS, 0x0003);
        assertEquals(0x0007, bench.read(EIMS), "setting a cause unmasks it");
        bench.write(EICR, 0x0003);
        assertEquals(0x0004, bench.read(EIMS));
        assertEquals(List.of("up", "down", "up", "down"), bench.take());
    }

    @Test
    void withVectorsAReadOfEicrClearsNothing() {
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | GPIE_EIAME);
        bench.write(EIAM, 0b11);
        bench.write(EIMS, 0b10);
        bench.write(EICS, 0b100);
        assertEquals(0b100, bench.read(EICR));
        assertEquals(0b100, bench.read(EICR));
        bench.write(EICR, 0b100);
        assertEquals(0, bench.read(EICR));
        assertEquals(0b10, bench.read(EIMS), "with EIAME the message masks, not the access");
    }

    @Test
    void lowLatencyInterruptDoesNotWaitAndStartsTheIntervalAnew() {
        vectorInsideItsInterval();
        bench.time.advance(30_000);
        interrupts.received(0, true);
        assertEquals(List.of("1"), bench.take());
        long second = bench.sentAtNs;
        interrupts.received(0, false);
        bench.time.advance(INTERVAL_NS - 1);
        assertEquals(List.of(), bench.take());
        bench.time.advance(1);

        assertEquals(List.of("1"), bench.take());
        assertEquals(second + INTERVAL_NS, bench.sentAtNs);
    }

    @Test
    void lowLatencyInterruptTakesTheOneThatWaitsWithIt() {
        vectorInsideItsInterval();
        interrupts.received(0, false);
        interrupts.received(0, true);
        assertEquals(List.of("1"), bench.take());
        bench.time.advance(10 * INTERVAL_NS);

        assertEquals(List.of(), bench.take());
    }

    @Test
    void lowLatencyInterruptThatWasMaskedHurriesWhenUnmasked() {
        vectorInsideItsInterval();
        bench.write(dev.doorbell.register.IgbRegister.EIMC, -1);
        interrupts.received(0, true);
        assertEquals(List.of(), bench.take());
        bench.write(EIMS, -1);

        assertEquals(List.of("1"), bench.take());
    }

    @Test
    void eachLowLatencyInterruptCostsACreditAndWithoutOneWaits() {
        vectorInsideItsInterval();
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | 2 << 7); // a credit each 8 us
        bench.write(EITR, 1, EITR_LLI_EN | 2 << 16 | 100 << 2 | 12 << 21);
        interrupts.received(0, true);
        interrupts.received(0, true);
        assertEquals(List.of("1", "1"), bench.take());
        assertEquals(0, bench.read(EITR, 1) & EITR_LL_COUNTER);
        long second = bench.sentAtNs;
        interrupts.received(0, true);
        assertEquals(List.of(), bench.take(), "no credit");
        bench.time.advance(INTERVAL_NS);
        assertEquals(List.of("1"), bench.take());
        assertEquals(second + INTERVAL_NS, bench.sentAtNs, "as any other");
        assertEquals(12 << 16, bench.read(EITR, 1) & EITR_LL_COUNTER, "100 us at 8 us each");
        interrupts.received(0, true);
        assertEquals(List.of("1"), bench.take());
        assertEquals(11 << 16, bench.read(EITR, 1) & EITR_LL_COUNTER);
        bench.time.advance(10_000_000);
        assertEquals(31 << 16, bench.read(EITR, 1) & EITR_LL_COUNTER, "no more than 31");
    }

    @Test
    void intervalZeroOfTheCreditsModeratesNothing() {
        vectorInsideItsInterval();
        bench.write(EITR, 1, EITR_CNT_INGR | EITR_LLI_EN | INTERVAL);
        for (int i = 0; i < 40; i++) interrupts.received(0, true);

        assertEquals(40, bench.take().size());
    }

    @Test
    void creditsKeepWhatTheyHadWhenTheirStepChanges() {
        vectors();
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | 1 << 7);
        bench.write(EITR, 1, EITR_LLI_EN);
        bench.time.advance(8_000);
        bench.write(GPIE, GPIE_MULTIPLE_MSIX | 31 << 7);
        bench.time.advance(123_999);
        assertEquals(2 << 16, bench.read(EITR, 1) & EITR_LL_COUNTER);
        bench.time.advance(1);
        assertEquals(3 << 16, bench.read(EITR, 1) & EITR_LL_COUNTER);
    }

    @Test
    void lowLatencyInterruptOfTheLineDoesNotWaitEither() {
        bench.write(EITR, 0, EITR_CNT_INGR | INTERVAL);
        bench.write(IMS, -1);
        interrupts.received(0, false);
        bench.read(ICR);
        interrupts.received(0, false);
        assertEquals(List.of("up", "down"), bench.take());
        interrupts.received(0, true);
        assertEquals(List.of("up"), bench.take());
        bench.read(ICR);
        bench.take();
        interrupts.received(0, false);
        bench.time.advance(INTERVAL_NS - 1);
        assertEquals(List.of(), bench.take());
        bench.time.advance(1);
        assertEquals(List.of("up"), bench.take());
    }

    @Test
    void switchOfTheModeForgetsVectorsThatWait() {
        vectorInsideItsInterval();
        interrupts.received(0, false);
        bench.write(GPIE, 0);
        bench.time.advance(10 * INTERVAL_NS);
        bench.write(GPIE, GPIE_MULTIPLE_MSIX);
        bench.time.advance(10 * INTERVAL_NS);

        assertEquals(List.of(), bench.take());
        assertEquals(0, bench.read(EICS));
    }

    @Test
    void switchOfTheModeLowersTheLineAndCausesOfIcrGoOnInTheNewWay() {
        bench.write(IVAR_MISC, 0x85 << 8);
        bench.write(IMS, ICR_LSC);
        interrupts.raise(ICR_LSC);
        assertEquals(List.of("up"), bench.take());
        bench.write(EIMS, 1 << 5);
        bench.write(GPIE, GPIE_MULTIPLE_MSIX);
        assertEquals(List.of("down", "5"), bench.take());
        bench.write(EICR, -1);
        bench.write(GPIE, 0);
        assertEquals(List.of("up"), bench.take());
    }

    @Test
    void throttledLineThatBecomesVectorsNeverRises() {
        bench.write(EITR, 0, EITR_CNT_INGR | INTERVAL);
        bench.write(IMS, -1);
        bench.write(ICS, ICR_LSC);
        bench.read(ICR);
        bench.write(ICS, ICR_LSC);
        assertEquals(List.of("up", "down"), bench.take());
        bench.write(GPIE, GPIE_MULTIPLE_MSIX);
        bench.time.advance(10 * INTERVAL_NS);

        assertEquals(List.of(), bench.take());
    }

    @Test
    void vectorOfTheOtherCausesWrittenLateHearsOfThoseThatStand() {
        vectors();
        bench.write(IMS, ICR_LSC);
        interrupts.raise(ICR_LSC);
        assertEquals(List.of(), bench.take());
        bench.write(IVAR_MISC, 0x80 << 8);
        assertEquals(List.of("0"), bench.take());
        bench.write(IVAR_MISC, 0x80 << 8);
        assertEquals(List.of(), bench.take(), "nothing new");
    }
}
