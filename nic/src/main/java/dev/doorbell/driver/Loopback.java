package dev.doorbell.driver;

/// Where the card turns its own frames round.
public enum Loopback {
    /// It does not: frames leave.
    OFF,
    /// In the MAC (RCTL.LBM).
    MAC,
    /// In the PHY (register 0, bit 14), at forced 1000 Mb/s full duplex.
    PHY
}
