package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbRegister.CTRL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.RegisterSheet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The register part of `ethtool -t eth0 offline` of the igb driver, whole and in its order, on the raw
/// offsets of the transcribed map. Masks and values: the table of Linux' igb_ethtool.c for the 82576.
class EthtoolRegisterStoryTest {
    private static final RegisterSheet SHEET = new RegisterSheet(
            "/registers-82576.csv", "/registers-82576-notes.csv", RegisterSheet.names("/registers-82576-left-out.csv"));
    private static final int[] PATTERNS = {0x5A5A_5A5A, 0xA5A5_A5A5, 0x0000_0000, 0xFFFF_FFFF};
    private static final int MEMORY_BYTES = 8 << 20;
    private static final int QUEUE_ENABLE = 0x0200_0000;
    private static final int ALL = 0xFFFF_FFFF;

    private final IgbBench bench = IgbBench.withLink();

    @Test
    void wholeRegisterTestPassesAndTouchesNoGuestMemory() {
        bench.memory.fill(0, MEMORY_BYTES, 0x5C);
        int interrupts = bench.interruptCount();
        runRegisterTest();

        assertEquals(0, bench.memory.writes(), "receive was enabled on rings of test patterns");
        byte[] untouched = new byte[MEMORY_BYTES];
        Arrays.fill(untouched, (byte) 0x5C);
        assertArrayEquals(untouched, bench.memory.get(0, MEMORY_BYTES));
        assertEquals(0, bench.wire.takeAll().size());
        assertEquals(interrupts, bench.interruptCount(), "everything was masked");
        assertEquals(0, bench.counter(IgbCounter.REGISTER_UNKNOWN));
    }

    private void runRegisterTest() {
        status();
        pattern("FCAL", ALL, ALL);
        pattern("FCAH", 0x0000_FFFF, ALL);
        pattern("FCT", 0x0000_FFFF, ALL);
        pattern("VET", ALL, ALL);
        ring("RDBAL", "RDBAH", "RDLEN");
        for (int queue = 0; queue < 16; queue++) bench.writeAt(queue("RXDCTL", queue), QUEUE_ENABLE);
        for (int queue = 0; queue < 16; queue++)
            patternAt(queue("RDT", queue), 0x0000_FFFF, 0x0000_FFFF, "RDT " + queue);
        arrivingFrame();
        for (int queue = 0; queue < 16; queue++) bench.writeAt(queue("RXDCTL", queue), 0);
        pattern("FCRTH", 0x0000_FFF0, 0x0000_FFF0);
        pattern("FCTTV", 0x0000_FFFF, 0x0000_FFFF);
        pattern("TIPG", 0x3FFF_FFFF, 0x3FFF_FFFF);
        ring("TDBAL", "TDBAH", "TDLEN");
        setAndCheck("RCTL", ALL, 0);
        setAndCheck("RCTL", 0x04CF_B0FE, 0x003F_FFFB);
        arrivingFrame();
        setAndCheck("RCTL", 0x04CF_B0FE, ALL);
        arrivingFrame();
        setAndCheck("TCTL", ALL, 0);
        array("RAL", 16, ALL);
        array("RAH", 16, 0x83FF_FFFF);
        array("RAL2", 8, ALL);
        array("RAH2", 8, 0x83FF_FFFF);
        array("MTA", 128, ALL);
        arrivingFrame();
    }

    @Test
    void resetAfterTheTestGivesAWorkingCardBack() {
        runRegisterTest();
        bench.write(CTRL, CTRL_RST);
        bench.runUntilIdle();

        assertEquals(0, bench.readAt(SHEET.row("RCTL").offset()));
        assertEquals(0, bench.readAt(SHEET.row("RDT").offset()));
        assertEquals(0x1200_5452, bench.readAt(SHEET.row("RAL").offset()));
        assertEquals(RAH_AV | 0x5634, bench.readAt(SHEET.row("RAH").offset()));
        assertEquals(0, bench.readAt(SHEET.row("RAH").offset(14)));
    }

    /// STATUS is written with the bits that must not change.
    private void status() {
        int offset = SHEET.row("STATUS").offset();
        int mask = 0x7FFF_F3FF;
        int before = bench.readAt(offset);
        bench.writeAt(offset, mask);
        assertEquals(before & mask, bench.readAt(offset) & mask);
        bench.writeAt(offset, before);
    }

    /// The driver's offsets: queues 0 to 3 at the 82575's places.
    private static int queue(String name, int queue) {
        return SHEET.row(queue < 4 ? name + "_A" : name).offset(queue);
    }

    private void ring(String low, String high, String length) {
        for (int queue = 0; queue < 16; queue++) {
            patternAt(queue(low, queue), 0xFFFF_FF80, ALL, low + " " + queue);
            patternAt(queue(high, queue), ALL, ALL, high + " " + queue);
            patternAt(queue(length, queue), 0x000F_FFF0, 0x000F_FFFF, length + " " + queue);
        }
    }

    private void array(String name, int count, int mask) {
        for (int i = 0; i < count; i++) patternAt(SHEET.row(name).offset(i), mask, ALL, name + " " + i);
    }

    private void pattern(String name, int mask, int write) {
        patternAt(SHEET.row(name).offset(), mask, write, name);
    }

    private void patternAt(int offset, int mask, int write, String name) {
        for (int pattern : PATTERNS) {
            bench.writeAt(offset, pattern & write);
            bench.runUntilIdle();
            assertEquals(pattern & write & mask, bench.readAt(offset) & mask, name);
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
