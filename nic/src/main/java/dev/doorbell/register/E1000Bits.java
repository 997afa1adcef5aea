package dev.doorbell.register;

/// Bits of the registers of the 82540EM, named `REGISTER_FIELD` as the 8254x manual names them (317453,
/// chapter 13).
public final class E1000Bits {
    // CTRL, 13.4.1
    public static final int CTRL_FD = 1;
    public static final int CTRL_LRST = 1 << 3;
    public static final int CTRL_ASDE = 1 << 5;
    public static final int CTRL_SLU = 1 << 6;
    public static final int CTRL_ILOS = 1 << 7;
    /// Forced speed, two bits: 0 is 10, 1 is 100, 2 is 1000 Mb/s.
    public static final int CTRL_SPEED_SHIFT = 8;
    public static final int CTRL_FRCSPD = 1 << 11;
    public static final int CTRL_FRCDPX = 1 << 12;
    public static final int CTRL_RST = 1 << 26;
    public static final int CTRL_RFCE = 1 << 27;
    public static final int CTRL_TFCE = 1 << 28;
    public static final int CTRL_VME = 1 << 30;
    public static final int CTRL_PHY_RST = 1 << 31;

    // STATUS, 13.4.2
    public static final int STATUS_FD = 1;
    public static final int STATUS_LU = 1 << 1;
    public static final int STATUS_TXOFF = 1 << 4;
    public static final int STATUS_SPEED_SHIFT = 6;
    /// Bits that do not depend on the link.
    public static final int STATUS_FIXED = 0x8008_0400;
    public static final int STATUS_ASDV_SHIFT = 8;

    // EECD, 13.4.3
    public static final int EECD_SK = 1;
    public static final int EECD_CS = 1 << 1;
    public static final int EECD_DI = 1 << 2;
    public static final int EECD_DO = 1 << 3;
    public static final int EECD_REQ = 1 << 6;
    public static final int EECD_GNT = 1 << 7;
    public static final int EECD_PRES = 1 << 8;

    // EERD, 13.4.4
    public static final int EERD_START = 1;
    public static final int EERD_DONE = 1 << 4;
    public static final int EERD_ADDR_SHIFT = 8;
    public static final int EERD_DATA_SHIFT = 16;

    // CTRL_EXT, 13.4.6
    /// Lets the PHY's interrupt request raise ICR_PHYINT.
    public static final int CTRL_EXT_PHYINT_EN = 1 << 1;
    public static final int CTRL_EXT_ASDCHK = 1 << 12;
    public static final int CTRL_EXT_EE_RST = 1 << 13;
    public static final int CTRL_EXT_SPD_BYPS = 1 << 15;

    // MDIC, 13.4.7
    public static final int MDIC_REGADD_SHIFT = 16;
    public static final int MDIC_PHYADD_SHIFT = 21;
    public static final int MDIC_OP_WRITE = 1 << 26;
    public static final int MDIC_OP_READ = 2 << 26;
    public static final int MDIC_OP_MASK = 3 << 26;
    public static final int MDIC_READY = 1 << 28;
    public static final int MDIC_INT_EN = 1 << 29;
    public static final int MDIC_ERROR = 1 << 30;

    // ICR, ICS, IMS, IMC, 13.4.17
    public static final int ICR_TXDW = 1;
    public static final int ICR_TXQE = 1 << 1;
    public static final int ICR_LSC = 1 << 2;
    public static final int ICR_RXSEQ = 1 << 3;
    public static final int ICR_RXDMT0 = 1 << 4;
    public static final int ICR_RXO = 1 << 6;
    public static final int ICR_RXT0 = 1 << 7;
    public static final int ICR_MDAC = 1 << 9;
    public static final int ICR_RXCFG = 1 << 10;
    public static final int ICR_PHYINT = 1 << 12;
    public static final int ICR_TXD_LOW = 1 << 15;
    public static final int ICR_SRPD = 1 << 16;
    /// Every cause that ICS can set, with the unnamed ones that self tests use.
    public static final int ICR_ALL = 0x1_FFFF;

    // RCTL, 13.4.22
    public static final int RCTL_EN = 1 << 1;
    public static final int RCTL_SBP = 1 << 2;
    public static final int RCTL_UPE = 1 << 3;
    public static final int RCTL_MPE = 1 << 4;
    public static final int RCTL_LPE = 1 << 5;
    /// Loopback mode, two bits; see the `RCTL_LBM_` values.
    public static final int RCTL_LBM_MASK = 3 << 6;
    public static final int RCTL_LBM_MAC = 1 << 6;
    public static final int RCTL_LBM_TRANSCEIVER = 3 << 6;
    /// Free descriptors that raise RXDMT0: 0 is 1/2 of the ring, 1 is 1/4, 2 is 1/8.
    public static final int RCTL_RDMTS_SHIFT = 8;
    /// Multicast offset: which 12 bits of the address index the hash table.
    public static final int RCTL_MO_SHIFT = 12;
    public static final int RCTL_BAM = 1 << 15;
    public static final int RCTL_BSIZE_SHIFT = 16;
    public static final int RCTL_VFE = 1 << 18;
    public static final int RCTL_CFIEN = 1 << 19;
    public static final int RCTL_CFI = 1 << 20;
    public static final int RCTL_DPF = 1 << 22;
    public static final int RCTL_PMCF = 1 << 23;
    public static final int RCTL_BSEX = 1 << 25;
    public static final int RCTL_SECRC = 1 << 26;

    // FCRTL, FCRTH, 13.4.23
    public static final int FCRTL_XONE = 1 << 31;
    public static final int FCRT_BYTES_MASK = 0xFFF8;

    // RDTR, TIDV, 13.4.30
    public static final int FPD = 1 << 31;

    // TCTL, 13.4.33
    public static final int TCTL_EN = 1 << 1;
    public static final int TCTL_PSP = 1 << 3;
    public static final int TCTL_SWXOFF = 1 << 22;

    // TXDCTL, 13.4.43
    public static final int TXDCTL_WTHRESH_SHIFT = 16;
    public static final int TXDCTL_GRAN = 1 << 24;
    /// Times 8 descriptors.
    public static final int TXDCTL_LWTHRESH_SHIFT = 25;

    // RXDCTL, 13.4.46
    public static final int RXDCTL_WTHRESH_SHIFT = 16;
    public static final int RXDCTL_GRAN = 1 << 24;

    // RXCSUM, 13.4.47
    public static final int RXCSUM_PCSS_MASK = 0xFF;
    public static final int RXCSUM_IPOFLD = 1 << 8;
    public static final int RXCSUM_TUOFLD = 1 << 9;
    public static final int RXCSUM_IPV6OFL = 1 << 10;

    // RAH, 13.5.3
    /// Address select, two bits: 0 compares the destination, 1 the source.
    public static final int RAH_ASEL_SHIFT = 16;
    public static final int RAH_AV = 1 << 31;

    // WUC, WUFC and WUS, 13.6
    public static final int WUC_APME = 1;
    public static final int WUC_PME_EN = 1 << 1;
    public static final int WUC_PME_STATUS = 1 << 2;
    public static final int WUC_APMPME = 1 << 3;
    public static final int WUFC_LNKC = 1;
    public static final int WUFC_MAG = 1 << 1;
    public static final int WUFC_EX = 1 << 2;
    public static final int WUFC_MC = 1 << 3;
    public static final int WUFC_BC = 1 << 4;

    private E1000Bits() {}
}
