package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_FD;
import static dev.doorbell.register.E1000Bits.CTRL_FRCDPX;
import static dev.doorbell.register.E1000Bits.CTRL_FRCSPD;
import static dev.doorbell.register.E1000Bits.CTRL_ILOS;
import static dev.doorbell.register.E1000Bits.CTRL_SLU;
import static dev.doorbell.register.E1000Bits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.E1000Bits.ICR_LSC;
import static dev.doorbell.register.E1000Bits.STATUS_LU;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import org.junit.jupiter.api.Test;

/// The link as the guest sees it: STATUS, LSC, forced speed and duplex.
class LinkStoryTest {
    private static final long NEGOTIATION_NS = E1000Options.AUTO_NEGOTIATION_NS;

    private static boolean up(Bench bench) {
        return (bench.read(STATUS) & STATUS_LU) != 0;
    }

    @Test
    void linkComesUpWhenNegotiationAfterPowerOnIsDoneAndInterrupts() {
        Bench bench = new Bench();
        bench.write(IMS, ICR_LSC);
        assertFalse(up(bench));
        bench.advance(NEGOTIATION_NS - 1);
        assertFalse(up(bench));
        assertEquals(0, bench.interruptCount());
        bench.advance(1);

        assertTrue(up(bench));
        assertEquals(0x8008_0783, bench.read(STATUS), "1000 full");
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_LSC, bench.read(ICR));
    }

    @Test
    void timeToLinkIsTheOperators() {
        E1000Options options = new E1000Options(E1000Model.I82540EM, Bench.MAC).withAutoNegotiationNs(3_000_000_000L);
        Bench bench = new Bench(options, new Wire());
        bench.advance(3_000_000_000L - 1);
        assertFalse(up(bench));
        bench.advance(1);

        assertTrue(up(bench));
    }

    @Test
    void backendWithoutAnotherEndGivesNoLinkUntilItHasOne() {
        Wire wire = new Wire();
        wire.link(false);
        Bench bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC), wire);
        bench.advance(10 * NEGOTIATION_NS);
        assertFalse(up(bench));
        assertEquals(0, bench.read(ICR));
        wire.link(true);
        bench.runUntilIdle();
        bench.advance(NEGOTIATION_NS);

        assertTrue(up(bench));
        assertEquals(ICR_LSC, bench.read(ICR));
    }

    @Test
    void lossOfTheOtherEndIsSeenAtOnceAndInterrupts() {
        Bench bench = Bench.withLink();
        bench.write(IMS, ICR_LSC);
        bench.wire.link(false);
        bench.runUntilIdle();

        assertFalse(up(bench));
        assertTrue(bench.line());
        assertEquals(ICR_LSC, bench.read(ICR));
        assertEquals(2, bench.counter(E1000Counter.LINK_CHANGES));
    }

    @Test
    void operatorPullsAndPlugsTheCable() {
        Bench bench = Bench.withLink();
        bench.card.connectCable(false);
        assertFalse(up(bench));
        assertEquals(ICR_LSC, bench.read(ICR));
        bench.advance(10 * NEGOTIATION_NS);
        assertFalse(up(bench), "although the backend is up");
        bench.card.connectCable(true);
        bench.advance(NEGOTIATION_NS);

        assertTrue(up(bench));
        assertEquals(ICR_LSC, bench.read(ICR));
    }

    @Test
    void pulledCableStaysPulledAcrossAReset() {
        Bench bench = Bench.withLink();
        bench.card.connectCable(false);
        bench.card.reset();
        bench.advance(10 * NEGOTIATION_NS);

        assertFalse(up(bench));
    }

    @Test
    void withoutSetLinkUpTheMacDoesNotListenToThePhy() {
        Bench bench = Bench.withLink();
        bench.write(CTRL, 0);
        assertFalse(up(bench));
        assertEquals(ICR_LSC, bench.read(ICR));
        bench.write(CTRL, CTRL_SLU);

        assertTrue(up(bench));
        assertEquals(ICR_LSC, bench.read(ICR));
    }

    @Test
    void forcedSpeedAndDuplexReplaceThePhysWord() {
        Bench bench = Bench.withLink();
        bench.write(CTRL, CTRL_SLU | CTRL_FRCSPD | CTRL_FRCDPX | 1 << CTRL_SPEED_SHIFT);
        assertEquals(1, bench.read(STATUS) >>> 6 & 3);
        assertEquals(0, bench.read(STATUS) & 1);
        assertEquals(3, bench.read(STATUS) >>> 8 & 3, "ASDV shows what the PHY has");
        bench.write(CTRL, CTRL_SLU | CTRL_FRCDPX | CTRL_FD);
        assertEquals(2, bench.read(STATUS) >>> 6 & 3);
        assertEquals(1, bench.read(STATUS) & 1);

        assertTrue(up(bench));
        assertEquals(0, bench.read(ICR), "no change of the link");
    }

    /// The state in which the loopback part of `ethtool -t` sends: PHY in loopback, speed and duplex forced, ILOS set.
    @Test
    void loopbackSelfTestFindsALink() {
        Bench bench = Bench.withLink();
        PhyBus phy = new PhyBus(bench);
        phy.write(16, 0x0808);
        phy.write(0, 0x9140);
        phy.write(0, 0x8140);
        phy.write(0, 0x4140);
        int control = bench.read(CTRL) & ~(3 << CTRL_SPEED_SHIFT);
        bench.write(CTRL, control | CTRL_FRCSPD | CTRL_FRCDPX | 2 << CTRL_SPEED_SHIFT | CTRL_FD | CTRL_ILOS);
        phy.write(29, 0x001F);
        phy.write(30, 0x8FFC);
        phy.write(29, 0x001A);
        phy.write(30, 0x8FF0);
        bench.advance(500_000);

        assertTrue(up(bench));
        assertEquals(2, bench.read(STATUS) >>> 6 & 3);
        assertEquals(1, bench.read(STATUS) & 1);
        bench.wire.link(false);
        bench.runUntilIdle();
        assertTrue(up(bench), "the other end does not matter");
    }
}
