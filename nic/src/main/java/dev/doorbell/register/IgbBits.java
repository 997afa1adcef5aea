package dev.doorbell.register;

/// Bits of the registers of the 82576, named `REGISTER_FIELD` as its drivers' headers name them. A section per concern.
public final class IgbBits {
    // ---- device control
    public static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    public static final int CTRL_RST = 1 << 26;
    public static final int CTRL_VME = 1 << 30;
    public static final int CTRL_PHY_RST = 1 << 31;

    // ---- link, PHY and flow control

    // ---- EEPROM and semaphores

    // ---- system time

    // ---- interrupts

    // ---- receive control and queues
    public static final int RCTL_EN = 1 << 1;

    // ---- receive filters, RSS and pools

    // ---- transmit control and queues
    public static final int TCTL_EN = 1 << 1;
    public static final int TCTL_PSP = 1 << 3;

    // ---- transmit rate limiter

    private IgbBits() {}
}
