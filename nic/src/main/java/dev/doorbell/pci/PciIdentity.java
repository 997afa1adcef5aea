package dev.doorbell.pci;

import java.util.List;

/// The constant part of a function's configuration space.
///
/// @param vendorId          0x8086 and so on, 16 bits
/// @param deviceId          16 bits
/// @param revisionId        8 bits
/// @param classCode         24 bits: class, subclass, programming interface
/// @param subsystemVendorId 16 bits
/// @param subsystemId       16 bits
/// @param bars              BARs in order; at most six slots (a 64-bit BAR takes two)
/// @param capabilities      capabilities in the order of the list in configuration space
public record PciIdentity(
        int vendorId,
        int deviceId,
        int revisionId,
        int classCode,
        int subsystemVendorId,
        int subsystemId,
        List<Bar> bars,
        List<PciCapability> capabilities) {
    /// One base address register.
    ///
    /// @param index        0 to 5
    /// @param sizeBytes    a power of two, at least 16 (memory) or 4 (I/O)
    /// @param io           an I/O window
    /// @param is64         takes two slots (memory only)
    /// @param prefetchable memory only
    public record Bar(int index, int sizeBytes, boolean io, boolean is64, boolean prefetchable) {}

    public PciIdentity {
        bars = List.copyOf(bars);
        capabilities = List.copyOf(capabilities);
    }
}
