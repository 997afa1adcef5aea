package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.MDIC;
import static dev.doorbell.register.IgbRegister.STATUS;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.chip.Phy;
import dev.doorbell.driver.chip.Registers;

/// The link: negotiated with a partner, or forced for a loopback, where nobody answers.
final class IgbLink {
    private static final long POLL_NS = 10_000_000;
    private static final int POLL_LIMIT = 500; // 5 s: negotiation may take 3
    private static final int FORCED_POLL_LIMIT = 50;
    private static final long FORCED_NS = 50_000_000;
    private static final int SPEED_1000 = 2;
    private static final long MEGABIT = 1_000_000;

    private final Registers registers;
    private final IgbSemaphore semaphore;
    private final Phy phy;
    private final Delay delay;
    private boolean forced;

    IgbLink(Registers registers, IgbSemaphore semaphore, Delay delay) {
        this.registers = registers;
        this.semaphore = semaphore;
        this.delay = delay;
        phy = new Phy(registers, MDIC, delay);
    }

    /// Tells PHY and MAC. IEEE 802.3 clause 22
    ///
    /// @param negotiated else 1000 Mb/s full duplex, with the PHY in loopback
    void setUp(boolean negotiated) {
        forced = !negotiated;
        semaphore.acquire(IgbSemaphore.PHY);
        if (phy.read(Phy.ID_HIGH) == 0xFFFF) throw new DriverException("there is no PHY");
        tellPhy(negotiated);
        semaphore.release(IgbSemaphore.PHY);
        int bits = 3 << CTRL_SPEED_SHIFT | CTRL_FRCSPD | CTRL_FRCDPLX;
        int control = (registers.read(CTRL) & ~bits) | CTRL_SLU;
        if (negotiated) {
            registers.write(CTRL, control);
            return;
        }
        registers.write(CTRL, control | CTRL_FRCSPD | CTRL_FRCDPLX | CTRL_FD | SPEED_1000 << CTRL_SPEED_SHIFT);
        delay.pass(FORCED_NS);
    }

    private void tellPhy(boolean negotiate) {
        phy.write(
                Phy.CONTROL,
                Phy.CONTROL_FULL_DUPLEX
                        | (negotiate
                                ? Phy.CONTROL_NEGOTIATE | Phy.CONTROL_RESTART_NEGOTIATION
                                : Phy.CONTROL_LOOPBACK | Phy.CONTROL_1000));
    }

    /// The card fetches nothing to send before the link is up; a loopback counts as one.
    ///
    /// A forced link is up at once, but QEMU's 82576 knows of a link from negotiation only: there it negotiates
    /// first and is looped back then.
    ///
    /// @throws DriverException when it stays down
    void await() {
        if (forced && !comesUp(FORCED_POLL_LIMIT)) {
            semaphore.acquire(IgbSemaphore.PHY);
            tellPhy(true);
            boolean up = comesUp(POLL_LIMIT);
            tellPhy(false);
            semaphore.release(IgbSemaphore.PHY);
            if (up) return;
        }
        if (!comesUp(POLL_LIMIT)) throw new DriverException("the link stays down");
    }

    private boolean comesUp(int polls) {
        for (int i = 0; i < polls; i++) {
            if (isUp()) return true;
            delay.pass(POLL_NS);
        }
        return isUp();
    }

    boolean isUp() {
        return (registers.read(STATUS) & STATUS_LU) != 0;
    }

    long bitsPerSecond() {
        return switch (registers.read(STATUS) >>> STATUS_SPEED_SHIFT & 3) {
            case 0 -> 10 * MEGABIT;
            case 1 -> 100 * MEGABIT;
            default -> 1000 * MEGABIT;
        };
    }
}
