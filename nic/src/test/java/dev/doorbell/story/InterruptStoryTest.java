package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_ALL;
import static dev.doorbell.register.E1000Bits.ICR_LSC;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMC;
import static dev.doorbell.register.E1000Register.IMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Causes, mask and line. // 317453, 13.4.17 to 13.4.21
class InterruptStoryTest {
    private static final long TEN_MS = 10_000_000;
    private static final long TWO_MS = 2_000_000;

    private final Bench bench = Bench.withLink();

    @Test
    void maskedCauseIsShownButDoesNotInterrupt() {
        bench.write(ICS, ICR_RXT0);

        assertFalse(bench.line());
        assertEquals(0, bench.interruptCount());
        assertEquals(ICR_RXT0, bench.read(ICR));
    }

    @Test
    void unmaskingAPendingCauseAsserts() {
        bench.write(ICS, ICR_RXT0);
        bench.write(IMS, ICR_RXT0);

        assertTrue(bench.line());
        assertEquals(1, bench.interruptCount());
        assertEquals(1, bench.counter(E1000Counter.INTERRUPTS));
    }

    @Test
    void readingIcrReturnsEveryCauseAndLowersTheLine() {
        bench.write(IMS, ICR_RXT0);
        bench.write(ICS, ICR_RXT0 | ICR_TXDW);

        assertEquals(ICR_RXT0 | ICR_TXDW, bench.read(ICR), "masked causes as well");
        assertFalse(bench.line());
        assertEquals(0, bench.read(ICR));
        assertEquals(1, bench.interruptCount());
    }

    @Test
    void writingIcrClearsTheBitsWrittenAndKeepsTheLineWhileAnotherCauseStands() {
        bench.write(IMS, ICR_RXT0 | ICR_TXDW);
        bench.write(ICS, ICR_RXT0 | ICR_TXDW);

        bench.write(ICR, ICR_RXT0);
        assertTrue(bench.line());
        bench.write(ICR, ICR_TXDW);
        assertFalse(bench.line());
        assertEquals(0, bench.read(ICR));
        assertEquals(1, bench.interruptCount());
    }

    @Test
    void maskingTheCauseLowersTheLineAndUnmaskingAssertsAgain() {
        bench.write(IMS, ICR_RXT0);
        bench.write(ICS, ICR_RXT0);

        bench.write(IMC, ICR_RXT0);
        assertFalse(bench.line());
        bench.write(IMS, ICR_RXT0);
        assertTrue(bench.line());
        assertEquals(2, bench.interruptCount());
        assertEquals(ICR_RXT0, bench.read(ICR));
    }

    @Test
    void causesThatComeWhileTheLineIsUpAssertNothingNew() {
        bench.write(IMS, ICR_ALL);
        bench.write(ICS, ICR_RXT0);
        bench.write(ICS, ICR_TXDW);
        bench.write(ICS, ICR_LSC);

        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXT0 | ICR_TXDW | ICR_LSC, bench.read(ICR));
    }

    @Test
    void readingIcsShowsTheCausesWithoutClearing() {
        bench.write(ICS, ICR_RXT0);

        assertEquals(ICR_RXT0, bench.read(ICS));
        assertEquals(ICR_RXT0, bench.read(ICS));
        assertEquals(ICR_RXT0, bench.read(ICR));
    }

    @Test
    void bitsThatTheChipDoesNotHaveCannotBeSet() {
        bench.write(IMS, -1);
        bench.write(ICS, -1);

        assertEquals(ICR_ALL, bench.read(IMS));
        assertEquals(ICR_ALL, bench.read(ICR), "no INT_ASSERTED bit on this family");
    }

    /// The interrupt part of `ethtool -t`, bit by bit, with the driver's handler: it sees what it reads from ICR.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void everyBitOfTheInterruptSelfTestPasses(int number) {
        int bit = 1 << number;
        bench.write(IMC, -1);
        bench.advance(TEN_MS);

        bench.write(IMC, bit);
        bench.write(ICS, bit);
        bench.advance(TEN_MS);
        assertEquals(0, handled() & bit, "a masked bit must not interrupt");

        bench.write(IMS, bit);
        bench.write(ICS, bit);
        bench.advance(TEN_MS);
        assertEquals(bit, handled() & bit, "an unmasked bit must");

        bench.write(IMC, 0x7FFF & ~bit);
        bench.write(ICS, 0x7FFF & ~bit);
        bench.advance(TEN_MS);
        assertEquals(0, handled(), "no other bit may");
    }

    /// What the guest's handler finds in ICR; 0 when no interrupt came.
    private int handled() {
        return bench.line() ? bench.read(ICR) : 0;
    }

    @Test
    void stormOfEventsGivesOneAssertionForEachAcknowledgement() {
        bench.write(IMS, ICR_RXT0);
        for (int i = 0; i < 1000; i++) {
            bench.write(ICS, ICR_RXT0);
            bench.write(ICS, ICR_RXT0);
            assertEquals(ICR_RXT0, bench.read(ICR));
            bench.advance(TWO_MS);
        }

        assertEquals(1000, bench.interruptCount());
        assertEquals(1000, bench.counter(E1000Counter.INTERRUPTS));
        assertFalse(bench.line());
    }
}
