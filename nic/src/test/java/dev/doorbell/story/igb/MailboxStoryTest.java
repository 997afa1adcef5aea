package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_PFRSTD;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.DCTL_QUEUE_ENABLE;
import static dev.doorbell.register.IgbBits.ICR_VMMB;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.MBVFICR;
import static dev.doorbell.register.IgbRegister.MBVFIMR;
import static dev.doorbell.register.IgbRegister.P2VMAILBOX;
import static dev.doorbell.register.IgbRegister.PVTCTRL;
import static dev.doorbell.register.IgbRegister.PVTEICR;
import static dev.doorbell.register.IgbRegister.PVTEICS;
import static dev.doorbell.register.IgbRegister.PVTEIMC;
import static dev.doorbell.register.IgbRegister.PVTEIMS;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.V2PMAILBOX;
import static dev.doorbell.register.IgbRegister.VFLRE;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VFTE;
import static dev.doorbell.register.IgbRegister.VMBMEM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Mailboxes and the physical function's view of virtual ones, both sides through the one BAR.
class MailboxStoryTest {
    private static final int VFU = 1 << 2;
    private static final int PFU = 1 << 3;
    private static final int RVFU = 1 << 4;
    private static final int PFSTS = 1 << 4;
    private static final int PFACK = 1 << 5;
    private static final int RSTI = 1 << 6;
    private static final int RSTD = 1 << 7;

    private final IgbBench bench = IgbBench.withLink();

    private int both() {
        int shown = bench.read(P2VMAILBOX, 3) & (VFU | PFU);
        assertEquals(shown, bench.read(V2PMAILBOX, 3) & (VFU | PFU), "both sides show the lock");
        return shown;
    }

    @Test
    void memoryHoldsSixteenWordsForEachFunction() {
        for (int word = 0; word < 128; word++) bench.write(VMBMEM, word, word * 0x0101_0101);

        for (int word = 0; word < 128; word++) assertEquals(word * 0x0101_0101, bench.read(VMBMEM, word));
    }

    @Test
    void lockBelongsToWhoTookItFirst() {
        bench.write(P2VMAILBOX, 3, PFU);
        assertEquals(PFU, both());
        bench.write(V2PMAILBOX, 3, VFU);
        assertEquals(PFU, both());
        bench.write(P2VMAILBOX, 3, 0);
        bench.write(V2PMAILBOX, 3, VFU);
        assertEquals(VFU, both());
        bench.write(P2VMAILBOX, 3, PFU);
        assertEquals(VFU, both());
        bench.write(V2PMAILBOX, 3, 0);

        assertEquals(0, both());
    }

    @Test
    void revokingTakesTheLockAndTheEvents() {
        bench.write(V2PMAILBOX, 3, VFU | 1 | 1 << 1);
        bench.write(V2PMAILBOX, 4, 1);
        assertEquals(1 << 3 | 1 << 19 | 1 << 4, bench.read(MBVFICR));
        bench.write(P2VMAILBOX, 3, RVFU);

        assertEquals(0, both());
        assertEquals(1 << 4, bench.read(MBVFICR), "the other function's stays");
    }

    @Test
    void statusAndAcknowledgeReachTheOtherSideUntilItReads() {
        bench.write(P2VMAILBOX, 3, 1 | 1 << 1);

        assertEquals(PFSTS | PFACK, bench.read(V2PMAILBOX, 3) & (PFSTS | PFACK));
        assertEquals(0, bench.read(V2PMAILBOX, 3) & (PFSTS | PFACK));
        assertEquals(0, bench.read(P2VMAILBOX, 3), "write only");
    }

    @Test
    void requestRaisesTheMailboxCauseUnlessMasked() {
        bench.write(MBVFIMR, 0xFF & ~(1 << 5));
        bench.write(V2PMAILBOX, 5, 1);
        assertEquals(0, bench.read(ICS) & ICR_VMMB);
        assertEquals(1 << 5, bench.read(MBVFICR));
        bench.write(V2PMAILBOX, 6, 1 << 1);

        assertEquals(ICR_VMMB, bench.read(ICS) & ICR_VMMB);
        assertEquals(1 << 5 | 1 << 22, bench.read(MBVFICR));
        bench.write(MBVFICR, 1 << 5);
        assertEquals(1 << 22, bench.read(MBVFICR), "writing 1 clears");
    }

    @Test
    void resetInProgressShowsUntilTheDriverSaysItIsDone() {
        assertEquals(RSTI, bench.read(V2PMAILBOX, 7));
        bench.write(CTRL_EXT, CTRL_EXT_PFRSTD);
        assertEquals(RSTD, bench.read(V2PMAILBOX, 7));
        assertEquals(0, bench.read(V2PMAILBOX, 7), "reading clears");
        bench.write(CTRL, CTRL_RST);

        assertEquals(RSTI, bench.read(V2PMAILBOX, 7));
    }

    @Test
    void functionsResetStopsItsQueuesAndClosesItsPool() {
        for (int queue = 0; queue < 16; queue++) {
            bench.write(RXDCTL, queue, DCTL_QUEUE_ENABLE);
            bench.write(TXDCTL, queue, DCTL_QUEUE_ENABLE);
        }
        bench.write(ICR, -1);
        bench.write(PVTCTRL, 2, 1 << 26);

        for (int queue = 0; queue < 16; queue++) {
            int expected = queue == 2 || queue == 10 ? 0 : DCTL_QUEUE_ENABLE;
            assertEquals(expected, bench.read(RXDCTL, queue) & DCTL_QUEUE_ENABLE, "receive " + queue);
            assertEquals(expected, bench.read(TXDCTL, queue) & DCTL_QUEUE_ENABLE, "transmit " + queue);
        }
        assertEquals(0xFF & ~(1 << 2), bench.read(VFRE));
        assertEquals(0xFF & ~(1 << 2), bench.read(VFTE));
        assertEquals(1 << 2, bench.read(VFLRE));
        assertEquals(ICR_VMMB, bench.read(ICS) & ICR_VMMB);
        assertEquals(0, bench.read(PVTCTRL, 2), "clears itself");
        bench.write(VFLRE, 1 << 2);
        assertEquals(0, bench.read(VFLRE));
    }

    @Test
    void functionsCausesAreStorage() {
        bench.write(PVTEIMS, 1, 7);
        bench.write(PVTEIMC, 1, 2);
        assertEquals(5, bench.read(PVTEIMS, 1));
        bench.write(PVTEICS, 1, 7);
        bench.write(PVTEICR, 1, 1);

        assertEquals(6, bench.read(PVTEICR, 1));
        assertEquals(0, bench.read(PVTEICR, 1));
        assertEquals(0, bench.read(PVTEICR, 2));
    }
}
