package dev.doorbell.driver.chip;

import dev.doorbell.pci.PciFunction;

/// Addresses for BARs that have none, as a machine's firmware gives them.
///
/// Behind Linux VFIO the firmware has been there. A vfio-user server has had none, and some servers decode
/// no window before it has an address (QEMU's own); others do not care. Nobody else is on the function's
/// bus, so any addresses do that do not meet those of the driver's memory. // PCI 3.0 section 6.2.5.1
final class BarAddresses {
    private static final int BAR0 = 0x10; // in configuration space
    private static final int IS_IO = 1;
    private static final int MEMORY_FLAGS = 0xF;
    private static final int IO_FLAGS = 3;
    private static final int TYPE_MASK = 6;
    private static final int TYPE_64 = 4;

    private static final long MEMORY_BASE = 0xE000_0000L; // up to where interrupts are addressed
    private static final long MEMORY_END = 0xFEC0_0000L;
    private static final long IO_BASE = 0xC000;
    private static final long IO_END = 0x1_0000;

    private BarAddresses() {}

    /// Gives an address to every BAR that has a size and none. Memory decoding must be off.
    static void assign(PciFunction function) {
        long memory = MEMORY_BASE;
        long io = IO_BASE;
        for (int bar = PciFunction.REGION_BAR0; bar <= PciFunction.REGION_BAR5; bar++) {
            long sizeBytes = function.regionSizeBytes(bar);
            if (sizeBytes <= 0 || Long.bitCount(sizeBytes) != 1) continue;
            long value = function.read(PciFunction.REGION_CONFIG, at(bar), 4);
            boolean isIo = (value & IS_IO) != 0;
            boolean is64 = !isIo && (value & TYPE_MASK) == TYPE_64 && bar < PciFunction.REGION_BAR5;
            long address = value & ~(isIo ? IO_FLAGS : MEMORY_FLAGS);
            if (is64) address |= function.read(PciFunction.REGION_CONFIG, at(bar + 1), 4) << 32;
            if (address == 0) {
                long next = isIo ? aligned(io, sizeBytes) : aligned(memory, sizeBytes);
                if (next + sizeBytes > (isIo ? IO_END : MEMORY_END)) continue; // a window nobody drives here
                function.write(PciFunction.REGION_CONFIG, at(bar), 4, next);
                if (is64) function.write(PciFunction.REGION_CONFIG, at(bar + 1), 4, 0);
                if (isIo) io = next + sizeBytes;
                else memory = next + sizeBytes;
            }
            if (is64) bar++; // its upper half
        }
    }

    private static long aligned(long at, long sizeBytes) {
        return (at + sizeBytes - 1) & -sizeBytes;
    }

    private static long at(int bar) {
        return BAR0 + 4L * bar;
    }
}
