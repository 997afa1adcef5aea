package dev.doorbell.register;

/// Bits of the registers of the 82576, named `REGISTER_FIELD` as its drivers' headers name them. A section per concern.
public final class IgbBits {
    // ---- device control
    public static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    public static final int CTRL_RST = 1 << 26;
    public static final int CTRL_VME = 1 << 30;
    public static final int CTRL_PHY_RST = 1 << 31;

    public static final int CTRL_EXT_ASDCHK = 1 << 12;
    public static final int CTRL_EXT_EE_RST = 1 << 13;
    public static final int CTRL_EXT_PFRSTD = 1 << 14;

    public static final int STATUS_GIO_MASTER_ENABLE = 1 << 19;
    /// Bits that depend on nothing.
    public static final int STATUS_FIXED = 1 << 31;

    // ---- link, PHY and flow control
    public static final int CTRL_FD = 1;
    public static final int CTRL_SLU = 1 << 6;
    /// Forced speed, two bits: 0 is 10, 1 is 100, 2 is 1000 Mb/s.
    public static final int CTRL_SPEED_SHIFT = 8;
    public static final int CTRL_FRCSPD = 1 << 11;
    public static final int CTRL_FRCDPLX = 1 << 12;
    public static final int CTRL_RFCE = 1 << 27;
    public static final int CTRL_TFCE = 1 << 28;

    /// Two bits: copper, 1000BASE-KX, SGMII, SerDes.
    public static final int CTRL_EXT_LINK_MODE_SHIFT = 22;

    public static final int STATUS_FD = 1;
    public static final int STATUS_LU = 1 << 1;
    public static final int STATUS_TXOFF = 1 << 4;
    public static final int STATUS_SPEED_SHIFT = 6;
    /// The PHY was reset; writing 0 clears it.
    public static final int STATUS_PHYRA = 1 << 10;

    public static final int MDIC_REGADD_SHIFT = 16;
    public static final int MDIC_PHYADD_SHIFT = 21;
    public static final int MDIC_OP_WRITE = 1 << 26;
    public static final int MDIC_OP_READ = 2 << 26;
    public static final int MDIC_OP_MASK = 3 << 26;
    public static final int MDIC_READY = 1 << 28;
    public static final int MDIC_INT_EN = 1 << 29;
    public static final int MDIC_ERROR = 1 << 30;
    /// The frame goes to the external pins.
    public static final int MDIC_DEST = 1 << 31;

    public static final int ICR_LSC = 1 << 2;
    public static final int ICR_MDAC = 1 << 9;

    public static final int RCTL_LBM_SHIFT = 6;
    public static final int LBM_MAC = 1;
    public static final int LBM_SERDES = 3;

    // ---- EEPROM and semaphores
    public static final int EECD_SK = 1;
    public static final int EECD_CS = 1 << 1;
    public static final int EECD_DI = 1 << 2;
    public static final int EECD_DO = 1 << 3;
    public static final int EECD_REQ = 1 << 6;
    public static final int EECD_GNT = 1 << 7;
    public static final int EECD_PRES = 1 << 8;
    public static final int EECD_AUTO_RD = 1 << 9;
    public static final int EECD_ADDR_BITS = 1 << 10;

    public static final int EERD_START = 1;
    public static final int EERD_DONE = 1 << 1;
    public static final int EERD_ADDR_SHIFT = 2;
    public static final int EERD_DATA_SHIFT = 16;

    public static final int RAH_AV = 1 << 31;

    public static final int EEMNGCTL_CFG_DONE0 = 1 << 18;

    public static final int SWSM_SMBI = 1;
    public static final int SWSM_SWESMBI = 1 << 1;
    public static final int SWSM_DRV_LOAD = 1 << 3;

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
