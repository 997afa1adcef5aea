package dev.doorbell.device.e1000;

/// The serial side of the EEPROM, a 93C46 in 64 x 16 organisation: chip select, clock and data in, data out.
///
/// A command is a start bit, two bits of operation, six of address: read 10, write 01, erase 11, and 00 for the four
/// that the upper address bits name (write disable 00, write all 01, erase all 10, write enable 11). Bits count on the
/// rising clock. A write is done by the time its chip select falls, so that the next select finds data out high
/// (ready). Writing is off until enabled, and again after power-on.
final class Microwire {
    private static final int OPERATION_BITS = 2;
    private static final int ADDRESS_BITS = 6;
    private static final int WORD_BITS = 16;

    private static final int READ = 2;
    private static final int WRITE = 1;
    private static final int ERASE = 3;

    private enum State {
        START,
        COMMAND,
        DATA_IN,
        DATA_OUT,
        DONE
    }

    private final Eeprom words;
    private State state = State.START;
    private boolean selected;
    private boolean clock;
    private boolean writable;
    private boolean dataOut = true;
    private int shifted;
    private int bits;
    private int operation;
    private int address;

    Microwire(Eeprom words) {
        this.words = words;
    }

    /// Power was off: writing is disabled.
    void powerOn() {
        writable = false;
        selected = false;
        clock = false;
        dataOut = true;
        begin(State.START);
    }

    /// New levels of the pins.
    void drive(boolean nowSelected, boolean nowClock, boolean dataIn) {
        if (!nowSelected && selected) finish();
        if (nowSelected && !selected) {
            dataOut = true; // ready
            begin(State.START);
        }
        boolean rises = nowClock && !clock;
        selected = nowSelected;
        clock = nowClock;
        if (selected && rises) shift(dataIn ? 1 : 0);
    }

    /// Level of the data out pin; pulled up while nothing drives it.
    boolean dataOut() {
        return dataOut;
    }

    private void begin(State next) {
        state = next;
        shifted = 0;
        bits = 0;
    }

    private void shift(int bit) {
        switch (state) {
            case START -> {
                if (bit == 1) begin(State.COMMAND);
            }
            case COMMAND -> {
                take(bit);
                if (bits == OPERATION_BITS + ADDRESS_BITS) command();
            }
            case DATA_IN -> {
                take(bit);
                if (bits == WORD_BITS) state = State.DONE; // executed when chip select falls
            }
            case DATA_OUT -> shiftOut();
            case DONE -> {}
        }
    }

    private void take(int bit) {
        shifted = (shifted << 1) | bit;
        bits++;
    }

    private void command() {
        operation = shifted >>> ADDRESS_BITS;
        address = shifted & ((1 << ADDRESS_BITS) - 1);
        if (operation == READ) {
            begin(State.DATA_OUT);
            shifted = words.read(address);
            dataOut = false; // the dummy bit before the word
        } else if (operation == WRITE || (operation == 0 && extended() == 1)) {
            begin(State.DATA_IN);
        } else {
            state = State.DONE;
        }
    }

    /// Which of the four commands with operation 00.
    private int extended() {
        return address >>> (ADDRESS_BITS - 2);
    }

    private void shiftOut() {
        dataOut = ((shifted >>> (WORD_BITS - 1 - bits)) & 1) != 0;
        bits++;
        if (bits < WORD_BITS) return;
        address++; // clocked on, the part goes on with the next word
        bits = 0;
        shifted = words.read(address);
    }

    /// Chip select falls: a complete command is carried out, an incomplete one forgotten.
    private void finish() {
        dataOut = true;
        if (state != State.DONE) return;
        switch (operation) {
            case WRITE -> store(shifted);
            case ERASE -> store(0xFFFF);
            default -> {
                switch (extended()) {
                    case 0 -> writable = false;
                    case 3 -> writable = true;
                    case 1 -> fill(shifted);
                    default -> fill(0xFFFF);
                }
            }
        }
        state = State.START;
    }

    private void store(int word) {
        if (writable) words.write(address, word);
    }

    private void fill(int word) {
        if (writable) words.fill(word);
    }
}
