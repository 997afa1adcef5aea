package dev.doorbell.pci;

/// The kinds of interrupt of a PCI function; ordinals are VFIO's interrupt indexes (linux/vfio.h).
public enum InterruptKind {
    /// The level-triggered line (INTA).
    INTX,
    MSI,
    MSIX,
    /// Error reporting.
    ERR,
    /// Request to give the device back.
    REQ
}
