package dev.doorbell.story.igb;

import static dev.doorbell.pci.PciFunction.REGION_CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.story.Wire;
import dev.doorbell.time.VirtualTimeline;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The card in a real slot: what a guest's bus scan finds.
class IdentityStoryTest {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    private static PciEndpoint slot(IgbOptions options) {
        PciEndpoint slot = new PciEndpoint(new Igb(options, new VirtualTimeline(), new Wire()));
        slot.connect(new GuestMemory(4096), InterruptSink.NONE);
        return slot;
    }

    private final PciEndpoint slot = slot(new IgbOptions(IgbBench.MAC));

    private int config(int offset, int sizeBytes) {
        return (int) slot.read(REGION_CONFIG, offset, sizeBytes);
    }

    private void config(int offset, int sizeBytes, long value) {
        slot.write(REGION_CONFIG, offset, sizeBytes, value);
    }

    private String bytes(int offset, int count) {
        byte[] all = new byte[count];
        for (int i = 0; i < count; i++) all[i] = (byte) slot.read(REGION_CONFIG, offset + i, 1);
        return SPACED.formatHex(all);
    }

    @Test
    void headerAfterResetIsThatOfAGigabitEtAdapter() {
        assertEquals("86 80 c9 10 00 00 10 00 01 00 00 02 00 00 00 00", bytes(0x00, 16));
        assertEquals("00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00", bytes(0x10, 16), "BARs 0 to 3");
        assertEquals("00 00 00 00 00 00 00 00 00 00 00 00 86 80 3c a0", bytes(0x20, 16));
        assertEquals("00 00 00 00 40 00 00 00 00 00 00 00 00 01 00 00", bytes(0x30, 16), "no ROM; INTA");
    }

    @Test
    void barsHaveTheChipsSizes() {
        for (int at = 0x10; at < 0x28; at += 4) config(at, 4, 0xFFFF_FFFFL);

        assertEquals(0xFFFE_0000, config(0x10, 4), "registers, 128 KiB, 32-bit memory");
        assertEquals(0xFFFE_0000, config(0x14, 4), "flash");
        assertEquals(0xFFFF_FFE1, config(0x18, 4), "I/O window, 32 bytes");
        assertEquals(0xFFFF_C000, config(0x1C, 4), "MSI-X, 16 KiB");
        assertEquals(0, config(0x20, 4));
        assertEquals(0, config(0x24, 4));
        assertEquals(0x2_0000, slot.regionSizeBytes(0));
        assertEquals(0x2_0000, slot.regionSizeBytes(1));
        assertEquals(0x20, slot.regionSizeBytes(2));
        assertEquals(0x4000, slot.regionSizeBytes(3));
        assertEquals(4096, slot.regionSizeBytes(REGION_CONFIG));
    }

    @Test
    void capabilitiesLieWhereTheChipHasThem() {
        assertEquals("01 50 23 c8 00 00 00 00", bytes(0x40, 8), "power management 3, PME from D0 and D3");
        assertEquals("05 70 80 01 00 00 00 00 00 00 00 00 00 00 00 00", bytes(0x50, 16), "MSI: 64-bit, maskable");
        assertEquals("11 a0 09 00 03 00 00 00 03 20 00 00", bytes(0x70, 12), "MSI-X: 10 in BAR 3, PBA at 0x2000");
        assertEquals("10 00 02 00 c2 8c 00 10 10 28 00 00 41 6c 03 00", bytes(0xA0, 16), "PCI Express 2, FLR");
        assertEquals("00 00 41 10", bytes(0xB0, 4), "2.5 GT/s, x4");
        assertEquals("1f 00 00 00 00 00 00 00", bytes(0xC4, 8), "completion timeouts");
        assertEquals(1, slot.vectorCount(InterruptKind.INTX));
        assertEquals(1, slot.vectorCount(InterruptKind.MSI));
        assertEquals(10, slot.vectorCount(InterruptKind.MSIX));
    }

    @Test
    void extendedCapabilitiesAreErrorReportingAndTheSerialNumber() {
        assertEquals(0x1401_0001, config(0x100, 4));
        assertEquals(0x0006_2030, config(0x10C, 4), "severities");
        assertEquals(0x0000_2000, config(0x114, 4));
        assertEquals(0x0001_0003, config(0x140, 4), "the last one: no ARI, no SR-IOV");
        assertEquals(0xFF12_3456, config(0x144, 4));
        assertEquals(0x5254_00FF, config(0x148, 4), "52-54-00-ff-ff-12-34-56");
        assertEquals(0, config(0x150, 4));
        assertEquals(0, config(0x160, 4));
    }

    /// What Linux writes while it sets a card up: error reporting cleared, completion timeout, payload size.
    @Test
    void settingsThatDriversMakeReadBack() {
        config(0x104, 4, -1);
        config(0x110, 4, -1);
        assertEquals(0, config(0x104, 4), "no error has been");
        assertEquals(0, config(0x110, 4));
        config(0x108, 4, 0x0010_0000);
        assertEquals(0x0010_0000, config(0x108, 4));
        config(0xC8, 2, 0x5);
        assertEquals(0x5, config(0xC8, 2), "16 ms");
        config(0xA8, 2, 0x283F);
        assertEquals(0x283F, config(0xA8, 2));
        config(0x52, 2, 0x0001);
        assertEquals(0x0181, config(0x52, 2), "MSI on");
        config(0x60, 4, -1);
        assertEquals(0x1, config(0x60, 4), "one mask bit");
        config(0x72, 2, 0xC000);
        assertEquals(0xC009, config(0x72, 2), "MSI-X on, function masked");
        config(0x04, 2, 0xFFFF);
        assertEquals(0x0547, config(0x04, 2));
    }

    @Test
    void withoutMsixTheListLeavesItOut() {
        PciEndpoint plain = slot(new IgbOptions(IgbBench.MAC).withMsix(false));
        assertEquals(0xA005, (int) plain.read(REGION_CONFIG, 0x50, 2));
        assertEquals(0, (int) plain.read(REGION_CONFIG, 0x70, 4));
        assertEquals(0, plain.vectorCount(InterruptKind.MSIX));
    }

    @Test
    void functionLevelResetByConfigurationWriteAndResetOfTheSlotBringTheCardBackToPowerOn() {
        for (Runnable reset : new Runnable[] {() -> config(0xA8, 2, 0xA810), slot::reset}) {
            config(0x04, 2, 0x6);
            slot.write(0, IgbRegister.IMS.spec().offset(), 4, 4);
            slot.write(0, IgbRegister.EITR.spec().offset(), 4, 400);
            assertEquals(4, slot.read(0, IgbRegister.IMS.spec().offset(), 4));
            assertNotEquals(0, slot.read(0, IgbRegister.EITR.spec().offset(), 4));
            reset.run();

            assertEquals(0, config(0x04, 2));
            assertEquals(0x2810, config(0xA8, 2), "initiating it reads 0");
            config(0x04, 2, 0x6);
            assertEquals(0, slot.read(0, IgbRegister.IMS.spec().offset(), 4));
            assertEquals(0, slot.read(0, IgbRegister.EITR.spec().offset(), 4));
        }
    }
}
