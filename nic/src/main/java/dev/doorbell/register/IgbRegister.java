package dev.doorbell.register;

import static dev.doorbell.register.Access.RC;
import static dev.doorbell.register.Access.RC_W1C;
import static dev.doorbell.register.Access.RO;
import static dev.doorbell.register.Access.RW;
import static dev.doorbell.register.Access.W1C;
import static dev.doorbell.register.Access.W1S;
import static dev.doorbell.register.Access.WO;

/// Registers of the 82576, one line each: facts only, what an access does beyond storing is attached by the card.
///
/// The data sheet of this chip was not at hand: the facts come from its drivers' headers, its siblings' manuals
/// (82575, I210, X550) and drivers' behaviour. A reset value of 0 may also mean that none is established; the
/// table test lists those. Queue registers live at their primary place (0xC000, 0xE000); the places of the 82575,
/// which stock drivers use for queues 0 to 3, are aliases.
public enum IgbRegister implements Register {
    // spotless:off
    //          offset   stride count access  reset        writable
    CTRL       (0x00000, 0,     1,    RW,     0x0010_0209, 0xD8DC_1BCD),          // device control
    CTRL_DUP   (0x00004, 0,     1,    "CTRL"),                                    // second address of CTRL, same storage in the
    STATUS     (0x00008, 0,     1,    RO,     0x8000_0400, 0),                    // device status
    EECD       (0x00010, 0,     1,    RW,     0x0000_1110, 0x0007_84FF),          // SPI EEPROM pins and status
    EERD       (0x00014, 0,     1,    RW,     0,           0x0000_FFFC),          // EEPROM word read engine used by igb for parts
    CTRL_EXT   (0x00018, 0,     1,    RW,     0,           0x9FC2_CCC1),          // extended control
    FLA        (0x0001C, 0,     1,    RW,     0,           0xC000_003F),          // flash pins
    MDIC       (0x00020, 0,     1,    RW,     0,           0xAFFF_FFFF),          // PHY management
    SCTL       (0x00024, 0,     1,    RW,     0,           0x8000_FFFF),          // SerDes control
    FCAL       (0x00028, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PAUSE address low 0x00C28001
    FCAH       (0x0002C, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE address high 0x0100
    FCT        (0x00030, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE ethertype 0x8808
    CONNSW     (0x00034, 0,     1,    RW,     0,           0x0000_0E07),          // copper/fiber switch
    VET        (0x00038, 0,     1,    RW,     0x8100_8100, 0xFFFF_FFFF),          // inner and outer VLAN ethertypes
    RA_ALIAS   (0x00040, 0x4,   32,   "RAL"),                                     // alias of RAL/RAH
    ICR        (0x000C0, 0,     1,    RC_W1C, 0,           0x77D4_FBFD),          // old address of ICR
    ITR        (0x000C4, 0,     1,    RW,     0,           0x0000_FFFF),          // listed in the shared header
    ICS        (0x000C8, 0,     1,    W1S,    0,           0x77D4_FBFD),          // writable cause bits 0x77D4FBFD in the igb
    IMS        (0x000D0, 0,     1,    W1S,    0,           0x77D4_FBFD),          // model masks writes to 0x77D4FBFD
    IMC        (0x000D8, 0,     1,    WO,     0,           0x77D4_FBFD),          // read returns IMS in the model with a
    IAM        (0x000E0, 0,     1,    RW,     0,           0xFFFF_FFFF),          // mask copied into IMC when ICR is read or
    RCTL       (0x00100, 0,     1,    RW,     0,           0x04FF_B0FE),          // receive control
    FCRTL_ALIAS(0x00168, 0,     1,    "FCRTL"),                                   // alias
    FCTTV      (0x00170, 0,     1,    RW,     0,           0x0000_FFFF),          // PAUSE timer
    MTA_ALIAS  (0x00200, 0x4,   128,  "MTA"),                                     // alias of MTA
    TCTL       (0x00400, 0,     1,    RW,     0xA404_00F8, 0xFD7F_FFFA),          // transmit control
    TCTL_EXT   (0x00404, 0,     1,    RW,     0x0001_0840, 0x000F_FFFF),          // half duplex backoff slot time and collision
    TIPG       (0x00410, 0,     1,    RW,     0x0060_1008, 0x3FFF_FFFF),          // inter packet gap
    RTTUP2TC   (0x00418, 0,     1,    RW,     0,           0x00FF_FFFF),          // transmit priority to traffic class, header
    AIT        (0x00458, 0,     1,    RW,     0,           0x0000_FFFF),          // adaptive spacing, shared header only
    VFTA_ALIAS (0x00600, 0x4,   128,  "VFTA"),                                    // alias
    VMBMEM     (0x00800, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // mailbox memory, 16 dwords for each VF
    P2VMAILBOX (0x00C00, 0x4,   8,    RW,     0,           0x0000_0008),          // PF side mailbox control per VF
    V2PMAILBOX (0x00C40, 0x4,   8,    RW,     0x0000_0040, 0),                    // VF side mailbox control
    MBVFICR    (0x00C80, 0,     1,    W1C,    0,           0x00FF_00FF),          // which VF asked or acked
    MBVFIMR    (0x00C84, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // mailbox interrupt mask per VF
    VFLRE      (0x00C88, 0,     1,    W1C,    0,           0x0000_00FF),          // VF reset event per VF
    VFRE       (0x00C8C, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // receive enable per pool
    VFTE       (0x00C90, 0,     1,    RW,     0x0000_00FF, 0x0000_00FF),          // transmit enable per pool
    LEDCTL     (0x00E00, 0,     1,    RW,     0x0706_8302, 0xEFEF_EFEF),          // LED control, four bytes
    PBA        (0x01000, 0,     1,    RW,     0,           0x0000_FFFF),          // 82575 register, use RXPBS on 82576
    PBS        (0x01008, 0,     1,    RW,     0,           0x0000_FFFF),          // packet buffer size, shared header
    EEMNGCTL   (0x01010, 0,     1,    RW,     0x8000_0000, 0x800C_0000),          // driver polls bit 18 (port 0) or 19 (port 1)
    EEMNGDATA  (0x01014, 0,     1,    RO,     0,           0),                    // management EEPROM data
    FLMNGCTL   (0x01018, 0,     1,    RO,     0,           0),                    // management flash control
    FLMNGDATA  (0x0101C, 0,     1,    RO,     0,           0),                    // management flash data
    FLMNGCNT   (0x01020, 0,     1,    RO,     0,           0),                    // management flash counter
    EEARBC     (0x01024, 0,     1,    RW,     0,           0x0000_0001),          // EEPROM auto read bus control
    I2CCMD     (0x01028, 0,     1,    RW,     0,           0xFFFF_FFFF),          // SFP/SGMII I2C engine
    FLOP       (0x0103C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // flash opcodes
    FRTIMER    (0x01048, 0,     1,    RW,     0,           0xFFFF_FFFF),          // free running timer
    TCPTIMER   (0x0104C, 0,     1,    RW,     0,           0x0000_0AFF),          // TCP timer that raises EICR bit 30
    PBA_ECC    (0x01100, 0,     1,    RW,     0,           0xFFF0_0007),          // packet buffer ECC
    ICR_NEW    (0x01500, 0,     1,    "ICR"),                                     // interrupt cause at its new address
    ICS_NEW    (0x01504, 0,     1,    "ICS"),                                     // new address of ICS
    IMS_NEW    (0x01508, 0,     1,    "IMS"),                                     // new address of IMS
    IMC_NEW    (0x0150C, 0,     1,    "IMC"),                                     // new address of IMC
    IAM_NEW    (0x01510, 0,     1,    "IAM"),                                     // new address of IAM
    GPIE       (0x01514, 0,     1,    RW,     0,           0xC000_0F91),          // interrupt mode select
    EICS       (0x01520, 0,     1,    W1S,    0,           0xC1FF_FFFF),          // set EICR bits
    EIMS       (0x01524, 0,     1,    W1S,    0,           0xC1FF_FFFF),          // mask set/read
    EIMC       (0x01528, 0,     1,    WO,     0,           0xC1FF_FFFF),          // mask clear, shows in EIMS
    EIAC       (0x0152C, 0,     1,    RW,     0,           0x01FF_FFFF),          // vectors whose EICR bit clears when the MSI-X
    EIAM       (0x01530, 0,     1,    RW,     0,           0xC1FF_FFFF),          // vectors whose EIMS bit clears automatically
    EICR       (0x01580, 0,     1,    RC_W1C, 0,           0xC1FF_FFFF),          // extended causes
    MSIXBM     (0x01600, 0x4,   10,   RW,     0,           0xFFFF_FFFF),          // 82575 only cause map, listed for completeness
    EITR       (0x01680, 0x4,   25,   RW,     0,           0x7FFF_FFFC),          // one throttle per MSI-X vector, 25 of them
    IVAR0      (0x01700, 0x4,   8,    RW,     0,           0x9F9F_9F9F),          // vector map for queues n and n+8, n=0..7
    IVAR_MISC  (0x01740, 0,     1,    RW,     0,           0x0000_9F9F),          // vector map for timer and other causes
    FCRTL      (0x02160, 0,     1,    RW,     0,           0x8000_FFF0),          // XON threshold in bytes
    FCRTH      (0x02168, 0,     1,    RW,     0,           0x0000_FFF0),          // XOFF threshold
    PSRCTL     (0x02170, 0,     1,    RW,     0,           0xFFFF_FFFF),          // packet split control of older parts
    RXPBS      (0x02404, 0,     1,    RW,     0x0000_0040, 0x0000_007F),          // receive packet buffer, 64 KB reset
    QDE        (0x02408, 0,     1,    RW,     0,           0x0000_FFFF),          // queue drop enable, one bit per receive queue
    RDFH       (0x02410, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO head
    RDFT       (0x02418, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO tail
    RDFHS      (0x02420, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO head saved
    RDFTS      (0x02428, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO tail saved
    RDFPC      (0x02430, 0,     1,    RW,     0,           0x0000_1FFF),          // receive FIFO packet count
    FCRTV      (0x02460, 0,     1,    RW,     0,           0x0000_FFFF),          // pause refresh timer
    RDBAL_A    (0x02800, 0x100, 4,    "RDBAL"),                                   // receive ring base low, 128-byte aligned (self
    RDBAH_A    (0x02804, 0x100, 4,    "RDBAH"),                                   // receive ring base high
    RDLEN_A    (0x02808, 0x100, 4,    "RDLEN"),                                   // receive ring bytes, self test mask 0x000FFFF0
    SRRCTL_A   (0x0280C, 0x100, 4,    "SRRCTL"),                                  // receive queue buffer and descriptor type
    RDH_A      (0x02810, 0x100, 4,    "RDH"),                                     // receive head, moved by hardware
    RXCTL_A    (0x02814, 0x100, 4,    "RXCTL"),                                   // receive DCA control, drivers call it
    RDT_A      (0x02818, 0x100, 4,    "RDT"),                                     // receive tail, testable only when the queue is
    RDTR       (0x02820, 0,     1,    RW,     0,           0x0000_FFFF),          // legacy receive delay name in shared header
    RXDCTL_A   (0x02828, 0x100, 4,    "RXDCTL"),                                  // receive queue control
    RADV       (0x0282C, 0,     1,    RW,     0,           0x0000_FFFF),          // legacy name, unused
    RQDPC_A    (0x02830, 0x100, 4,    "RQDPC"),                                   // packets dropped by this queue for lack of
    SWPBS      (0x03004, 0,     1,    RW,     0,           0xFFFF_FFFF),          // switch packet buffer size
    TXPBS      (0x03404, 0,     1,    RW,     0x0000_0028, 0x0000_007F),          // transmit packet buffer, 40 KB
    TDFH       (0x03410, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO head
    TDFT       (0x03418, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO tail
    TDFHS      (0x03420, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO head saved
    TDFTS      (0x03428, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO tail saved
    TDFPC      (0x03430, 0,     1,    RW,     0,           0x0000_1FFF),          // transmit FIFO packet count
    RTTPCS     (0x03474, 0,     1,    RW,     0,           0xFFFF_FFFF),          // transmit packet plane control and status
    RTTPTCRC   (0x03480, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // transmit packet plane TC rate config, header
    RTTPTCRS   (0x034A0, 0x4,   8,    RO,     0,           0),                    // transmit packet plane TC rate status, header
    RTTPTCRM   (0x034C0, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // transmit packet plane TC rate window, header
    DTXSWC     (0x03500, 0,     1,    RW,     0,           0x80FF_FFFF),          // transmit switch: per pool anti spoof, per
    DTXMXSZRQ  (0x03540, 0,     1,    RW,     0,           0x0000_0FFF),          // outstanding transmit read limit
    LVMMC      (0x03548, 0,     1,    RC,     0,           0),                    // last VM misbehavior cause
    WVBR       (0x03554, 0,     1,    RC,     0,           0),                    // pools that broke anti spoof rules
    MDFB       (0x03558, 0,     1,    RW,     0,           0xFFFF_FFFF),          // malicious driver free block
    DTXCTL     (0x03590, 0,     1,    RW,     0x0000_0044, 0x0000_007C),          // DMA transmit control
    DTXTCPFLGL (0x0359C, 0,     1,    RW,     0x0FF6_0FF6, 0x0FFF_0FFF),          // AND masks for TCP flags in first and middle
    DTXTCPFLGH (0x035A0, 0,     1,    RW,     0x0000_0F7F, 0x0000_0FFF),          // AND mask for TCP flags in last segment
    RTTBCNTG   (0x035A4, 0,     1,    RW,     0,           0xFFFF_FFFF),          // BCN tagging, header only
    RTTDCS     (0x03600, 0,     1,    RW,     0,           0x8000_0002),          // descriptor plane control and status
    RTTDQSEL   (0x03604, 0,     1,    RW,     0,           0x0000_000F),          // selects the queue whose rate registers appear
    RTTDVMRC   (0x03608, 0,     1,    RW,     0,           0xFFFF_FFFF),          // per VM rate config, indexed by RTTDQSEL
    RTTDVMRS   (0x0360C, 0,     1,    RO,     0,           0),                    // per VM rate status, header only
    RTTDTCRC   (0x03610, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // descriptor plane TC rate config, header only
    RTTDTCRS   (0x03630, 0x4,   8,    RO,     0,           0),                    // descriptor plane TC rate status, header only
    RTTDTCRM   (0x03650, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // descriptor plane TC rate window, header only
    RTTDVMRM   (0x03670, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // descriptor plane VM rate window, header only
    RTTBCNRM   (0x03690, 0x4,   8,    RW,     0,           0x0000_07FF),          // rate limiter memory window (datasheet TRLMMW)
    RTTBCNRC   (0x036B0, 0,     1,    RW,     0,           0x8FFF_FFFF),          // rate factor and enable of the selected queue
    RTTBCNRS   (0x036B4, 0,     1,    RO,     0,           0),                    // remaining spacing of the selected queue
    RTTBCNRD   (0x036B8, 0,     1,    RW,     0,           0xFFFF_FFFF),          // BCN rate drift, header only
    VMVIR      (0x03700, 0x4,   8,    RW,     0,           0xC000_FFFF),          // per pool VLAN insert policy
    TDBAL_A    (0x03800, 0x100, 4,    "TDBAL"),                                   // transmit ring base low (self test mask
    TDBAH_A    (0x03804, 0x100, 4,    "TDBAH"),                                   // transmit ring base high
    TDLEN_A    (0x03808, 0x100, 4,    "TDLEN"),                                   // transmit ring bytes, mask 0x000FFFF0
    TDH_A      (0x03810, 0x100, 4,    "TDH"),                                     // transmit head, moved by hardware
    TXCTL_A    (0x03814, 0x100, 4,    "TXCTL"),                                   // transmit DCA control
    TDT_A      (0x03818, 0x100, 4,    "TDT"),                                     // transmit tail
    TXDCTL_A   (0x03828, 0x100, 4,    "TXDCTL"),                                  // transmit queue control
    TDWBAL_A   (0x03838, 0x100, 4,    "TDWBAL"),                                  // head write-back address low
    TDWBAH_A   (0x0383C, 0x100, 4,    "TDWBAH"),                                  // head write-back address high
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
    CBTMPC     (0x0402C, 0,     1,    RC,     0,           0),                    // circuit breaker transmit
    DC         (0x04030, 0,     1,    RC,     0,           0),                    // defers
    TNCRS      (0x04034, 0,     1,    RC,     0,           0),                    // sent without carrier
    SEC        (0x04038, 0,     1,    RC,     0,           0),                    // sequence errors
    HTDPMC     (0x0403C, 0,     1,    RC,     0,           0),                    // host transmit discarded by MAC (older parts:
    RLEC       (0x04040, 0,     1,    RC,     0,           0),                    // length errors
    CBRDPC     (0x04044, 0,     1,    RC,     0,           0),                    // circuit breaker receive dropped
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
    PRC1522    (0x04070, 0,     1,    RC,     0,           0),                    // received 1024-max
    GPRC       (0x04074, 0,     1,    RC,     0,           0),                    // good received
    BPRC       (0x04078, 0,     1,    RC,     0,           0),                    // broadcast received
    MPRC       (0x0407C, 0,     1,    RC,     0,           0),                    // multicast received
    GPTC       (0x04080, 0,     1,    RC,     0,           0),                    // good sent
    GORCL      (0x04088, 0,     1,    RO,     0,           0),                    // good octets received low half
    GORCH      (0x0408C, 0,     1,    RC,     0,           0),                    // good octets received high half
    GOTCL      (0x04090, 0,     1,    RO,     0,           0),                    // good octets sent low half
    GOTCH      (0x04094, 0,     1,    RC,     0,           0),                    // good octets sent high half
    RNBC       (0x040A0, 0,     1,    RC,     0,           0),                    // no buffers
    RUC        (0x040A4, 0,     1,    RC,     0,           0),                    // undersize
    RFC        (0x040A8, 0,     1,    RC,     0,           0),                    // fragments
    ROC        (0x040AC, 0,     1,    RC,     0,           0),                    // oversize, also counts packets oversize for
    RJC        (0x040B0, 0,     1,    RC,     0,           0),                    // jabber
    MGTPRC     (0x040B4, 0,     1,    RC,     0,           0),                    // management received
    MGTPDC     (0x040B8, 0,     1,    RC,     0,           0),                    // management dropped
    MGTPTC     (0x040BC, 0,     1,    RC,     0,           0),                    // management sent
    TORL       (0x040C0, 0,     1,    RO,     0,           0),                    // total octets received low half
    TORH       (0x040C4, 0,     1,    RC,     0,           0),                    // total octets received high half
    TOTL       (0x040C8, 0,     1,    RO,     0,           0),                    // total octets sent low half
    TOTH       (0x040CC, 0,     1,    RC,     0,           0),                    // total octets sent high half
    TPR        (0x040D0, 0,     1,    RC,     0,           0),                    // total received
    TPT        (0x040D4, 0,     1,    RC,     0,           0),                    // total sent
    PTC64      (0x040D8, 0,     1,    RC,     0,           0),                    // sent 64
    PTC127     (0x040DC, 0,     1,    RC,     0,           0),                    // sent 65-127
    PTC255     (0x040E0, 0,     1,    RC,     0,           0),                    // sent 128-255
    PTC511     (0x040E4, 0,     1,    RC,     0,           0),                    // sent 256-511
    PTC1023    (0x040E8, 0,     1,    RC,     0,           0),                    // sent 512-1023
    PTC1522    (0x040EC, 0,     1,    RC,     0,           0),                    // sent 1024-max
    MPTC       (0x040F0, 0,     1,    RC,     0,           0),                    // multicast sent
    BPTC       (0x040F4, 0,     1,    RC,     0,           0),                    // broadcast sent
    TSCTC      (0x040F8, 0,     1,    RC,     0,           0),                    // TCP segmentation contexts
    CBRMPC     (0x040FC, 0,     1,    RC,     0,           0),                    // circuit breaker receive (older parts: TSCTFC)
    IAC        (0x04100, 0,     1,    RC,     0,           0),                    // interrupt assertions
    RPTHC      (0x04104, 0,     1,    RC,     0,           0),                    // packets to host (older: ICRXPTC)
    ICRXATC    (0x04108, 0,     1,    RC,     0,           0),                    // absolute receive timer expiries (older parts)
    ICTXPTC    (0x0410C, 0,     1,    RC,     0,           0),                    // transmit packet timer expiries (older parts)
    ICTXATC    (0x04110, 0,     1,    RC,     0,           0),                    // transmit absolute timer expiries (older parts)
    HGPTC      (0x04118, 0,     1,    RC,     0,           0),                    // host good packets sent (older: ICTXQEC)
    ICTXQMTC   (0x0411C, 0,     1,    RC,     0,           0),                    // transmit queue minimum threshold count
    ICRXDMTC   (0x04120, 0,     1,    RC,     0,           0),                    // receive descriptor minimum threshold count
    HTCBDPC    (0x04124, 0,     1,    RC,     0,           0),                    // host transmit circuit breaker dropped (older:
    HGORCL     (0x04128, 0,     1,    RO,     0,           0),                    // host good octets received low half
    HGORCH     (0x0412C, 0,     1,    RC,     0,           0),                    // host good octets received high half
    HGOTCL     (0x04130, 0,     1,    RO,     0,           0),                    // host good octets sent low half
    HGOTCH     (0x04134, 0,     1,    RC,     0,           0),                    // host good octets sent high half
    LENERRS    (0x04138, 0,     1,    RC,     0,           0),                    // length errors
    TLPIC      (0x04148, 0,     1,    RC,     0,           0),                    // transmit low power idle count
    RLPIC      (0x0414C, 0,     1,    RC,     0,           0),                    // receive low power idle count
    SSVPC      (0x041A0, 0,     1,    RC,     0,           0),                    // switch security violations
    PCS_CFG0   (0x04200, 0,     1,    RW,     0,           0x0000_0009),          // PCS configuration
    PCS_LCTL   (0x04208, 0,     1,    RW,     0,           0x0005_00BF),          // PCS link control
    PCS_LSTAT  (0x0420C, 0,     1,    RO,     0,           0),                    // PCS link status
    PCS_ANADV  (0x04218, 0,     1,    RW,     0,           0x0000_B1E0),          // PCS autoneg advertisement
    PCS_LPAB   (0x0421C, 0,     1,    RO,     0,           0),                    // link partner ability
    PCS_NPTX   (0x04220, 0,     1,    RW,     0,           0x0000_BFFF),          // next page transmit
    PCS_LPABNP (0x04224, 0,     1,    RO,     0,           0),                    // link partner next page
    SCVPC      (0x04228, 0,     1,    RC,     0,           0),                    // SerDes code violations
    RXCSUM     (0x05000, 0,     1,    RW,     0x0000_0300, 0x0000_3BFF),          // receive checksum control
    RLPML      (0x05004, 0,     1,    RW,     0x0000_2600, 0x0000_3FFF),          // longest accepted frame with LPE, includes CRC
    RFCTL      (0x05008, 0,     1,    RW,     0,           0x000F_DCC1),          // receive filter control
    MAVTV      (0x05010, 0x4,   4,    RW,     0,           0x0000_0FFF),          // management VLAN tags
    MTA        (0x05200, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // multicast hash table
    RAL        (0x05400, 0x8,   16,   RW,     0,           0xFFFF_FFFF),          // station address low, entries 0-15
    RAH        (0x05404, 0x8,   16,   RW,     0,           0x83FF_FFFF),          // station address high, pool bitmap and valid
    PSRTYPE    (0x05480, 0x4,   8,    RW,     0,           0xE007_FFFF),          // header split packet types per pool, driver
    RAL2       (0x054E0, 0x8,   8,    RW,     0,           0xFFFF_FFFF),          // station address low, entries 16-23
    RAH2       (0x054E4, 0x8,   8,    RW,     0,           0x83FF_FFFF),          // station address high, entries 16-23
    VLAPQF     (0x055B0, 0,     1,    RW,     0,           0xBBBB_BBBB),          // VLAN priority to queue
    SYNQF      (0x055FC, 0,     1,    RW,     0,           0x0000_000F),          // SYN packet queue filter, priority bit is
    VFTA       (0x05600, 0x4,   128,  RW,     0,           0xFFFF_FFFF),          // VLAN filter table
    WUC        (0x05800, 0,     1,    RW,     0,           0x0000_000B),          // wake up control
    WUFC       (0x05808, 0,     1,    RW,     0,           0x800F_00FF),          // wake up filters
    WUS        (0x05810, 0,     1,    W1C,    0,           0x800F_00FF),          // wake up status
    MRQC       (0x05818, 0,     1,    RW,     0,           0xFFFF_003F),          // multiple receive queue control
    VT_CTL     (0x0581C, 0,     1,    RW,     0,           0x7000_0380),          // pool control: default pool, ignore MAC, no
    MANC       (0x05820, 0,     1,    RW,     0,           0x0036_2000),          // management control
    MFVAL      (0x05824, 0,     1,    RW,     0,           0xFFFF_FFFF),          // management filters valid
    IPAV       (0x05838, 0,     1,    RW,     0,           0x0001_000F),          // IP address valid
    IP4AT      (0x05840, 0x8,   4,    RW,     0,           0xFFFF_FFFF),          // IPv4 wake addresses
    MANC2H     (0x05860, 0,     1,    RW,     0,           0x0000_0060),          // management to host
    IP6AT      (0x05880, 0x4,   4,    RW,     0,           0xFFFF_FFFF),          // IPv6 wake address
    MDEF       (0x05890, 0x4,   8,    RW,     0,           0x0000_0C00),          // management decision filters
    WUPL       (0x05900, 0,     1,    RO,     0,           0),                    // wake packet length
    SAQF       (0x05980, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // 5-tuple source address
    DAQF       (0x059A0, 0x4,   8,    RW,     0,           0xFFFF_FFFF),          // 5-tuple destination address
    SPQF       (0x059C0, 0x4,   8,    RW,     0,           0x0000_FFFF),          // 5-tuple source port
    FTQF       (0x059E0, 0x4,   8,    RW,     0,           0xFBFF_81FF),          // 5-tuple control
    WUPM       (0x05A00, 0x4,   32,   RO,     0,           0),                    // first 128 bytes of wake packet
    IMIR       (0x05A80, 0x4,   8,    RW,     0,           0xE003_FFFF),          // destination port half of the n-th filter and
    IMIREXT    (0x05AA0, 0x4,   8,    RW,     0,           0x000F_FFFF),          // size and TCP flag half of the n-th filter
    IMIRVP     (0x05AC0, 0,     1,    RW,     0,           0x0000_000F),          // VLAN priority that gives an immediate
    RTRUP2TC   (0x05AC4, 0,     1,    RW,     0,           0x00FF_FFFF),          // receive priority to class, header only
    TXSWC      (0x05ACC, 0,     1,    RW,     0,           0x80FF_FFFF),          // newer parts location of the switch control
    VMOLR      (0x05AD0, 0x4,   8,    RW,     0x8000_2600, 0xDF03_3FFF),          // per pool receive policy: length limit, long
    RPLOLR     (0x05AF0, 0,     1,    RW,     0x8000_0000, 0xC000_0000),          // strip policy for replicated
    GCR        (0x05B00, 0,     1,    RW,     0x0685_0200, 0x0085_F23F),          // PCIe control
    FUNCTAG    (0x05B08, 0,     1,    RW,     0,           0xFFFF_FFFF),          // function tag
    GSCL_1     (0x05B10, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 1
    GSCL_2     (0x05B14, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 2
    GSCL_3     (0x05B18, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 3
    GSCL_4     (0x05B1C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe statistic control 4
    GSCN       (0x05B20, 0x4,   4,    RO,     0,           0),                    // PCIe statistic counters 0-3
    FACTPS     (0x05B30, 0,     1,    RO,     0,           0),                    // function active and power state
    SWSM       (0x05B50, 0,     1,    RW,     0,           0x0000_000B),          // software semaphore: reading returns SMBI then
    FWSM       (0x05B54, 0,     1,    RW,     0,           0x1000_800E),          // firmware semaphore/status
    SWSM2      (0x05B58, 0,     1,    RW,     0,           0x0000_0002),          // second driver semaphore
    SW_FW_SYNC (0x05B5C, 0,     1,    RW,     0,           0x000F_000F),          // resource ownership bits
    GCR2       (0x05B64, 0,     1,    RW,     0,           0xFFFF_FFFF),          // PCIe control 2
    PBACL      (0x05B68, 0,     1,    W1C,    0,           0x01FF_FFFF),          // MSI-X pending bit clear
    DCA_ID     (0x05B70, 0,     1,    RO,     0,           0),                    // DCA requester id
    DCA_CTRL   (0x05B74, 0,     1,    RW,     0,           0x0000_001F),          // DCA global control
    CIAA       (0x05B88, 0,     1,    RW,     0,           0xFFFF_FFFF),          // indirect PCI config address (i350)
    CIAD       (0x05B8C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // indirect PCI config data (i350)
    IOVCTL     (0x05BBC, 0,     1,    RW,     0,           0x0000_0001),          // lets PF use VF queues
    RETA       (0x05C00, 0x4,   32,   RW,     0,           0x0F0F_0F0F),          // RSS redirection table, 128 entries in 32
    RSSRK      (0x05C80, 0x4,   10,   RW,     0,           0xFFFF_FFFF),          // RSS key 40 bytes
    ETQF       (0x05CB0, 0x4,   8,    RW,     0,           0xE407_FFFF),          // ethertype filters
    VLVF       (0x05D00, 0x4,   32,   RW,     0,           0x801F_FFFF),          // pool VLAN filters
    VMRCTL     (0x05D80, 0x4,   4,    RW,     0,           0x0000_0707),          // mirror rule control
    VMRVLAN    (0x05D90, 0x4,   4,    RW,     0,           0xFFFF_FFFF),          // mirror rule VLAN bitmap
    VMRVM      (0x05DA0, 0x4,   4,    RW,     0,           0x0000_00FF),          // mirror rule pool bitmap
    SCCRL      (0x05DB0, 0,     1,    RW,     0,           0xFFFF_FFFF),          // storm control
    BSCTRH     (0x05DB8, 0,     1,    RW,     0,           0xFFFF_FFFF),          // broadcast storm threshold
    MSCTRH     (0x05DBC, 0,     1,    RW,     0,           0xFFFF_FFFF),          // multicast storm threshold
    FFLT       (0x05F00, 0x8,   4,    RW,     0,           0x0000_07FF),          // flexible filter length
    TSYNCRXCFG (0x05F50, 0,     1,    RW,     0,           0x0000_FFFF),          // PTP packet type to time stamp
    RDFH_ALIAS (0x08000, 0,     1,    "RDFH"),                                    // alias
    RDFT_ALIAS (0x08008, 0,     1,    "RDFT"),                                    // alias
    TDFH_ALIAS (0x08010, 0,     1,    "TDFH"),                                    // alias
    TDFT_ALIAS (0x08018, 0,     1,    "TDFT"),                                    // alias
    HOST_IF    (0x08800, 0x4,   448,  RW,     0,           0xFFFF_FFFF),          // manageability host interface buffer
    HICR       (0x08F00, 0,     1,    RW,     0,           0x0000_00C6),          // host interface control
    FFMT       (0x09000, 0x8,   128,  RW,     0,           0x0000_000F),          // flexible filter masks of older parts, every
    FTFT       (0x09400, 0x4,   255,  RW,     0,           0xFFFF_FFFF),          // flexible TCO filter table (overlaps the mask
    FFVT       (0x09800, 0x8,   128,  RW,     0,           0xFFFF_FFFF),          // flexible filter values of older parts, every
    UTA        (0x0A000, 0x4,   128,  WO,     0,           0xFFFF_FFFF),          // unicast hash table, same hash and MO as MTA
    LSECTXCAP  (0x0B000, 0,     1,    RO,     0,           0),                    // MACsec transmit capability (LSEC* block
    LSECTXCTRL (0x0B004, 0,     1,    RW,     0,           0xFFFF_FF23),          // MACsec transmit control
    RTTBCNCR   (0x0B200, 0,     1,    RW,     0,           0xFFFF_FFFF),          // BCN control, header only
    LSECRXCAP  (0x0B300, 0,     1,    RO,     0,           0),                    // MACsec receive capability
    LSECRXCTRL (0x0B304, 0,     1,    RW,     0,           0x0000_00CC),          // MACsec receive control
    IPSRXIDX   (0x0B400, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec receive index
    IPSCTRL    (0x0B430, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec control
    IPSTXIDX   (0x0B450, 0,     1,    RW,     0,           0xFFFF_FFFF),          // IPsec transmit index
    SYSTIML    (0x0B600, 0,     1,    RW,     0,           0xFFFF_FFFF),          // system time low
    SYSTIMH    (0x0B604, 0,     1,    RW,     0,           0xFFFF_FFFF),          // system time high
    TIMINCA    (0x0B608, 0,     1,    RW,     0,           0xFFFF_FFFF),          // system time increment: adds INCVALUE every
    TIMADJL    (0x0B60C, 0,     1,    RW,     0,           0xFFFF_FFFF),          // time adjust low
    TIMADJH    (0x0B610, 0,     1,    RW,     0,           0xFFFF_FFFF),          // time adjust high, write applies
    TSYNCTXCTL (0x0B614, 0,     1,    RW,     0,           0x0000_0010),          // transmit time stamp control
    TXSTMPL    (0x0B618, 0,     1,    RO,     0,           0),                    // transmit stamp low
    TXSTMPH    (0x0B61C, 0,     1,    RO,     0,           0),                    // transmit stamp high
    TSYNCRXCTL (0x0B620, 0,     1,    RW,     0,           0x0000_003E),          // receive time stamp control
    RXSTMPL    (0x0B624, 0,     1,    RO,     0,           0),                    // receive stamp low
    RXSTMPH    (0x0B628, 0,     1,    RO,     0,           0),                    // receive stamp high
    RXSATRL    (0x0B62C, 0,     1,    RO,     0,           0),                    // receive stamp source id low
    RXSATRH    (0x0B630, 0,     1,    RO,     0,           0),                    // receive stamp source id high and sequence
    TSAUXC     (0x0B640, 0,     1,    RW,     0,           0x8002_0FFF),          // time sync auxiliary control
    TSICR      (0x0B66C, 0,     1,    RC_W1C, 0,           0x0000_00FF),          // time sync causes
    TSIM       (0x0B674, 0,     1,    RW,     0,           0x0000_00FF),          // time sync cause mask
    WUPM_EXT   (0x0B800, 0,     1,    RO,     0,           0),                    // extended wake packet memory (later parts)
    RDBAL      (0x0C000, 0x40,  16,   RW,     0,           0xFFFF_FF80),          // receive ring base low, 128-byte aligned (self
    RDBAH      (0x0C004, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // receive ring base high
    RDLEN      (0x0C008, 0x40,  16,   RW,     0,           0x000F_FFF0),          // receive ring bytes, self test mask 0x000FFFF0
    SRRCTL     (0x0C00C, 0x40,  16,   RW,     0,           0x8FF0_0F7F),          // receive queue buffer and descriptor type
    RDH        (0x0C010, 0x40,  16,   RW,     0,           0x0000_FFFF),          // receive head, moved by hardware
    RXCTL      (0x0C014, 0x40,  16,   RW,     0,           0xFF00_02E0),          // receive DCA control, drivers call it
    RDT        (0x0C018, 0x40,  16,   RW,     0,           0x0000_FFFF),          // receive tail, testable only when the queue is
    RXDCTL     (0x0C028, 0x40,  16,   RW,     0x0001_0000, 0x021F_1F1F),          // receive queue control
    RQDPC      (0x0C030, 0x40,  16,   RC,     0,           0),                    // packets dropped by this queue for lack of
    DVMOLR     (0x0C038, 0x40,  8,    RW,     0,           0xE000_0000),          // per queue offload, i350 naming
    TDBAL      (0x0E000, 0x40,  16,   RW,     0,           0xFFFF_FF80),          // transmit ring base low (self test mask
    TDBAH      (0x0E004, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // transmit ring base high
    TDLEN      (0x0E008, 0x40,  16,   RW,     0,           0x000F_FFF0),          // transmit ring bytes, mask 0x000FFFF0
    TDH        (0x0E010, 0x40,  16,   RW,     0,           0x0000_FFFF),          // transmit head, moved by hardware
    TXCTL      (0x0E014, 0x40,  16,   RW,     0x0000_2A00, 0xFF00_2A20),          // transmit DCA control
    TDT        (0x0E018, 0x40,  16,   RW,     0,           0x0000_FFFF),          // transmit tail
    TXDCTL     (0x0E028, 0x40,  16,   RW,     0,           0x0A1F_1F1F),          // transmit queue control
    TDWBAL     (0x0E038, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // head write-back address low
    TDWBAH     (0x0E03C, 0x40,  16,   RW,     0,           0xFFFF_FFFF),          // head write-back address high
    PVTCTRL    (0x10000, 0x100, 8,    RW,     0,           0x0400_0000),          // resets VF n, PF view
    PVFGPRC    (0x10010, 0x100, 8,    RO,     0,           0),                    // VF good packets received, PF view
    PVFGPTC    (0x10014, 0x100, 8,    RO,     0,           0),                    // VF good packets sent, PF view
    PVFGORC    (0x10018, 0x100, 8,    RO,     0,           0),                    // VF good octets received, PF view
    PVTEICS    (0x10020, 0x100, 8,    WO,     0,           0x0000_0007),          // VF cause set, PF view
    PVTEIMS    (0x10024, 0x100, 8,    W1S,    0,           0x0000_0007),          // VF mask set, PF view
    PVTEIMC    (0x10028, 0x100, 8,    WO,     0,           0x0000_0007),          // VF mask clear, PF view
    PVTEIAC    (0x1002C, 0x100, 8,    RW,     0,           0x0000_0007),          // VF auto clear, PF view
    PVTEIAM    (0x10030, 0x100, 8,    RW,     0,           0x0000_0007),          // VF auto mask, PF view
    PVFGOTC    (0x10034, 0x100, 8,    RO,     0,           0),                    // VF good octets sent, PF view
    PFVFMPRC   (0x10038, 0x100, 8,    RO,     0,           0),                    // address at which the shared header and the
    PVFMPRC    (0x1003C, 0x100, 8,    RO,     0,           0),                    // VF multicast received (DPDK header says
    PVFGPRLBC  (0x10040, 0x100, 8,    RO,     0,           0),                    // VF loopback packets received, PF view
    PVFGPTLBC  (0x10044, 0x100, 8,    RO,     0,           0),                    // VF loopback packets sent, PF view
    PVFGORLBC  (0x10048, 0x100, 8,    RO,     0,           0),                    // VF loopback octets received, PF view
    PVFGOTLBC  (0x10050, 0x100, 8,    RO,     0,           0),                    // VF loopback octets sent, PF view
    PVTEICR    (0x10080, 0x100, 8,    RC_W1C, 0,           0x0000_0007);          // VF causes, PF view
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
