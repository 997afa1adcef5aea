package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.ICR_ALL;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.CTRL_DUP;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.MTA;
import static dev.doorbell.register.E1000Register.PBA;
import static dev.doorbell.register.E1000Register.RAL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.VFTA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.register.E1000Register;
import org.junit.jupiter.api.Test;

/// Software reset by every way to it, the I/O window, power-on, and accesses of odd sizes.
class ResetStoryTest {
    private static final int IOADDR = 0;
    private static final int IODATA = 4;
    private static final int IO_BAR = 2;

    private final Bench bench = Bench.withLink();

    private void dirty() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        bench.write(IMS, ICR_ALL);
        bench.write(ICS, ICR_RXT0);
        bench.write(RCTL, 0x8000);
        bench.write(TCTL, 0x8);
        bench.write(RDT, 77);
        bench.write(RAL, 3, 0x1234);
        bench.write(MTA, 5, 0xCAFE);
        bench.write(VFTA, 6, 0xBEEF);
        bench.write(RDBAL, 0x10_0000);
        bench.write(PBA, 0x28);
    }

    private void assertSoftwareReset() {
        assertEquals(0x0014_0240, bench.read(CTRL), "RST has cleared itself and everything else is back");
        assertEquals(0, bench.read(IMS));
        assertEquals(0, bench.read(ICR));
        assertFalse(bench.line());
        assertEquals(0, bench.read(RCTL));
        assertEquals(0, bench.read(TCTL));
        assertEquals(0, bench.read(RDT));
        assertEquals(0, bench.read(RAL, 3));
        assertEquals(0xCAFE, bench.read(MTA, 5), "tables without a default value stay");
        assertEquals(0xBEEF, bench.read(VFTA, 6));
        assertEquals(0x10_0000, bench.read(RDBAL));
        assertEquals(0x0018_0028, bench.read(PBA), "the split takes effect with the reset, so it stays");
        assertEquals(1, bench.counter(E1000Counter.SOFTWARE_RESETS));
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
        assertEquals(0, bench.card.readBar(IO_BAR, IOADDR, 4));
    }

    @Test
    void windowReachesEveryRegisterAndKeepsItsAddressAcrossASoftwareReset() {
        bench.write(MTA, 5, 0xCAFE);
        bench.card.writeBar(IO_BAR, IOADDR, 4, MTA.spec().offset(5));
        assertEquals(0xCAFE, bench.card.readBar(IO_BAR, IODATA, 4));
        bench.write(CTRL, CTRL_RST);

        assertEquals(MTA.spec().offset(5), bench.card.readBar(IO_BAR, IOADDR, 4));
        assertEquals(0xCAFE, bench.card.readBar(IO_BAR, IODATA, 4));
        bench.card.reset();
        assertEquals(0, bench.card.readBar(IO_BAR, IOADDR, 4), "power-on clears it");
    }

    @Test
    void windowAddressesBeyondTheRegistersReadZeroAndAreCounted() {
        for (long address : new long[] {0x2_0000, 0x7_FFFC, 0x8_0000, 0xF_FFFC}) {
            bench.card.writeBar(IO_BAR, IOADDR, 4, address);
            assertEquals(address, bench.card.readBar(IO_BAR, IOADDR, 4));
            assertEquals(0, bench.card.readBar(IO_BAR, IODATA, 4));
            bench.card.writeBar(IO_BAR, IODATA, 4, 0xFFFF_FFFFL);
        }
        assertEquals(8, bench.counter(E1000Counter.REGISTER_UNKNOWN));
        bench.card.writeBar(IO_BAR, IOADDR, 4, 0xFFFF_FFFFL);
        assertEquals(0xF_FFFF, bench.card.readBar(IO_BAR, IOADDR, 4), "20 bits");
        assertEquals(0, bench.card.readBar(IO_BAR, IODATA, 4));
    }

    @Test
    void restOfTheWindowReadsZero() {
        for (int offset = 8; offset < 64; offset += 4) {
            bench.card.writeBar(IO_BAR, offset, 4, 0xFFFF_FFFFL);
            assertEquals(0, bench.card.readBar(IO_BAR, offset, 4));
        }
    }

    @Test
    void windowWritesOfLessThan32BitsAreIgnoredAndCounted() {
        bench.card.writeBar(IO_BAR, IOADDR, 4, MTA.spec().offset());
        bench.card.writeBar(IO_BAR, IOADDR, 2, 0x1234);
        bench.card.writeBar(IO_BAR, IODATA, 1, 0xFF);

        assertEquals(MTA.spec().offset(), bench.card.readBar(IO_BAR, IOADDR, 4));
        assertEquals(0, bench.card.readBar(IO_BAR, IODATA, 4));
        assertEquals(2, bench.counter(E1000Counter.REGISTER_PARTIAL));
    }

    @Test
    void serverModelHasItsWindowInBar4() {
        Bench server = new Bench(new E1000Options(E1000Model.I82545EM, Bench.MAC), new Wire());
        server.card.writeBar(4, IOADDR, 4, PBA.spec().offset());

        assertEquals(0x0010_0030, server.card.readBar(4, IODATA, 4));
    }

    @Test
    void powerOnClearsWhatASoftwareResetKeeps() {
        dirty();
        bench.card.reset();

        assertEquals(0, bench.read(MTA, 5));
        assertEquals(0, bench.read(VFTA, 6));
        assertEquals(0, bench.read(RDBAL));
        assertEquals(0x0010_0030, bench.read(PBA));
        assertEquals(0, bench.read(ICR));
        assertFalse(bench.line());
    }

    @Test
    void linkLostByAResetDoesNotInterrupt() {
        bench.write(IMS, ICR_ALL);
        bench.card.reset();
        assertEquals(0, bench.interruptCount());
        bench.awaitLink();
        bench.write(CTRL, 0); // the MAC stops listening to the PHY
        bench.read(ICR);
        bench.write(IMS, ICR_ALL);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0, bench.interruptCount());
        assertEquals(0, bench.read(ICR));
    }

    @Test
    void packetBufferSplitComputesTheTransmitPart() {
        int[] receive = {0x00, 0x08, 0x28, 0x30, 0x40, 0x7F};
        int[] transmit = {0x40, 0x38, 0x18, 0x10, 0x00, 0x00};
        for (int i = 0; i < receive.length; i++) {
            bench.write(PBA, 0xFFFF_0000 | receive[i]);
            assertEquals(transmit[i] << 16 | receive[i], bench.read(PBA));
        }
    }

    @Test
    void smallReadsReadTheWholeRegisterWithItsEffects() {
        bench.write(ICS, 0x0001_0204);
        assertEquals(0x02, bench.card.readBar(0, ICR.spec().offset() + 1, 1));
        assertEquals(0, bench.read(ICR), "one byte read clears them all");
        bench.write(RAL, 3, 0x1234_5678);
        assertEquals(0x1234, bench.card.readBar(0, RAL.spec().offset(3) + 2, 2));
        assertEquals(0x78, bench.card.readBar(0, RAL.spec().offset(3), 1));
    }

    @Test
    void smallWritesChangeNothingAndAreCounted() {
        bench.write(RAL, 3, 0x1234_5678);
        bench.card.writeBar(0, RAL.spec().offset(3), 1, 0xFF);
        bench.card.writeBar(0, RAL.spec().offset(3) + 2, 2, 0xFFFF);

        assertEquals(0x1234_5678, bench.read(RAL, 3));
        assertEquals(2, bench.counter(E1000Counter.REGISTER_PARTIAL));
    }

    /// The manual names RAL and RAH as a pair for a 64-bit bus. // 317453, 13.5.2
    @Test
    void eightBytesAreTwoRegistersTheLowerOneFirst() {
        bench.card.writeBar(0, RAL.spec().offset(3), 8, 0x8000_1234_5678_9ABCL);

        assertEquals(0x5678_9ABC, bench.read(RAL, 3));
        assertEquals(0x8000_1234, bench.read(E1000Register.RAH, 3));
        assertEquals(0x8000_1234_5678_9ABCL, bench.card.readBar(0, RAL.spec().offset(3), 8));
    }

    @Test
    void unknownOffsetsReadZeroIgnoreWritesAndAreCounted() {
        bench.writeAt(0x0000C, -1);
        assertEquals(0, bench.readAt(0x0000C));
        assertEquals(0, bench.readAt(0x0FFFC));

        assertEquals(3, bench.counter(E1000Counter.REGISTER_UNKNOWN));
    }

    @Test
    void everyAccessIsCountedOnce() {
        long reads = bench.counter(E1000Counter.REGISTER_READS);
        long writes = bench.counter(E1000Counter.REGISTER_WRITES);
        bench.read(CTRL);
        bench.write(RDT, 0);
        bench.card.readBar(0, 0, 8);

        assertEquals(reads + 3, bench.counter(E1000Counter.REGISTER_READS));
        assertEquals(writes + 1, bench.counter(E1000Counter.REGISTER_WRITES));
    }
}
