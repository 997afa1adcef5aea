package dev.doorbell.register;

/// Layout of the page through which a paravirtual e1000 and its driver tell each other what a register
/// write would cost an exit for: the communication block ("CSB") of FreeBSD's lem driver.
///
/// 32-bit little-endian words, offsets in bytes. The names say who writes a word: the guest writes
/// `GUEST`, the card `HOST`, but the limit [#HOST_TXCYCLES_LIM]. A flag is its lowest bit. // FreeBSD,
/// sys/net/paravirt.h and sys/dev/e1000/if_lem.c, facts only
public final class CommunicationBlock {
    /// Bytes of the page.
    public static final int PAGE_BYTES = 4096;

    /// Alignment that the card asks for: no word straddles a cache line then. lem's allocator gives 128.
    public static final int ALIGNMENT_BYTES = 64;

    /// PCI subsystem id of a card that has such a page.
    public static final int SUBSYSTEM_ID = 0x1101;

    /// Transmit tail: what TDT would hold.
    public static final int GUEST_TDT = 0x00;

    /// Whether descriptors sent are to interrupt. lem writes 2 for "seen", which is no.
    public static final int GUEST_NEED_TXKICK = 0x04;

    /// Whether frames received are to interrupt.
    public static final int GUEST_NEED_RXKICK = 0x08;

    /// Whether the page counts.
    public static final int GUEST_CSB_ON = 0x0C;

    /// Receive tail: what RDT would hold.
    public static final int GUEST_RDT = 0x10;

    /// Transmit head whose crossing is to interrupt, or [#NONE].
    public static final int GUEST_TXKICK_AT = 0x14;

    /// Unused by the e1000.
    public static final int GUEST_USE_MSIX = 0x18;

    /// What TDH holds.
    public static final int HOST_TDH = 0x40;

    /// Whether TDT must be written for the card to see a new tail: it sleeps.
    public static final int HOST_NEED_TXKICK = 0x44;

    /// How long the card shall look before it sleeps, in rounds of its own; not used by ours.
    public static final int HOST_TXCYCLES_LIM = 0x48;

    public static final int HOST_TXCYCLES = 0x4C;

    /// What RDH holds.
    public static final int HOST_RDH = 0x50;

    /// Whether RDT must be written: frames wait for descriptors.
    public static final int HOST_NEED_RXKICK = 0x54;

    public static final int HOST_ISR = 0x58;

    /// The receive tail at which RDT must be written, or [#NONE]; lem looks at this one only.
    public static final int HOST_RXKICK_AT = 0x5C;

    /// No index.
    public static final int NONE = -1;

    private CommunicationBlock() {}
}
