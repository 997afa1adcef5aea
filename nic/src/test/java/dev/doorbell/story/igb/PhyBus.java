package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.MDIC_OP_READ;
import static dev.doorbell.register.IgbBits.MDIC_OP_WRITE;
import static dev.doorbell.register.IgbBits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.IgbBits.MDIC_READY;
import static dev.doorbell.register.IgbBits.MDIC_REGADD_SHIFT;
import static dev.doorbell.register.IgbRegister.MDIC;

/// The PHY's registers as a driver reaches them: through MDIC, polling READY.
final class PhyBus {
    private static final int POLL_LIMIT = 64;
    private static final int PAGE_SELECT = 31;

    private final IgbBench bench;

    PhyBus(IgbBench bench) {
        this.bench = bench;
    }

    int read(int number) {
        return run(1, number, MDIC_OP_READ) & 0xFFFF;
    }

    void write(int number, int value) {
        run(1, number, MDIC_OP_WRITE | value);
    }

    /// Registers above 15 by page, as igb's IGP code reaches them.
    int readPaged(int register) {
        write(PAGE_SELECT, register);
        return read(register & 0x1F);
    }

    void writePaged(int register, int value) {
        write(PAGE_SELECT, register);
        write(register & 0x1F, value);
    }

    /// Runs one frame.
    ///
    /// @return the whole of MDIC when READY is set
    int run(int address, int number, int operation) {
        bench.write(MDIC, operation | number << MDIC_REGADD_SHIFT | address << MDIC_PHYADD_SHIFT);
        for (int poll = 0; poll < POLL_LIMIT; poll++) {
            int result = bench.read(MDIC);
            if ((result & MDIC_READY) != 0) return result;
            bench.advance(50_000);
        }
        throw new AssertionError("MDIC is never ready");
    }
}
