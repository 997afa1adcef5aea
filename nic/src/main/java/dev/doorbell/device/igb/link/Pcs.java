package dev.doorbell.device.igb.link;

import static dev.doorbell.register.IgbBits.PCS_LCTL_AN_ENABLE;
import static dev.doorbell.register.IgbBits.PCS_LCTL_AN_RESTART;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FDV;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FLV_LINK_UP;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FORCE_LINK;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FSD;
import static dev.doorbell.register.IgbBits.PCS_LCTL_FSV_SHIFT;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_AN_COMPLETE;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_DUPLEX;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_LINK_OK;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.PCS_LSTAT_SYNC_OK;
import static dev.doorbell.register.IgbRegister.PCS_LCTL;
import static dev.doorbell.register.IgbRegister.PCS_LPAB;
import static dev.doorbell.register.IgbRegister.PCS_LSTAT;
import static dev.doorbell.register.IgbRegister.SCTL;

import dev.doorbell.device.phy.CopperPhy;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The PCS and its SerDes, which stand in for the PHY when CTRL_EXT.LINK_MODE is not copper:
/// 1000BASE-KX, SGMII and SerDes alike. The partner negotiates 1000 full duplex with symmetric
/// PAUSE.
///
/// The link is what FORCE_LINK says; else it is up once AN_ENABLE's negotiation is done; else as
/// soon as there is a partner.
final class Pcs {
    private static final int SPEED_MASK = 3;
    private static final int SCTL_DONE = 1 << 31;
    private static final int SCTL_LOOPBACK_ON = 0x0410;
    private static final int SCTL_LOOPBACK_OFF = 0x0400;
    /// Full duplex, symmetric PAUSE, acknowledge. // IEEE 802.3, 37.2.1
    private static final int PARTNER_ABILITY = 1 << 5 | 1 << 7 | 1 << 14;

    private final RegisterFile registers;
    private final Timeline time;
    private final Timer negotiation;
    private final long negotiationNs;
    private final Runnable changed;
    private boolean partner;
    private boolean negotiated;
    private boolean loopback;

    Pcs(RegisterFile registers, Timeline time, long negotiationNs, Runnable changed) {
        this.registers = registers;
        this.time = time;
        this.negotiationNs = negotiationNs;
        this.changed = changed;
        negotiation = time.timer("PCS negotiation", this::finishNegotiation);
        registers.onWrite(PCS_LCTL, (offset, written) -> writeControl(written));
        registers.onRead(PCS_LSTAT, (offset, stored) -> status());
        registers.onRead(PCS_LPAB, (offset, stored) -> negotiated ? PARTNER_ABILITY : 0);
        registers.onWrite(SCTL, (offset, written) -> writeSerdes(written));
    }

    /// The registers hold their reset values already.
    void reset() {
        loopback = false;
        seekLink();
    }

    void partner(boolean present) {
        if (present == partner) return;
        partner = present;
        seekLink();
        changed.run();
    }

    boolean linkUp() {
        int control = registers.get(PCS_LCTL);
        if ((control & PCS_LCTL_FORCE_LINK) != 0) return (control & PCS_LCTL_FLV_LINK_UP) != 0;
        return (control & PCS_LCTL_AN_ENABLE) != 0 ? negotiated : partner;
    }

    /// One of [CopperPhy]'s speeds.
    int speed() {
        int control = registers.get(PCS_LCTL);
        return (control & PCS_LCTL_FSD) != 0 ? (control >>> PCS_LCTL_FSV_SHIFT) & SPEED_MASK : CopperPhy.SPEED_1000;
    }

    boolean fullDuplex() {
        int control = registers.get(PCS_LCTL);
        return (control & PCS_LCTL_FSD) == 0 || (control & PCS_LCTL_FDV) != 0;
    }

    /// Whether the code for loopback was the last that was written to SCTL.
    boolean loopback() {
        return loopback;
    }

    private void writeControl(int written) {
        int before = registers.get(PCS_LCTL);
        registers.store(PCS_LCTL, written);
        boolean toggled = ((before ^ written) & PCS_LCTL_AN_ENABLE) != 0;
        if (toggled || (written & PCS_LCTL_AN_RESTART) != 0) seekLink();
        changed.run();
    }

    private void seekLink() {
        negotiated = false;
        negotiation.disarm();
        if (partner && (registers.get(PCS_LCTL) & PCS_LCTL_AN_ENABLE) != 0)
            negotiation.armAt(time.nowNs() + negotiationNs);
    }

    private void finishNegotiation() {
        negotiated = true;
        changed.run();
    }

    private int status() {
        return (linkUp() ? PCS_LSTAT_LINK_OK : 0)
                | speed() << PCS_LSTAT_SPEED_SHIFT
                | (fullDuplex() ? PCS_LSTAT_DUPLEX : 0)
                | (partner ? PCS_LSTAT_SYNC_OK : 0)
                | (negotiated ? PCS_LSTAT_AN_COMPLETE : 0);
    }

    /// An access is done by the time the write returns.
    private void writeSerdes(int written) {
        registers.store(SCTL, written);
        int code = registers.get(SCTL) & ~SCTL_DONE;
        registers.set(SCTL, code | SCTL_DONE);
        if (code == SCTL_LOOPBACK_ON) loopback = true;
        else if (code == SCTL_LOOPBACK_OFF) loopback = false;
    }
}
