package dev.doorbell.register;

/// Bits of the registers of the 82576, named `REGISTER_FIELD` as its drivers' headers name them. A
/// section per concern.
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

    /// Of RXDCTL and TXDCTL.
    public static final int DCTL_QUEUE_ENABLE = 1 << 25;

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

    public static final int RCTL_LBM_SHIFT = 6;
    public static final int LBM_MAC = 1;
    public static final int LBM_SERDES = 3;

    public static final int PCS_LCTL_FLV_LINK_UP = 1;
    public static final int PCS_LCTL_FSV_SHIFT = 1;
    public static final int PCS_LCTL_FDV = 1 << 3;
    /// Speed and duplex are FSV and FDV.
    public static final int PCS_LCTL_FSD = 1 << 4;
    /// The link is FLV.
    public static final int PCS_LCTL_FORCE_LINK = 1 << 5;
    public static final int PCS_LCTL_AN_ENABLE = 1 << 16;
    public static final int PCS_LCTL_AN_RESTART = 1 << 17;

    public static final int PCS_LSTAT_LINK_OK = 1;
    public static final int PCS_LSTAT_SPEED_SHIFT = 1;
    public static final int PCS_LSTAT_DUPLEX = 1 << 3;
    public static final int PCS_LSTAT_SYNC_OK = 1 << 4;
    public static final int PCS_LSTAT_AN_COMPLETE = 1 << 16;

    /// The SerDes sees a signal.
    public static final int CONNSW_SERDESD = 1 << 9;
    /// The PHY sees a signal.
    public static final int CONNSW_PHYSD = 1 << 10;

    public static final int TCTL_SWXOFF = 1 << 22;

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
    /// Of TSYNCTXCTL and TSYNCRXCTL: a stamp is held.
    public static final int TSYNC_VALID = 1;
    /// Of TSYNCTXCTL and TSYNCRXCTL.
    public static final int TSYNC_EN = 1 << 4;

    public static final int TIMADJH_SIGN = 1 << 31;
    public static final int TSAUXC_DISABLE = 1 << 31;

    public static final int TSICR_SYS_WRAP = 1;
    public static final int TSICR_TXTS = 1 << 1;
    public static final int TSICR_RXTS = 1 << 2;
    /// TIMADJ was added.
    public static final int TSICR_TADJ = 1 << 7;

    public static final int TCPTIMER_DURATION_MASK = 0xFF;
    public static final int TCPTIMER_KICKSTART = 1 << 8;
    public static final int TCPTIMER_COUNT_EN = 1 << 9;
    public static final int TCPTIMER_FINISH = 1 << 10;
    public static final int TCPTIMER_LOOP = 1 << 11;

    // ---- interrupts
    public static final int ICR_TXDW = 1;
    public static final int ICR_LSC = 1 << 2;
    public static final int ICR_RXDMT0 = 1 << 4;
    public static final int ICR_RXO = 1 << 6;
    public static final int ICR_RXDW = 1 << 7;
    public static final int ICR_VMMB = 1 << 8;
    public static final int ICR_MDAC = 1 << 9;
    public static final int ICR_MNG = 1 << 18;
    public static final int ICR_TS = 1 << 19;
    public static final int ICR_OMED = 1 << 20;
    public static final int ICR_DOUTSYNC = 1 << 28;
    public static final int ICR_DRSTA = 1 << 30;
    /// Not a cause: an unmasked one has raised the interrupt.
    public static final int ICR_INT_ASSERTED = 1 << 31;
    /// Causes that the chip has; drivers' self tests set each.
    public static final int ICR_ALL = 0x77D4_FBFD;

    public static final int GPIE_NSICR = 1;
    public static final int GPIE_MULTIPLE_MSIX = 1 << 4;
    public static final int GPIE_LL_INTERVAL_SHIFT = 7;
    public static final int GPIE_LL_INTERVAL_MASK = 0x1F;
    public static final int GPIE_EIAME = 1 << 30;
    public static final int GPIE_PBA_SUPPORT = 1 << 31;

    /// A bit per vector.
    public static final int EICR_VECTORS = 0x01FF_FFFF;
    /// Without GPIE.MULTIPLE_MSIX: 16 causes that IVAR gives to queues.
    public static final int EICR_QUEUES = 0xFFFF;
    public static final int EICR_TCP_TIMER = 1 << 30;
    public static final int EICR_OTHER = 1 << 31;

    public static final int IVAR_VALID = 1 << 7;
    public static final int IVAR_VECTOR = 0x1F;

    public static final int EITR_INTERVAL = 0x7FFC;
    public static final int EITR_LLI_EN = 1 << 15;
    public static final int EITR_LL_COUNTER = 0x1F << 16;
    public static final int EITR_COUNTER = 0x3FF << 21;
    public static final int EITR_CNT_INGR = 1 << 31;

    // ---- receive control and queues
    public static final int RCTL_EN = 1 << 1;
    /// Buffer size where SRRCTL gives none: 2048 bytes shifted right by this field.
    public static final int RCTL_BSIZE_SHIFT = 16;

    public static final int SRRCTL_BSIZEPACKET_MASK = 0x7F; // KiB
    public static final int SRRCTL_BSIZEHEADER_SHIFT = 8; // 4 bits, 64 bytes each
    public static final int SRRCTL_RDMTS_SHIFT = 20; // 5 bits, 16 descriptors each
    public static final int SRRCTL_DESCTYPE_SHIFT = 25;
    /// Values of SRRCTL.DESCTYPE.
    public static final int DESCTYPE_LEGACY = 0;

    public static final int DESCTYPE_ONE_BUFFER = 1;
    public static final int DESCTYPE_SPLIT = 2;
    public static final int DESCTYPE_REPLICATE = 3;
    public static final int DESCTYPE_REPLICATE_LARGE = 4;
    public static final int DESCTYPE_SPLIT_ALWAYS = 5;
    public static final int SRRCTL_DROP_EN = 1 << 31;
    public static final int RXDCTL_WTHRESH_SHIFT = 16; // 5 bits
    public static final int RXDCTL_ENABLE = 1 << 25;
    public static final int RXDCTL_SWFLUSH = 1 << 26;
    public static final int RXCSUM_PCSS_MASK = 0xFF;
    public static final int RXCSUM_IPOFLD = 1 << 8;
    public static final int RXCSUM_TUOFLD = 1 << 9;
    public static final int RXCSUM_CRCOFL = 1 << 11;
    public static final int RXCSUM_IPPCSE = 1 << 12;
    public static final int RFCTL_IPV6_XSUM_DIS = 1 << 11;
    public static final int RFCTL_IPFRSP_DIS = 1 << 14;
    /// Bits of PSRTYPE: frames whose last header is this one.
    public static final int PSRTYPE_MAC = 1;

    public static final int PSRTYPE_IPV4 = 1 << 1;
    public static final int PSRTYPE_IPV4_TCP = 1 << 2;
    public static final int PSRTYPE_IPV4_UDP = 1 << 3;
    public static final int PSRTYPE_IPV6 = 1 << 7;
    public static final int PSRTYPE_IPV6_TCP = 1 << 8;
    public static final int PSRTYPE_IPV6_UDP = 1 << 9;

    // ---- receive filters, RSS and pools
    /// Frames carry an outer tag of type VET[31:16] before the tag that counts.
    public static final int CTRL_EXT_EXT_VLAN = 1 << 26;

    public static final int RCTL_SBP = 1 << 2;
    public static final int RCTL_UPE = 1 << 3;
    public static final int RCTL_MPE = 1 << 4;
    public static final int RCTL_LPE = 1 << 5;
    public static final int RCTL_MO_SHIFT = 12;
    public static final int RCTL_BAM = 1 << 15;
    public static final int RCTL_VFE = 1 << 18;
    public static final int RCTL_CFIEN = 1 << 19;
    public static final int RCTL_CFI = 1 << 20;
    public static final int RCTL_SECRC = 1 << 26;
    public static final int RXCSUM_PCSD = 1 << 13;
    public static final int RFCTL_IPV6_DIS = 1 << 10;
    public static final int RFCTL_IPV6_EX_DIS = 1 << 16;
    public static final int RFCTL_NEW_IPV6_EXT_DIS = 1 << 17;
    public static final int RFCTL_SYNQFP = 1 << 19;
    public static final int RAH_ASEL_SHIFT = 16;
    public static final int RAH_POOL_SHIFT = 18;
    public static final int MRQC_MRQE_MASK = 7;
    public static final int MRQC_MRQE_RSS = 2;
    public static final int MRQC_MRQE_VMDQ = 3;
    public static final int MRQC_MRQE_VMDQ_RSS = 5;
    /// Set in both values that put pools in use.
    public static final int MRQC_POOLS = 1;

    public static final int MRQC_DEF_Q_SHIFT = 3;
    public static final int MRQC_IPV4_TCP = 1 << 16;
    public static final int MRQC_IPV4 = 1 << 17;
    public static final int MRQC_IPV6_TCP_EX = 1 << 18;
    public static final int MRQC_IPV6_EX = 1 << 19;
    public static final int MRQC_IPV6 = 1 << 20;
    public static final int MRQC_IPV6_TCP = 1 << 21;
    public static final int MRQC_IPV4_UDP = 1 << 22;
    public static final int MRQC_IPV6_UDP = 1 << 23;
    public static final int MRQC_IPV6_UDP_EX = 1 << 24;
    public static final int VT_CTL_DEF_PL_SHIFT = 7;
    public static final int VT_CTL_IGMAC = 1 << 28;
    public static final int VT_CTL_DIS_DEF_POOL = 1 << 29;
    public static final int VT_CTL_RPL_EN = 1 << 30;
    public static final int VMOLR_LPE = 1 << 16;
    public static final int VMOLR_RSSE = 1 << 17;
    public static final int VMOLR_AUPE = 1 << 24;
    public static final int VMOLR_ROMPE = 1 << 25;
    public static final int VMOLR_ROPE = 1 << 26;
    public static final int VMOLR_BAM = 1 << 27;
    public static final int VMOLR_MPME = 1 << 28;
    public static final int VMOLR_STRVLAN = 1 << 30;
    public static final int VMOLR_STRCRC = 1 << 31;
    /// RLPML and VMOLR: the longest frame, with FCS.
    public static final int RLPML_MASK = 0x3FFF;

    public static final int VLVF_VID_MASK = 0xFFF;
    public static final int VLVF_POOLSEL_SHIFT = 12;
    public static final int VLVF_LVLAN = 1 << 20;
    public static final int VLVF_VI_EN = 1 << 31;
    public static final int ETQF_QUEUE_SHIFT = 16;
    public static final int ETQF_FILTER_EN = 1 << 26;
    public static final int ETQF_IMM_INT = 1 << 29;
    public static final int ETQF_1588 = 1 << 30;
    public static final int ETQF_QUEUE_EN = 1 << 31;
    public static final int SYNQF_EN = 1;
    public static final int SYNQF_QUEUE_SHIFT = 1;
    public static final int FTQF_PROTOCOL_MASK = 0xFF;
    public static final int FTQF_QUEUE_EN = 1 << 8;
    public static final int FTQF_VF_SHIFT = 12;
    public static final int FTQF_VF_BP = 1 << 15;
    public static final int FTQF_QUEUE_SHIFT = 16;
    public static final int FTQF_1588 = 1 << 27;
    public static final int FTQF_MASK_PROTO = 1 << 28;
    public static final int FTQF_MASK_SRC = 1 << 29;
    public static final int FTQF_MASK_DST = 1 << 30;
    public static final int FTQF_MASK_SPORT = 1 << 31;
    public static final int IMIR_PORT_IM_EN = 1 << 16;
    public static final int IMIR_PORT_BP = 1 << 17;
    public static final int IMIR_PRIORITY_SHIFT = 29;
    public static final int IMIREXT_SIZE_MASK = 0xFFF;
    public static final int IMIREXT_SIZE_BP = 1 << 12;
    public static final int IMIREXT_URG = 1 << 13;
    public static final int IMIREXT_ACK = 1 << 14;
    public static final int IMIREXT_PSH = 1 << 15;
    public static final int IMIREXT_RST = 1 << 16;
    public static final int IMIREXT_SYN = 1 << 17;
    public static final int IMIREXT_FIN = 1 << 18;
    public static final int IMIREXT_CTRL_BP = 1 << 19;
    public static final int IMIRVP_EN = 1 << 3;
    public static final int DTXSWC_MAC_SPOOF_MASK = 0xFF;
    public static final int DTXSWC_VLAN_SPOOF_MASK = 0xFF00;
    public static final int DTXSWC_VLAN_SPOOF_SHIFT = 8;
    public static final int DTXSWC_LLE_SHIFT = 16;
    public static final int DTXSWC_LOOPBACK_EN = 1 << 31;
    public static final int DTXCTL_SPOOF_INT = 1 << 6;
    public static final int TSYNCRXCTL_TYPE_SHIFT = 1;
    public static final int TSYNCRXCTL_EN = 1 << 4;

    // ---- transmit control and queues
    public static final int TCTL_EN = 1 << 1;
    public static final int TCTL_PSP = 1 << 3;
    public static final int TXDCTL_WTHRESH_SHIFT = 16;
    public static final int TXDCTL_WTHRESH_MASK = 0x1F;
    public static final int TXDCTL_ENABLE = 1 << 25;
    public static final int TXDCTL_SWFLUSH = 1 << 26;
    public static final int TDWBAL_HEAD_WB_EN = 1;
    public static final int TDWBAL_ADDRESS = ~3;
    public static final int VMVIR_PORT_VLAN = 0xFFFF;
    public static final int VMVIR_VLANA_SHIFT = 30;
    public static final int VMVIR_VLANA_ALWAYS = 1;
    public static final int VMVIR_VLANA_NEVER = 2;
    public static final int DTXTCPFLGL_MIDDLE_SHIFT = 16;
    public static final int DTXTCPFLG_MASK = 0xFFF;

    // ---- transmit rate limiter
    /// Strict priority over queues without it. Known by name only.
    public static final int TXDCTL_PRIORITY = 1 << 27;

    /// Rate factor: 14 bits of fraction below 14 bits of integer.
    public static final int RTTBCNRC_RF_MASK = 0x0FFF_FFFF;

    public static final int RTTBCNRC_RF_INT_SHIFT = 14;
    public static final int RTTBCNRC_RS_ENA = 1 << 31;
    /// Takes RS_ENA from every queue; clears itself. Here in the X550 and the 82599.
    public static final int RTTBCNRD_CLEAR_ALL = 1 << 1;
    /// The same by way of the control register.
    public static final int RTTDCS_CLEAR_ALL = 1 << 1;
    /// The link's speed has changed since all was cleared.
    public static final int RTTDCS_SPEED_CHG = 1 << 31;

    private IgbBits() {}
}
