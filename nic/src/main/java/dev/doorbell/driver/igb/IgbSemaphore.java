package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.SWSM_SMBI;
import static dev.doorbell.register.IgbBits.SWSM_SWESMBI;
import static dev.doorbell.register.IgbRegister.SWSM;
import static dev.doorbell.register.IgbRegister.SW_FW_SYNC;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.chip.Registers;

/// Who may use what the driver shares with firmware and with the other port: a lock, and under it a bit
/// per thing.
final class IgbSemaphore {
    static final int EEPROM = 1;
    static final int PHY = 1 << 1; // of port 0

    private static final int FIRMWARE_SHIFT = 16;
    private static final int TRY_LIMIT = 100;
    private static final long TRY_NS = 50_000;

    private final Registers registers;
    private final Delay delay;

    IgbSemaphore(Registers registers, Delay delay) {
        this.registers = registers;
        this.delay = delay;
    }

    /// Takes `thing`, once firmware has let go of it.
    ///
    /// @throws DriverException when that does not happen
    void acquire(int thing) {
        for (int i = 0; i < TRY_LIMIT; i++) {
            lock();
            int owned = registers.read(SW_FW_SYNC);
            boolean free = (owned & (thing | thing << FIRMWARE_SHIFT)) == 0;
            if (free) registers.write(SW_FW_SYNC, owned | thing);
            unlock();
            if (free) return;
            delay.pass(TRY_NS);
        }
        throw new DriverException("firmware does not let go of the EEPROM or the PHY");
    }

    void release(int thing) {
        lock();
        registers.clearBits(SW_FW_SYNC, thing);
        unlock();
    }

    /// Among drivers by SMBI, which a read sets; against firmware by SWESMBI, which sticks for one side
    /// only.
    private void lock() {
        for (int i = 0; i < TRY_LIMIT; i++) {
            if ((registers.read(SWSM) & SWSM_SMBI) == 0) {
                registers.setBits(SWSM, SWSM_SWESMBI);
                if ((registers.read(SWSM) & SWSM_SWESMBI) != 0) return;
                unlock();
            }
            delay.pass(TRY_NS);
        }
        throw new DriverException("SWSM stays locked");
    }

    private void unlock() {
        registers.clearBits(SWSM, SWSM_SMBI | SWSM_SWESMBI);
    }
}
