package dev.doorbell.device.igb.link;

import static dev.doorbell.register.IgbBits.CONNSW_PHYSD;
import static dev.doorbell.register.IgbBits.CONNSW_SERDESD;
import static dev.doorbell.register.IgbBits.CTRL_EXT_LINK_MODE_SHIFT;
import static dev.doorbell.register.IgbBits.CTRL_FD;
import static dev.doorbell.register.IgbBits.CTRL_FRCDPLX;
import static dev.doorbell.register.IgbBits.CTRL_FRCSPD;
import static dev.doorbell.register.IgbBits.CTRL_PHY_RST;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.ICR_LSC;
import static dev.doorbell.register.IgbBits.LBM_MAC;
import static dev.doorbell.register.IgbBits.LBM_SERDES;
import static dev.doorbell.register.IgbBits.RCTL_LBM_SHIFT;
import static dev.doorbell.register.IgbBits.STATUS_FD;
import static dev.doorbell.register.IgbBits.STATUS_LU;
import static dev.doorbell.register.IgbBits.STATUS_PHYRA;
import static dev.doorbell.register.IgbBits.STATUS_SPEED_SHIFT;
import static dev.doorbell.register.IgbRegister.CONNSW;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.RCTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// The MAC's view of the link: what the PHY says, unless CTRL forces speed or duplex. The front of
/// this package.
///
/// The link is up when CTRL.SLU lets the MAC listen to the PHY and the PHY has a link or loops
/// back. Forcing speed and duplex in CTRL does not make a link by itself: a driver that forces them
/// must see the cable pulled.
public final class Link {
    private static final int[] SPEED_MBPS = {10, 100, 1000, 1000};

    private final RegisterFile registers;
    private final Interrupts interrupts;
    private final CounterTable<IgbCounter> counters;
    private final Runnable speedChanged;
    private final Phy phy;
    private final Pcs pcs;
    private boolean partner;
    private boolean up;
    private boolean phyWasReset = true;
    private int speedSeen;

    /// @param autoNegotiationNs time from the start of auto-negotiation to the link
    /// @param speedChanged      called after the link went up at another speed than before
    public Link(
            RegisterFile registers,
            Timeline time,
            Interrupts interrupts,
            CounterTable<IgbCounter> counters,
            long autoNegotiationNs,
            Runnable speedChanged) {
        this.registers = registers;
        this.interrupts = interrupts;
        this.counters = counters;
        this.speedChanged = speedChanged;
        phy = new Phy(time, autoNegotiationNs, this::update);
        pcs = new Pcs(registers, time, autoNegotiationNs, this::update);
        speedSeen = speedMbps();
        new Mdic(registers, phy, interrupts);
        new SfpPort(registers);
        registers.onRead(CONNSW, (offset, stored) -> stored | signal());
    }

    /// Whether the far end is there: the cable is plugged and the backend has another end.
    public void partner(boolean present) {
        partner = present;
        phy.partner(present);
        pcs.partner(present);
    }

    /// The guest wrote CTRL; it is stored already.
    public void controlWritten(int written) {
        boolean reset = (written & CTRL_PHY_RST) != 0;
        if (reset) phyWasReset = true;
        phy.hold(reset);
        update();
    }

    /// The guest wrote STATUS: a 0 in PHYRA clears it.
    public void statusWritten(int written) {
        if ((written & STATUS_PHYRA) == 0) phyWasReset = false;
    }

    /// The guest wrote CTRL_EXT; it is stored already.
    public void modeWritten() {
        update();
    }

    /// After power-on: the PHY too.
    public void powerOn() {
        phyWasReset = true;
        phy.hold(false);
        phy.reset();
        pcs.reset();
        update();
    }

    /// CTRL.RST: the MAC, neither the PHY nor its link.
    public void softwareReset() {
        phy.hold(false);
        pcs.reset();
        update();
    }

    /// STATUS.LU: frames can leave. Frames that [#loopsBack()] need no link.
    public boolean up() {
        return up;
    }

    /// Whether what is transmitted comes back to the receiver instead of going to the wire:
    /// RCTL.LBM (MAC or SerDes with its codes), or the PHY's loopback bit.
    public boolean loopsBack() {
        int mode = (registers.get(RCTL) >>> RCTL_LBM_SHIFT) & 3;
        if (mode == LBM_MAC) return true;
        return copper() ? phy.loopback() : mode == LBM_SERDES && pcs.loopback();
    }

    /// 10, 100 or 1000. What a rate factor and the line rate are relative to.
    public int speedMbps() {
        return SPEED_MBPS[speed()];
    }

    /// Time of one byte on the wire: 8, 80 or 800 ns.
    public long byteTimeNs() {
        return 8000 / speedMbps();
    }

    /// 512 bit times, the unit of PAUSE.
    public long slotTimeNs() {
        return 64 * byteTimeNs();
    }

    /// The link's bits of STATUS.
    public int status() {
        return (up ? STATUS_LU : 0)
                | (fullDuplex() ? STATUS_FD : 0)
                | (speed() << STATUS_SPEED_SHIFT)
                | (phyWasReset ? STATUS_PHYRA : 0);
    }

    private void update() {
        boolean media = copper() ? phy.linkUp() || phy.loopback() : pcs.linkUp();
        boolean nowUp = (registers.get(CTRL) & CTRL_SLU) != 0 && media;
        boolean changed = nowUp != up;
        up = nowUp;
        if (up && speedMbps() != speedSeen) {
            speedSeen = speedMbps();
            speedChanged.run();
        }
        if (!changed) return;
        counters.increment(IgbCounter.LINK_CHANGES);
        interrupts.raise(ICR_LSC);
    }

    private boolean copper() {
        return ((registers.get(CTRL_EXT) >>> CTRL_EXT_LINK_MODE_SHIFT) & 3) == 0;
    }

    /// CONNSW: what the two media see.
    private int signal() {
        if (!partner) return 0;
        return copper() ? CONNSW_PHYSD : CONNSW_SERDESD;
    }

    private int speed() {
        if (!copper()) return pcs.speed();
        int control = registers.get(CTRL);
        return (control & CTRL_FRCSPD) != 0 ? (control >>> CTRL_SPEED_SHIFT) & 3 : phy.speed();
    }

    private boolean fullDuplex() {
        if (!copper()) return pcs.fullDuplex();
        int control = registers.get(CTRL);
        return (control & CTRL_FRCDPLX) != 0 ? (control & CTRL_FD) != 0 : phy.fullDuplex();
    }
}
