package dev.doorbell.story;

import static dev.doorbell.pci.PciFunction.REGION_CONFIG;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.register.E1000Register;
import dev.doorbell.time.VirtualTimeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The card in a real slot: what a guest's bus scan finds, and how its interrupt leaves.
class IdentityStoryTest {
    private static final int COMMAND = 0x04;
    private static final int DECODE_AND_MASTER = 0x0007;

    private final VirtualTimeline time = new VirtualTimeline();
    private final Sink sink = new Sink();

    private static final class Sink implements InterruptSink {
        private int rises;
        private int messages;

        @Override
        public void intx(boolean asserted) {
            if (asserted) rises++;
        }

        @Override
        public void message(InterruptKind kind, int vector) {
            assertEquals(InterruptKind.MSI, kind);
            assertEquals(0, vector);
            messages++;
        }
    }

    private PciEndpoint slot(E1000Model model) {
        PciEndpoint slot = new PciEndpoint(new E1000(new E1000Options(model, Bench.MAC), time, new Wire()));
        slot.connect(new GuestMemory(4096), sink);
        slot.write(REGION_CONFIG, COMMAND, 2, DECODE_AND_MASTER);
        return slot;
    }

    private static int config(PciEndpoint slot, int offset, int sizeBytes) {
        return (int) slot.read(REGION_CONFIG, offset, sizeBytes);
    }

    @Test
    void desktopAdapterIsAnIntel82540em() {
        PciEndpoint slot = slot(E1000Model.I82540EM);
        assertEquals(0x100E_8086, config(slot, 0x00, 4));
        assertEquals(0x0200_0002, config(slot, 0x08, 4), "Ethernet, revision 2");
        assertEquals(0x001E_8086, config(slot, 0x2C, 4), "PRO/1000 MT Desktop");
        assertEquals(1, config(slot, 0x3D, 1), "INTA");
        assertEquals(0x2_0000, slot.regionSizeBytes(0));
        assertEquals(0, slot.regionSizeBytes(1));
        assertEquals(64, slot.regionSizeBytes(2));
        assertEquals(0, config(slot, 0x10, 1) & 0xF, "32-bit memory");
        assertEquals(1, config(slot, 0x18, 1) & 0x3, "I/O");
    }

    @Test
    void serverAdapterHas64BitRegistersAndItsWindowInBar4() {
        PciEndpoint slot = slot(E1000Model.I82545EM);
        assertEquals(0x100F_8086, config(slot, 0x00, 4));
        assertEquals(0x1001_8086, config(slot, 0x2C, 4));
        assertEquals(4, config(slot, 0x10, 1) & 0xF, "64-bit memory");
        assertEquals(0x2_0000, slot.regionSizeBytes(0));
        assertEquals(0, slot.regionSizeBytes(2));
        assertEquals(64, slot.regionSizeBytes(4));
        assertEquals(1, config(slot, 0x20, 1) & 0x3, "I/O");
    }

    @Test
    void capabilitiesLieWhereTheChipHasThem() {
        PciEndpoint slot = slot(E1000Model.I82540EM);
        assertEquals(0xDC, config(slot, 0x34, 1));
        assertEquals(0xE401, config(slot, 0xDC, 2), "power management, then PCI-X");
        assertEquals(2, config(slot, 0xDE, 2) & 7, "version 2");
        assertEquals(0xF007, config(slot, 0xE4, 2), "PCI-X, then MSI");
        assertEquals(0x0005, config(slot, 0xF0, 2), "MSI, the last one");
        assertEquals(0x0080, config(slot, 0xF2, 2), "64-bit address, one vector");
        assertEquals(1, slot.vectorCount(InterruptKind.MSI));
        assertEquals(0, slot.vectorCount(InterruptKind.MSIX));
    }

    @Test
    void interruptLeavesByTheLine() {
        PciEndpoint slot = slot(E1000Model.I82540EM);
        register(slot, E1000Register.IMS, ICR_RXT0);
        register(slot, E1000Register.ICS, ICR_RXT0);
        assertEquals(1, sink.rises);
        assertEquals(ICR_RXT0, slot.read(0, E1000Register.ICR.spec().offset(), 4));
        register(slot, E1000Register.ICS, ICR_RXT0);

        assertEquals(2, sink.rises);
    }

    @Test
    void withMsiEveryAssertionIsOneMessage() {
        PciEndpoint slot = slot(E1000Model.I82540EM);
        slot.write(REGION_CONFIG, 0xF2, 2, 0x0001);
        register(slot, E1000Register.IMS, ICR_RXT0);
        register(slot, E1000Register.ICS, ICR_RXT0);
        register(slot, E1000Register.ICS, ICR_RXT0);
        slot.read(0, E1000Register.ICR.spec().offset(), 4);
        register(slot, E1000Register.ICS, ICR_RXT0);

        assertEquals(2, sink.messages);
        assertEquals(0, sink.rises);
    }

    /// EITR and its like in other models abort here. The throttle's timer runs on while its line leads elsewhere.
    @Test
    void switchingMsiOffWhileAnAssertionWaitsIsHarmless() {
        PciEndpoint slot = slot(E1000Model.I82540EM);
        slot.write(REGION_CONFIG, 0xF2, 2, 0x0001);
        register(slot, E1000Register.ITR, 500);
        register(slot, E1000Register.IMS, ICR_RXT0);
        register(slot, E1000Register.ICS, ICR_RXT0);
        slot.read(0, E1000Register.ICR.spec().offset(), 4);
        register(slot, E1000Register.ICS, ICR_RXT0);
        assertEquals(1, sink.messages);
        slot.write(REGION_CONFIG, 0xF2, 2, 0x0000);
        time.advance(500 * 256);

        assertEquals(1, sink.rises, "the assertion that waited comes by the line");
    }

    @Test
    void stationWithoutAnAddressOfItsOwnIsRefused() {
        for (long address : new long[] {0, 0x0100_5E00_0001L, 0xFFFF_FFFF_FFFFL, 1L << 48, -1}) {
            Executable card = () -> new E1000Options(E1000Model.I82540EM, address);
            assertThrows(IllegalArgumentException.class, card);
        }
    }

    private static void register(PciEndpoint slot, E1000Register register, int value) {
        slot.write(0, register.spec().offset(), 4, Integer.toUnsignedLong(value));
    }
}
