package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.MDIC_OP_READ;
import static dev.doorbell.register.E1000Bits.MDIC_OP_WRITE;
import static dev.doorbell.register.E1000Bits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.E1000Bits.MDIC_READY;
import static dev.doorbell.register.E1000Bits.MDIC_REGADD_SHIFT;
import static dev.doorbell.register.E1000Register.MDIC;

/// The PHY's registers as a driver reaches them: through MDIC, polling READY.
final class PhyBus {
    private static final int POLL_LIMIT = 64;

    private final Bench bench;

    PhyBus(Bench bench) {
        this.bench = bench;
    }

    int read(int number) {
        return run(1, number, MDIC_OP_READ) & 0xFFFF;
    }

    void write(int number, int value) {
        run(1, number, MDIC_OP_WRITE | value);
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
