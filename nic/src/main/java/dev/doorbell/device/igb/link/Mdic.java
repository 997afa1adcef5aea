package dev.doorbell.device.igb.link;

import static dev.doorbell.register.IgbBits.ICR_MDAC;
import static dev.doorbell.register.IgbBits.MDIC_DEST;
import static dev.doorbell.register.IgbBits.MDIC_ERROR;
import static dev.doorbell.register.IgbBits.MDIC_INT_EN;
import static dev.doorbell.register.IgbBits.MDIC_OP_MASK;
import static dev.doorbell.register.IgbBits.MDIC_OP_READ;
import static dev.doorbell.register.IgbBits.MDIC_OP_WRITE;
import static dev.doorbell.register.IgbBits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.IgbBits.MDIC_READY;
import static dev.doorbell.register.IgbBits.MDIC_REGADD_SHIFT;
import static dev.doorbell.register.IgbRegister.MDIC;

import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.register.RegisterFile;

/// The management frame engine, MDIC. A frame is done by the time the write returns: a driver's
/// first poll finds READY, where silicon takes some 64 us. An address that no PHY has, and the
/// external pins, answer ERROR and all ones, as an undriven wire reads.
final class Mdic {
    private static final int DATA_MASK = 0xFFFF;
    /// What a write leaves in the register: data, both addresses, operation, INT_EN, DEST.
    private static final int WRITTEN = 0xAFFF_FFFF;

    private final RegisterFile registers;
    private final Phy phy;
    private final Interrupts interrupts;

    Mdic(RegisterFile registers, Phy phy, Interrupts interrupts) {
        this.registers = registers;
        this.phy = phy;
        this.interrupts = interrupts;
        registers.onWrite(MDIC, (offset, written) -> run(written));
    }

    private void run(int written) {
        int number = (written >>> MDIC_REGADD_SHIFT) & 0x1F;
        int operation = written & MDIC_OP_MASK;
        boolean answers = (written & MDIC_DEST) == 0 && phy.answers((written >>> MDIC_PHYADD_SHIFT) & 0x1F);
        int result = (written & WRITTEN) | MDIC_READY;
        if (operation == MDIC_OP_READ) result = (result & ~DATA_MASK) | (answers ? phy.read(number) : DATA_MASK);
        else if (operation == MDIC_OP_WRITE && answers) phy.write(number, written & DATA_MASK);
        boolean known = operation == MDIC_OP_READ || operation == MDIC_OP_WRITE;
        if (!answers || !known) result |= MDIC_ERROR;
        registers.set(MDIC, result);
        // The shared header keeps the cause for this chip, and ICS can set it. Inferred.
        if ((written & MDIC_INT_EN) != 0) interrupts.raise(ICR_MDAC);
    }
}
