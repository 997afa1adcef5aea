package dev.doorbell.device.igb.nvm;

import java.util.Arrays;

/// The serial side of the EEPROM, an SPI part as AT25 parts are: chip select (low selects), clock,
/// data in, data out, most significant bit first.
///
/// Data in counts on the rising clock, data out changes on the falling one. Addresses have 8 bits,
/// and a ninth in bit 3 of the operation, or 16. A read goes on through the part as long as the
/// clock runs. A write stays inside its page, needs a write enable before it and is done by the
/// time its chip select rises; half a byte is lost. Nothing is ever busy.
final class SpiPort {
    private static final int WRITE_STATUS = 0x01;
    private static final int WRITE = 0x02;
    private static final int READ = 0x03;
    private static final int WRITE_DISABLE = 0x04;
    private static final int READ_STATUS = 0x05;
    private static final int WRITE_ENABLE = 0x06;
    /// Ninth bit of an 8-bit address, in the operation.
    private static final int UPPER_HALF = 0x08;

    private static final int STATUS_WRITABLE = 1 << 1;

    private static final int SMALL_PAGE_BYTES = 8;
    private static final int LARGE_PAGE_BYTES = 32;

    private enum State {
        OPERATION,
        ADDRESS,
        DATA_IN,
        DATA_OUT,
        STATUS_OUT,
        IGNORED
    }

    private final Eeprom words;
    private final byte[] page = new byte[LARGE_PAGE_BYTES];
    private final boolean[] pageWritten = new boolean[LARGE_PAGE_BYTES];
    private State state = State.OPERATION;
    private boolean selected;
    private boolean clock;
    private boolean writable;
    private boolean dataOut;
    private boolean longAddress;
    private int shifted;
    private int bits;
    private int operation;
    private int address;

    SpiPort(Eeprom words) {
        this.words = words;
    }

    /// Power was off: writing is disabled.
    void powerOn() {
        writable = false;
        selected = false;
        dataOut = false;
        begin(State.OPERATION);
    }

    /// New levels of the pins.
    ///
    /// @param sixteenBits whether the part takes 16 address bits; counts when an operation begins
    void drive(boolean nowSelected, boolean nowClock, boolean dataIn, boolean sixteenBits) {
        if (selected && !nowSelected) finish();
        if (nowSelected && !selected) {
            longAddress = sixteenBits;
            begin(State.OPERATION);
        }
        boolean rises = nowClock && !clock;
        boolean falls = clock && !nowClock;
        selected = nowSelected;
        clock = nowClock;
        if (selected && rises) shiftIn(dataIn ? 1 : 0);
        if (selected && falls) shiftOut();
    }

    boolean dataOut() {
        return dataOut;
    }

    private void begin(State next) {
        state = next;
        shifted = 0;
        bits = 0;
    }

    private void shiftIn(int bit) {
        if (state == State.DATA_OUT || state == State.STATUS_OUT) return;
        shifted = (shifted << 1) | bit;
        bits++;
        switch (state) {
            case OPERATION -> {
                if (bits == 8) operate(shifted);
            }
            case ADDRESS -> {
                if (bits == (longAddress ? 16 : 8)) locate(shifted);
            }
            case DATA_IN -> {
                if (bits == 8) take(shifted);
            }
            default -> {}
        }
    }

    private void operate(int code) {
        boolean upper = !longAddress && (code & UPPER_HALF) != 0;
        operation = upper ? code & ~UPPER_HALF : code;
        address = upper ? 0x100 : 0;
        switch (operation) {
            case READ, WRITE -> begin(State.ADDRESS);
            case READ_STATUS -> begin(State.STATUS_OUT);
            case WRITE_ENABLE -> enable(true);
            case WRITE_DISABLE -> enable(false);
            case WRITE_STATUS -> begin(State.IGNORED); // it protects blocks of larger parts
            default -> begin(State.IGNORED);
        }
    }

    private void enable(boolean on) {
        writable = on;
        begin(State.IGNORED);
    }

    private void locate(int low) {
        address |= low;
        if (operation == READ) {
            begin(State.DATA_OUT);
            return;
        }
        Arrays.fill(pageWritten, false);
        begin(State.DATA_IN);
    }

    private void take(int value) {
        int at = address & (pageBytes() - 1);
        page[at] = (byte) value;
        pageWritten[at] = true;
        address = (address & -pageBytes()) | ((at + 1) & (pageBytes() - 1));
        begin(State.DATA_IN);
    }

    private int pageBytes() {
        return longAddress ? LARGE_PAGE_BYTES : SMALL_PAGE_BYTES;
    }

    private void shiftOut() {
        if (state == State.DATA_OUT) {
            dataOut = bitOf(words.readByte(address));
            if (bits == 0) address++;
        } else if (state == State.STATUS_OUT) {
            dataOut = bitOf(writable ? STATUS_WRITABLE : 0);
        }
    }

    /// The next bit of a byte, the most significant first.
    private boolean bitOf(int value) {
        int bit = 7 - bits;
        bits = (bits + 1) & 7;
        return ((value >>> bit) & 1) != 0;
    }

    private void finish() {
        dataOut = false;
        if (state != State.DATA_IN || !writable) return;
        writable = false;
        int start = address & -pageBytes();
        for (int i = 0; i < pageBytes(); i++) if (pageWritten[i]) words.writeByte(start + i, page[i]);
    }
}
