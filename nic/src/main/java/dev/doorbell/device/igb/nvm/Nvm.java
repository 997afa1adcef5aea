package dev.doorbell.device.igb.nvm;

import static dev.doorbell.register.IgbBits.EECD_ADDR_BITS;
import static dev.doorbell.register.IgbBits.EECD_AUTO_RD;
import static dev.doorbell.register.IgbBits.EECD_CS;
import static dev.doorbell.register.IgbBits.EECD_DI;
import static dev.doorbell.register.IgbBits.EECD_DO;
import static dev.doorbell.register.IgbBits.EECD_GNT;
import static dev.doorbell.register.IgbBits.EECD_REQ;
import static dev.doorbell.register.IgbBits.EECD_SK;
import static dev.doorbell.register.IgbBits.EEMNGCTL_CFG_DONE0;
import static dev.doorbell.register.IgbBits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.IgbBits.EERD_DATA_SHIFT;
import static dev.doorbell.register.IgbBits.EERD_DONE;
import static dev.doorbell.register.IgbBits.EERD_START;
import static dev.doorbell.register.IgbBits.RAH_AV;
import static dev.doorbell.register.IgbRegister.EECD;
import static dev.doorbell.register.IgbRegister.EEMNGCTL;
import static dev.doorbell.register.IgbRegister.EERD;
import static dev.doorbell.register.IgbRegister.RAH;
import static dev.doorbell.register.IgbRegister.RAL;

import dev.doorbell.register.RegisterFile;

/// The EEPROM, its two ways in (EERD, and the pins in EECD) and the semaphores SWSM, SWSM2 and
/// SW_FW_SYNC: the front of this package.
public final class Nvm {
    private final RegisterFile registers;
    private final Eeprom words;
    private final SpiPort serial;
    private final Semaphores semaphores;

    public Nvm(RegisterFile registers, long macAddress) {
        this.registers = registers;
        words = new Eeprom(macAddress);
        serial = new SpiPort(words);
        semaphores = new Semaphores(registers);
        registers.onWrite(EECD, (offset, written) -> pins(written));
        registers.onRead(EECD, (offset, stored) -> stored | (serial.dataOut() ? EECD_DO : 0));
        registers.onWrite(EERD, (offset, written) -> readWord(written));
    }

    /// The chip reads its EEPROM: RAL0 and RAH0 get the station address, EECD.AUTO_RD and EEMNGCTL
    /// show it done. After power-on, CTRL.RST and CTRL_EXT.EE_RST.
    public void load() {
        registers.set(RAL, words.macLow());
        registers.set(RAH, words.macHigh() | RAH_AV);
        registers.set(EECD, registers.get(EECD) | EECD_AUTO_RD);
        registers.set(EEMNGCTL, registers.get(EEMNGCTL) | EEMNGCTL_CFG_DONE0);
    }

    /// The part lost its power; its words stay.
    public void powerOn() {
        serial.powerOn();
    }

    /// CTRL.RST: the chip lets go of the pins; semaphores are released.
    public void release() {
        serial.drive(false, false, false, false);
        semaphores.release();
    }

    /// The pins move only while REQ holds the bus; the grant follows at once. The part's address
    /// width is what ADDR_BITS says, as drivers go by it.
    private void pins(int written) {
        registers.store(EECD, written);
        int stored = registers.get(EECD);
        boolean granted = (stored & EECD_REQ) != 0;
        registers.set(EECD, granted ? stored | EECD_GNT : stored & ~EECD_GNT);
        serial.drive(
                granted && (stored & EECD_CS) == 0,
                (stored & EECD_SK) != 0,
                (stored & EECD_DI) != 0,
                (stored & EECD_ADDR_BITS) != 0);
    }

    /// A word is read by the time the write returns.
    private void readWord(int written) {
        int address = (written >>> EERD_ADDR_SHIFT) & 0x3FFF;
        int result = address << EERD_ADDR_SHIFT;
        if ((written & EERD_START) != 0) result |= (words.read(address) << EERD_DATA_SHIFT) | EERD_DONE;
        registers.set(EERD, result);
    }
}
