package dev.doorbell.register;

import static dev.doorbell.register.Access.RC;
import static dev.doorbell.register.Access.RC_W1C;
import static dev.doorbell.register.Access.RO;
import static dev.doorbell.register.Access.RW;
import static dev.doorbell.register.Access.W1C;
import static dev.doorbell.register.Access.W1S;
import static dev.doorbell.register.Access.WO;

/// Registers of the 82576, one line each: facts only, what an access does beyond storing is
/// attached by the card.
///
/// The data sheet of this chip was not at hand: the facts come from its drivers' headers, its
/// siblings' manuals (82575, I210, X550) and drivers' behaviour. A reset value of 0 may also mean
/// that none is established; the table test lists those. Queue registers live at their primary
/// place (0xC000, 0xE000); the places of the 82575, which stock drivers use for queues 0 to 3, are
/// aliases.
public enum IgbRegister implements Register {
    // spotless:off
    //          offset   stride count access  reset        writable
    CTRL       (0x00000, 0,     1,    RW,     0x0010_0209, 0xD8DC_1BCD),          // device control
    CTRL_DUP   (0x00004, 0,     1,    "CTRL"),                                    // the same at a second address
    STATUS     (0x00008, 0,     1,    RO,     0x8000_0400, 0),                    // device status
    EECD       (0x00010, 0,     1,    RW,     0x0000_1110, 0x0000_0477),          // EEPROM pins (SPI) and its state
    EERD       (0x00014, 0,     1,    RW,     0,           0x0000_FFFC),          // reads one EEPROM word
    CTRL_EXT   (0x00018, 0,     1,    RW,     0,           0x9FC2_CCC1),          // extended control
    FLA        (0x0001C, 0,     1,    RW,     0,           0x0000_0017),          // flash pins; no flash is fitted
    MDIC       (0x00020, 0,     1,    RW,     0,           0xAFFF_FFFF),          // PHY management frames
    SCTL       (0x00024, 0,     1,    RW,     0,           0x0000_FFFF),          // SerDes access: 0x0410 loopback, 0x0400 off
    FCAL       (0x00028, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PAUSE address, low
    FCAH       (0x0002C, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE address, high
    FCT        (0x00030, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE EtherType
    CONNSW     (0x00034, 0,     1,    RW,     0,           0x0000_0807),          // copper/fiber switch
    VET        (0x00038, 0,     1,    RW,     0x8100_8100, 0xFFFF_FFFF),          // VLAN EtherTypes: inner 15:0, outer 31:16
    RA_ALIAS   (0x00040, 0x4,   32,   "RAL"),                                     // both tables of station addresses
    ICR        (0x000C0, 0,     1,    RC_W1C, 0,           0x77D4_FBFD),          // interrupt causes
    ITR        (0x000C4, 0,     1,    RW,     0,           0x0000_FFFF),          // of other chips; EITR throttles here
    ICS        (0x000C8, 0,     1,    W1S,    0,           0x77D4_FBFD),          // cause set; reads as ICR
    IMS        (0x000D0, 0,     1,    W1S,    0,           0x77D4_FBFD),          // mask set
    IMC        (0x000D8, 0,     1,    WO,     0,           0x77D4_FBFD),          // mask clear; reads as IMS
    IAM        (0x000E0, 0,     1,    RW,     0,           0xFFFF_FFFF),          // bits masked when ICR is read or written
    RCTL       (0x00100, 0,     1,    RW,     0,           0x04FF_B0FE),          // receive control
    FCRTL_ALIAS(0x00168, 0,     1,    "FCRTL"),
    FCTTV      (0x00170, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE time sent
    MTA_ALIAS  (0x00200, 0x4,   128,  "MTA"),
    TCTL       (0x00400, 0,     1,    RW,     0xA404_00F8, 0xFD3F_FFFA),          // transmit control
    TCTL_EXT   (0x00404, 0,     1,    RW,     0x0001_0840, 0x000F_FFFF),          // half duplex: slot time, collision distance
    TIPG       (0x00410, 0,     1,    RW,     0x0060_1008, 0x3FFF_FFFF),          // inter packet gap
    RTTUP2TC   (0x00418, 0,     1,    RW,     0,           0x00FF_FFFF),          // transmit priority to traffic class
    AIT        (0x00458, 0,     1,    RW,     0,           0x0000_FFFF),          // adaptive spacing of other chips
    VFTA_ALIAS (0x00600, 0x4,   128,  "VFTA"),
    VMBMEM     (0x00800, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // mailbox memory, 16 words per virtual function
    P2VMAILBOX (0x00C00, 0x4,   8,    RW,     0,           0x0000_0008),          // mailbox control, physical function's side
    V2PMAILBOX (0x00C40, 0x4,   8,    RW,     0x0000_0040, 0),                    // mailbox control, virtual function's side
    MBVFICR    (0x00C80, 0,     1,    W1C,    0,           0x00FF_00FF),          // virtual functions that asked (7:0) or acknowledged (23:16)
    MBVFIMR    (0x00C84, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // which of them interrupt
    VFLRE      (0x00C88, 0,     1,    W1C,    0,           0x0000_00FF),          // virtual functions that were reset
    VFRE       (0x00C8C, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // receive enable per pool
    VFTE       (0x00C90, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // transmit enable per pool
    LEDCTL     (0x00E00, 0,     1,    RW,     0x0706_8302, 0xEFEF_EFEF),          // LEDs, a byte each
    PBA        (0x01000, 0,     1,    RW,     0,           0x0000_FFFF),          // packet buffer of the 82575
    PBS        (0x01008, 0,     1,    RW,     0,           0x0000_FFFF),          // packet buffer size of other chips
    EEMNGCTL   (0x01010, 0,     1,    RW,     0x8000_0000, 0),                    // bit 18: port 0 has its configuration
    EEMNGDATA  (0x01014, 0,     1,    RO,     0,           0),                    // management EEPROM data
    FLMNGCTL   (0x01018, 0,     1,    RO,     0,           0),                    // management flash control
    FLMNGDATA  (0x0101C, 0,     1,    RO,     0,           0),                    // management flash data
    FLMNGCNT   (0x01020, 0,     1,    RO,     0,           0),                    // management flash counter
    EEARBC     (0x01024, 0,     1,    RW,     0,           0x0000_0001),          // EEPROM auto read bus control
    I2CCMD     (0x01028, 0,     1,    RW,     0,           0x5FFF_0000),          // I2C of SFP and SGMII
    FLOP       (0x0103C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // flash opcodes
    FRTIMER    (0x01048, 0,     1,    RW,     0,           0xFFFF_FFFF),          // free running: us 9:0, ms 19:10, s 31:20
    TCPTIMER   (0x0104C, 0,     1,    RW,     0,           0x0000_0AFF),          // timer that raises EICR bit 30
    PBA_ECC    (0x01100, 0,     1,    RW,     0,           0xFFF0_0007),          // packet buffer ECC
    ICR_NEW    (0x01500, 0,     1,    "ICR"),
    ICS_NEW    (0x01504, 0,     1,    "ICS"),
    IMS_NEW    (0x01508, 0,     1,    "IMS"),
    IMC_NEW    (0x0150C, 0,     1,    "IMC"),
    IAM_NEW    (0x01510, 0,     1,    "IAM"),
    GPIE       (0x01514, 0,     1,    RW,     0,           0xC000_0F91),          // interrupt modes
    EICS       (0x01520, 0,     1,    W1S,    0,           0xC1FF_FFFF),          // extended cause set; reads as EICR
    EIMS       (0x01524, 0,     1,    W1S,    0,           0xC1FF_FFFF),          // extended mask set
    EIMC       (0x01528, 0,     1,    WO,     0,           0xC1FF_FFFF),          // extended mask clear; reads as EIMS
    EIAC       (0x0152C, 0,     1,    RW,     0,           0x01FF_FFFF),          // vectors whose cause clears with the message
    EIAM       (0x01530, 0,     1,    RW,     0,           0xC1FF_FFFF),          // vectors whose mask clears by itself
    EICR       (0x01580, 0,     1,    RC_W1C, 0,           0xC1FF_FFFF),          // extended causes: vectors, or queues without MSI-X
    MSIXBM     (0x01600, 0x4,   10,   RW,     0,           0xFFFF_FFFF),          // cause map of the 82575
    EITR       (0x01680, 0x4,   25,   RW,     0,           0x7FFF_FFFC),          // throttle per vector, us in 14:2
    IVAR0      (0x01700, 0x4,   8,    RW,     0,           0x9F9F_9F9F),          // vectors of queues n and n + 8
    IVAR_MISC  (0x01740, 0,     1,    RW,     0,           0x0000_9F9F),          // vectors of TCP timer and other causes
    FCRTL      (0x02160, 0,     1,    RW,     0,           0x8000_FFF0),          // XON water mark, bytes
    FCRTH      (0x02168, 0,     1,    RW,     0,           0x0000_FFF0),          // XOFF water mark, bytes
    PSRCTL     (0x02170, 0,     1,    RW,     0,           0xFFFF_FFFF),          // packet split of other chips
    RXPBS      (0x02404, 0,     1,    RW,     0x0000_0040, 0x0000_007F),          // receive packet buffer, KB
    QDE        (0x02408, 0,     1,    RW,     0,           0x0000_FFFF),          // queues that drop without descriptors
    RDFH       (0x02410, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO head
    RDFT       (0x02418, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO tail
    RDFHS      (0x02420, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO head, saved
    RDFTS      (0x02428, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO tail, saved
    RDFPC      (0x02430, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO packets
    FCRTV      (0x02460, 0,     1,    RW,     0,           0x0000_FFFF),          // XOFF is sent again when so much of FCTTV is left
    RDBAL_A    (0x02800, 0x100, 4,    "RDBAL"),                                   // queues 0 to 3 at the 82575's places
    RDBAH_A    (0x02804, 0x100, 4,    "RDBAH"),
    RDLEN_A    (0x02808, 0x100, 4,    "RDLEN"),
    SRRCTL_A   (0x0280C, 0x100, 4,    "SRRCTL"),
    RDH_A      (0x02810, 0x100, 4,    "RDH"),
    RXCTL_A    (0x02814, 0x100, 4,    "RXCTL"),
    RDT_A      (0x02818, 0x100, 4,    "RDT"),
    RDTR       (0x02820, 0,     1,    RW,     0,           0x0000_FFFF),          // receive delay of other chips
    RXDCTL_A   (0x02828, 0x100, 4,    "RXDCTL"),
    RADV       (0x0282C, 0,     1,    RW,     0,           0x0000_FFFF),          // receive delay of other chips
    RQDPC_A    (0x02830, 0x100, 4,    "RQDPC"),
    SWPBS      (0x03004, 0,     1,    RW,     0,           0xFFFF_FFFF),          // switch packet buffer
    TXPBS      (0x03404, 0,     1,    RW,     0x0000_0028, 0x0000_007F),          // transmit packet buffer, KB
    TDFH       (0x03410, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO head
    TDFT       (0x03418, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO tail
    TDFHS      (0x03420, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO head, saved
    TDFTS      (0x03428, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO tail, saved
    TDFPC      (0x03430, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO packets
    RTTPCS     (0x03474, 0,     1,    RW,     0,           0xFFFF_FFFF),          // packet plane: control and status
    RTTPTCRC   (0x03480, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // packet plane: class rates, configuration
    RTTPTCRS   (0x034A0, 0x4,   8,    RO,     0,           0),                    // packet plane: class rates, status
    RTTPTCRM   (0x034C0, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // packet plane: class rates, window
    DTXSWC     (0x03500, 0,     1,    RW,     0,           0x80FF_FFFF),          // transmit switch: anti-spoof, own packets, loopback
    DTXMXSZRQ  (0x03540, 0,     1,    RW,     0,           0x0000_0FFF),          // bytes of reads under way
    LVMMC      (0x03548, 0,     1,    RC,     0,           0),                    // last malicious driver's deed
    WVBR       (0x03554, 0,     1,    RC,     0,           0),                    // pools that broke the anti-spoof rules
    MDFB       (0x03558, 0,     1,    RW,     0,           0xFFFF_FFFF),          // malicious driver blocks
    DTXCTL     (0x03590, 0,     1,    RW,     0x0000_0044, 0x0000_007C),          // transmit DMA control
    DTXTCPFLGL (0x0359C, 0,     1,    RW,     0x0FF6_0FF6, 0x0FFF_0FFF),          // AND masks of TCP flags: first 11:0, middle 27:16
    DTXTCPFLGH (0x035A0, 0,     1,    RW,     0x0000_0F7F, 0x0000_0FFF),          // AND mask of TCP flags: last segment
    RTTBCNTG   (0x035A4, 0,     1,    RW,     0,           0xFFFF_FFFF),          // congestion notification tag
    RTTDCS     (0x03600, 0,     1,    RW,     0,           0x8000_0002),          // descriptor plane: control and status
    RTTDQSEL   (0x03604, 0,     1,    RW,     0,           0x0000_000F),          // queue that RTTBCNRC and RTTBCNRS show
    RTTDVMRC   (0x03608, 0,     1,    RW,     0,           0xFFFF_FFFF),          // virtual machine rate, configuration
    RTTDVMRS   (0x0360C, 0,     1,    RO,     0,           0),                    // virtual machine rate, status
    RTTDTCRC   (0x03610, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // class rates, configuration
    RTTDTCRS   (0x03630, 0x4,   8,    RO,     0,           0),                    // class rates, status
    RTTDTCRM   (0x03650, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // class rates, window
    RTTDVMRM   (0x03670, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // virtual machine rates, window
    RTTBCNRM   (0x03690, 0x4,   8,    RW,     0,           0x0000_07FF),          // rate limiter's memory window, KB
    RTTBCNRC   (0x036B0, 0,     1,    RW,     0,           0x8FFF_FFFF),          // rate factor and enable of the selected queue
    RTTBCNRS   (0x036B4, 0,     1,    RO,     0,           0),                    // remaining spacing of the selected queue
    RTTBCNRD   (0x036B8, 0,     1,    RW,     0,           0xFFFF_FFFF),          // congestion notification rate drift
    VMVIR      (0x03700, 0x4,   8,    RW,     0,           0xC000_FFFF),          // VLAN insertion per pool
    TDBAL_A    (0x03800, 0x100, 4,    "TDBAL"),                                   // queues 0 to 3 at the 82575's places
    TDBAH_A    (0x03804, 0x100, 4,    "TDBAH"),
    TDLEN_A    (0x03808, 0x100, 4,    "TDLEN"),
    TDH_A      (0x03810, 0x100, 4,    "TDH"),
    TXCTL_A    (0x03814, 0x100, 4,    "TXCTL"),
    TDT_A      (0x03818, 0x100, 4,    "TDT"),
    TXDCTL_A   (0x03828, 0x100, 4,    "TXDCTL"),
    TDWBAL_A   (0x03838, 0x100, 4,    "TDWBAL"),
    TDWBAH_A   (0x0383C, 0x100, 4,    "TDWBAH"),
    CRCERRS    (0x04000, 0,     1,    RC,     0,           0),                    // CRC errors
    ALGNERRC   (0x04004, 0,     1,    RC,     0,           0),                    // alignment errors
    SYMERRS    (0x04008, 0,     1,    RC,     0,           0),                    // symbol errors
    RXERRC     (0x0400C, 0,     1,    RC,     0,           0),                    // receive errors
    MPC        (0x04010, 0,     1,    RC,     0,           0),                    // missed packets
    SCC        (0x04014, 0,     1,    RC,     0,           0),                    // single collisions
    ECOL       (0x04018, 0,     1,    RC,     0,           0),                    // excessive collisions
    MCC        (0x0401C, 0,     1,    RC,     0,           0),                    // multiple collisions
    LATECOL    (0x04020, 0,     1,    RC,     0,           0),                    // late collisions
    COLC       (0x04028, 0,     1,    RC,     0,           0),                    // collisions
    CBTMPC     (0x0402C, 0,     1,    RC,     0,           0),                    // circuit breaker: transmit
    DC         (0x04030, 0,     1,    RC,     0,           0),                    // deferrals
    TNCRS      (0x04034, 0,     1,    RC,     0,           0),                    // sent without carrier
    SEC        (0x04038, 0,     1,    RC,     0,           0),                    // sequence errors
    HTDPMC     (0x0403C, 0,     1,    RC,     0,           0),                    // host's frames that the MAC discarded
    RLEC       (0x04040, 0,     1,    RC,     0,           0),                    // length errors
    CBRDPC     (0x04044, 0,     1,    RC,     0,           0),                    // circuit breaker: receive, dropped
    XONRXC     (0x04048, 0,     1,    RC,     0,           0),                    // XON received
    XONTXC     (0x0404C, 0,     1,    RC,     0,           0),                    // XON sent
    XOFFRXC    (0x04050, 0,     1,    RC,     0,           0),                    // XOFF received
    XOFFTXC    (0x04054, 0,     1,    RC,     0,           0),                    // XOFF sent
    FCRUC      (0x04058, 0,     1,    RC,     0,           0),                    // unsupported flow control received
    PRC64      (0x0405C, 0,     1,    RC,     0,           0),                    // received 64
    PRC127     (0x04060, 0,     1,    RC,     0,           0),                    // received 65-127
    PRC255     (0x04064, 0,     1,    RC,     0,           0),                    // received 128-255
    PRC511     (0x04068, 0,     1,    RC,     0,           0),                    // received 256-511
    PRC1023    (0x0406C, 0,     1,    RC,     0,           0),                    // received 512-1023
    PRC1522    (0x04070, 0,     1,    RC,     0,           0),                    // received, 1024 and more
    GPRC       (0x04074, 0,     1,    RC,     0,           0),                    // good frames received
    BPRC       (0x04078, 0,     1,    RC,     0,           0),                    // broadcast received
    MPRC       (0x0407C, 0,     1,    RC,     0,           0),                    // multicast received
    GPTC       (0x04080, 0,     1,    RC,     0,           0),                    // good frames sent
    GORCL      (0x04088, 0,     1,    RO,     0,           0),                    // good octets received, low
    GORCH      (0x0408C, 0,     1,    RC,     0,           0),                    // high half, clears both
    GOTCL      (0x04090, 0,     1,    RO,     0,           0),                    // good octets sent, low
    GOTCH      (0x04094, 0,     1,    RC,     0,           0),                    // high half, clears both
    RNBC       (0x040A0, 0,     1,    RC,     0,           0),                    // no free descriptor
    RUC        (0x040A4, 0,     1,    RC,     0,           0),                    // too short, good FCS
    RFC        (0x040A8, 0,     1,    RC,     0,           0),                    // too short, bad FCS
    ROC        (0x040AC, 0,     1,    RC,     0,           0),                    // too long, good FCS
    RJC        (0x040B0, 0,     1,    RC,     0,           0),                    // too long, bad FCS
    MGTPRC     (0x040B4, 0,     1,    RC,     0,           0),                    // management frames received
    MGTPDC     (0x040B8, 0,     1,    RC,     0,           0),                    // management frames dropped
    MGTPTC     (0x040BC, 0,     1,    RC,     0,           0),                    // management frames sent
    TORL       (0x040C0, 0,     1,    RO,     0,           0),                    // all octets received, low
    TORH       (0x040C4, 0,     1,    RC,     0,           0),                    // high half, clears both
    TOTL       (0x040C8, 0,     1,    RO,     0,           0),                    // all octets sent, low
    TOTH       (0x040CC, 0,     1,    RC,     0,           0),                    // high half, clears both
    TPR        (0x040D0, 0,     1,    RC,     0,           0),                    // all frames received
    TPT        (0x040D4, 0,     1,    RC,     0,           0),                    // all frames sent
    PTC64      (0x040D8, 0,     1,    RC,     0,           0),                    // sent 64
    PTC127     (0x040DC, 0,     1,    RC,     0,           0),                    // sent 65-127
    PTC255     (0x040E0, 0,     1,    RC,     0,           0),                    // sent 128-255
    PTC511     (0x040E4, 0,     1,    RC,     0,           0),                    // sent 256-511
    PTC1023    (0x040E8, 0,     1,    RC,     0,           0),                    // sent 512-1023
    PTC1522    (0x040EC, 0,     1,    RC,     0,           0),                    // sent, 1024 and more
    MPTC       (0x040F0, 0,     1,    RC,     0,           0),                    // multicast sent
    BPTC       (0x040F4, 0,     1,    RC,     0,           0),                    // broadcast sent
    TSCTC      (0x040F8, 0,     1,    RC,     0,           0),                    // TCP segmentation contexts used
    CBRMPC     (0x040FC, 0,     1,    RC,     0,           0),                    // circuit breaker: receive
    IAC        (0x04100, 0,     1,    RC,     0,           0),                    // interrupt assertions
    RPTHC      (0x04104, 0,     1,    RC,     0,           0),                    // frames given to the host
    ICRXATC    (0x04108, 0,     1,    RC,     0,           0),                    // absolute receive timer, other chips
    ICTXPTC    (0x0410C, 0,     1,    RC,     0,           0),                    // transmit timer, other chips
    ICTXATC    (0x04110, 0,     1,    RC,     0,           0),                    // absolute transmit timer, other chips
    HGPTC      (0x04118, 0,     1,    RC,     0,           0),                    // good frames from the host
    ICTXQMTC   (0x0411C, 0,     1,    RC,     0,           0),                    // transmit queue low
    ICRXDMTC   (0x04120, 0,     1,    RC,     0,           0),                    // receive descriptors low
    HTCBDPC    (0x04124, 0,     1,    RC,     0,           0),                    // host's frames that the circuit breaker dropped
    HGORCL     (0x04128, 0,     1,    RO,     0,           0),                    // good octets to the host, low
    HGORCH     (0x0412C, 0,     1,    RC,     0,           0),                    // high half, clears both
    HGOTCL     (0x04130, 0,     1,    RO,     0,           0),                    // good octets from the host, low
    HGOTCH     (0x04134, 0,     1,    RC,     0,           0),                    // high half, clears both
    LENERRS    (0x04138, 0,     1,    RC,     0,           0),                    // length errors
    TLPIC      (0x04148, 0,     1,    RC,     0,           0),                    // low power idle, transmit
    RLPIC      (0x0414C, 0,     1,    RC,     0,           0),                    // low power idle, receive
    SSVPC      (0x041A0, 0,     1,    RC,     0,           0),                    // frames that broke the switch's security rules
    PCS_CFG0   (0x04200, 0,     1,    RW,     0,           0x0000_0009),          // PCS configuration
    PCS_LCTL   (0x04208, 0,     1,    RW,     0,           0x0005_00BF),          // PCS link control
    PCS_LSTAT  (0x0420C, 0,     1,    RO,     0,           0),                    // PCS link status
    PCS_ANADV  (0x04218, 0,     1,    RW,     0,           0x0000_B1E0),          // PCS advertisement
    PCS_LPAB   (0x0421C, 0,     1,    RO,     0,           0),                    // PCS link partner
    PCS_NPTX   (0x04220, 0,     1,    RW,     0,           0x0000_BFFF),          // PCS next page
    PCS_LPABNP (0x04224, 0,     1,    RO,     0,           0),                    // PCS link partner's next page
    SCVPC      (0x04228, 0,     1,    RC,     0,           0),                    // SerDes code violations
    RXCSUM     (0x05000, 0,     1,    RW,     0x0000_0300, 0x0000_3BFF),          // receive checksum control
    RLPML      (0x05004, 0,     1,    RW,     0x0000_2600, 0x0000_3FFF),          // longest frame with RCTL.LPE, with FCS
    RFCTL      (0x05008, 0,     1,    RW,     0,           0x000F_DCC1),          // receive filter control
    MAVTV      (0x05010, 0x4,   4,    RW,     0,           0x0000_0FFF),          // management VLAN tags
    MTA        (0x05200, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // multicast hash table
    RAL        (0x05400, 0x8,   16,   RW,     0,           0xFFFF_FFFF),          // station addresses 0 to 15, low
    RAH        (0x05404, 0x8,   16,   RW,     0,           0x83FF_FFFF),          // their high halves, pools, valid bit
    PSRTYPE    (0x05480, 0x4,   8,    RW,     0,           0xE007_FFFF),          // header split types per pool
    RAL2       (0x054E0, 0x8,   8,    RW,     0,           0xFFFF_FFFF),          // station addresses 16 to 23, low
    RAH2       (0x054E4, 0x8,   8,    RW,     0,           0x83FF_FFFF),          // their high halves
    VLAPQF     (0x055B0, 0,     1,    RW,     0,           0xBBBB_BBBB),          // VLAN priority to queue
    SYNQF      (0x055FC, 0,     1,    RW,     0,           0x0000_000F),          // queue of TCP SYN
    VFTA       (0x05600, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // VLAN filter table
    WUC        (0x05800, 0,     1,    RW,     0,           0x0000_000B),          // wake up control
    WUFC       (0x05808, 0,     1,    RW,     0,           0x800F_00FF),          // wake up filters
    WUS        (0x05810, 0,     1,    W1C,    0,           0x800F_00FF),          // wake up status
    MRQC       (0x05818, 0,     1,    RW,     0,           0xFFFF_003F),          // how queues are chosen
    VT_CTL     (0x0581C, 0,     1,    RW,     0,           0x7000_0380),          // pools: default, replication
    MANC       (0x05820, 0,     1,    RW,     0,           0x0036_2000),          // management control
    MFVAL      (0x05824, 0,     1,    RW,     0,           0xFFFF_FFFF),          // management filters valid
    IPAV       (0x05838, 0,     1,    RW,     0,           0x0001_000F),          // IP address valid
    IP4AT      (0x05840, 0x8,   4,    RW,     0,           0xFFFF_FFFF),          // IPv4 wake addresses
    MANC2H     (0x05860, 0,     1,    RW,     0,           0x0000_0060),          // management to host
    IP6AT      (0x05880, 0x4,   4,    RW,     0,           0xFFFF_FFFF),          // IPv6 wake address
    MDEF       (0x05890, 0x4,   8,    RW,     0,           0x0000_0C00),          // management decision filters
    WUPL       (0x05900, 0,     1,    RO,     0,           0),                    // wake packet length
    SAQF       (0x05980, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // 5-tuple filters: source address
    DAQF       (0x059A0, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // destination address
    SPQF       (0x059C0, 0x4,   8,    RW,     0,           0x0000_FFFF),          // source port
    FTQF       (0x059E0, 0x4,   8,    RW,     0,           0xFBFF_81FF),          // protocol, masks, queue
    WUPM       (0x05A00, 0x4,   32,   RO,     0,           0),                    // first 128 bytes of wake packet
    IMIR       (0x05A80, 0x4,   8,    RW,     0,           0xE003_FFFF),          // 5-tuple filters: destination port, immediate interrupt
    IMIREXT    (0x05AA0, 0x4,   8,    RW,     0,           0x000F_FFFF),          // size and TCP flags
    IMIRVP     (0x05AC0, 0,     1,    RW,     0,           0x0000_000F),          // VLAN priority that interrupts immediately
    RTRUP2TC   (0x05AC4, 0,     1,    RW,     0,           0x00FF_FFFF),          // receive priority to traffic class
    TXSWC      (0x05ACC, 0,     1,    RW,     0,           0x80FF_FFFF),          // switch control of later chips
    VMOLR      (0x05AD0, 0x4,   8,    RW,     0x8000_2600, 0xDF03_3FFF),          // what each pool receives
    RPLOLR     (0x05AF0, 0,     1,    RW,     0x8000_0000, 0xC000_0000),          // stripping of replicated frames
    GCR        (0x05B00, 0,     1,    RW,     0x0685_0200, 0x0001_F23F),          // PCIe control
    FUNCTAG    (0x05B08, 0,     1,    RW,     0,           0xFFFF_FFFF),          // function tag
    GSCL_1     (0x05B10, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 1
    GSCL_2     (0x05B14, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 2
    GSCL_3     (0x05B18, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 3
    GSCL_4     (0x05B1C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 4
    GSCN       (0x05B20, 0x4,   4,    RO,     0,           0),                    // PCIe statistic counters 0-3
    FACTPS     (0x05B30, 0,     1,    RO,     0x2000_0004, 0),                    // function active and power state
    SWSM       (0x05B50, 0,     1,    RW,     0,           0x0000_000B),          // software semaphore
    FWSM       (0x05B54, 0,     1,    RW,     0,           0),                    // firmware semaphore; none runs here
    SWSM2      (0x05B58, 0,     1,    RW,     0,           0x0000_0002),          // second software semaphore
    SW_FW_SYNC (0x05B5C, 0,     1,    RW,     0,           0x000F_000F),          // who owns what
    GCR2       (0x05B64, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe control 2
    PBACL      (0x05B68, 0,     1,    W1C,    0,           0x01FF_FFFF),          // MSI-X pending bit clear
    DCA_ID     (0x05B70, 0,     1,    RO,     0,           0),                    // DCA requester id
    DCA_CTRL   (0x05B74, 0,     1,    RW,     0,           0x0000_001F),          // DCA global control
    CIAA       (0x05B88, 0,     1,    RW,     0,           0xFFFF_FFFF),          // indirect configuration space, address
    CIAD       (0x05B8C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // indirect configuration space, data
    IOVCTL     (0x05BBC, 0,     1,    RW,     0,           0x0000_0001),          // queues of virtual functions for the physical one
    RETA       (0x05C00, 0x4,   32,   RW,     0,           0x0F0F_0F0F),          // RSS: 128 entries, four a word
    RSSRK      (0x05C80, 0x4,   10,   RW,     0,           0xFFFF_FFFF),          // RSS key, 40 bytes
    ETQF       (0x05CB0, 0x4,   8,    RW,     0,           0xE407_FFFF),          // ethertype filters
    VLVF       (0x05D00, 0x4,   32,   RW,     0,           0x801F_FFFF),          // pool VLAN filters
    VMRCTL     (0x05D80, 0x4,   4,    RW,     0,           0x0000_0707),          // mirror rule control
    VMRVLAN    (0x05D90, 0x4,   4,    RW,     0,           0xFFFF_FFFF),          // mirror rule VLAN bitmap
    VMRVM      (0x05DA0, 0x4,   4,    RW,     0,           0x0000_00FF),          // mirror rule pool bitmap
    SCCRL      (0x05DB0, 0,     1,    RW,     0,           0xFFFF_FFFF),          // storm control
    BSCTRH     (0x05DB8, 0,     1,    RW,     0,           0xFFFF_FFFF),          // broadcast storm threshold
    MSCTRH     (0x05DBC, 0,     1,    RW,     0,           0xFFFF_FFFF),          // multicast storm threshold
    FFLT       (0x05F00, 0x8,   4,    RW,     0,           0x0000_07FF),          // flexible filters: lengths
    TSYNCRXCFG (0x05F50, 0,     1,    RW,     0,           0x0000_FFFF),          // PTP message to time stamp
    RDFH_ALIAS (0x08000, 0,     1,    "RDFH"),
    RDFT_ALIAS (0x08008, 0,     1,    "RDFT"),
    TDFH_ALIAS (0x08010, 0,     1,    "TDFH"),
    TDFT_ALIAS (0x08018, 0,     1,    "TDFT"),
    HOST_IF    (0x08800, 0x4,   448,  RW,     0,           0xFFFF_FFFF),          // host interface buffer
    HICR       (0x08F00, 0,     1,    RW,     0,           0x0000_00C6),          // host interface control; no firmware
    FFMT       (0x09000, 0x8,   128,  RW,     0,           0x0000_000F),          // flexible filters: masks
    FTFT       (0x09400, 0x4,   255,  RW,     0,           0xFFFF_FFFF),          // flexible TCO filters
    FFVT       (0x09800, 0x8,   128,  RW,     0,           0xFFFF_FFFF),          // flexible filters: values
    UTA        (0x0A000, 0x4,   128,  WO,     0,           0xFFFF_FFFF),          // unicast hash table
    LSECTXCAP  (0x0B000, 0,     1,    RO,     0,           0),                    // MACsec transmit capability
    LSECTXCTRL (0x0B004, 0,     1,    RW,     0,           0xFFFF_FF23),          // MACsec transmit control
    RTTBCNCR   (0x0B200, 0,     1,    RW,     0,           0xFFFF_FFFF),          // congestion notification control
    LSECRXCAP  (0x0B300, 0,     1,    RO,     0,           0),                    // MACsec receive capability
    LSECRXCTRL (0x0B304, 0,     1,    RW,     0,           0x0000_00CC),          // MACsec receive control
    IPSRXIDX   (0x0B400, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec receive index
    IPSCTRL    (0x0B430, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec control
    IPSTXIDX   (0x0B450, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec transmit index
    SYSTIML    (0x0B600, 0,     1,    RW,     0,           0xFFFF_FFFF),          // system time; reading it samples both halves
    SYSTIMH    (0x0B604, 0,     1,    RW,     0,           0xFFFF_FFFF),          // system time, high
    TIMINCA    (0x0B608, 0,     1,    RW,     0,           0xFFFF_FFFF),          // INCVALUE 23:0 added every INCPERIOD 31:24 times 16 ns
    TIMADJL    (0x0B60C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // time adjustment
    TIMADJH    (0x0B610, 0,     1,    RW,     0,           0xFFFF_FFFF),          // high half with the sign; writing it adjusts
    TSYNCTXCTL (0x0B614, 0,     1,    RW,     0,           0x0000_0010),          // transmit time stamps
    TXSTMPL    (0x0B618, 0,     1,    RO,     0,           0),                    // transmit stamp low
    TXSTMPH    (0x0B61C, 0,     1,    RO,     0,           0),                    // transmit stamp high
    TSYNCRXCTL (0x0B620, 0,     1,    RW,     0,           0x0000_003E),          // receive time stamps
    RXSTMPL    (0x0B624, 0,     1,    RO,     0,           0),                    // receive stamp low
    RXSTMPH    (0x0B628, 0,     1,    RO,     0,           0),                    // receive stamp high
    RXSATRL    (0x0B62C, 0,     1,    RO,     0,           0),                    // source of the stamped frame
    RXSATRH    (0x0B630, 0,     1,    RO,     0,           0),                    // its source, high, and sequence number
    TSAUXC     (0x0B640, 0,     1,    RW,     0,           0x8002_0FFF),          // time sync auxiliary control
    TSICR      (0x0B66C, 0,     1,    RC_W1C, 0,           0x0000_00FF),          // time sync causes
    TSIM       (0x0B674, 0,     1,    RW,     0,           0x0000_00FF),          // time sync mask
    WUPM_EXT   (0x0B800, 0,     1,    RO,     0,           0),                    // wake packet memory of later chips
    RDBAL      (0x0C000, 0x40,  16,   RW,     0,           0xFFFF_FF80),          // receive ring base, low
    RDBAH      (0x0C004, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // receive ring base, high
    RDLEN      (0x0C008, 0x40,  16,   RW,     0,           0x000F_FFF0),          // receive ring bytes
    SRRCTL     (0x0C00C, 0x40,  16,   RW,     0,           0x8FF0_0F7F),          // receive buffers and descriptor type
    RDH        (0x0C010, 0x40,  16,   RW,     0,           0x0000_FFFF),          // receive head
    RXCTL      (0x0C014, 0x40,  16,   RW,     0,           0xFF00_02E0),          // receive DCA control
    RDT        (0x0C018, 0x40,  16,   RW,     0,           0x0000_FFFF),          // receive tail
    RXDCTL     (0x0C028, 0x40,  16,   RW,     0x0001_0000, 0x021F_1F1F),          // receive queue control
    RQDPC      (0x0C030, 0x40,  16,   RC,     0,           0),                    // frames dropped for want of descriptors
    DVMOLR     (0x0C038, 0x40,  8,    RW,     0,           0xE000_0000),          // stripping per queue, of the i350
    TDBAL      (0x0E000, 0x40,  16,   RW,     0,           0xFFFF_FF80),          // transmit ring base, low
    TDBAH      (0x0E004, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // transmit ring base, high
    TDLEN      (0x0E008, 0x40,  16,   RW,     0,           0x000F_FFF0),          // transmit ring bytes
    TDH        (0x0E010, 0x40,  16,   RW,     0,           0x0000_FFFF),          // transmit head
    TXCTL      (0x0E014, 0x40,  16,   RW,     0x0000_2A00, 0xFF00_2A20),          // transmit DCA control
    TDT        (0x0E018, 0x40,  16,   RW,     0,           0x0000_FFFF),          // transmit tail
    TXDCTL     (0x0E028, 0x40,  16,   RW,     0,           0x0A1F_1F1F),          // transmit queue control
    TDWBAL     (0x0E038, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // head write-back address
    TDWBAH     (0x0E03C, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // head write-back address, high
    PVTCTRL    (0x10000, 0x100, 8,    RW,     0,           0),                    // resets a virtual function; its registers from here on
    PVFGPRC    (0x10010, 0x100, 8,    RO,     0,           0),                    // good frames received
    PVFGPTC    (0x10014, 0x100, 8,    RO,     0,           0),                    // good frames sent
    PVFGORC    (0x10018, 0x100, 8,    RO,     0,           0),                    // good octets received
    PVTEICS    (0x10020, 0x100, 8,    WO,     0,           0x0000_0007),          // cause set
    PVTEIMS    (0x10024, 0x100, 8,    W1S,    0,           0x0000_0007),          // mask set
    PVTEIMC    (0x10028, 0x100, 8,    WO,     0,           0x0000_0007),          // mask clear
    PVTEIAC    (0x1002C, 0x100, 8,    RW,     0,           0x0000_0007),          // auto clear
    PVTEIAM    (0x10030, 0x100, 8,    RW,     0,           0x0000_0007),          // auto mask
    PVFGOTC    (0x10034, 0x100, 8,    RO,     0,           0),                    // good octets sent
    PFVFMPRC   (0x10038, 0x100, 8,    RO,     0,           0),                    // where some drivers look for the next one
    PVFMPRC    (0x1003C, 0x100, 8,    RO,     0,           0),                    // multicast frames received
    PVFGPRLBC  (0x10040, 0x100, 8,    RO,     0,           0),                    // good looped frames received
    PVFGPTLBC  (0x10044, 0x100, 8,    RO,     0,           0),                    // good looped frames sent
    PVFGORLBC  (0x10048, 0x100, 8,    RO,     0,           0),                    // good looped octets received
    PVFGOTLBC  (0x10050, 0x100, 8,    RO,     0,           0),                    // good looped octets sent
    PVTEICR    (0x10080, 0x100, 8,    RC_W1C, 0,           0x0000_0007);          // causes
    // spotless:on

    /// Bytes of the register space, BAR0.
    public static final int SPACE_BYTES = 0x20000;

    /// Transmit and receive queues.
    public static final int QUEUES = 16;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers, an enum and a string
    private final Spec spec;

    IgbRegister(int offset, int stride, int count, Access access, int reset, int writable) {
        spec = new Spec(offset, stride, count, access, reset, writable, "");
    }

    /// Another place of the register `aliasOf`.
    IgbRegister(int offset, int stride, int count, String aliasOf) {
        spec = new Spec(offset, stride, count, RW, 0, 0, aliasOf);
    }

    @Override
    public Spec spec() {
        return spec;
    }
}
