package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.EECD_CS;
import static dev.doorbell.register.E1000Bits.EECD_DI;
import static dev.doorbell.register.E1000Bits.EECD_DO;
import static dev.doorbell.register.E1000Bits.EECD_GNT;
import static dev.doorbell.register.E1000Bits.EECD_REQ;
import static dev.doorbell.register.E1000Bits.EECD_SK;
import static dev.doorbell.register.E1000Register.EECD;

/// The Microwire EEPROM as drivers reach it: pin by pin through EECD. Each pin change is a register write of its own.
final class EepromPins {
    static final int READ = 0b110;
    static final int WRITE = 0b101;
    static final int ERASE = 0b111;
    static final int WRITE_ENABLE = 0b10011;
    static final int WRITE_DISABLE = 0b10000;
    static final int WRITE_ALL = 0b10001;
    static final int ERASE_ALL = 0b10010;

    private final Bench bench;
    private int pins;

    EepromPins(Bench bench) {
        this.bench = bench;
    }

    /// Asks for the bus and selects the part.
    void acquire() {
        pins = bench.read(EECD) | EECD_REQ;
        bench.write(EECD, pins);
        if ((bench.read(EECD) & EECD_GNT) == 0) throw new AssertionError("the bus was not granted");
        pins &= ~(EECD_DI | EECD_SK);
        bench.write(EECD, pins);
        set(EECD_CS);
    }

    /// Ends a command: chip select low, a clock meanwhile, chip select high.
    void standby() {
        clear(EECD_CS | EECD_SK);
        set(EECD_SK);
        set(EECD_CS);
        clear(EECD_SK);
    }

    void release() {
        clear(EECD_CS | EECD_DI);
        set(EECD_SK);
        clear(EECD_SK);
        clear(EECD_REQ);
    }

    /// Most significant bit first.
    void shiftOut(int value, int bits) {
        for (int bit = bits - 1; bit >= 0; bit--) {
            if ((value >>> bit & 1) != 0) set(EECD_DI);
            else clear(EECD_DI);
            set(EECD_SK);
            clear(EECD_SK);
        }
        clear(EECD_DI);
    }

    int shiftIn() {
        int value = 0;
        for (int bit = 0; bit < 16; bit++) {
            set(EECD_SK);
            value = value << 1 | (dataOut() ? 1 : 0);
            clear(EECD_SK);
        }
        return value;
    }

    boolean dataOut() {
        return (bench.read(EECD) & EECD_DO) != 0;
    }

    int read(int address) {
        shiftOut(READ, 3);
        shiftOut(address, 6);
        int value = shiftIn();
        standby();
        return value;
    }

    /// A command without data: ERASE with its address.
    void erase(int address) {
        shiftOut(ERASE, 3);
        shiftOut(address, 6);
        standby();
    }

    void write(int address, int value) {
        shiftOut(WRITE, 3);
        shiftOut(address, 6);
        shiftOut(value, 16);
        standby();
    }

    /// One of the four commands that the upper address bits name.
    void extended(int opcode) {
        shiftOut(opcode, 5);
        shiftOut(0, 4);
        if (opcode == WRITE_ALL) shiftOut(0x1234, 16);
        standby();
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
