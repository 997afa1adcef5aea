package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.EECD_CS;
import static dev.doorbell.register.E1000Bits.EECD_DI;
import static dev.doorbell.register.E1000Bits.EECD_DO;
import static dev.doorbell.register.E1000Bits.EECD_GNT;
import static dev.doorbell.register.E1000Bits.EECD_REQ;
import static dev.doorbell.register.E1000Bits.EECD_SK;
import static dev.doorbell.register.E1000Bits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DATA_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DONE;
import static dev.doorbell.register.E1000Bits.EERD_START;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Register.EECD;
import static dev.doorbell.register.E1000Register.EERD;
import static dev.doorbell.register.E1000Register.RAH;
import static dev.doorbell.register.E1000Register.RAL;

import dev.doorbell.register.RegisterFile;

/// How software and the chip itself reach the EEPROM: pin by pin through EECD, word by word through EERD, and the load
/// of the station address after a reset. // 317453, chapter 5, 13.4.3 and 13.4.4
///
/// The pins move only while EECD.REQ holds the bus; the grant follows at once. A word of EERD is read by the time the
/// write returns.
final class EepromPort {
    private final RegisterFile registers;
    private final Eeprom words;
    private final Microwire serial;

    EepromPort(RegisterFile registers, Eeprom words) {
        this.registers = registers;
        this.words = words;
        serial = new Microwire(words);
        registers.onWrite(EECD, (offset, written) -> pins(written));
        registers.onRead(EECD, (offset, stored) -> stored | (serial.dataOut() ? EECD_DO : 0));
        registers.onWrite(EERD, (offset, written) -> readWord(written));
    }

    /// The part loses its power.
    void powerOn() {
        serial.powerOn();
    }

    /// The chip lets go of the pins.
    void release() {
        serial.drive(false, false, false);
    }

    /// What the chip loads after every reset: the station address into receive address 0, valid.
    void load() {
        registers.set(RAL, words.macLow());
        registers.set(RAH, words.macHigh() | RAH_AV);
    }

    private void pins(int written) {
        registers.store(EECD, written);
        int stored = registers.get(EECD);
        boolean granted = (stored & EECD_REQ) != 0;
        registers.set(EECD, granted ? stored | EECD_GNT : stored & ~EECD_GNT);
        serial.drive(granted && (stored & EECD_CS) != 0, (stored & EECD_SK) != 0, (stored & EECD_DI) != 0);
    }

    private void readWord(int written) {
        int address = (written >>> EERD_ADDR_SHIFT) & 0xFF;
        int result = address << EERD_ADDR_SHIFT;
        if ((written & EERD_START) != 0) result |= (words.read(address) << EERD_DATA_SHIFT) | EERD_DONE;
        registers.set(EERD, result);
    }
}
