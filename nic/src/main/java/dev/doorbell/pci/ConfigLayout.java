package dev.doorbell.pci;

import java.util.List;

/// Lays out a type 0 configuration space from a [PciIdentity]: header, BARs, capability list.
///
/// Field positions: PCI Local Bus 2.3 chapter 6, PCI Power Management 1.1 chapter 3, PCI-X 1.0 section 7.2, PCI Express
/// Base 2.0 section 7.8 (names as in linux/pci_regs.h).
final class ConfigLayout {
    static final int COMMAND = 0x04;
    static final int STATUS = 0x06;
    static final int BAR0 = 0x10;

    static final int COMMAND_IO = 1;
    static final int COMMAND_MEMORY = 1 << 1;
    static final int COMMAND_BUS_MASTER = 1 << 2;
    static final int COMMAND_INTX_DISABLE = 1 << 10;
    /// I/O, memory, bus master, memory write and invalidate, parity response, SERR#, interrupt disable.
    private static final int COMMAND_WRITABLE = 0x0557;

    static final int STATUS_INTERRUPT = 1 << 3;
    /// Capability list, 66 MHz capable, DEVSEL# timing medium.
    private static final int STATUS_FIXED = 0x0230;
    /// Parity and abort bits.
    private static final int STATUS_CLEARABLE = 0xF900;

    static final int PM_CONTROL = 4; // from the capability's start
    static final int PM_STATE_MASK = 3;
    private static final int PM_CONTROL_WRITABLE = 0x1F03; // power state, PME enable, data select
    private static final int PM_PME_STATUS = 0x8000;

    static final int MSI_CONTROL = 2;
    static final int MSI_ENABLE = 1;

    static final int MSIX_CONTROL = 2;
    static final int MSIX_ENABLE = 1 << 15;

    static final int EXPRESS_DEVICE_CONTROL = 8;
    static final int EXPRESS_INITIATE_FLR = 1 << 15;
    private static final int EXPRESS_FLR_CAPABLE = 1 << 28;

    private static final int CONVENTIONAL_BYTES = 256;
    private static final int EXPRESS_BYTES = 4096;

    private ConfigLayout() {}

    static ConfigSpace build(PciIdentity id) {
        boolean express = id.capabilities().stream().anyMatch(PciCapability.PciExpress.class::isInstance);
        ConfigSpace space = new ConfigSpace(express ? EXPRESS_BYTES : CONVENTIONAL_BYTES);
        space.constant(0x00, 2, id.vendorId());
        space.constant(0x02, 2, id.deviceId());
        space.define(COMMAND, 2, 0, COMMAND_WRITABLE, 0);
        space.define(STATUS, 2, id.capabilities().isEmpty() ? STATUS_FIXED & ~0x10 : STATUS_FIXED, 0, STATUS_CLEARABLE);
        space.constant(0x08, 4, id.classCode() << 8 | id.revisionId());
        space.define(0x0C, 1, 0, 0xFF, 0); // cache line size
        space.define(0x0D, 1, 0, express ? 0 : 0xFF, 0); // latency timer
        for (PciIdentity.Bar bar : id.bars()) defineBar(space, bar);
        space.constant(0x2C, 2, id.subsystemVendorId());
        space.constant(0x2E, 2, id.subsystemId());
        space.define(0x3C, 1, 0, 0xFF, 0); // interrupt line: a scratch byte for software
        space.constant(0x3D, 1, 1); // interrupt pin: INTA#
        space.constant(0x3E, 1, express ? 0 : 0xFF); // min_gnt
        defineCapabilities(space, id.capabilities());
        return space;
    }

    private static void defineBar(ConfigSpace space, PciIdentity.Bar bar) {
        int offset = BAR0 + 4 * bar.index();
        int flags = bar.io() ? 1 : (bar.is64() ? 4 : 0) | (bar.prefetchable() ? 8 : 0);
        space.define(offset, 4, flags, -bar.sizeBytes(), 0);
        if (bar.is64()) space.define(offset + 4, 4, 0, -1, 0);
    }

    private static void defineCapabilities(ConfigSpace space, List<PciCapability> capabilities) {
        int link = 0x34;
        for (PciCapability capability : capabilities) {
            int at = capability.offset();
            space.constant(link, 1, at);
            link = at + 1;
            switch (capability) {
                case PciCapability.PowerManagement pm -> {
                    space.constant(at, 1, 0x01);
                    space.constant(at + 2, 2, pm.pmc());
                    space.define(at + PM_CONTROL, 2, 0, PM_CONTROL_WRITABLE, PM_PME_STATUS);
                }
                case PciCapability.Msi msi -> {
                    space.constant(at, 1, 0x05);
                    int log2 = Integer.numberOfTrailingZeros(msi.vectors());
                    space.define(at + MSI_CONTROL, 2, 0x80 | log2 << 1, 0x71, 0);
                    space.define(at + 4, 4, 0, -4, 0);
                    space.define(at + 8, 4, 0, -1, 0);
                    space.define(at + 12, 2, 0, 0xFFFF, 0);
                }
                case PciCapability.MsiX msix -> {
                    space.constant(at, 1, 0x11);
                    space.define(at + MSIX_CONTROL, 2, msix.vectors() - 1, 0xC000, 0);
                    space.constant(at + 4, 4, msix.tableOffset() | msix.bar());
                    space.constant(at + 8, 4, msix.pendingOffset() | msix.bar());
                }
                case PciCapability.PciX pcix -> {
                    space.constant(at, 1, 0x07);
                    space.define(at + 2, 2, 0x0002, 0x007F, 0); // relaxed ordering on; byte count, transactions
                    space.define(at + 4, 4, pcix.status(), 0, 0x200C_0000);
                }
                case PciCapability.PciExpress pcie -> {
                    space.constant(at, 1, 0x10);
                    space.constant(at + 2, 2, 0x0002); // version 2, endpoint
                    space.constant(at + 4, 4, 0x8002 | (pcie.functionLevelReset() ? EXPRESS_FLR_CAPABLE : 0));
                    // Initiate FLR always reads 0, so it is no stored bit: the endpoint looks at the write.
                    space.define(at + EXPRESS_DEVICE_CONTROL, 2, 0x2810, 0x7FFF, 0);
                    space.define(at + 10, 2, 0, 0, 0x000F);
                    space.constant(at + 12, 4, 0x0003_5C41); // 2.5 GT/s, x4, L0s
                    space.define(at + 16, 2, 0, 0x01FB & ~0x20, 0);
                    space.constant(at + 18, 2, 0x1041);
                    space.constant(at + 36, 4, 0x0000_001F);
                    space.define(at + 40, 2, 0, 0x001F, 0);
                }
            }
        }
    }
}
