package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.chip.Registers;

/// The step that every set-up begins with: both units stop, their transactions end, the MAC is reset.
final class IgbReset {
    private static final long MASTER_POLL_NS = 100_000;
    private static final int MASTER_POLL_LIMIT = 800; // as Intel's drivers: 80 ms for pending transactions
    private static final long SETTLE_NS = 10_000_000;
    private static final long RESET_NS = 1_000_000;
    private static final int RESET_POLL_LIMIT = 20;

    private final Registers registers;
    private final Delay delay;

    IgbReset(Registers registers, Delay delay) {
        this.registers = registers;
        this.delay = delay;
    }

    /// @throws DriverException when the card stays in reset
    void run() {
        disableMaster();
        registers.write(RCTL, 0);
        registers.write(TCTL, TCTL_PSP);
        delay.pass(SETTLE_NS);
        registers.setBits(CTRL, CTRL_RST);
        awaitEnd();
    }

    /// No new transactions, and the pending ones end; a card that does not say so is reset all the
    /// same.
    private void disableMaster() {
        registers.setBits(CTRL, CTRL_GIO_MASTER_DISABLE);
        for (int i = 0; i < MASTER_POLL_LIMIT; i++) {
            if ((registers.read(STATUS) & STATUS_GIO_MASTER_ENABLE) == 0) return;
            delay.pass(MASTER_POLL_NS);
        }
    }

    /// Over when the EEPROM is read again; a card that has none, or does not say so, has at least
    /// cleared RST.
    private void awaitEnd() {
        for (int i = 0; i < RESET_POLL_LIMIT; i++) {
            delay.pass(RESET_NS);
            if ((registers.read(EECD) & EECD_AUTO_RD) != 0) break;
        }
        if ((registers.read(CTRL) & CTRL_RST) != 0) throw new DriverException("the reset does not end");
    }
}
