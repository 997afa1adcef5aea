package dev.doorbell.device.e1000;

/// Whether the MAC has a link, and where the PHY sends what it is given.
final class LinkState {
    private boolean up;
    private boolean phyLoopback;

    /// STATUS.LU: frames can leave.
    boolean up() {
        return up;
    }

    /// PHY register 0 bit 14: what is sent comes back.
    boolean phyLoopback() {
        return phyLoopback;
    }

    /// 512 bit times at the link's speed: the unit of PAUSE.
    long slotTimeNs() {
        return 512;
    }

    void set(boolean nowUp, boolean nowPhyLoopback) {
        up = nowUp;
        phyLoopback = nowPhyLoopback;
    }
}
