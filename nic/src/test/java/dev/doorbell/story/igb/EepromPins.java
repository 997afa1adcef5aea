package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.EECD_CS;
import static dev.doorbell.register.IgbBits.EECD_DI;
import static dev.doorbell.register.IgbBits.EECD_DO;
import static dev.doorbell.register.IgbBits.EECD_GNT;
import static dev.doorbell.register.IgbBits.EECD_REQ;
import static dev.doorbell.register.IgbBits.EECD_SK;
import static dev.doorbell.register.IgbRegister.EECD;

/// The SPI EEPROM as drivers reach it: pin by pin through EECD. Each pin change is a register write
/// of its own; chip select is low while selected.
final class EepromPins {
    static final int READ = 0x03;
    static final int WRITE = 0x02;
    static final int WRITE_ENABLE = 0x06;
    static final int WRITE_DISABLE = 0x04;
    static final int READ_STATUS = 0x05;

    private final IgbBench bench;
    private final int addressBits;
    private int pins;

    EepromPins(IgbBench bench, int addressBits) {
        this.bench = bench;
        this.addressBits = addressBits;
    }

    /// Asks for the bus and selects the part.
    void acquire() {
        pins = bench.read(EECD) | EECD_REQ;
        bench.write(EECD, pins);
        if ((bench.read(EECD) & EECD_GNT) == 0) throw new AssertionError("the bus was not granted");
        set(EECD_CS);
        clear(EECD_CS | EECD_SK);
    }

    /// Ends a command and selects the part for the next.
    void standby() {
        set(EECD_CS);
        clear(EECD_CS);
    }

    void release() {
        set(EECD_CS);
        clear(EECD_SK);
        clear(EECD_REQ);
    }

    void shiftOut(int value, int bits) {
        for (int bit = bits - 1; bit >= 0; bit--) {
            if ((value >>> bit & 1) != 0) set(EECD_DI);
            else clear(EECD_DI);
            set(EECD_SK);
            clear(EECD_SK);
        }
        clear(EECD_DI);
    }

    int shiftIn(int bits) {
        int value = 0;
        for (int bit = 0; bit < bits; bit++) {
            set(EECD_SK);
            value = value << 1 | ((bench.read(EECD) & EECD_DO) != 0 ? 1 : 0);
            clear(EECD_SK);
        }
        return value;
    }

    int status() {
        shiftOut(READ_STATUS, 8);
        int status = shiftIn(8);
        standby();
        return status;
    }

    /// `count` words from word `address` on, in one command.
    int[] read(int address, int count) {
        operate(READ, address);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) words[i] = Short.toUnsignedInt(Short.reverseBytes((short) shiftIn(16)));
        standby();
        return words;
    }

    void command(int operation) {
        shiftOut(operation, 8);
        standby();
    }

    /// Words in one page, in one command; a write enable must come before.
    void write(int address, int... words) {
        operate(WRITE, address);
        for (int word : words) shiftOut(Short.toUnsignedInt(Short.reverseBytes((short) word)), 16);
        standby();
    }

    private void operate(int operation, int address) {
        boolean upper = addressBits == 8 && address >= 128;
        shiftOut(upper ? operation | 8 : operation, 8);
        shiftOut(address * 2, addressBits);
    }

    private void set(int bits) {
        pins |= bits;
        bench.write(EECD, pins);
    }

    private void clear(int bits) {
        pins &= ~bits;
        bench.write(EECD, pins);
    }
}
