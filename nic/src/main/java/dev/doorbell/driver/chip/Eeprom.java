package dev.doorbell.driver.chip;

import static dev.doorbell.register.E1000Bits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DATA_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DONE;
import static dev.doorbell.register.E1000Bits.EERD_START;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.Register;

/// The EEPROM through its read engine. Start bit and data are where they were in every chip, address
/// and done bit have moved.
public final class Eeprom {
    public static final int WORDS = 64;
    private static final int CHECKSUM = 0xBABA; // 317453 5.6.35: what all words sum up to
    private static final int POLL_LIMIT = 100;
    private static final long WORD_NS = 50_000;

    private final Registers registers;
    private final Register eerd;
    private final int addressShift;
    private final int done;
    private final Delay delay;

    private Eeprom(Registers registers, Register eerd, int addressShift, int done, Delay delay) {
        this.registers = registers;
        this.eerd = eerd;
        this.addressShift = addressShift;
        this.done = done;
        this.delay = delay;
    }

    /// 317453 13.4.4
    public static Eeprom of8254x(Registers registers, Delay delay) {
        return new Eeprom(registers, E1000Register.EERD, EERD_ADDR_SHIFT, EERD_DONE, delay);
    }

    public static Eeprom of82576(Registers registers, Delay delay) {
        return new Eeprom(registers, IgbRegister.EERD, IgbBits.EERD_ADDR_SHIFT, IgbBits.EERD_DONE, delay);
    }

    public int readWord(int address) {
        registers.write(eerd, address << addressShift | EERD_START);
        for (int i = 0; i < POLL_LIMIT; i++) {
            int answer = registers.read(eerd);
            if ((answer & done) != 0) return answer >>> EERD_DATA_SHIFT;
            delay.pass(WORD_NS);
        }
        throw new DriverException("EERD did not become done");
    }

    /// Whether the words add up.
    public boolean checksumHolds() {
        int sum = 0;
        for (int address = 0; address < WORDS; address++) sum += readWord(address);
        return (sum & 0xFFFF) == CHECKSUM;
    }

    /// The station address, 317453 5.6.1: words 0 to 2, low byte first on the wire.
    ///
    /// @return as [dev.doorbell.frame.EthernetAddress] has it
    public long macAddress() {
        return readWord(0) | (long) readWord(1) << 16 | (long) readWord(2) << 32;
    }
}
