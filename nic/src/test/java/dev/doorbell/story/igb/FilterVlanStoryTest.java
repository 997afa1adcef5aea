package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.RCTL_BAM;
import static dev.doorbell.register.IgbBits.RCTL_CFI;
import static dev.doorbell.register.IgbBits.RCTL_CFIEN;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RCTL_VFE;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.VET;
import static dev.doorbell.register.IgbRegister.VFTA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.Test;

/// Which VLANs a card without pools takes, and what it does to their tags.
class FilterVlanStoryTest {
    private static final int CFI = 1 << 12;

    private final FilterBench bench = FilterBench.station();

    private static Flow frame() {
        return Flow.ethernet(0x88B5).payload(50);
    }

    @Test
    void withoutTheFilterEveryVlanPasses() {
        assertTrue(bench.accepts(frame().tag(7).bytes()));
    }

    @Test
    void anEmptyTableDropsWhatIsTaggedOnly() {
        bench.write(RCTL, RCTL_VFE);
        assertFalse(bench.accepts(frame().tag(7).bytes()));
        assertFalse(bench.accepts(frame().tag(0).bytes()), "a tag for priority alone is a tag");
        assertEquals(2, bench.counter(IgbCounter.RECEIVE_OTHER_VLAN));
        assertTrue(bench.accepts(frame().bytes()));
    }

    @Test
    void theTableHasABitForEveryVlan() {
        bench.write(RCTL, RCTL_VFE);
        for (int vlan : new int[] {0, 1, 31, 32, 1000, 4094, 4095}) {
            bench.write(VFTA, vlan >>> 5, 1 << (vlan & 31));
            assertTrue(bench.accepts(frame().tag(vlan | 0xE000).bytes()), "VLAN " + vlan + ", any priority");
            assertFalse(bench.accepts(frame().tag(vlan ^ 2).bytes()));
            bench.write(VFTA, vlan >>> 5, 0);
        }
    }

    @Test
    void theCfiBitCountsWithTheFilterOnly() {
        bench.write(VFTA, 0, 1 << 7);
        bench.write(RCTL, RCTL_CFIEN);
        assertTrue(bench.accepts(frame().tag(7 | CFI).bytes()));
        bench.write(RCTL, RCTL_CFIEN | RCTL_VFE);
        assertFalse(bench.accepts(frame().tag(7 | CFI).bytes()));
        assertTrue(bench.accepts(frame().tag(7).bytes()));
        bench.write(RCTL, RCTL_CFIEN | RCTL_VFE | RCTL_CFI);
        assertTrue(bench.accepts(frame().tag(7 | CFI).bytes()));
        assertFalse(bench.accepts(frame().tag(7).bytes()));
        bench.write(RCTL, RCTL_VFE | RCTL_CFI);
        assertTrue(bench.accepts(frame().tag(7).bytes()));
    }

    @Test
    void theTypeOfATagIsTheGuests() {
        bench.write(RCTL, RCTL_VFE);
        bench.write(VET, 0x8100_9100);
        assertTrue(bench.accepts(frame().tag(0x8100, 7).bytes()), "no tag to this guest");
        assertFalse(bench.accepts(frame().tag(0x9100, 7).bytes()));
    }

    @Test
    void ofStackedTagsTheInnerOneCounts() {
        bench.write(RCTL, RCTL_VFE);
        bench.write(VFTA, 0, 1 << 7);
        bench.write(VET, 0x88A8_8100);
        bench.write(CTRL_EXT, CTRL_EXT_EXT_VLAN);
        assertTrue(bench.accepts(frame().tag(0x88A8, 9).tag(7).bytes()));
        assertTrue(bench.verdict.doubleTagged);
        assertFalse(bench.accepts(frame().tag(0x88A8, 7).tag(9).bytes()));
        assertTrue(bench.accepts(frame().tag(0x88A8, 9).bytes()), "no pair: untagged");
        assertFalse(bench.verdict.doubleTagged);
        assertTrue(bench.accepts(frame().tag(9).bytes()), "no pair: untagged");
        bench.write(CTRL_EXT, 0);
        assertFalse(bench.accepts(frame().tag(9).bytes()));
        assertTrue(bench.accepts(frame().tag(7).bytes()));
        assertFalse(bench.verdict.doubleTagged);
    }

    @Test
    void tagAndFcsAreStrippedAsCtrlAndRctlSay() {
        bench.judge(frame().tag(7).bytes());
        assertFalse(bench.stripsTag(0));
        assertFalse(bench.stripsFcs(0));
        bench.write(CTRL, CTRL_VME);
        bench.write(RCTL, RCTL_BAM | RCTL_SECRC);
        assertTrue(bench.stripsTag(5));
        assertTrue(bench.stripsFcs(5));
    }
}
