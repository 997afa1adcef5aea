package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.RTTBCNRC_RF_INT_SHIFT;
import static dev.doorbell.register.IgbBits.RTTBCNRC_RS_ENA;
import static dev.doorbell.register.IgbRegister.RTTBCNRC;
import static dev.doorbell.register.IgbRegister.RTTBCNRM;
import static dev.doorbell.register.IgbRegister.RTTDQSEL;

import dev.doorbell.driver.chip.Registers;

/// The transmit rate limiter: a rate per queue, as a factor of the link's. The registers of a queue are
/// reached through a select register.
final class IgbRates {
    private static final long MOST_FACTOR = 1000L << RTTBCNRC_RF_INT_SHIFT; // X550 8.2.2.11: 1 to 1000
    private static final int JUMBO_WINDOW_KB = 0x14; // what Linux's driver takes for frames of 9728 bytes

    private final Registers registers;

    IgbRates(Registers registers) {
        this.registers = registers;
    }

    /// @param linkBitsPerSecond what the factor refers to
    /// @param bitsPerSecond     Layer-2 bits without FCS; 0 switches the limit off
    void limit(int queue, long linkBitsPerSecond, long bitsPerSecond) {
        registers.write(RTTDQSEL, queue);
        registers.write(RTTBCNRM, JUMBO_WINDOW_KB);
        registers.write(RTTBCNRC, bitsPerSecond == 0 ? 0 : RTTBCNRC_RS_ENA | factor(linkBitsPerSecond, bitsPerSecond));
    }

    /// Link rate over wanted rate, as 10 bits and 14 of fraction, rounded down as Linux's driver does.
    ///
    /// @throws IllegalArgumentException beyond what the register holds: above the link, or under a
    ///     thousandth of it
    static int factor(long linkBitsPerSecond, long bitsPerSecond) {
        if (bitsPerSecond < 1 || bitsPerSecond > linkBitsPerSecond)
            throw new IllegalArgumentException("no rate of a link of " + linkBitsPerSecond + " b/s: " + bitsPerSecond);
        long factor = (linkBitsPerSecond << RTTBCNRC_RF_INT_SHIFT) / bitsPerSecond;
        if (factor > MOST_FACTOR)
            throw new IllegalArgumentException("less than a thousandth of the link's rate: " + bitsPerSecond);
        return (int) factor;
    }
}
