package dev.doorbell.device.e1000;

import dev.doorbell.register.CommunicationBlock;

/// What an operator chooses about a card.
///
/// @param model             the chip
/// @param macAddress        48 bits, first byte on the wire uppermost: 0x525400123456L is 52:54:00:12:34:56
/// @param interruptGapNs    least gap between two interrupts whatever the guest programs; 0 leaves it to the guest
/// @param autoNegotiationNs time from the start of auto-negotiation to the link
/// @param paravirtual       whether the card offers the page of [dev.doorbell.register.CommunicationBlock]
public record E1000Options(
        E1000Model model, long macAddress, long interruptGapNs, long autoNegotiationNs, boolean paravirtual) {
    /// Twisted pair takes seconds. Drivers wait for the link change interrupt, not for a time, so a guest sees the
    /// same order of events and loses no boot time.
    public static final long AUTO_NEGOTIATION_NS = 20_000_000;

    private static final long GROUP_BIT = 0x0100_0000_0000L;

    public E1000Options {
        if (macAddress <= 0 || macAddress >>> 48 != 0 || (macAddress & GROUP_BIT) != 0)
            throw new IllegalArgumentException("not a station's MAC address: " + Long.toHexString(macAddress));
        if (interruptGapNs < 0 || autoNegotiationNs < 0) throw new IllegalArgumentException("times are 0 or more");
    }

    /// A card with defaults for the rest.
    public E1000Options(E1000Model model, long macAddress) {
        this(model, macAddress, 0, AUTO_NEGOTIATION_NS, false);
    }

    public E1000Options withInterruptGapNs(long gapNs) {
        return new E1000Options(model, macAddress, gapNs, autoNegotiationNs, paravirtual);
    }

    public E1000Options withAutoNegotiationNs(long ns) {
        return new E1000Options(model, macAddress, interruptGapNs, ns, paravirtual);
    }

    public E1000Options withParavirtual(boolean offered) {
        return new E1000Options(model, macAddress, interruptGapNs, autoNegotiationNs, offered);
    }

    /// PCI subsystem id, which tells a driver whether there is such a page.
    int subsystemId() {
        return paravirtual ? CommunicationBlock.SUBSYSTEM_ID : model.subsystemId();
    }
}
