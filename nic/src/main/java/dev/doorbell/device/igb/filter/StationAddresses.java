package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.RAH_ASEL_SHIFT;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbBits.RAH_POOL_SHIFT;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAH2;
import static dev.doorbell.register.IgbRegister.RAL;
import static dev.doorbell.register.IgbRegister.RAL2;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The exact addresses: RAL and RAH with their pools, kept as lists of the valid ones.
final class StationAddresses {
    private static final int ENTRIES =
            IgbRegister.RAL.spec().count() + IgbRegister.RAL2.spec().count();
    private static final int ASEL_MASK = 3;
    private static final int ASEL_DESTINATION = 0;
    private static final int ASEL_SOURCE = 1;
    private static final int POOL_MASK = 0xFF;

    private final RegisterFile registers;
    private final long[] destination = new long[ENTRIES];
    private final int[] destinationPools = new int[ENTRIES];
    private final long[] source = new long[ENTRIES];
    private final int[] sourcePools = new int[ENTRIES];
    private int destinations;
    private int sources;
    private boolean stale = true;

    StationAddresses(RegisterFile registers) {
        this.registers = registers;
        for (IgbRegister register : new IgbRegister[] {RAL, RAH, RAL2, RAH2})
            registers.onWrite(register, (offset, written) -> {
                registers.store(offset, written);
                stale = true;
            });
    }

    void reset() {
        stale = true;
    }

    /// Whether an entry names the frame's destination or, by its ASEL, its source.
    boolean matches(long frameDestination, long frameSource) {
        if (stale) collect();
        for (int i = 0; i < destinations; i++) if (destination[i] == frameDestination) return true;
        for (int i = 0; i < sources; i++) if (source[i] == frameSource) return true;
        return false;
    }

    /// Whether an entry names `address` as a destination.
    boolean isStation(long address) {
        if (stale) collect();
        for (int i = 0; i < destinations; i++) if (destination[i] == address) return true;
        return false;
    }

    /// Pools of all entries that match.
    int pools(long frameDestination, long frameSource) {
        int pools = poolsOfStation(frameDestination);
        for (int i = 0; i < sources; i++) if (source[i] == frameSource) pools |= sourcePools[i];
        return pools;
    }

    /// Pools of all entries that name `address` as a destination.
    int poolsOfStation(long address) {
        if (stale) collect();
        int pools = 0;
        for (int i = 0; i < destinations; i++) if (destination[i] == address) pools |= destinationPools[i];
        return pools;
    }

    private void collect() {
        stale = false;
        destinations = 0;
        sources = 0;
        for (int i = 0; i < RAL.spec().count(); i++) add(registers.get(RAL, i), registers.get(RAH, i));
        for (int i = 0; i < RAL2.spec().count(); i++) add(registers.get(RAL2, i), registers.get(RAH2, i));
    }

    private void add(int low, int high) {
        if ((high & RAH_AV) == 0) return;
        long address = Integer.toUnsignedLong(low) | (high & 0xFFFFL) << 32;
        int pools = high >>> RAH_POOL_SHIFT & POOL_MASK;
        switch (high >>> RAH_ASEL_SHIFT & ASEL_MASK) {
            case ASEL_DESTINATION -> {
                destination[destinations] = address;
                destinationPools[destinations++] = pools;
            }
            case ASEL_SOURCE -> {
                source[sources] = address;
                sourcePools[sources++] = pools;
            }
            default -> {} // reserved
        }
    }
}
