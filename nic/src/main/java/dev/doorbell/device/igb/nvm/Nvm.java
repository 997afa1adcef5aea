package dev.doorbell.device.igb.nvm;

import dev.doorbell.register.RegisterFile;

/// The EEPROM, its two ways in (EERD, and the pins in EECD) and the semaphores SWSM, SWSM2 and SW_FW_SYNC: the front of
/// this package.
public final class Nvm {
    public Nvm(RegisterFile registers, long macAddress) {}

    /// The chip reads its EEPROM: RAL0 and RAH0 get the station address, EECD.AUTO_RD shows. After power-on, CTRL.RST
    /// and CTRL_EXT.EE_RST.
    public void load() {}

    /// CTRL.RST: pins and semaphores are released.
    public void release() {}
}
