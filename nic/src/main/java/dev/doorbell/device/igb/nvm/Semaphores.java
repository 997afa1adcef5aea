package dev.doorbell.device.igb.nvm;

import static dev.doorbell.register.IgbBits.SWSM_SMBI;
import static dev.doorbell.register.IgbRegister.SWSM;

import dev.doorbell.register.RegisterFile;

/// The semaphores by which drivers and firmware share PHY and EEPROM: SWSM, SWSM2 and SW_FW_SYNC.
/// There is no firmware here, so nobody competes with the guest.
final class Semaphores {
    private final RegisterFile registers;

    Semaphores(RegisterFile registers) {
        this.registers = registers;
        // SMBI: who reads 0 has it; the read takes it.
        registers.onRead(SWSM, (offset, stored) -> {
            registers.set(SWSM, stored | SWSM_SMBI);
            return stored;
        });
    }

    void release() {
        registers.reset(SWSM);
    }
}
