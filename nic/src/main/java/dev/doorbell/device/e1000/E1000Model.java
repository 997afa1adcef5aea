package dev.doorbell.device.e1000;

import dev.doorbell.pci.PciCapability;
import dev.doorbell.pci.PciIdentity;
import dev.doorbell.register.E1000Register;
import java.util.List;

/// The chips that this card can be: one MAC, two faces to the PCI bus.
///
/// Capabilities lie where the chips have them (power management 0xDC, PCI-X 0xE4, MSI 0xF0), identifiers are those of
/// Intel's own adapters. Power management claims PME# from D0 and D3hot as the chip does, but no PME# pin leads out of
/// the slot: the card never wakes a machine.
public enum E1000Model {
    /// PRO/1000 MT Desktop: 32-bit BARs, registers in BAR0, I/O window in BAR2.
    I82540EM(0x100E, 0x02, 0x001E, 2, false, 0x0040_0000),
    /// PRO/1000 MT Server (copper): 64-bit registers BAR, I/O window in BAR4, a 133 MHz PCI-X part.
    I82545EM(0x100F, 0x01, 0x1001, 4, true, 0x0043_0000);

    private static final int INTEL = 0x8086;
    private static final int CLASS_ETHERNET = 0x02_0000;
    private static final int IO_WINDOW_BYTES = 64;
    /// Version 2, device specific initialisation, PME from D0 and D3hot.
    private static final int POWER_MANAGEMENT = 0x4822;

    private final int deviceId;
    private final int revision;
    private final int subsystemId;
    private final int ioBar;
    private final boolean wide;
    private final int pciXStatus;

    E1000Model(int deviceId, int revision, int subsystemId, int ioBar, boolean wide, int pciXStatus) {
        this.deviceId = deviceId;
        this.revision = revision;
        this.subsystemId = subsystemId;
        this.ioBar = ioBar;
        this.wide = wide;
        this.pciXStatus = pciXStatus;
    }

    /// BAR of the I/O window, IOADDR and IODATA.
    int ioBar() {
        return ioBar;
    }

    int vendorId() {
        return INTEL;
    }

    int deviceId() {
        return deviceId;
    }

    int subsystemId() {
        return subsystemId;
    }

    /// @param subsystem the adapter's own subsystem id, or another that stands for what it offers
    PciIdentity identity(int subsystem) {
        return new PciIdentity(
                INTEL,
                deviceId,
                revision,
                CLASS_ETHERNET,
                INTEL,
                subsystem,
                List.of(
                        new PciIdentity.Bar(0, E1000Register.SPACE_BYTES, false, wide, false),
                        new PciIdentity.Bar(ioBar, IO_WINDOW_BYTES, true, false, false)),
                List.of(
                        new PciCapability.PowerManagement(0xDC, POWER_MANAGEMENT),
                        new PciCapability.PciX(0xE4, pciXStatus),
                        new PciCapability.Msi(0xF0, 1, false)));
    }
}
