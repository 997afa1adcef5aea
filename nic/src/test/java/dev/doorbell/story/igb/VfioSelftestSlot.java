package dev.doorbell.story.igb;

/// What the VFIO selftest driver has of its machine: a function's regions, memory at addresses of its
/// choice, time, and how often it was interrupted.
interface VfioSelftestSlot {
    /// A 32-bit register of BAR0.
    int read(int offset);

    void write(int offset, int value);

    /// A 16-bit word of configuration space.
    int readConfig(int offset);

    void writeConfig(int offset, int value);

    void put(long iova, byte[] content);

    byte[] get(long iova, int lengthBytes);

    void putLong(long iova, long value);

    int getInt(long iova);

    void sleepUs(long us);

    /// Gives vector 0 of MSI-X an eventfd.
    void enableMsix();

    /// Signals of that eventfd so far.
    int messages();

    /// VFIO_DEVICE_RESET.
    void resetFunction();
}
