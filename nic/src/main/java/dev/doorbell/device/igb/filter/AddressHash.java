package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.RCTL_MO_SHIFT;
import static dev.doorbell.register.IgbRegister.MTA;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.UTA;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The inexact address tables, 4096 bits each: MTA for groups, UTA for stations.
final class AddressHash {
    /// Right shifts of the address's last two bytes, per multicast offset.
    private static final int[] SHIFT = {4, 3, 2, 0};

    private final RegisterFile registers;

    AddressHash(RegisterFile registers) {
        this.registers = registers;
        registers.onWrite(UTA, registers::store); // cannot be read, but is kept
    }

    boolean hitsGroups(long address) {
        return hits(MTA, address);
    }

    boolean hitsStations(long address) {
        return hits(UTA, address);
    }

    private boolean hits(IgbRegister table, long address) {
        int lastBytes = (int) (address >>> 32);
        int index = lastBytes >>> SHIFT[registers.get(RCTL) >>> RCTL_MO_SHIFT & 3] & 0xFFF;
        return (registers.get(table, index >>> 5) >>> (index & 31) & 1) != 0;
    }
}
