package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_EXT_PHYINT_EN;
import static dev.doorbell.register.E1000Bits.CTRL_PHY_RST;
import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.CTRL_SLU;
import static dev.doorbell.register.E1000Bits.ICR_LSC;
import static dev.doorbell.register.E1000Bits.ICR_MDAC;
import static dev.doorbell.register.E1000Bits.ICR_PHYINT;
import static dev.doorbell.register.E1000Bits.MDIC_ERROR;
import static dev.doorbell.register.E1000Bits.MDIC_INT_EN;
import static dev.doorbell.register.E1000Bits.MDIC_OP_READ;
import static dev.doorbell.register.E1000Bits.MDIC_OP_WRITE;
import static dev.doorbell.register.E1000Bits.MDIC_READY;
import static dev.doorbell.register.E1000Bits.STATUS_LU;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.CTRL_EXT;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Options;
import org.junit.jupiter.api.Test;

/// MDIC and the M88E1011 behind it.
class PhyStoryTest {
    private static final int LINK = 1 << 2;
    private static final int NEGOTIATED = 1 << 5;

    private final Bench bench = Bench.withLink();
    private final PhyBus phy = new PhyBus(bench);

    @Test
    void registersAfterNegotiationAreThoseOfTheModel() {
        phy.read(1); // the latch of the link bit
        assertEquals(0x1140, phy.read(0));
        assertEquals(0x796D, phy.read(1), "link and auto-negotiation complete");
        assertEquals(0x0141, phy.read(2));
        assertEquals(0x0C20, phy.read(3));
        assertEquals(0x0DE1, phy.read(4));
        assertEquals(0x45E1, phy.read(5));
        assertEquals(0x0E00, phy.read(9));
        assertEquals(0x3C00, phy.read(10));
        assertEquals(0x0360, phy.read(16));
        assertEquals(0xAC00, phy.read(17));
        assertEquals(0x0D60, phy.read(20));
        assertEquals(0, phy.read(21));
    }

    @Test
    void resultKeepsAddressesAndOperation() {
        int result = phy.run(1, 2, MDIC_OP_READ);

        assertEquals(MDIC_READY | MDIC_OP_READ | 1 << 21 | 2 << 16 | 0x0141, result);
    }

    @Test
    void addressWithoutAPhyAnswersErrorAndAllOnes() {
        for (int address = 0; address < 32; address++) {
            int result = phy.run(address, 2, MDIC_OP_READ);
            assertEquals(address == 1 ? 0 : MDIC_ERROR, result & MDIC_ERROR, "PHY " + address);
            assertEquals(address == 1 ? 0x0141 : 0xFFFF, result & 0xFFFF, "PHY " + address);
        }
        assertEquals(MDIC_ERROR, phy.run(2, 4, MDIC_OP_WRITE | 0x1) & MDIC_ERROR);
        assertEquals(0x0DE1, phy.read(4), "no other PHY was written instead");
    }

    @Test
    void undefinedOperationAnswersErrorInsteadOfNever() {
        assertEquals(MDIC_READY | MDIC_ERROR, phy.run(1, 2, 0) & (MDIC_READY | MDIC_ERROR));
        assertEquals(MDIC_READY | MDIC_ERROR, phy.run(1, 2, 3 << 26) & (MDIC_READY | MDIC_ERROR));
    }

    @Test
    void completionRaisesMdacOnlyWhenAskedTo() {
        phy.read(2);
        assertEquals(0, bench.read(ICR));
        phy.run(1, 2, MDIC_OP_READ | MDIC_INT_EN);
        assertEquals(ICR_MDAC, bench.read(ICR));
        phy.run(1, 4, MDIC_OP_WRITE | MDIC_INT_EN | 0x0DE1);
        assertEquals(ICR_MDAC, bench.read(ICR));
        phy.run(9, 4, MDIC_OP_READ | MDIC_INT_EN);
        assertEquals(ICR_MDAC, bench.read(ICR), "an error completes, too");
    }

    @Test
    void readOnlyRegistersKeepTheirValues() {
        for (int number : new int[] {1, 2, 3, 5, 6, 8, 10, 15, 17, 21}) {
            phy.read(number);
            int before = phy.read(number);
            phy.write(number, 0);
            phy.write(number, 0xFFFF);
            assertEquals(before, phy.read(number), "register " + number);
        }
    }

    @Test
    void pagesOfTheVendorAreAcceptedWithoutError() {
        assertEquals(0, phy.run(1, 29, MDIC_OP_WRITE | 0x001F) & MDIC_ERROR);
        assertEquals(0, phy.run(1, 30, MDIC_OP_WRITE | 0x8FFC) & MDIC_ERROR);
        assertEquals(0, phy.run(1, 29, MDIC_OP_WRITE | 0x001A) & MDIC_ERROR);
        assertEquals(0, phy.run(1, 30, MDIC_OP_WRITE | 0x8FF0) & MDIC_ERROR);
    }

    @Test
    void restartDropsTheLinkAndNegotiationBringsItBackAfterItsTime() {
        phy.write(0, 0x1340);

        assertEquals(0x1140, phy.read(0), "restart clears itself");
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        assertEquals(ICR_LSC, bench.read(ICR));
        assertEquals(0, phy.read(1) & (LINK | NEGOTIATED));
        assertEquals(0, phy.read(5));
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS - 1);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        bench.advance(1);
        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
        assertEquals(ICR_LSC, bench.read(ICR));
        assertEquals(LINK | NEGOTIATED, phy.read(1) & (LINK | NEGOTIATED));
        assertEquals(0x45E1, phy.read(5));
    }

    @Test
    void linkBitLatchesLowUntilItIsRead() {
        assertEquals(0, phy.read(1) & LINK, "it was down since power-on");
        assertEquals(LINK, phy.read(1) & LINK);
        bench.card.connectCable(false);
        bench.card.connectCable(true);
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS);

        assertEquals(0, phy.read(1) & LINK, "the loss in between is told once");
        assertEquals(LINK, phy.read(1) & LINK);
        assertEquals(0x0400, phy.read(17) & 0x0400, "register 17 shows the link as it is");
    }

    @Test
    void advertisingLessNegotiatesLess() {
        assertSpeed(0x0200, 0x01E1, 2, true); // 1000 full
        assertSpeed(0x0100, 0x01E1, 2, false);
        assertSpeed(0, 0x0101, 1, true);
        assertSpeed(0, 0x0081, 1, false);
        assertSpeed(0, 0x0041, 0, true);
        assertSpeed(0, 0x0021, 0, false);
    }

    private void assertSpeed(int gigabit, int slower, int speed, boolean full) {
        phy.write(9, gigabit);
        phy.write(4, slower);
        phy.write(0, 0x1340);
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS);
        int status = bench.read(STATUS);
        assertEquals(STATUS_LU, status & STATUS_LU);
        assertEquals(speed, status >>> 6 & 3, "STATUS.SPEED");
        assertEquals(full ? 1 : 0, status & 1, "STATUS.FD");
        assertEquals(speed << 14 | (full ? 1 << 13 : 0) | 0x0C00, phy.read(17));
    }

    @Test
    void advertisingNothingInCommonGivesNoLink() {
        phy.write(9, 0);
        phy.write(4, 0x0001);
        phy.write(0, 0x1340);
        bench.advance(10 * E1000Options.AUTO_NEGOTIATION_NS);

        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        assertEquals(0, phy.read(1) & (LINK | NEGOTIATED));
    }

    @Test
    void forcedModeTakesEffectWithTheSoftResetThatFollows() {
        phy.write(0, 0x2100); // 100 full, no negotiation
        assertEquals(2, bench.read(STATUS) >>> 6 & 3, "not yet");
        phy.write(0, 0xA100);

        assertEquals(0x2100, phy.read(0), "reset clears itself and keeps the mode");
        assertEquals(1, bench.read(STATUS) >>> 6 & 3);
        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
        assertEquals(0, phy.read(1) & NEGOTIATED);
    }

    @Test
    void powerDownDropsTheLinkAndLeavingItNegotiatesAnew() {
        phy.write(0, 0x1940);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        bench.advance(10 * E1000Options.AUTO_NEGOTIATION_NS);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        phy.write(0, 0x1140);
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void isolatedPhyShowsTheMacNoLink() {
        phy.write(0, 0x1540);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        phy.write(0, 0x1140);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void loopbackShowsALinkWithNobodyAtTheOtherEnd() {
        bench.wire.link(false);
        bench.runUntilIdle();
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        phy.write(0, 0x4140);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
        phy.write(0, 0x9140);
        assertEquals(0x1140, phy.read(0), "soft reset ends loopback");
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void hardwareResetHoldsThePhyUntilReleasedAndRestoresItsRegisters() {
        phy.write(4, 0x0001);
        phy.write(16, 0x0808);
        bench.write(CTRL, CTRL_PHY_RST | CTRL_SLU);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        assertEquals(MDIC_ERROR, phy.run(1, 2, MDIC_OP_READ) & MDIC_ERROR, "a PHY in reset does not answer");
        bench.advance(10 * E1000Options.AUTO_NEGOTIATION_NS);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        bench.write(CTRL, CTRL_SLU);
        assertEquals(0x0DE1, phy.read(4));
        assertEquals(0x0360, phy.read(16));
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void resetOfTheMacLeavesPhyAndLinkAlone() {
        phy.write(4, 0x0DE1 & ~0x0400);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0x0DE1 & ~0x0400, phy.read(4));
        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
        assertEquals(0, bench.read(ICR));
    }

    @Test
    void resetOfMacAndPhyTogetherNegotiatesAnew() {
        phy.write(4, 0x0001);
        bench.write(CTRL, CTRL_RST | CTRL_PHY_RST);
        assertEquals(0x0DE1, phy.read(4));
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        bench.advance(E1000Options.AUTO_NEGOTIATION_NS);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void phyInterruptReachesTheCausesWhenBothSidesEnableIt() {
        phy.read(19);
        bench.write(CTRL_EXT, CTRL_EXT_PHYINT_EN);
        phy.write(18, 0x0400); // link changed
        bench.write(IMS, ICR_PHYINT);
        bench.card.connectCable(false);

        assertTrue(bench.line());
        assertEquals(ICR_PHYINT | ICR_LSC, bench.read(ICR));
        assertEquals(0x0400, phy.read(19));
        assertEquals(0, phy.read(19), "reading clears");
    }

    @Test
    void phyInterruptIsNotACauseUnlessEnabled() {
        phy.read(19);
        phy.write(18, 0x0400);
        bench.card.connectCable(false);

        assertEquals(ICR_LSC, bench.read(ICR));
        assertEquals(0x0400, phy.read(19));
    }
}
