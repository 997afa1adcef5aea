package dev.doorbell.device.igb;

/// The I/O BAR: a register number in IOADDR, its value in IODATA. Drivers reset the chip through it, so that the write
/// is not posted. // 317453, 13.2.2
///
/// Only 32-bit writes count. A read of any size reads the whole register, with its side effects. IOADDR reaches 1 MiB;
/// above the registers lies the flash, which this card does not have.
final class IoWindow {
    private static final int IOADDR = 0;
    private static final int IODATA = 4;
    private static final int ADDRESS_MASK = 0xF_FFFF;

    private final Controller controller;
    private int address;

    IoWindow(Controller controller) {
        this.controller = controller;
    }

    int read(int offset) {
        return switch (offset & ~3) {
            case IOADDR -> address;
            case IODATA -> controller.read(address & ~3);
            default -> 0;
        };
    }

    void write(int offset, int value) {
        if (offset == IOADDR) address = value & ADDRESS_MASK;
        else if (offset == IODATA) controller.write(address & ~3, value);
    }

    /// Bus reset; a software reset leaves IOADDR alone.
    void reset() {
        address = 0;
    }
}
