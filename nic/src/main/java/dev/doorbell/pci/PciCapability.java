package dev.doorbell.pci;

/// One entry of the capability list, or, from offset 0x100 on, of the list of extended capabilities.
public sealed interface PciCapability {
    /// Where it lies in configuration space: a multiple of 4, 0x40 or more; the first extended one at
    /// 0x100.
    int offset();

    /// Power management (PCI PM 1.1): states D0 and D3hot, PME as given.
    ///
    /// @param pmc the capabilities word
    record PowerManagement(int offset, int pmc) implements PciCapability {}

    /// Message signalled interrupts, 64-bit addresses.
    ///
    /// @param vectors  1, 2, 4, 8, 16 or 32
    /// @param maskable whether it has mask bits per vector; they are storage, as those of [MsiX]
    record Msi(int offset, int vectors, boolean maskable) implements PciCapability {}

    /// MSI-X.
    ///
    /// @param vectors   1 to 2048
    /// @param bar       BAR that holds the table and the pending bits
    /// @param tableOffset offset of the table in that BAR
    /// @param pendingOffset offset of the pending bit array in that BAR
    record MsiX(int offset, int vectors, int bar, int tableOffset, int pendingOffset) implements PciCapability {}

    /// PCI-X (conventional 64-bit bus of the 82545 class), plain storage of the command word.
    ///
    /// @param status the status dword
    record PciX(int offset, int status) implements PciCapability {}

    /// PCI Express endpoint, version 2.
    ///
    /// @param functionLevelReset whether Initiate Function Level Reset works
    record PciExpress(int offset, boolean functionLevelReset) implements PciCapability {}

    /// Advanced Error Reporting, an extended capability: masks as storage, no error ever.
    record ErrorReporting(int offset) implements PciCapability {}

    /// Device Serial Number, an extended capability.
    ///
    /// @param eui64 64 bits, the first byte uppermost
    record SerialNumber(int offset, long eui64) implements PciCapability {}
}
