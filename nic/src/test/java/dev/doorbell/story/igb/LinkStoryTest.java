package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CONNSW_PHYSD;
import static dev.doorbell.register.IgbBits.CONNSW_SERDESD;
import static dev.doorbell.register.IgbBits.CTRL_EXT_LINK_MODE_SHIFT;
import static dev.doorbell.register.IgbBits.CTRL_FD;
import static dev.doorbell.register.IgbBits.CTRL_FRCDPLX;
import static dev.doorbell.register.IgbBits.CTRL_FRCSPD;
import static dev.doorbell.register.IgbBits.CTRL_GIO_MASTER_DISABLE;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.PCS_LCTL_AN_ENABLE;
import static dev.doorbell.register.IgbBits.PCS_LCTL_AN_RESTART;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FDV;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FLV_LINK_UP;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FORCE_LINK;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FSD;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_AN_COMPLETE;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_DUPLEX;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_LINK_OK;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_SYNC_OK;
import static dev.doorbell.register.IgbBits.STATUS_GIO_MASTER_ENABLE;
import static dev.doorbell.register.IgbBits.STATUS_LU;
import static dev.doorbell.register.IgbRegister.CONNSW;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.I2CCMD;
import static dev.doorbell.register.IgbRegister.PCS_LCTL;
import static dev.doorbell.register.IgbRegister.PCS_LPAB;
import static dev.doorbell.register.IgbRegister.PCS_LSTAT;
import static dev.doorbell.register.IgbRegister.SCTL;
import static dev.doorbell.register.IgbRegister.STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.Test;

/// The link as the guest sees it: STATUS, forced speed and duplex, loopback.
class LinkStoryTest {
    private static final long NEGOTIATION_NS = IgbOptions.AUTO_NEGOTIATION_NS;
    private static final int FORCED = CTRL_SLU | CTRL_FRCSPD | CTRL_FRCDPLX;

    private static boolean up(IgbBench bench) {
        return (bench.read(STATUS) & STATUS_LU) != 0;
    }

    @Test
    void linkComesUpWhenNegotiationAfterPowerOnIsDone() {
        IgbBench bench = new IgbBench();
        bench.write(CTRL, CTRL_SLU);
        bench.advance(NEGOTIATION_NS - 1);
        assertFalse(up(bench));
        bench.advance(1);

        assertTrue(up(bench));
        assertEquals(0x8008_0483, bench.read(STATUS), "1000 full, PHY reset, master enabled");
        assertEquals(1, bench.counter(IgbCounter.LINK_CHANGES));
    }

    @Test
    void withoutSetLinkUpTheMacDoesNotListenToThePhy() {
        IgbBench bench = new IgbBench();
        bench.advance(NEGOTIATION_NS);
        assertFalse(up(bench));
        bench.write(CTRL, CTRL_SLU);

        assertTrue(up(bench));
    }

    @Test
    void pulledCableTakesTheLinkEvenWithSpeedAndDuplexForced() {
        IgbBench bench = IgbBench.withLink();
        bench.write(CTRL, FORCED | CTRL_FD | 2 << CTRL_SPEED_SHIFT);
        assertTrue(up(bench));
        bench.card.connectCable(false);
        assertFalse(up(bench));
        bench.card.connectCable(true);
        bench.advance(NEGOTIATION_NS);

        assertTrue(up(bench));
        assertEquals(3, bench.counter(IgbCounter.LINK_CHANGES));
    }

    /// The Linux VFIO selftest's way to a link: PHY loopback, then speed and duplex forced.
    @Test
    void phyLoopbackWithForcedSpeedIsALinkAtOnceWithoutAnotherEnd() {
        IgbBench bench = new IgbBench();
        bench.wire.link(false);
        bench.runUntilIdle();
        PhyBus phy = new PhyBus(bench);
        phy.write(0, 0x1200);
        phy.write(0, 0x4140);
        bench.write(CTRL, FORCED | CTRL_FD | 2 << CTRL_SPEED_SHIFT);

        assertTrue(up(bench));
    }

    @Test
    void linkOutlivesASoftwareResetOnceSetLinkUpIsBack() {
        IgbBench bench = IgbBench.withLink();
        bench.write(CTRL, CTRL_RST);
        assertFalse(up(bench));
        bench.write(CTRL, CTRL_SLU);

        assertTrue(up(bench));
    }

    @Test
    void forcedSpeedAndDuplexShowInStatus() {
        IgbBench bench = IgbBench.withLink();
        for (int speed = 0; speed < 3; speed++) {
            bench.write(CTRL, FORCED | speed << CTRL_SPEED_SHIFT);
            assertEquals(speed << 6, bench.read(STATUS) & 0xC1, "half duplex");
            bench.write(CTRL, FORCED | speed << CTRL_SPEED_SHIFT | CTRL_FD);
            assertEquals(speed << 6 | 1, bench.read(STATUS) & 0xC1, "full duplex");
        }
    }

    @Test
    void disabledMasterShowsAtOnce() {
        IgbBench bench = IgbBench.withLink();
        int control = bench.read(CTRL);
        bench.write(CTRL, control | CTRL_GIO_MASTER_DISABLE);
        assertEquals(0, bench.read(STATUS) & STATUS_GIO_MASTER_ENABLE);
        bench.write(CTRL, control);

        assertEquals(STATUS_GIO_MASTER_ENABLE, bench.read(STATUS) & STATUS_GIO_MASTER_ENABLE);
    }

    private static IgbBench serdes() {
        IgbBench bench = IgbBench.withLink();
        bench.write(CTRL_EXT, 3 << CTRL_EXT_LINK_MODE_SHIFT);
        return bench;
    }

    private static int pcs(IgbBench bench) {
        return bench.read(PCS_LSTAT);
    }

    @Test
    void serdesLinkFollowsThePartnerAtAGigabit() {
        IgbBench bench = serdes();
        assertTrue(up(bench));
        assertEquals(PCS_LSTAT_LINK_OK | 2 << 1 | PCS_LSTAT_DUPLEX | PCS_LSTAT_SYNC_OK, pcs(bench));
        assertEquals(CONNSW_SERDESD, bench.read(CONNSW) & (CONNSW_SERDESD | CONNSW_PHYSD));
        bench.card.connectCable(false);

        assertFalse(up(bench));
        assertEquals(0, pcs(bench) & (PCS_LSTAT_LINK_OK | PCS_LSTAT_SYNC_OK));
        assertEquals(0, bench.read(CONNSW) & (CONNSW_SERDESD | CONNSW_PHYSD));
    }

    @Test
    void serdesNegotiationTakesItsTimeAndShowsThePartner() {
        IgbBench bench = serdes();
        bench.write(PCS_LCTL, PCS_LCTL_AN_ENABLE | PCS_LCTL_AN_RESTART);
        assertEquals(PCS_LCTL_AN_ENABLE, bench.read(PCS_LCTL), "the restart clears itself");
        assertFalse(up(bench));
        assertEquals(0, bench.read(PCS_LPAB));
        bench.advance(NEGOTIATION_NS - 1);
        assertFalse(up(bench));
        bench.advance(1);

        assertTrue(up(bench));
        assertEquals(PCS_LSTAT_AN_COMPLETE, pcs(bench) & PCS_LSTAT_AN_COMPLETE);
        assertEquals(1 << 5 | 1 << 7 | 1 << 14, bench.read(PCS_LPAB), "full duplex, PAUSE, acknowledged");
    }

    /// What the driver's loopback test programs; no partner is needed.
    @Test
    void serdesForcedLinkIsUpAtOnceAtTheForcedSpeed() {
        IgbBench bench = serdes();
        bench.card.connectCable(false);
        int forced = PCS_LCTL_FORCE_LINK | PCS_LCTL_FLV_LINK_UP | PCS_LCTL_FSD | PCS_LCTL_FDV;
        bench.write(PCS_LCTL, forced | 2 << 1);
        assertTrue(up(bench));
        assertEquals(2 << 6 | 1, bench.read(STATUS) & 0xC1);
        bench.write(PCS_LCTL, (forced & ~PCS_LCTL_FDV) | 1 << 1);
        assertEquals(1 << 6, bench.read(STATUS) & 0xC1, "100, half duplex");
        bench.write(PCS_LCTL, PCS_LCTL_FORCE_LINK);

        assertFalse(up(bench));
    }

    @Test
    void serdesAccessIsDoneAtOnce() {
        IgbBench bench = serdes();
        bench.write(SCTL, 0x0410);

        assertEquals(0x8000_0410, bench.read(SCTL));
    }

    @Test
    void wiresOfAModuleThatIsNotThereReadAsOnesWithAnError() {
        IgbBench bench = IgbBench.withLink();
        bench.write(I2CCMD, 1 << 27 | 2 << 16);

        assertEquals(1 << 27 | 2 << 16 | 0xFFFF | 1 << 29 | 1 << 31, bench.read(I2CCMD));
    }
}
