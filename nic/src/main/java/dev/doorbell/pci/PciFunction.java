package dev.doorbell.pci;

import dev.doorbell.memory.DmaMemory;

/// A PCI function from outside: regions to read and write, memory it may reach, interrupts it raises, reset.
///
/// A device in this process implements it (through [PciEndpoint]), and so does the vfio-user client: a driver runs
/// unchanged on either. Regions and interrupts are numbered as in Linux VFIO (linux/vfio.h). One thread.
public interface PciFunction {
    int REGION_BAR0 = 0;
    int REGION_BAR5 = 5;
    int REGION_ROM = 6;
    int REGION_CONFIG = 7;
    int REGION_VGA = 8;
    int REGION_COUNT = 9;

    /// Size in bytes of a region; 0 where there is none. BAR sizes are powers of two.
    ///
    /// @param region 0 to [#REGION_COUNT] - 1
    long regionSizeBytes(int region);

    /// Vectors of one kind that the function can raise: 0 or 1 for INTx, 0 to 32 for MSI, 0 to 2048 for MSI-X.
    int vectorCount(InterruptKind kind);

    /// Reads a little-endian word with its side effects.
    ///
    /// @param offset    bytes from the start of the region, inside it, a multiple of `sizeBytes`
    /// @param sizeBytes 1, 2, 4 or 8
    long read(int region, long offset, int sizeBytes);

    /// Writes a little-endian word with its side effects; parameters as in [#read].
    void write(int region, long offset, int sizeBytes, long value);

    /// Gives the function the memory it may reach, and the place where its interrupts go. Called before anything else
    /// and again whenever another client comes.
    void connect(DmaMemory memory, InterruptSink interrupts);

    /// Which parts of a region a client may map. Constant for the function's life.
    default MappableAreas mappableAreas(int region) {
        return MappableAreas.NONE;
    }

    /// Back to power-on state: the bus reset of a PCI slot (vfio-user DEVICE_RESET).
    void reset();
}
