package dev.doorbell.device.igb;

import dev.doorbell.pci.PciCapability;
import dev.doorbell.pci.PciIdentity;
import java.util.ArrayList;
import java.util.List;

/// What the 82576 shows in configuration space.
final class IgbIdentity {
    /// Vectors of the physical function.
    static final int VECTORS = 10;

    static final int REGISTERS = 0;
    private static final int FLASH = 1;
    static final int IO_WINDOW = 2;
    private static final int MSIX_TABLE = 3;

    private IgbIdentity() {}

    /// @param msix whether MSI-X is offered
    static PciIdentity of(boolean msix) {
        List<PciCapability> capabilities = new ArrayList<>();
        capabilities.add(new PciCapability.PowerManagement(0x40, 0xC823));
        capabilities.add(new PciCapability.Msi(0x50, 1));
        if (msix) capabilities.add(new PciCapability.MsiX(0x70, VECTORS, MSIX_TABLE, 0, 0x2000));
        capabilities.add(new PciCapability.PciExpress(0xA0, true));
        return new PciIdentity(
                0x8086,
                0x10C9,
                0x01,
                0x02_0000,
                0x8086,
                0xA03C,
                List.of(
                        new PciIdentity.Bar(REGISTERS, 0x20000, false, false, false),
                        new PciIdentity.Bar(FLASH, 0x20000, false, false, false),
                        new PciIdentity.Bar(IO_WINDOW, 0x20, true, false, false),
                        new PciIdentity.Bar(MSIX_TABLE, 0x4000, false, false, false)),
                capabilities);
    }
}
