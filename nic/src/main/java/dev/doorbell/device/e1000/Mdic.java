package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.ICR_MDAC;
import static dev.doorbell.register.E1000Bits.MDIC_ERROR;
import static dev.doorbell.register.E1000Bits.MDIC_INT_EN;
import static dev.doorbell.register.E1000Bits.MDIC_OP_MASK;
import static dev.doorbell.register.E1000Bits.MDIC_OP_READ;
import static dev.doorbell.register.E1000Bits.MDIC_OP_WRITE;
import static dev.doorbell.register.E1000Bits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.E1000Bits.MDIC_READY;
import static dev.doorbell.register.E1000Bits.MDIC_REGADD_SHIFT;
import static dev.doorbell.register.E1000Register.MDIC;

import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.register.RegisterFile;

/// The management frame engine, MDIC. A frame is done by the time the write returns: a driver's first poll finds
/// READY, where silicon takes some 64 us. An address that no PHY has answers ERROR and all ones, as an undriven wire
/// reads. // 317453, 13.4.7
final class Mdic {
    private static final int DATA_MASK = 0xFFFF;
    /// What a write leaves in the register: data, both addresses, operation, INT_EN.
    private static final int WRITTEN = 0x2FFF_FFFF;

    private final RegisterFile registers;
    private final Phy phy;
    private final InterruptCauses causes;

    Mdic(RegisterFile registers, Phy phy, InterruptCauses causes) {
        this.registers = registers;
        this.phy = phy;
        this.causes = causes;
        registers.onWrite(MDIC, (offset, written) -> run(written));
    }

    private void run(int written) {
        int address = (written >>> MDIC_PHYADD_SHIFT) & 0x1F;
        int number = (written >>> MDIC_REGADD_SHIFT) & 0x1F;
        int operation = written & MDIC_OP_MASK;
        int result = (written & WRITTEN) | MDIC_READY;
        if (operation == MDIC_OP_READ) {
            int data = phy.answers(address) ? phy.read(number) : DATA_MASK;
            result = (result & ~DATA_MASK) | data;
        } else if (operation == MDIC_OP_WRITE) {
            if (phy.answers(address)) phy.write(number, written & DATA_MASK);
        } else {
            result |= MDIC_ERROR;
        }
        if (!phy.answers(address)) result |= MDIC_ERROR;
        registers.set(MDIC, result);
        if ((written & MDIC_INT_EN) != 0) causes.raise(ICR_MDAC);
    }
}
