package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RAH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.register.RegisterSheet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The register part of `ethtool -t eth0 offline` of the e1000 driver, whole and in its order, on the raw offsets of
/// the transcribed map. Masks and values: the table of Linux' e1000_ethtool.c.
class EthtoolRegisterStoryTest {
    private static final RegisterSheet SHEET =
            new RegisterSheet("/registers-82540em.csv", "/registers-82540em-notes.csv");
    private static final int[] PATTERNS = {0x5A5A_5A5A, 0xA5A5_A5A5, 0x0000_0000, 0xFFFF_FFFF};
    private static final int MEMORY_BYTES = 8 << 20;

    private final Bench bench = Bench.withLink();

    @Test
    void wholeRegisterTestPassesAndTouchesNoGuestMemory() {
        bench.memory.fill(0, MEMORY_BYTES, 0x5C);
        runRegisterTest();

        assertEquals(0, bench.memory.writes(), "receive was enabled on a ring of test patterns");
        byte[] untouched = new byte[MEMORY_BYTES];
        Arrays.fill(untouched, (byte) 0x5C);
        assertArrayEquals(untouched, bench.memory.get(0, MEMORY_BYTES));
        assertEquals(0, bench.wire.takeAll().size());
        assertEquals(0, bench.interruptCount(), "everything was masked");
        assertEquals(0, bench.counter(E1000Counter.REGISTER_UNKNOWN));
    }

    private void runRegisterTest() {
        status();
        pattern("FCAL", 0xFFFF_FFFF, 0xFFFF_FFFF);
        pattern("FCAH", 0x0000_FFFF, 0xFFFF_FFFF);
        pattern("FCT", 0x0000_FFFF, 0xFFFF_FFFF);
        pattern("VET", 0x0000_FFFF, 0xFFFF_FFFF);
        pattern("RDTR", 0x0000_FFFF, 0xFFFF_FFFF);
        pattern("RDBAH", 0xFFFF_FFFF, 0xFFFF_FFFF);
        pattern("RDLEN", 0x000F_FF80, 0x000F_FFFF);
        pattern("RDH", 0x0000_FFFF, 0x0000_FFFF);
        pattern("RDT", 0x0000_FFFF, 0x0000_FFFF);
        pattern("FCRTH", 0x0000_FFF8, 0x0000_FFF8);
        pattern("FCTTV", 0x0000_FFFF, 0x0000_FFFF);
        pattern("TIPG", 0x3FFF_FFFF, 0x3FFF_FFFF);
        pattern("TDBAH", 0xFFFF_FFFF, 0xFFFF_FFFF);
        pattern("TDLEN", 0x000F_FF80, 0x000F_FFFF);
        setAndCheck("RCTL", 0xFFFF_FFFF, 0x0000_0000);
        setAndCheck("RCTL", 0x06DF_B3FE, 0x003F_FFFB);
        arrivingFrame();
        setAndCheck("TCTL", 0xFFFF_FFFF, 0x0000_0000);
        setAndCheck("RCTL", 0x06DF_B3FE, 0xFFFF_FFFF);
        arrivingFrame();
        pattern("RDBAL", 0xFFFF_FFF0, 0xFFFF_FFFF);
        pattern("TXCW", 0xC000_FFFF, 0x0000_FFFF);
        pattern("TDBAL", 0xFFFF_FFF0, 0xFFFF_FFFF);
        pattern("TIDV", 0x0000_FFFF, 0x0000_FFFF);
        for (int i = 0; i < 15; i++) patternAt(SHEET.row("RAH").offset(i), 0x8003_FFFF, 0xFFFF_FFFF, "RAH " + i);
        for (int i = 0; i < 128; i++) patternAt(SHEET.row("MTA").offset(i), 0xFFFF_FFFF, 0xFFFF_FFFF, "MTA " + i);
        arrivingFrame();
    }

    @Test
    void resetAfterTheTestGivesAWorkingCardBack() {
        runRegisterTest();
        bench.write(CTRL, CTRL_RST);
        bench.runUntilIdle();

        assertEquals(0, bench.readAt(SHEET.row("RCTL").offset()));
        assertEquals(0, bench.readAt(SHEET.row("RDT").offset()));
        assertEquals(RAH_AV | 0x5634, bench.read(RAH, 0));
        assertEquals(0, bench.read(RAH, 14));
        assertEquals(0x8008_0783, bench.readAt(SHEET.row("STATUS").offset()));
    }

    /// STATUS is written with the bits that must not change.
    private void status() {
        int offset = SHEET.row("STATUS").offset();
        int mask = 0xFFFF_F833;
        int before = bench.readAt(offset);
        bench.writeAt(offset, (before & mask) ^ mask);
        bench.writeAt(offset, mask);
        assertEquals(before & mask, bench.readAt(offset) & mask);
        bench.writeAt(offset, before);
    }

    private void pattern(String name, int mask, int write) {
        patternAt(SHEET.row(name).offset(), mask, write, name);
    }

    private void patternAt(int offset, int mask, int write, String name) {
        for (int pattern : PATTERNS) {
            bench.writeAt(offset, pattern & write);
            bench.runUntilIdle();
            assertEquals(pattern & write & mask, bench.readAt(offset), name + ": bits outside the mask read 0");
        }
    }

    private void setAndCheck(String name, int mask, int write) {
        int offset = SHEET.row(name).offset();
        bench.writeAt(offset, write & mask);
        bench.runUntilIdle();
        assertEquals(write & mask, bench.readAt(offset) & mask, name);
    }

    /// The network does not know about the test.
    private void arrivingFrame() {
        byte[] frame = new byte[60];
        Arrays.fill(frame, 0, 6, (byte) 0xFF);
        bench.wire.arrive(frame);
        bench.runUntilIdle();
    }
}
