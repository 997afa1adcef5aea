package dev.doorbell.device;

import dev.doorbell.register.Register;
import dev.doorbell.register.RegisterFile;

/// The arithmetic of the statistics registers, the same in every chip of the family: 32-bit counts and 64-bit pairs
/// that stick at all ones, and classes of frame sizes. One thread, the card's. // 317453, 13.7
public final class CountRegisters {
    private final RegisterFile registers;

    public CountRegisters(RegisterFile registers) {
        this.registers = registers;
    }

    /// One more of what a 32-bit count counts.
    public void count(Register counter) {
        int was = registers.get(counter);
        if (was != -1) registers.set(counter, was + 1);
    }

    /// So many more of what a 32-bit count counts.
    ///
    /// @param more 0 or more
    public void count(Register counter, long more) {
        long sum = Integer.toUnsignedLong(registers.get(counter)) + more;
        registers.set(counter, sum > 0xFFFF_FFFFL ? -1 : (int) sum); // sticks
    }

    /// Adds to a pair that counts bytes.
    ///
    /// @param bytes 0 or more
    public void add(Register low, Register high, long bytes) {
        long was = ((long) registers.get(high) << 32) | Integer.toUnsignedLong(registers.get(low));
        long sum = was + bytes;
        if (Long.compareUnsigned(sum, was) < 0) sum = -1; // sticks
        registers.set(low, (int) sum);
        registers.set(high, (int) (sum >>> 32));
    }

    /// A guest's read of the high half clears both.
    public void clearPairWithHigh(Register low, Register high) {
        registers.onRead(high, (offset, stored) -> {
            registers.set(low, 0);
            registers.set(high, 0);
            return stored;
        });
    }

    /// The class of a frame's size: 0 for up to 64 bytes with the FCS, then 127, 255, 511, 1023, and 5 for longer ones.
    public static int sizeClass(int lengthWithFcsBytes) {
        if (lengthWithFcsBytes <= 64) return 0;
        if (lengthWithFcsBytes <= 127) return 1;
        if (lengthWithFcsBytes <= 255) return 2;
        if (lengthWithFcsBytes <= 511) return 3;
        return lengthWithFcsBytes <= 1023 ? 4 : 5;
    }
}
