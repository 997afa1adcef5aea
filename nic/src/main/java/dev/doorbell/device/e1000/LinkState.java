package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_EXT_PHYINT_EN;
import static dev.doorbell.register.E1000Bits.CTRL_FD;
import static dev.doorbell.register.E1000Bits.CTRL_FRCDPX;
import static dev.doorbell.register.E1000Bits.CTRL_FRCSPD;
import static dev.doorbell.register.E1000Bits.CTRL_SLU;
import static dev.doorbell.register.E1000Bits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.E1000Bits.ICR_LSC;
import static dev.doorbell.register.E1000Bits.ICR_PHYINT;
import static dev.doorbell.register.E1000Bits.STATUS_ASDV_SHIFT;
import static dev.doorbell.register.E1000Bits.STATUS_FD;
import static dev.doorbell.register.E1000Bits.STATUS_LU;
import static dev.doorbell.register.E1000Bits.STATUS_SPEED_SHIFT;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.CTRL_EXT;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.register.RegisterFile;

/// The MAC's view of the link: what the PHY says, unless CTRL forces speed or duplex. // 317453, 8.6.2
///
/// The link is up when CTRL.SLU lets the MAC listen to the PHY and the PHY has a link or loops back. CTRL.ILOS is
/// stored only: for an internal PHY it must be 0, and the self test that sets it needs a link all the same.
final class LinkState {
    /// 512 bit times at 1000, 100 and 10 Mb/s.
    private static final long[] SLOT_TIME_NS = {51_200, 5_120, 512, 512};

    private final RegisterFile registers;
    private final Phy phy;
    private final InterruptCauses causes;
    private final CounterTable<E1000Counter> counters;
    private boolean up;
    private boolean phyRequested;

    LinkState(RegisterFile registers, Phy phy, InterruptCauses causes, CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.phy = phy;
        this.causes = causes;
        this.counters = counters;
    }

    /// STATUS.LU: frames can leave.
    boolean up() {
        return up;
    }

    /// PHY register 0 bit 14: what is sent comes back.
    boolean phyLoopback() {
        return phy.loopback();
    }

    /// 512 bit times at the link's speed: the unit of PAUSE.
    long slotTimeNs() {
        return SLOT_TIME_NS[speed()];
    }

    /// Looks at PHY and CTRL again and tells the guest what changed.
    void update() {
        boolean nowUp = (registers.get(CTRL) & CTRL_SLU) != 0 && (phy.linkUp() || phy.loopback());
        if (nowUp != up) {
            up = nowUp;
            counters.increment(E1000Counter.LINK_CHANGES);
            causes.raise(ICR_LSC);
        }
        boolean requested = phy.interruptRequested() && (registers.get(CTRL_EXT) & CTRL_EXT_PHYINT_EN) != 0;
        if (requested && !phyRequested) causes.raise(ICR_PHYINT);
        phyRequested = requested;
    }

    /// The link's bits of STATUS.
    int status() {
        int asd = phy.speed() == Phy.SPEED_1000 ? 3 : phy.speed();
        return (up ? STATUS_LU : 0)
                | (fullDuplex() ? STATUS_FD : 0)
                | (speed() << STATUS_SPEED_SHIFT)
                | (asd << STATUS_ASDV_SHIFT);
    }

    private int speed() {
        int control = registers.get(CTRL);
        return (control & CTRL_FRCSPD) != 0 ? (control >>> CTRL_SPEED_SHIFT) & 3 : phy.speed();
    }

    private boolean fullDuplex() {
        int control = registers.get(CTRL);
        return (control & CTRL_FRCDPX) != 0 ? (control & CTRL_FD) != 0 : phy.fullDuplex();
    }
}
