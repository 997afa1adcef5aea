package dev.doorbell.register;

import static dev.doorbell.register.Access.RC;
import static dev.doorbell.register.Access.RC_W1C;
import static dev.doorbell.register.Access.RO;
import static dev.doorbell.register.Access.RW;
import static dev.doorbell.register.Access.W1C;
import static dev.doorbell.register.Access.W1S;
import static dev.doorbell.register.Access.WO;

/// Registers of the 82540EM and 82545EM, one line each: facts only, what a write does is attached by the card.
///
/// Sections are those of the 8254x Software Developer's Manual, 317453 rev 4.0; empty where the manual does not
/// describe the register. Registers of later chips are listed because stock drivers read them here: they hold 0.
/// A reset value of 0 may also mean that none is established; the table test lists those.
public enum E1000Register implements Register {
    // spotless:off
    //          offset   stride count access  reset        writable     section
    CTRL       (0x00000, 0,   1,     RW,     0x0014_0240, 0xDBFC_1BFF, "13.4.1"),  // device control
    CTRL_DUP   (0x00004, 0,   1,     "CTRL"),                                      // second address of CTRL
    STATUS     (0x00008, 0,   1,     RO,     0x8008_0783, 0,           "13.4.2"),  // device status; computed
    EECD       (0x00010, 0,   1,     RW,     0x0000_0110, 0x0000_0077, "13.4.3"),  // EEPROM pins
    EERD       (0x00014, 0,   1,     RW,     0,           0x0000_FF00, "13.4.4"),  // EEPROM read engine
    CTRL_EXT   (0x00018, 0,   1,     RW,     0,           0x38C2_CFFF, "13.4.6"),  // extended control
    FLA        (0x0001C, 0,   1,     RW,     0,           0,           "13.4.5"),  // flash; reserved here
    MDIC       (0x00020, 0,   1,     RW,     0,           0x2FFF_FFFF, "13.4.7"),  // PHY management engine
    FCAL       (0x00028, 0,   1,     RW,     0,           0xFFFF_FFFF, "13.4.8"),  // PAUSE address, low
    FCAH       (0x0002C, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.9"),  // PAUSE address, high
    FCT        (0x00030, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.10"), // PAUSE EtherType
    VET        (0x00038, 0,   1,     RW,     0x0000_8100, 0x0000_FFFF, "13.4.11"), // VLAN EtherType
    RA_ALIAS   (0x00040, 0x4, 32,    "RAL"),                                       // 82542 place of RAL/RAH
    ICR        (0x000C0, 0,   1,     RC_W1C, 0,           0x0001_FFFF, "13.4.17"), // interrupt causes
    ITR        (0x000C4, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.18"), // least interrupt gap, 256 ns
    ICS        (0x000C8, 0,   1,     W1S,    0,           0x0001_FFFF, "13.4.19"), // sets causes; reads as ICR
    IMS        (0x000D0, 0,   1,     W1S,    0,           0x0001_FFFF, "13.4.20"), // interrupt mask
    IMC        (0x000D8, 0,   1,     WO,     0,           0x0001_FFFF, "13.4.21"), // clears mask bits
    RCTL       (0x00100, 0,   1,     RW,     0,           0x06DF_B3FE, "13.4.22"), // receive control
    RDTR_ALIAS (0x00108, 0,   1,     "RDTR"),                                      // 82542 place of RDTR
    RDBAL_ALIAS(0x00110, 0,   1,     "RDBAL"),                                     // 82542 place of RDBAL
    RDBAH_ALIAS(0x00114, 0,   1,     "RDBAH"),                                     // 82542 place of RDBAH
    RDLEN_ALIAS(0x00118, 0,   1,     "RDLEN"),                                     // 82542 place of RDLEN
    RDH_ALIAS  (0x00120, 0,   1,     "RDH"),                                       // 82542 place of RDH
    RDT_ALIAS  (0x00128, 0,   1,     "RDT"),                                       // 82542 place of RDT
    FCRTH_ALIAS(0x00160, 0,   1,     "FCRTH"),                                     // 82542 place of FCRTH
    FCRTL_ALIAS(0x00168, 0,   1,     "FCRTL"),                                     // 82542 place of FCRTL
    FCTTV      (0x00170, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.12"), // PAUSE time to send
    TXCW       (0x00178, 0,   1,     RW,     0,           0xC000_FFFF, "13.4.13"), // TBI; storage on copper
    RXCW       (0x00180, 0,   1,     RO,     0,           0,           "13.4.14"), // TBI; 0 on copper
    MTA_ALIAS  (0x00200, 0x4, 128,   "MTA"),                                       // 82542 place of MTA
    TCTL       (0x00400, 0,   1,     RW,     0,           0x03BF_FFFA, "13.4.33"), // transmit control
    TIPG       (0x00410, 0,   1,     RW,     0,           0x3FFF_FFFF, "13.4.34"), // inter packet gap
    TDBAL_ALIAS(0x00420, 0,   1,     "TDBAL"),                                     // 82542 place of TDBAL
    TDBAH_ALIAS(0x00424, 0,   1,     "TDBAH"),                                     // 82542 place of TDBAH
    TDLEN_ALIAS(0x00428, 0,   1,     "TDLEN"),                                     // 82542 place of TDLEN
    TDH_ALIAS  (0x00430, 0,   1,     "TDH"),                                       // 82542 place of TDH
    TDT_ALIAS  (0x00438, 0,   1,     "TDT"),                                       // 82542 place of TDT
    TIDV_ALIAS (0x00440, 0,   1,     "TIDV"),                                      // 82542 place of TIDV
    TBT        (0x00448, 0,   1,     RW,     0,           0x0000_FFFF, ""),        // transmit burst timer
    AIT        (0x00458, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.35"), // adaptive spacing
    VFTA_ALIAS (0x00600, 0x4, 128,   "VFTA"),                                      // 82542 place of VFTA
    LEDCTL     (0x00E00, 0,   1,     RW,     0x0000_0602, 0xCFCF_CFCF, "13.4.15"), // LED modes, one byte each
    PBA        (0x01000, 0,   1,     RW,     0x0010_0030, 0x0000_007F, "13.4.16"), // packet buffer split, KiB
    ERT        (0x02008, 0,   1,     RO,     0,           0,           ""),        // of later chips
    FCRTL      (0x02160, 0,   1,     RW,     0,           0x8000_FFF8, "13.4.23"), // low water mark: XON
    FCRTH      (0x02168, 0,   1,     RW,     0,           0x8000_FFF8, "13.4.24"), // high water mark: XOFF
    RDFH       (0x02410, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.1"),  // receive FIFO head
    RDFT       (0x02418, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.2"),  // receive FIFO tail
    RDFHS      (0x02420, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.3"),  // saved head
    RDFTS      (0x02428, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.4"),  // saved tail
    RDFPC      (0x02430, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.5"),  // frames in receive FIFO
    RDBAL      (0x02800, 0,   1,     RW,     0,           0xFFFF_FFF0, "13.4.25"), // receive ring base, low
    RDBAH      (0x02804, 0,   1,     RW,     0,           0xFFFF_FFFF, "13.4.26"), // receive ring base, high
    RDLEN      (0x02808, 0,   1,     RW,     0,           0x000F_FF80, "13.4.27"), // receive ring size, bytes
    RDH        (0x02810, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.28"), // receive head
    RDT        (0x02818, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.29"), // receive tail
    RDTR       (0x02820, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.30"), // packet timer, 1.024 us
    RXDCTL     (0x02828, 0,   1,     RW,     0x0001_0000, 0x013F_3F3F, "13.4.46"), // receive thresholds
    RADV       (0x0282C, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.31"), // absolute timer, 1.024 us
    RSRPD      (0x02C00, 0,   1,     RW,     0,           0x0000_0FFF, "13.4.32"), // small packet detect, bytes
    TXDMAC     (0x03000, 0,   1,     RW,     0,           0x0000_0001, "13.4.42"), // transmit DMA control
    TDFH       (0x03410, 0,   1,     RW,     0,           0x0000_07FF, "13.8.6"),  // transmit FIFO head
    TDFT       (0x03418, 0,   1,     RW,     0,           0x0000_07FF, "13.8.7"),  // transmit FIFO tail
    TDFHS      (0x03420, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.8"),  // saved head
    TDFTS      (0x03428, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.9"),  // saved tail
    TDFPC      (0x03430, 0,   1,     RW,     0,           0x0000_1FFF, "13.8.10"), // frames in transmit FIFO
    TDBAL      (0x03800, 0,   1,     RW,     0,           0xFFFF_FFF0, "13.4.36"), // transmit ring base, low
    TDBAH      (0x03804, 0,   1,     RW,     0,           0xFFFF_FFFF, "13.4.37"), // transmit ring base, high
    TDLEN      (0x03808, 0,   1,     RW,     0,           0x000F_FF80, "13.4.38"), // transmit ring size, bytes
    TDH        (0x03810, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.39"), // transmit head
    TDT        (0x03818, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.40"), // transmit tail: the doorbell
    TIDV       (0x03820, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.41"), // packet timer, 1.024 us
    TXDCTL     (0x03828, 0,   1,     RW,     0,           0xFF7F_3F3F, "13.4.43"), // transmit thresholds
    TADV       (0x0382C, 0,   1,     RW,     0,           0x0000_FFFF, "13.4.44"), // absolute timer, 1.024 us
    TSPMT      (0x03830, 0,   1,     RW,     0x0100_0400, 0xFFFF_FFFF, "13.4.45"), // segmentation threshold, pad
    TARC0      (0x03840, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TDBAL1     (0x03900, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TDBAH1     (0x03904, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TDLEN1     (0x03908, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TDH1       (0x03910, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TDT1       (0x03918, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TXDCTL1    (0x03928, 0,   1,     RO,     0,           0,           ""),        // of later chips
    TARC1      (0x03940, 0,   1,     RO,     0,           0,           ""),        // of later chips
    CRCERRS    (0x04000, 0,   1,     RC,     0,           0,           "13.7"),    // frames with CRC error
    ALGNERRC   (0x04004, 0,   1,     RC,     0,           0,           "13.7"),    // alignment errors
    SYMERRS    (0x04008, 0,   1,     RC,     0,           0,           "13.7"),    // symbol errors
    RXERRC     (0x0400C, 0,   1,     RC,     0,           0,           "13.7"),    // PHY RX_ER assertions
    MPC        (0x04010, 0,   1,     RC,     0,           0,           "13.7"),    // receive FIFO was full
    SCC        (0x04014, 0,   1,     RC,     0,           0,           "13.7"),    // single collisions
    ECOL       (0x04018, 0,   1,     RC,     0,           0,           "13.7"),    // excessive collisions
    MCC        (0x0401C, 0,   1,     RC,     0,           0,           "13.7"),    // multiple collisions
    LATECOL    (0x04020, 0,   1,     RC,     0,           0,           "13.7"),    // late collisions
    COLC       (0x04028, 0,   1,     RC,     0,           0,           "13.7"),    // collisions total
    DC         (0x04030, 0,   1,     RC,     0,           0,           "13.7"),    // deferred sends
    TNCRS      (0x04034, 0,   1,     RC,     0,           0,           "13.7"),    // sent without carrier sense
    SEC        (0x04038, 0,   1,     RC,     0,           0,           "13.7"),    // sequence errors
    CEXTERR    (0x0403C, 0,   1,     RC,     0,           0,           "13.7"),    // carrier extension errors
    RLEC       (0x04040, 0,   1,     RC,     0,           0,           "13.7"),    // length errors
    XONRXC     (0x04048, 0,   1,     RC,     0,           0,           "13.7"),    // XON received
    XONTXC     (0x0404C, 0,   1,     RC,     0,           0,           "13.7"),    // XON sent
    XOFFRXC    (0x04050, 0,   1,     RC,     0,           0,           "13.7"),    // XOFF received
    XOFFTXC    (0x04054, 0,   1,     RC,     0,           0,           "13.7"),    // XOFF sent
    FCRUC      (0x04058, 0,   1,     RC,     0,           0,           "13.7"),    // unsupported pause frames
    PRC64      (0x0405C, 0,   1,     RC,     0,           0,           "13.7"),    // received 64-byte frames
    PRC127     (0x04060, 0,   1,     RC,     0,           0,           "13.7"),    // received 65-127
    PRC255     (0x04064, 0,   1,     RC,     0,           0,           "13.7"),    // received 128-255
    PRC511     (0x04068, 0,   1,     RC,     0,           0,           "13.7"),    // received 256-511
    PRC1023    (0x0406C, 0,   1,     RC,     0,           0,           "13.7"),    // received 512-1023
    PRC1522    (0x04070, 0,   1,     RC,     0,           0,           "13.7"),    // received 1024-max
    GPRC       (0x04074, 0,   1,     RC,     0,           0,           "13.7"),    // good packets received
    BPRC       (0x04078, 0,   1,     RC,     0,           0,           "13.7"),    // broadcast received
    MPRC       (0x0407C, 0,   1,     RC,     0,           0,           "13.7"),    // multicast received
    GPTC       (0x04080, 0,   1,     RC,     0,           0,           "13.7"),    // good packets sent
    GORCL      (0x04088, 0,   1,     RO,     0,           0,           "13.7"),    // good octets received, low
    GORCH      (0x0408C, 0,   1,     RC,     0,           0,           "13.7"),    // good octets received, high
    GOTCL      (0x04090, 0,   1,     RO,     0,           0,           "13.7"),    // good octets sent, low
    GOTCH      (0x04094, 0,   1,     RC,     0,           0,           "13.7"),    // good octets sent, high
    RNBC       (0x040A0, 0,   1,     RC,     0,           0,           "13.7"),    // no free descriptor
    RUC        (0x040A4, 0,   1,     RC,     0,           0,           "13.7"),    // undersize, CRC good
    RFC        (0x040A8, 0,   1,     RC,     0,           0,           "13.7"),    // fragments, CRC bad
    ROC        (0x040AC, 0,   1,     RC,     0,           0,           "13.7"),    // oversize
    RJC        (0x040B0, 0,   1,     RC,     0,           0,           "13.7"),    // oversize with bad CRC
    MGTPRC     (0x040B4, 0,   1,     RC,     0,           0,           "13.7"),    // management packets received
    MGTPDC     (0x040B8, 0,   1,     RC,     0,           0,           "13.7"),    // management packets dropped
    MGTPTC     (0x040BC, 0,   1,     RC,     0,           0,           "13.7"),    // management packets sent
    TORL       (0x040C0, 0,   1,     RO,     0,           0,           "13.7"),    // octets received, low
    TORH       (0x040C4, 0,   1,     RC,     0,           0,           "13.7"),    // octets received, high
    TOTL       (0x040C8, 0,   1,     RO,     0,           0,           "13.7"),    // octets sent, low
    TOTH       (0x040CC, 0,   1,     RC,     0,           0,           "13.7"),    // octets sent, high
    TPR        (0x040D0, 0,   1,     RC,     0,           0,           "13.7"),    // total packets received
    TPT        (0x040D4, 0,   1,     RC,     0,           0,           "13.7"),    // total packets sent
    PTC64      (0x040D8, 0,   1,     RC,     0,           0,           "13.7"),    // sent 64-byte
    PTC127     (0x040DC, 0,   1,     RC,     0,           0,           "13.7"),    // sent 65-127
    PTC255     (0x040E0, 0,   1,     RC,     0,           0,           "13.7"),    // sent 128-255
    PTC511     (0x040E4, 0,   1,     RC,     0,           0,           "13.7"),    // sent 256-511
    PTC1023    (0x040E8, 0,   1,     RC,     0,           0,           "13.7"),    // sent 512-1023
    PTC1522    (0x040EC, 0,   1,     RC,     0,           0,           "13.7"),    // sent 1024-max
    MPTC       (0x040F0, 0,   1,     RC,     0,           0,           "13.7"),    // multicast sent
    BPTC       (0x040F4, 0,   1,     RC,     0,           0,           "13.7"),    // broadcast sent
    TSCTC      (0x040F8, 0,   1,     RC,     0,           0,           "13.7"),    // segmentation contexts done
    TSCTFC     (0x040FC, 0,   1,     RC,     0,           0,           "13.7"),    // segmentation contexts failed
    IAC        (0x04100, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICRXPTC    (0x04104, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICRXATC    (0x04108, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICTXPTC    (0x0410C, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICTXATC    (0x04110, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICTXQEC    (0x04118, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICTXQMTC   (0x0411C, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICRXDMTC   (0x04120, 0,   1,     RC,     0,           0,           ""),        // of later chips
    ICRXOC     (0x04124, 0,   1,     RC,     0,           0,           ""),        // of later chips
    TLPIC      (0x04148, 0,   1,     RC,     0,           0,           ""),        // of later chips
    RLPIC      (0x0414C, 0,   1,     RC,     0,           0,           ""),        // of later chips
    RXCSUM     (0x05000, 0,   1,     RW,     0,           0x0000_07FF, "13.4.47"), // receive checksum control
    RFCTL      (0x05008, 0,   1,     RW,     0,           0,           ""),        // of later chips
    MTA        (0x05200, 0x4, 128,   RW,     0,           0xFFFF_FFFF, "13.5.1"),  // multicast hash table
    RAL        (0x05400, 0x8, 16,    RW,     0,           0xFFFF_FFFF, "13.5.2"),  // station address, low
    RAH        (0x05404, 0x8, 16,    RW,     0,           0x8003_FFFF, "13.5.3"),  // station address, high
    VFTA       (0x05600, 0x4, 128,   RW,     0,           0xFFFF_FFFF, "13.5.4"),  // VLAN filter table
    WUC        (0x05800, 0,   1,     RW,     0,           0x8000_000B, "13.6.1"),  // wake up control
    WUFC       (0x05808, 0,   1,     RW,     0,           0x000F_80FF, "13.6.2"),  // wake up filters
    WUS        (0x05810, 0,   1,     W1C,    0,           0x000F_80FF, "13.6.3"),  // wake up status
    MANC       (0x05820, 0,   1,     RW,     0x0022_2300, 0x0037_7F04, ""),        // management control
    IPAV       (0x05838, 0,   1,     RW,     0,           0x0001_000F, "13.6.4"),  // valid wake up addresses
    IP4AT      (0x05840, 0x8, 4,     RW,     0,           0xFFFF_FFFF, "13.6.5"),  // wake up IPv4 addresses
    IP6AT      (0x05880, 0x4, 4,     RW,     0,           0xFFFF_FFFF, "13.6.6"),  // wake up IPv6 address
    WUPL       (0x05900, 0,   1,     RO,     0,           0,           "13.6.7"),  // length of wake up packet
    WUPM       (0x05A00, 0x4, 32,    RO,     0,           0,           "13.6.8"),  // start of wake up packet
    SWSM       (0x05B50, 0,   1,     RW,     0,           0,           ""),        // semaphore of later chips
    FFLT       (0x05F00, 0x8, 4,     RW,     0,           0x0000_07FF, "13.6.9"),  // flexible filter lengths
    RDFH_ALIAS (0x08000, 0,   1,     "RDFH"),                                      // 82542 place of RDFH
    RDFT_ALIAS (0x08008, 0,   1,     "RDFT"),                                      // 82542 place of RDFT
    TDFH_ALIAS (0x08010, 0,   1,     "TDFH"),                                      // 82542 place of TDFH
    TDFT_ALIAS (0x08018, 0,   1,     "TDFT"),                                      // 82542 place of TDFT
    FFMT       (0x09000, 0x8, 128,   RW,     0,           0x0000_000F, "13.6.10"), // flexible filter masks
    FFVT       (0x09800, 0x8, 128,   RW,     0,           0xFFFF_FFFF, "13.6.11"), // flexible filter values
    PBM        (0x10000, 0x4, 16384, RW,     0,           0xFFFF_FFFF, "13.8.11"); // packet buffer memory
    // spotless:on

    /// Bytes of the register space, BAR0.
    public static final int SPACE_BYTES = 0x20000;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers, an enum and a string
    private final Spec spec;

    private final String section;

    E1000Register(int offset, int stride, int count, Access access, int reset, int writable, String section) {
        spec = new Spec(offset, stride, count, access, reset, writable, "");
        this.section = section;
    }

    /// The place of the register `aliasOf` on the 82542, which later chips still decode.
    E1000Register(int offset, int stride, int count, String aliasOf) {
        spec = new Spec(offset, stride, count, RW, 0, 0, aliasOf);
        section = "";
    }

    @Override
    public Spec spec() {
        return spec;
    }

    /// Section of the manual that describes the register; empty where none does.
    public String section() {
        return section;
    }
}
