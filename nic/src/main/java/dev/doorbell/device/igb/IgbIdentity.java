package dev.doorbell.device.igb;

import dev.doorbell.pci.PciCapability;
import dev.doorbell.pci.PciIdentity;
import dev.doorbell.register.IgbRegister;
import java.util.ArrayList;
import java.util.List;

/// What the 82576 shows in configuration space: one port of a Gigabit ET adapter.
///
/// Capabilities lie where the chip has them: power management 0x40, MSI 0x50 (one vector, maskable),
/// MSI-X 0x70, PCI Express 0xA0; extended ones: error reporting 0x100, serial number 0x140. The chip
/// has two more, Alternative Routing ID at 0x150 and SR-IOV at 0x160. They are left out, as virtual
/// functions are not built: a guest's driver must not find functions to enable that never appear, and
/// an alternative routing ID has nothing to route to. The 82576's pools work without them.
final class IgbIdentity {
    /// Vectors of the physical function; the chip has 25, the others belong to its virtual functions.
    static final int VECTORS = 10;

    static final int REGISTERS = 0;
    private static final int FLASH = 1;
    static final int IO_WINDOW = 2;
    private static final int MSIX_TABLE = 3;

    private static final int INTEL = 0x8086;
    private static final int DEVICE = 0x10C9;
    private static final int REVISION = 0x01;
    private static final int CLASS_ETHERNET = 0x02_0000;
    /// Gigabit ET Dual Port Server Adapter.
    private static final int SUBSYSTEM = 0xA03C;
    /// Version 3, device specific initialisation, PME from D0, D3hot and D3cold.
    private static final int POWER_MANAGEMENT = 0xC823;

    private IgbIdentity() {}

    static PciIdentity of(IgbOptions options) {
        List<PciCapability> capabilities = new ArrayList<>();
        capabilities.add(new PciCapability.PowerManagement(0x40, POWER_MANAGEMENT));
        capabilities.add(new PciCapability.Msi(0x50, 1, true));
        if (options.msix()) capabilities.add(new PciCapability.MsiX(0x70, VECTORS, MSIX_TABLE, 0, 0x2000));
        capabilities.add(new PciCapability.PciExpress(0xA0, true));
        capabilities.add(new PciCapability.ErrorReporting(0x100));
        capabilities.add(new PciCapability.SerialNumber(0x140, eui64(options.macAddress())));
        return new PciIdentity(
                INTEL,
                DEVICE,
                REVISION,
                CLASS_ETHERNET,
                INTEL,
                SUBSYSTEM,
                List.of(
                        new PciIdentity.Bar(REGISTERS, IgbRegister.SPACE_BYTES, false, false, false),
                        new PciIdentity.Bar(FLASH, 0x20000, false, false, false),
                        new PciIdentity.Bar(IO_WINDOW, 0x20, true, false, false),
                        new PciIdentity.Bar(MSIX_TABLE, 0x4000, false, false, false)),
                capabilities);
    }

    /// The MAC address with 0xFFFF in its middle, as on Intel's adapters.
    private static long eui64(long macAddress) {
        return (macAddress >>> 24 << 40) | 0xFF_FF00_0000L | (macAddress & 0xFF_FFFF);
    }
}
