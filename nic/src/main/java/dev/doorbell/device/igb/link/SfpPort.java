package dev.doorbell.device.igb.link;

import static dev.doorbell.register.IgbRegister.I2CCMD;

import dev.doorbell.register.RegisterFile;

/// I2CCMD, the way to an SFP module or an SGMII PHY. None is plugged: every access is done at once,
/// with ERROR, and a read gives the all ones of an undriven wire.
final class SfpPort {
    private static final int READ = 1 << 27;
    private static final int READY = 1 << 29;
    private static final int ERROR = 1 << 31;
    private static final int DATA_MASK = 0xFFFF;
    /// What a write leaves: both addresses, operation, reset, interrupt enable.
    private static final int WRITTEN = 0x5FFF_FFFF;

    SfpPort(RegisterFile registers) {
        registers.onWrite(I2CCMD, (offset, written) -> {
            int data = (written & READ) != 0 ? DATA_MASK : 0;
            registers.set(I2CCMD, (written & WRITTEN) | data | READY | ERROR);
        });
    }
}
