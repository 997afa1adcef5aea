package dev.doorbell.driver.igb;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.register.IgbRegister;

/// What receive and transmit queues have in common. 82576 DS 4.5.9.2, 4.5.10.1
final class IgbQueues {
    /// PTHRESH and HTHRESH of both; WTHRESH 0: every report at once.
    static final int THRESHOLDS = 8 | 1 << 8;

    private static final long POLL_NS = 10_000;
    private static final int POLL_LIMIT = 2000;

    private IgbQueues() {}

    /// A queue is on once its control register says so.
    ///
    /// @throws DriverException when it does not
    static void await(Registers registers, Delay delay, IgbRegister control, int queue, int enabled) {
        for (int i = 0; i < POLL_LIMIT; i++) {
            if ((registers.read(control, queue) & enabled) != 0) return;
            delay.pass(POLL_NS);
        }
        throw new DriverException("queue " + queue + " does not start: " + control);
    }
}
