package dev.doorbell.device.e1000;

import dev.doorbell.device.phy.CopperPhy;
import dev.doorbell.time.Timeline;

/// The M88E1011 inside the chip: what it has beyond any gigabit PHY. // 317453, chapter 11
///
/// One thread: the card's loop.
final class Phy extends CopperPhy {
    static final int SPECIFIC_CONTROL = 16;
    static final int SPECIFIC_STATUS = 17;
    static final int INTERRUPT_ENABLE = 18;
    static final int INTERRUPT_STATUS = 19;
    static final int EXTENDED_CONTROL = 20;
    static final int PAGE_SELECT = 29;
    static final int PAGE_DATA = 30;

    static final int EVENT_SPEED = 1 << 14;
    static final int EVENT_DUPLEX = 1 << 13;
    static final int EVENT_PAGE = 1 << 12;
    static final int EVENT_NEGOTIATED = 1 << 11;
    static final int EVENT_LINK = 1 << 10;

    /// @param negotiationNs time that auto-negotiation takes
    /// @param changed       called when link, loopback, speed, duplex or the interrupt request changed
    Phy(Timeline time, long negotiationNs, Runnable changed) {
        super(time, 0x0141_0C20, 0x0E00, negotiationNs, changed);
        setDefaults();
    }

    /// The interrupt request pin.
    boolean interruptRequested() {
        return (vendor(INTERRUPT_STATUS) & vendor(INTERRUPT_ENABLE)) != 0;
    }

    @Override
    protected void setVendorDefaults() {
        vendor(SPECIFIC_CONTROL, 0x0360);
        vendor(EXTENDED_CONTROL, 0x0D60);
    }

    @Override
    protected int readVendor(int number) {
        if (number == SPECIFIC_STATUS) return specificStatus();
        int was = vendor(number);
        if (number == INTERRUPT_STATUS) vendor(number, 0); // read clears
        return was;
    }

    @Override
    protected void writeVendor(int number, int value) {
        switch (number) {
            // 24 to 26: LEDs and SerDes; 29 and 30: pages of Marvell's own, which drivers write to
            // stop the receiver.
            case SPECIFIC_CONTROL, EXTENDED_CONTROL, 24, 25, 26, PAGE_SELECT, PAGE_DATA -> vendor(number, value);
            case INTERRUPT_ENABLE -> {
                vendor(number, value);
                announce();
            }
            default -> {} // read only or not there
        }
    }

    @Override
    protected void note(Event event) {
        int bits = switch (event) {
            case SPEED -> EVENT_SPEED;
            case DUPLEX -> EVENT_DUPLEX;
            case NEGOTIATED -> EVENT_NEGOTIATED | EVENT_PAGE;
            case LINK -> EVENT_LINK;
        };
        vendor(INTERRUPT_STATUS, vendor(INTERRUPT_STATUS) | bits);
    }

    @Override
    protected void softReset() {
        vendor(INTERRUPT_STATUS, 0);
    }

    /// Speed, duplex, resolved, real-time link; a short cable, no crossover, no downshift.
    private int specificStatus() {
        if (!carrier()) return 0;
        return (speed() << 14) | (fullDuplex() ? 1 << 13 : 0) | (1 << 11) | (1 << 10);
    }
}
