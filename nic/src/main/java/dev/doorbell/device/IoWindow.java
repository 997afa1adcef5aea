package dev.doorbell.device;

/// The I/O BAR: a register number in IOADDR, its value in IODATA. Drivers reset the chip through it, so that the write
/// is not posted. // 317453, 13.2.2
///
/// Only 32-bit writes count. A read of any size reads the whole register, with its side effects. IOADDR reaches 1 MiB;
/// above the registers lies the flash, which these cards do not have. One thread, the card's loop.
public final class IoWindow {
    /// The register space that the window looks into; an offset is a multiple of 4 and may hold no register.
    public interface Target {
        int read(int offset);

        void write(int offset, int value);
    }

    private static final int IOADDR = 0;
    private static final int IODATA = 4;
    private static final int ADDRESS_MASK = 0xF_FFFF;

    private final Target target;
    private int address;

    public IoWindow(Target target) {
        this.target = target;
    }

    /// A guest's read at `offset` of the window, bytes.
    public int read(int offset) {
        return switch (offset & ~3) {
            case IOADDR -> address;
            case IODATA -> target.read(address & ~3);
            default -> 0;
        };
    }

    /// A guest's 32-bit write, as [#read].
    public void write(int offset, int value) {
        if (offset == IOADDR) address = value & ADDRESS_MASK;
        else if (offset == IODATA) target.write(address & ~3, value);
    }

    /// Bus reset; a software reset leaves IOADDR alone.
    public void reset() {
        address = 0;
    }
}
