package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_FD;
import static dev.doorbell.register.IgbBits.CTRL_FRCDPLX;
import static dev.doorbell.register.IgbBits.CTRL_FRCSPD;
import static dev.doorbell.register.IgbBits.CTRL_GIO_MASTER_DISABLE;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.STATUS_GIO_MASTER_ENABLE;
import static dev.doorbell.register.IgbBits.STATUS_LU;
import static dev.doorbell.register.IgbRegister.CTRL;
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
}
