package dev.doorbell.vfiouser;

import dev.doorbell.pci.PciFunction;

/// Where the function's own memory BARs lie in the guest's address space, from its configuration space.
///
/// QEMU announces the mapped pages of a BAR as DMA memory without a descriptor, like RAM without one. A
/// card must not reach its own registers that way: the access would come back to it as a message.
final class BarWindows {
    private static final int COMMAND = 0x04;
    private static final int COMMAND_MEMORY = 2;
    private static final int BAR0 = 0x10;
    private static final int BAR_COUNT = 6;
    private static final int BAR_IO = 1;
    private static final int BAR_TYPE_MASK = 6;
    private static final int BAR_TYPE_64 = 4;
    private static final long BAR_ADDRESS_MASK = ~0xFL;

    private final PciFunction function;
    private final long[] first = new long[BAR_COUNT];
    private final long[] last = new long[BAR_COUNT];
    private int count;
    private boolean stale = true;

    BarWindows(PciFunction function) {
        this.function = function;
    }

    /// Called after every write to configuration space and every reset.
    void changed() {
        stale = true;
    }

    /// Whether any byte of the range lies in a BAR that is decoded now.
    boolean overlap(long iova, int lengthBytes) {
        if (stale) refresh();
        long end = iova + lengthBytes - 1;
        for (int i = 0; i < count; i++)
            if (Long.compareUnsigned(iova, last[i]) <= 0 && Long.compareUnsigned(end, first[i]) >= 0) return true;
        return false;
    }

    private void refresh() {
        stale = false;
        count = 0;
        if ((config(COMMAND) & COMMAND_MEMORY) == 0) return;
        for (int bar = 0; bar < BAR_COUNT; bar++) {
            long sizeBytes = function.regionSizeBytes(PciFunction.REGION_BAR0 + bar);
            if (sizeBytes <= 0) continue;
            long low = config(BAR0 + 4 * bar);
            if ((low & BAR_IO) != 0) continue;
            long address = low & BAR_ADDRESS_MASK;
            if ((low & BAR_TYPE_MASK) == BAR_TYPE_64 && bar + 1 < BAR_COUNT)
                address |= config(BAR0 + 4 * (bar + 1)) << 32;
            first[count] = address;
            last[count] = address + sizeBytes - 1;
            count++;
        }
    }

    private long config(int offset) {
        return function.read(PciFunction.REGION_CONFIG, offset, 4);
    }
}
