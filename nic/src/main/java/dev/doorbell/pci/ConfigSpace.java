package dev.doorbell.pci;

/// The bytes of a function's configuration space with, for every bit, whether software may change it.
///
/// Knows nothing of what a field means: [PciEndpoint] looks at the values after each write. Multi-byte fields are
/// little-endian. One thread: the card's loop.
final class ConfigSpace {
    private final byte[] value;
    private final byte[] reset;
    private final byte[] writable; // RW bits
    private final byte[] clearable; // bits that writing 1 clears (W1C)

    /// @param sizeBytes 256 (conventional) or 4096 (PCI Express)
    ConfigSpace(int sizeBytes) {
        value = new byte[sizeBytes];
        reset = new byte[sizeBytes];
        writable = new byte[sizeBytes];
        clearable = new byte[sizeBytes];
    }

    int sizeBytes() {
        return value.length;
    }

    /// Declares a field while the space is being laid out.
    ///
    /// @param bytes        1, 2 or 4
    /// @param resetValue   value after reset
    /// @param writableBits bits that read back what was written
    /// @param clearBits    bits that writing 1 clears
    void define(int offset, int bytes, int resetValue, int writableBits, int clearBits) {
        for (int i = 0; i < bytes; i++) {
            reset[offset + i] = (byte) (resetValue >>> (8 * i));
            writable[offset + i] = (byte) (writableBits >>> (8 * i));
            clearable[offset + i] = (byte) (clearBits >>> (8 * i));
            value[offset + i] = reset[offset + i];
        }
    }

    /// Declares a field that software cannot change.
    void constant(int offset, int bytes, int fixedValue) {
        define(offset, bytes, fixedValue, 0, 0);
    }

    void resetAll() {
        System.arraycopy(reset, 0, value, 0, value.length);
    }

    /// Reads `bytes` (1, 2, 4 or 8) from `offset`; bytes beyond the end read 0.
    long read(int offset, int bytes) {
        long result = 0;
        for (int i = bytes - 1; i >= 0; i--)
            result = result << 8 | (offset + i < value.length ? value[offset + i] & 0xFF : 0);
        return result;
    }

    /// A write by software: changes writable bits, clears W1C bits, leaves the rest.
    void write(int offset, int bytes, long written) {
        for (int i = 0; i < bytes && offset + i < value.length; i++) {
            int at = offset + i;
            int b = (int) (written >>> (8 * i)) & 0xFF;
            int kept = value[at] & ~writable[at] & ~(b & clearable[at]);
            value[at] = (byte) (kept | (b & writable[at]));
        }
    }

    int get16(int offset) {
        return (int) read(offset, 2);
    }

    int get32(int offset) {
        return (int) read(offset, 4);
    }

    /// Sets or clears bits of a 16-bit field from the device's side.
    void assign16(int offset, int bits, boolean on) {
        int now = get16(offset);
        int next = on ? now | bits : now & ~bits;
        value[offset] = (byte) next;
        value[offset + 1] = (byte) (next >>> 8);
    }
}
