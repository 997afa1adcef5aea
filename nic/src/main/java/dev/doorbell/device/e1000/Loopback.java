package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.RCTL_LBM_MAC;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_MASK;
import static dev.doorbell.register.E1000Bits.RCTL_LBM_TRANSCEIVER;
import static dev.doorbell.register.E1000Register.RCTL;

import dev.doorbell.register.RegisterFile;

/// Whether what is sent comes back instead of leaving: MAC or transceiver loopback (RCTL.LBM), or loopback
/// in the PHY. The peer hears nothing then and is not heard.
final class Loopback {
    private Loopback() {}

    static boolean isOn(RegisterFile registers, LinkState link) {
        int mode = registers.get(RCTL) & RCTL_LBM_MASK;
        return mode == RCTL_LBM_MAC || mode == RCTL_LBM_TRANSCEIVER || link.phyLoopback();
    }
}
