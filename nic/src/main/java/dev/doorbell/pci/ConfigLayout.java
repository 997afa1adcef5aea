package dev.doorbell.pci;

import java.util.List;

/// Lays out a type 0 configuration space from a [PciIdentity]: header, BARs, capability list.
///
/// Field positions: PCI Local Bus 2.3 chapter 6, PCI Power Management 1.1 chapter 3, PCI-X 1.0
/// section 7.2, PCI Express Base 2.0 section 7.8 (names as in linux/pci_regs.h).
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
    /// Not a thing of PCI Express.
    private static final int COMMAND_MWI = 1 << 4;

    static final int STATUS_INTERRUPT = 1 << 3;
    /// Capability list, 66 MHz capable, DEVSEL# timing medium.
    private static final int STATUS_FIXED = 0x0230;
    private static final int STATUS_CAPABILITIES = 0x0010;
    /// Parity and abort bits.
    private static final int STATUS_CLEARABLE = 0xF900;

    static final int PM_CONTROL = 4; // from the capability's start
    static final int PM_STATE_MASK = 3;
    private static final int PM_CONTROL_WRITABLE = 0x1F03; // power state, PME enable, data select
    private static final int PM_PME_STATUS = 0x8000;

    static final int MSI_CONTROL = 2;
    static final int MSI_ENABLE = 1;
    private static final int MSI_64_BIT = 1 << 7;
    private static final int MSI_MASKABLE = 1 << 8;

    static final int MSIX_CONTROL = 2;
    static final int MSIX_ENABLE = 1 << 15;

    static final int EXPRESS_DEVICE_CONTROL = 8;
    static final int EXPRESS_INITIATE_FLR = 1 << 15;
    private static final int EXPRESS_FLR_CAPABLE = 1 << 28;
    /// Payloads of 512 bytes, L0s up to 512 ns and L1 up to 64 us acceptable, role based errors.
    private static final int EXPRESS_DEVICE = 0x0000_8CC2;
    /// 2.5 GT/s, x4, ASPM L0s and L1, exit in 4 us and 64 us.
    private static final int EXPRESS_LINK = 0x0003_6C41;

    private static final int UNCORRECTABLE = 0x001F_F030;
    private static final int CORRECTABLE = 0x0000_31C1;

    private static final int CONVENTIONAL_BYTES = 256;
    private static final int EXPRESS_BYTES = 4096;

    private ConfigLayout() {}

    static ConfigSpace build(PciIdentity id) {
        boolean express = id.capabilities().stream().anyMatch(PciCapability.PciExpress.class::isInstance);
        ConfigSpace space = new ConfigSpace(express ? EXPRESS_BYTES : CONVENTIONAL_BYTES);
        space.constant(0x00, 2, id.vendorId());
        space.constant(0x02, 2, id.deviceId());
        space.define(COMMAND, 2, 0, express ? COMMAND_WRITABLE & ~COMMAND_MWI : COMMAND_WRITABLE, 0);
        int fixed = express ? STATUS_CAPABILITIES : STATUS_FIXED;
        space.define(
                STATUS, 2, id.capabilities().isEmpty() ? fixed & ~STATUS_CAPABILITIES : fixed, 0, STATUS_CLEARABLE);
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
        if (express) defineExtendedCapabilities(space, id.capabilities());
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
            if (at >= CONVENTIONAL_BYTES) continue;
            space.constant(link, 1, at);
            link = at + 1;
            switch (capability) {
                case PciCapability.PowerManagement pm -> definePower(space, pm);
                case PciCapability.Msi msi -> defineMsi(space, msi);
                case PciCapability.MsiX msix -> defineMsiX(space, msix);
                case PciCapability.PciX pcix -> definePciX(space, pcix);
                case PciCapability.PciExpress express -> defineExpress(space, express);
                case PciCapability.ErrorReporting errors -> throw misplaced(errors);
                case PciCapability.SerialNumber serial -> throw misplaced(serial);
            }
        }
    }

    /// Extended capabilities form a list of their own, whose first lies at 0x100. // PCI Express 2.0,
    /// 7.9
    private static void defineExtendedCapabilities(ConfigSpace space, List<PciCapability> capabilities) {
        List<PciCapability> extended = capabilities.stream()
                .filter(c -> c.offset() >= CONVENTIONAL_BYTES)
                .toList();
        for (int i = 0; i < extended.size(); i++) {
            PciCapability capability = extended.get(i);
            int next = i + 1 < extended.size() ? extended.get(i + 1).offset() : 0;
            if ((i == 0) != (capability.offset() == CONVENTIONAL_BYTES)) throw misplaced(capability);
            switch (capability) {
                case PciCapability.ErrorReporting errors -> defineErrorReporting(space, errors, next);
                case PciCapability.SerialNumber serial -> defineSerialNumber(space, serial, next);
                default -> throw misplaced(capability);
            }
        }
    }

    private static IllegalArgumentException misplaced(PciCapability capability) {
        return new IllegalArgumentException("misplaced capability: " + capability);
    }

    private static void definePower(ConfigSpace space, PciCapability.PowerManagement pm) {
        int at = pm.offset();
        space.constant(at, 1, 0x01);
        space.constant(at + 2, 2, pm.pmc());
        space.define(at + PM_CONTROL, 2, 0, PM_CONTROL_WRITABLE, PM_PME_STATUS);
    }

    private static void defineMsi(ConfigSpace space, PciCapability.Msi msi) {
        int at = msi.offset();
        space.constant(at, 1, 0x05);
        int log2 = Integer.numberOfTrailingZeros(msi.vectors());
        space.define(at + MSI_CONTROL, 2, MSI_64_BIT | (msi.maskable() ? MSI_MASKABLE : 0) | log2 << 1, 0x71, 0);
        space.define(at + 4, 4, 0, -4, 0);
        space.define(at + 8, 4, 0, -1, 0);
        space.define(at + 12, 2, 0, 0xFFFF, 0);
        if (msi.maskable()) space.define(at + 16, 4, 0, -1 >>> (32 - msi.vectors()), 0);
    }

    private static void defineMsiX(ConfigSpace space, PciCapability.MsiX msix) {
        int at = msix.offset();
        space.constant(at, 1, 0x11);
        space.define(at + MSIX_CONTROL, 2, msix.vectors() - 1, 0xC000, 0);
        space.constant(at + 4, 4, msix.tableOffset() | msix.bar());
        space.constant(at + 8, 4, msix.pendingOffset() | msix.bar());
    }

    private static void definePciX(ConfigSpace space, PciCapability.PciX pcix) {
        int at = pcix.offset();
        space.constant(at, 1, 0x07);
        space.define(at + 2, 2, 0x0002, 0x007F, 0); // relaxed ordering on; byte count, transactions
        space.define(at + 4, 4, pcix.status(), 0, 0x200C_0000);
    }

    private static void defineExpress(ConfigSpace space, PciCapability.PciExpress express) {
        int at = express.offset();
        space.constant(at, 1, 0x10);
        space.constant(at + 2, 2, 0x0002); // version 2, endpoint
        space.constant(at + 4, 4, EXPRESS_DEVICE | (express.functionLevelReset() ? EXPRESS_FLR_CAPABLE : 0));
        // Initiate FLR always reads 0, so it is no stored bit: the endpoint looks at the write.
        space.define(at + EXPRESS_DEVICE_CONTROL, 2, 0x2810, 0x7FFF, 0);
        space.define(at + 10, 2, 0, 0, 0x000F);
        space.constant(at + 12, 4, EXPRESS_LINK);
        space.define(at + 16, 2, 0, 0x00CB, 0); // ASPM, RCB, common clock, extended synch
        space.constant(at + 18, 2, 0x1041); // 2.5 GT/s, x4, slot clock
        space.constant(at + 36, 4, 0x0000_001F); // completion timeout ranges A to D, and off
        space.define(at + 40, 2, 0, 0x001F, 0);
    }

    /// Errors are storage: nothing here ever reports one. // PCI Express 2.0, 7.10
    private static void defineErrorReporting(ConfigSpace space, PciCapability.ErrorReporting errors, int next) {
        int at = errors.offset();
        space.constant(at, 4, 0x0001 | 1 << 16 | next << 20);
        space.define(at + 4, 4, 0, 0, UNCORRECTABLE);
        space.define(at + 8, 4, 0, UNCORRECTABLE, 0);
        space.define(at + 12, 4, 0x0006_2030, UNCORRECTABLE, 0); // fatal: link, flow control, overflow, malformed
        space.define(at + 16, 4, 0, 0, CORRECTABLE);
        space.define(at + 20, 4, 0x2000, CORRECTABLE, 0); // advisory ones are masked
        space.constant(at + 24, 4, 0);
    }

    // PCI Express 2.0, 7.12
    private static void defineSerialNumber(ConfigSpace space, PciCapability.SerialNumber serial, int next) {
        int at = serial.offset();
        space.constant(at, 4, 0x0003 | 1 << 16 | next << 20);
        space.constant(at + 4, 4, (int) serial.eui64());
        space.constant(at + 8, 4, (int) (serial.eui64() >>> 32));
    }
}
