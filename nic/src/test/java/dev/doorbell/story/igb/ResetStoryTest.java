package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.EECD_AUTO_RD;
import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_OMED;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_DUP;
import static dev.doorbell.register.IgbRegister.EECD;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.IVAR0;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.RXPBS;
import static dev.doorbell.register.IgbRegister.STATUS;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.TXPBS;
import static dev.doorbell.register.IgbRegister.VFTA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import org.junit.jupiter.api.Test;

/// Software reset by every way to it, the I/O window, power-on, and accesses of odd sizes.
class ResetStoryTest {
    private static final int IOADDR = 0;
    private static final int IODATA = 4;
    private static final int IO_BAR = 2;

    private final IgbBench bench = IgbBench.withLink();

    private void dirty() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        bench.write(IMS, ICR_ALL);
        bench.write(ICS, ICR_OMED);
        bench.write(RCTL, 0x8000);
        bench.write(TCTL, 0x8);
        bench.write(TDT, 5, 77);
        bench.write(TDBAL, 5, 0x10_0000);
        bench.write(TXDCTL, 5, 1 << 25);
        bench.write(RAL, 3, 0x1234);
        bench.write(MTA, 5, 0xCAFE);
        bench.write(VFTA, 6, 0xBEEF);
        bench.write(RXPBS, 0x30);
        bench.write(TXPBS, 0x20);
        bench.write(EITR, 3, 0x1F4);
    }

    private void assertSoftwareReset() {
        assertEquals(0x0010_0209, bench.read(CTRL), "RST has cleared itself and everything else is back");
        assertEquals(0, bench.read(IMS));
        assertEquals(0, bench.read(ICR));
        assertFalse(bench.line());
        assertEquals(0, bench.read(RCTL));
        assertEquals(0xA404_00F8, bench.read(TCTL));
        assertEquals(0, bench.read(TDT, 5));
        assertEquals(0, bench.read(TDBAL, 5));
        assertEquals(0, bench.read(TXDCTL, 5));
        assertEquals(1 << 25, bench.read(TXDCTL), "queue 0 starts enabled");
        assertEquals(1 << 25 | 1 << 16, bench.read(RXDCTL));
        assertEquals(0, bench.read(RAL, 3));
        assertEquals(0x1200_5452, bench.read(RAL), "the EEPROM is loaded again");
        assertEquals(RAH_AV | 0x5634, bench.read(RAH));
        assertEquals(EECD_AUTO_RD, bench.read(EECD) & EECD_AUTO_RD);
        assertEquals(0xCAFE, bench.read(MTA, 5), "tables without a default value stay");
        assertEquals(0xBEEF, bench.read(VFTA, 6));
        assertEquals(0x30, bench.read(RXPBS), "the split of the packet buffer stays");
        assertEquals(0x20, bench.read(TXPBS));
        assertEquals(0x1F4, bench.read(EITR, 3) & 0x7FFC, "throttles stay");
        assertEquals(1, bench.counter(IgbCounter.SOFTWARE_RESETS));
    }

    @Test
    void resetThroughCtrl() {
        dirty();
        assertTrue(bench.line());
        bench.write(CTRL, bench.read(CTRL) | CTRL_RST);

        assertSoftwareReset();
    }

    @Test
    void resetThroughTheSecondAddressOfCtrl() {
        dirty();
        bench.write(CTRL_DUP, bench.read(CTRL_DUP) | CTRL_RST);

        assertSoftwareReset();
    }

    @Test
    void resetThroughTheIoWindow() {
        dirty();
        bench.card.writeBar(IO_BAR, IOADDR, 4, CTRL.spec().offset());
        bench.card.writeBar(IO_BAR, IODATA, 4, bench.card.readBar(IO_BAR, IODATA, 4) | CTRL_RST);

        assertSoftwareReset();
    }

    /// A driver that goes on with MSI or the line writes neither.
    @Test
    void modeAndVectorMapOfTheInterruptsGo() {
        bench.write(GPIE, 0xC000_0011);
        bench.write(IVAR0, 0x8180);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0, bench.read(GPIE));
        assertEquals(0, bench.read(IVAR0));
    }

    @Test
    void powerOnClearsWhatASoftwareResetKeeps() {
        dirty();
        bench.card.reset();

        assertEquals(0, bench.read(MTA, 5));
        assertEquals(0, bench.read(VFTA, 6));
        assertEquals(0x40, bench.read(RXPBS));
        assertEquals(0x28, bench.read(TXPBS));
        assertEquals(0, bench.read(EITR, 3));
        assertEquals(0x8008_0481, bench.read(STATUS), "no link yet; the PHY was reset");
        assertFalse(bench.line());
    }

    @Test
    void readsOfLessThanAWordGiveItsBytesAndWritesOfLessAreCounted() {
        bench.write(MTA, 5, 0x1234_5678);
        long offset = MTA.spec().offset(5);
        assertEquals(0x56, bench.card.readBar(0, offset + 1, 1));
        assertEquals(0x1234, bench.card.readBar(0, offset + 2, 2));
        bench.card.writeBar(0, offset, 2, 0);
        bench.card.writeBar(0, offset, 1, 0);

        assertEquals(0x1234_5678, bench.read(MTA, 5));
        assertEquals(2, bench.counter(IgbCounter.REGISTER_PARTIAL));
    }

    @Test
    void eightBytesAreTwoRegistersTheLowerFirst() {
        long offset = MTA.spec().offset(6);
        bench.card.writeBar(0, offset, 8, 0x1111_1111_2222_2222L);

        assertEquals(0x2222_2222, bench.read(MTA, 6));
        assertEquals(0x1111_1111, bench.read(MTA, 7));
        assertEquals(0x1111_1111_2222_2222L, bench.card.readBar(0, offset, 8));
    }
}
