package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_PHY_RST;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.ICR_MDAC;
import static dev.doorbell.register.IgbBits.MDIC_DEST;
import static dev.doorbell.register.IgbBits.MDIC_ERROR;
import static dev.doorbell.register.IgbBits.MDIC_INT_EN;
import static dev.doorbell.register.IgbBits.MDIC_OP_READ;
import static dev.doorbell.register.IgbBits.MDIC_OP_WRITE;
import static dev.doorbell.register.IgbBits.MDIC_READY;
import static dev.doorbell.register.IgbBits.RTTDCS_SPEED_CHG;
import static dev.doorbell.register.IgbBits.STATUS_LU;
import static dev.doorbell.register.IgbBits.STATUS_PHYRA;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.RTTDCS;
import static dev.doorbell.register.IgbRegister.STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import org.junit.jupiter.api.Test;

/// MDIC and the PHY behind it, the drivers' IGP04.
class PhyStoryTest {
    private static final int LINK = 1 << 2;
    private static final int NEGOTIATED = 1 << 5;

    private final IgbBench bench = IgbBench.withLink();
    private final PhyBus phy = new PhyBus(bench);

    @Test
    void registersAfterNegotiation() {
        phy.read(1); // the latch of the link bit
        assertEquals(0x1140, phy.read(0));
        assertEquals(0x796D, phy.read(1), "link and auto-negotiation complete");
        assertEquals(0x02A8, phy.read(2));
        assertEquals(0x0391, phy.read(3));
        assertEquals(0x0DE1, phy.read(4));
        assertEquals(0x45E1, phy.read(5), "PAUSE too: flow control is what both want");
        assertEquals(0x0F00, phy.read(9));
        assertEquals(0x3C00, phy.read(10));
        assertEquals(0x3000, phy.read(15));
        assertEquals(0x0120, phy.read(16));
        assertEquals(0xC200, phy.read(17), "1000, full duplex");
        assertEquals(0x008D, phy.read(25));
    }

    @Test
    void resultKeepsAddressesAndOperation() {
        assertEquals(MDIC_READY | MDIC_OP_READ | 1 << 21 | 2 << 16 | 0x02A8, phy.run(1, 2, MDIC_OP_READ));
    }

    @Test
    void addressWithoutAPhyAndTheExternalPinsAnswerErrorAndAllOnes() {
        for (int address = 0; address < 32; address++) {
            int result = phy.run(address, 2, MDIC_OP_READ);
            assertEquals(address == 1 ? 0 : MDIC_ERROR, result & MDIC_ERROR, "address " + address);
            assertEquals(address == 1 ? 0x02A8 : 0xFFFF, result & 0xFFFF, "address " + address);
        }
        assertEquals(MDIC_ERROR | 0xFFFF, phy.run(1, 2, MDIC_OP_READ | MDIC_DEST) & (MDIC_ERROR | 0xFFFF));
    }

    @Test
    void operationsThatAreNoneAnswerError() {
        assertEquals(MDIC_ERROR, phy.run(1, 0, 0) & MDIC_ERROR);
        assertEquals(MDIC_ERROR, phy.run(1, 0, MDIC_OP_READ | MDIC_OP_WRITE) & MDIC_ERROR);
    }

    @Test
    void registersAbove15LieOnPages() {
        phy.writePaged(0x1F76, 0x1234); // any page but the working one
        phy.writePaged(0x0016, 0x5678);

        assertEquals(0x1234, phy.readPaged(0x1F76));
        assertEquals(0x5678, phy.readPaged(0x0016));
        assertEquals(0x02A8, phy.read(2), "registers below 16 are on every page");
    }

    @Test
    void cableLengthIsInTheTableOfTheDrivers() {
        for (int register : new int[] {0x11B1, 0x12B1, 0x14B1, 0x18B1}) {
            int index = phy.readPaged(register) >>> 9 & 0x7F;
            assertTrue(index > 0 && index < 113, Integer.toHexString(register));
        }
    }

    @Test
    void hardwareResetTakesTheLinkAndShowsInStatusUntilWrittenZero() {
        bench.write(STATUS, 0);
        assertEquals(0, bench.read(STATUS) & STATUS_PHYRA);
        phy.write(4, 0x0001);
        bench.write(CTRL, CTRL_SLU | CTRL_PHY_RST);
        assertEquals(MDIC_ERROR, phy.run(1, 0, MDIC_OP_READ) & MDIC_ERROR, "held in reset");
        bench.write(CTRL, CTRL_SLU);

        assertEquals(0x0DE1, phy.read(4));
        assertEquals(STATUS_PHYRA, bench.read(STATUS) & (STATUS_PHYRA | STATUS_LU));
        bench.write(STATUS, -1);
        assertEquals(STATUS_PHYRA, bench.read(STATUS) & STATUS_PHYRA, "only 0 clears it");
        bench.write(STATUS, ~STATUS_PHYRA);
        assertEquals(0, bench.read(STATUS) & STATUS_PHYRA);
        bench.advance(IgbOptions.AUTO_NEGOTIATION_NS);
        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void softwareResetOfTheMacLeavesThePhyAlone() {
        phy.write(4, 0x0DE1 & ~(1 << 10));
        bench.write(CTRL, CTRL_RST);

        assertEquals(0x0DE1 & ~(1 << 10), phy.read(4));
        phy.read(1); // the latch of the link bit
        assertEquals(LINK | NEGOTIATED, phy.read(1) & (LINK | NEGOTIATED));
    }

    @Test
    void partnersBestCommonSpeedIsTakenAndTheLimiterHearsOfIt() {
        phy.write(9, 0); // no 1000
        phy.write(0, 0x1340);
        assertEquals(0, bench.read(STATUS) & STATUS_LU, "negotiating");
        bench.advance(IgbOptions.AUTO_NEGOTIATION_NS);
        assertEquals(1 << 6 | 1 | STATUS_LU, bench.read(STATUS) & (0xC1 | STATUS_LU), "100, full duplex");
        assertEquals(0x8200, phy.read(17));
        assertEquals(RTTDCS_SPEED_CHG, bench.read(RTTDCS) & RTTDCS_SPEED_CHG);
        phy.write(4, 0x0021); // 10, half duplex
        phy.write(0, 0x1340);
        bench.advance(IgbOptions.AUTO_NEGOTIATION_NS);

        assertEquals(STATUS_LU, bench.read(STATUS) & (0xC1 | STATUS_LU));
        assertEquals(0x4000, phy.read(17));
    }

    @Test
    void forcedSpeedOfThePhyTakesEffectWithASoftResetAtOnce() {
        phy.write(0, 0x2100); // 100, full duplex, no negotiation
        assertEquals(2 << 6, bench.read(STATUS) & 0xC0);
        phy.write(0, 0xA100);

        assertEquals(1 << 6 | 1 | STATUS_LU, bench.read(STATUS) & (0xC1 | STATUS_LU));
    }

    @Test
    void powerDownTakesTheLinkUntilItEnds() {
        phy.write(0, 0x1940);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        bench.advance(10 * IgbOptions.AUTO_NEGOTIATION_NS);
        assertEquals(0, bench.read(STATUS) & STATUS_LU);
        phy.write(0, 0x1140);
        bench.advance(IgbOptions.AUTO_NEGOTIATION_NS);

        assertEquals(STATUS_LU, bench.read(STATUS) & STATUS_LU);
    }

    @Test
    void linkBitLatchesLowUntilItIsRead() {
        phy.read(1);
        assertEquals(LINK, phy.read(1) & LINK);
        bench.card.connectCable(false);
        bench.card.connectCable(true);
        bench.advance(IgbOptions.AUTO_NEGOTIATION_NS);

        assertEquals(0, phy.read(1) & LINK);
        assertEquals(LINK, phy.read(1) & LINK);
    }

    @Test
    void endOfAFrameIsACauseWhenAskedFor() {
        phy.run(1, 2, MDIC_OP_READ);
        assertEquals(0, bench.read(ICS) & ICR_MDAC);
        phy.run(1, 2, MDIC_OP_READ | MDIC_INT_EN);

        assertEquals(ICR_MDAC, bench.read(ICS) & ICR_MDAC);
    }
}
