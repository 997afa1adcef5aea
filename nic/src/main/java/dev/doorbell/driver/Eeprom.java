package dev.doorbell.driver;

import static dev.doorbell.register.E1000Bits.EERD_ADDR_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DATA_SHIFT;
import static dev.doorbell.register.E1000Bits.EERD_DONE;
import static dev.doorbell.register.E1000Bits.EERD_START;
import static dev.doorbell.register.E1000Register.EERD;

/// The EEPROM through its read engine. 13.4.4
final class Eeprom {
    static final int WORDS = 64;
    private static final int CHECKSUM = 0xBABA; // 5.6.35: what all words sum up to
    private static final int POLL_LIMIT = 100;
    private static final long WORD_NS = 50_000;

    private final Registers registers;
    private final Delay delay;

    Eeprom(Registers registers, Delay delay) {
        this.registers = registers;
        this.delay = delay;
    }

    int readWord(int address) {
        registers.write(EERD, address << EERD_ADDR_SHIFT | EERD_START);
        for (int i = 0; i < POLL_LIMIT; i++) {
            int eerd = registers.read(EERD);
            if ((eerd & EERD_DONE) != 0) return eerd >>> EERD_DATA_SHIFT;
            delay.pass(WORD_NS);
        }
        throw new DriverException("EERD did not become done");
    }

    /// Whether the words add up.
    boolean checksumHolds() {
        int sum = 0;
        for (int address = 0; address < WORDS; address++) sum += readWord(address);
        return (sum & 0xFFFF) == CHECKSUM;
    }

    /// The station address, 5.6.1: words 0 to 2, low byte first on the wire.
    ///
    /// @return as [dev.doorbell.frame.EthernetAddress] has it
    long macAddress() {
        return readWord(0) | (long) readWord(1) << 16 | (long) readWord(2) << 32;
    }
}
