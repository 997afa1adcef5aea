package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RCTL_SBP;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RLEC;
import static dev.doorbell.register.IgbRegister.RLPML;
import static dev.doorbell.register.IgbRegister.ROC;
import static dev.doorbell.register.IgbRegister.RUC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.IgbRegister;
import org.junit.jupiter.api.Test;

/// How short and how long a frame may be. Lengths with FCS.
class FilterLengthStoryTest {
    private final FilterBench bench = FilterBench.station();

    private boolean accepts(Flow flow, int wireBytes) {
        return bench.judge(flow.bytes(wireBytes), wireBytes, FilterBench.WIRE) != 0;
    }

    private static Flow plain() {
        return Flow.ethernet(0x88B5);
    }

    private void assertErrors(IgbRegister counter, int count) {
        assertEquals(count, bench.read(counter));
        assertEquals(count, bench.read(RLEC));
    }

    @Test
    void theLimitOfEthernet() {
        assertTrue(accepts(plain(), 1518));
        assertFalse(accepts(plain(), 1519));
        assertErrors(ROC, 1);
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_BAD_LENGTH));
    }

    @Test
    void tagsExtendTheLimit() {
        assertTrue(accepts(plain().tag(7), 1522));
        assertFalse(accepts(plain().tag(7), 1523));
        bench.write(CTRL_EXT, CTRL_EXT_EXT_VLAN);
        assertTrue(accepts(plain().tag(8).tag(7), 1526));
        assertFalse(accepts(plain().tag(8).tag(7), 1527));
        assertErrors(ROC, 2);
    }

    @Test
    void withLongFramesTheLimitIsTheGuests() {
        bench.write(RCTL, RCTL_LPE);
        assertTrue(accepts(plain(), 9728));
        assertFalse(accepts(plain(), 9729));
        bench.write(RLPML, 1000);
        assertTrue(accepts(plain(), 1000));
        assertFalse(accepts(plain(), 1001), "it may be a short one");
        bench.write(RLPML, 0x3FFF);
        assertTrue(accepts(plain(), 0x3FFF));
        bench.write(RLPML, 0);
        assertFalse(accepts(plain(), 64));
        assertErrors(ROC, 3);
    }

    @Test
    void shortFramesAreDropped() {
        assertTrue(accepts(plain(), 64));
        assertFalse(accepts(plain(), 63));
        assertFalse(accepts(plain(), 18));
        assertErrors(RUC, 2);
    }

    @Test
    void badLengthsPassWhereTheGuestAsksForThem() {
        bench.write(RCTL, RCTL_SBP);
        assertTrue(accepts(plain(), 63));
        assertTrue(accepts(plain(), 1519));
        assertTrue(accepts(plain(), 12_000));
        assertEquals(1, bench.read(RUC));
        assertEquals(2, bench.read(ROC));
        assertEquals(0, bench.counter(IgbCounter.RECEIVE_BAD_LENGTH));
    }

    /// The chips' manuals count errors of frames that passed the address filter.
    @Test
    void framesForOthersHaveNoLengthErrors() {
        assertFalse(accepts(plain().to("02aa00123456"), 1600));
        assertErrors(ROC, 0);
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_FILTERED));
    }

    @Test
    void everyLengthIsJudgedByItself() {
        for (int wireBytes = 60; wireBytes < 1530; wireBytes++)
            assertEquals(wireBytes >= 64 && wireBytes <= 1518, accepts(plain(), wireBytes), wireBytes + " bytes");
        assertEquals(4, bench.read(RUC));
        assertEquals(11, bench.read(ROC));
    }
}
