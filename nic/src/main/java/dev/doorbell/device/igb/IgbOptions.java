package dev.doorbell.device.igb;

import java.util.List;

/// What an operator chooses about a card.
///
/// @param macAddress        48 bits, first byte on the wire uppermost: 0x525400123456L is 52:54:00:12:34:56
/// @param interruptGapNs    least gap between two interrupts of a vector whatever the guest programs; 0 leaves it to
///     the guest
/// @param autoNegotiationNs time from the start of auto-negotiation to the link
/// @param msix              whether the card offers MSI-X; without it drivers use MSI or the line
/// @param lineRate          whether the port transmits no faster than its link
/// @param transmitRates     bits per second of Layer-2 bytes for queue 0, 1 and so on; 0 leaves a queue to the guest;
///     at most 16
public record IgbOptions(
        long macAddress,
        long interruptGapNs,
        long autoNegotiationNs,
        boolean msix,
        boolean lineRate,
        List<Long> transmitRates) {
    /// Twisted pair takes seconds. Drivers wait for the link change interrupt, not for a time, so a guest sees the
    /// same order of events and loses no boot time.
    public static final long AUTO_NEGOTIATION_NS = 20_000_000;

    private static final long GROUP_BIT = 0x0100_0000_0000L;

    public IgbOptions {
        if (macAddress <= 0 || macAddress >>> 48 != 0 || (macAddress & GROUP_BIT) != 0)
            throw new IllegalArgumentException("not a station's MAC address: " + Long.toHexString(macAddress));
        if (interruptGapNs < 0 || autoNegotiationNs < 0) throw new IllegalArgumentException("times are 0 or more");
        transmitRates = List.copyOf(transmitRates);
        if (transmitRates.size() > 16) throw new IllegalArgumentException("16 transmit queues at most");
    }

    /// A card with defaults for the rest.
    public IgbOptions(long macAddress) {
        this(macAddress, 0, AUTO_NEGOTIATION_NS, true, false, List.of());
    }

    public IgbOptions withInterruptGapNs(long ns) {
        return new IgbOptions(macAddress, ns, autoNegotiationNs, msix, lineRate, transmitRates);
    }

    public IgbOptions withAutoNegotiationNs(long ns) {
        return new IgbOptions(macAddress, interruptGapNs, ns, msix, lineRate, transmitRates);
    }

    public IgbOptions withMsix(boolean on) {
        return new IgbOptions(macAddress, interruptGapNs, autoNegotiationNs, on, lineRate, transmitRates);
    }

    public IgbOptions withLineRate(boolean on) {
        return new IgbOptions(macAddress, interruptGapNs, autoNegotiationNs, msix, on, transmitRates);
    }

    public IgbOptions withTransmitRates(List<Long> bitsPerSecond) {
        return new IgbOptions(macAddress, interruptGapNs, autoNegotiationNs, msix, lineRate, bitsPerSecond);
    }
}
