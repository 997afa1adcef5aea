package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.RAH_ASEL_SHIFT;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RCTL_BAM;
import static dev.doorbell.register.IgbBits.RCTL_MO_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_MPE;
import static dev.doorbell.register.IgbBits.RCTL_UPE;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAH2;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RAL2;
import static dev.doorbell.register.IgbRegister.RA_ALIAS;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.TPR;
import static dev.doorbell.register.IgbRegister.UTA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which destinations a card without pools takes.
class FilterAddressStoryTest {
    private static final String BROADCAST = "ffffffffffff";
    private static final String GROUP = "01aa00123456";
    private static final String OTHER = "02aa00123456";

    private final FilterBench bench = FilterBench.station();

    private boolean accepts(String destination) {
        return bench.accepts(Flow.ethernet(0x88B5).payload(50).to(destination).bytes());
    }

    private void mta(int word, int bit) {
        bench.write(MTA, word, 1 << bit);
    }

    @Test
    void itsOwnAddressAndBroadcastsGoToQueueZero() {
        assertEquals(1, bench.judge(Flow.ethernet(0x88B5).payload(50).bytes()));
        assertEquals(Statistics.UNICAST, bench.verdict.cast);
        assertFalse(bench.verdict.inexact);
        assertTrue(accepts(BROADCAST));
        assertEquals(Statistics.BROADCAST, bench.verdict.cast);
        assertFalse(bench.verdict.inexact);
        assertEquals(2, bench.read(GPRC));
    }

    @Test
    void othersAreCountedAndDropped() {
        assertFalse(accepts(OTHER));
        assertFalse(accepts(GROUP));
        assertEquals(2, bench.counter(IgbCounter.RECEIVE_FILTERED));
        assertEquals(2, bench.read(TPR));
        assertEquals(0, bench.read(GPRC));
    }

    @Test
    void eachKindHasItsSwitchAndNoOther() {
        bench.write(RCTL, RCTL_UPE);
        assertTrue(accepts(OTHER));
        assertFalse(accepts(GROUP));
        assertFalse(accepts(BROADCAST));
        bench.write(RCTL, RCTL_MPE);
        assertFalse(accepts(OTHER));
        assertTrue(accepts(GROUP));
        assertFalse(bench.verdict.inexact);
        assertFalse(accepts(BROADCAST), "broadcast is a kind of its own");
        bench.write(RCTL, RCTL_BAM);
        assertFalse(accepts(OTHER));
        assertFalse(accepts(GROUP));
        assertTrue(accepts(BROADCAST));
    }

    @Test
    void eachOfTheTwentyFourEntriesMatches() {
        for (int entry = 0; entry < 24; entry++) {
            String address = String.format("02:00:00:00:01:%02x", entry);
            assertFalse(accepts(address.replace(":", "")), "before entry " + entry);
            bench.address(entry, address, 0);
            assertTrue(accepts(address.replace(":", "")), "entry " + entry);
        }
        for (int entry = 0; entry < 24; entry++)
            assertTrue(accepts(String.format("0200000001%02x", entry)), "entry " + entry + " among all");
        bench.write(RAH, 3, 0);
        bench.write(RAH2, 5, 0);
        assertFalse(accepts("020000000103"));
        assertFalse(accepts("020000000115"));
        assertTrue(accepts("020000000116"));
    }

    @Test
    void anEntryWithoutTheValidBitMatchesNothing() {
        bench.write(RAL, 1, 0x1200_AA02);
        bench.write(RAH, 1, 0x5634);
        assertFalse(accepts(OTHER));
        bench.write(RAH, 1, 0x5634 | RAH_AV);
        assertTrue(accepts(OTHER));
        bench.write(RAL, 1, 0x1200_AA03);
        assertFalse(accepts(OTHER));
    }

    @Test
    void theOldPlaceOfTheEntriesCountsToo() {
        bench.write(RA_ALIAS, 2, 0x1200_AA02); // entry 1
        bench.write(RA_ALIAS, 3, 0x5634 | RAH_AV);
        assertTrue(accepts(OTHER));
    }

    @Test
    void exactGroupsAndBroadcastsAreExact() {
        bench.write(RCTL, 0);
        bench.address(23, "01:aa:00:12:34:56", 0);
        assertTrue(accepts(GROUP));
        assertFalse(bench.verdict.inexact);
        assertFalse(accepts(BROADCAST));
        bench.address(22, "ff:ff:ff:ff:ff:ff", 0);
        assertTrue(accepts(BROADCAST));
    }

    @Test
    void sourceEntriesMatchTheSender() {
        bench.write(RAL2, 0, 0x0000_5502);
        bench.write(RAH2, 0, 0x0100 | 1 << RAH_ASEL_SHIFT | RAH_AV);
        assertTrue(accepts(OTHER), "the peer sent it");
        assertFalse(bench.accepts(Flow.ethernet(0x88B5)
                .payload(50)
                .to("025500000001")
                .from("02aa00123456")
                .bytes()));
        bench.write(RAH2, 0, 0x0100 | 2 << RAH_ASEL_SHIFT | RAH_AV);
        assertFalse(accepts(OTHER), "reserved selection");
    }

    @ParameterizedTest
    @CsvSource({"0, 43, 3", "1, 86, 6", "2, 44, 13", "3, 49, 20"})
    void groupsPassByTheirHashAndAreMarkedInexact(int offset, int word, int bit) {
        bench.write(RCTL, offset << RCTL_MO_SHIFT);
        assertFalse(accepts(GROUP));
        mta(word, bit);
        assertTrue(accepts(GROUP));
        assertTrue(bench.verdict.inexact);
        assertFalse(accepts(OTHER), "a station with the same last bytes");
        bench.write(RCTL, offset << RCTL_MO_SHIFT | RCTL_MPE);
        assertTrue(accepts(GROUP));
        assertFalse(bench.verdict.inexact, "all groups are wanted");
    }

    @Test
    void noOtherBitOfTheHashTableCounts() {
        for (int word = 0; word < 128; word++) bench.write(MTA, word, word == 43 ? ~(1 << 3) : -1);
        assertFalse(accepts(GROUP));
    }

    @Test
    void theStationsHashTableIsForPoolsOnly() {
        for (int word = 0; word < 128; word++) bench.write(UTA, word, -1);
        assertFalse(accepts(OTHER));
        assertEquals(0, bench.read(UTA), "and cannot be read");
    }

    @Test
    void aFrameShorterThanItsHeaderIsMalformed() {
        assertEquals(0, bench.judge(new byte[13]));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_MALFORMED));
        assertEquals(0, bench.judge(new byte[0]));
    }

    @Test
    void aResetEmptiesTheTable() {
        bench.resetAll();
        assertFalse(accepts("525400123456"));
        bench.address(0, "52:54:00:12:34:56", 0);
        assertTrue(accepts("525400123456"));
    }
}
