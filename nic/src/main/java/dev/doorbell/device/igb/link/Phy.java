package dev.doorbell.device.igb.link;

import dev.doorbell.device.phy.CopperPhy;
import dev.doorbell.time.Timeline;
import java.util.Arrays;

/// The PHY inside the 82576 (the drivers' IGP04): what it has beyond any gigabit PHY.
///
/// Registers 16 to 30 exist on pages. A write to register 31 names a register on a page in full
/// (`0x11B1` is register 0x11 of page 0x11A0); its low five bits count for nothing, since the
/// management frame that follows names the register again. Page 0 is the working page; all others
/// are storage, as scripts that tune the PHY expect.
final class Phy extends CopperPhy {
    static final int PORT_CONFIG = 16;
    static final int PORT_STATUS = 17;
    static final int PORT_CONTROL = 18;
    static final int LINK_HEALTH = 19;
    static final int POWER_MANAGEMENT = 25;
    static final int PAGE_SELECT = 31;

    private static final int REGISTERS_PER_PAGE = 32;
    /// What drivers read the cable's length from, one per pair: bits 15:9 must be between 1 and 112.
    private static final int[] GAIN = {0x11B1, 0x12B1, 0x14B1, 0x18B1};
    /// The gain that a cable of a few metres needs. Inferred: any value in range.
    private static final int SHORT_CABLE_GAIN = 8 << 9;

    private static final int PORT_STATUS_FULL_DUPLEX = 1 << 9;
    private static final int PORT_STATUS_SPEED_SHIFT = 14;

    private final char[] page = new char[0x1_0000];

    /// @param negotiationNs time that auto-negotiation takes
    /// @param changed       called when link, loopback, speed or duplex changed
    Phy(Timeline time, long negotiationNs, Runnable changed) {
        super(time, 0x02A8_0391, 0x0F00, negotiationNs, changed);
        setDefaults();
    }

    @Override
    protected void setVendorDefaults() {
        Arrays.fill(page, (char) 0);
        page[PORT_CONFIG] = 0x0120;
        page[POWER_MANAGEMENT] = 0x008D;
        for (int register : GAIN) page[register] = SHORT_CABLE_GAIN;
    }

    @Override
    protected int readVendor(int number) {
        if (number == PAGE_SELECT) return vendor(PAGE_SELECT);
        int at = place(number);
        return at == PORT_STATUS ? portStatus() : page[at];
    }

    @Override
    protected void writeVendor(int number, int value) {
        if (number == PAGE_SELECT) {
            vendor(PAGE_SELECT, value);
            return;
        }
        int at = place(number);
        if (at != PORT_STATUS && at != LINK_HEALTH) page[at] = (char) value;
    }

    private int place(int number) {
        return (vendor(PAGE_SELECT) & -REGISTERS_PER_PAGE) | number;
    }

    /// This PHY's interrupt registers are unknown; no driver uses them.
    @Override
    protected void note(Event event) {}

    @Override
    protected void softReset() {}

    /// Speed (1 to 3 for 10 to 1000 Mb/s) and duplex; normal polarity, no crossover.
    private int portStatus() {
        if (!carrier()) return 0;
        return ((speed() + 1) << PORT_STATUS_SPEED_SHIFT) | (fullDuplex() ? PORT_STATUS_FULL_DUPLEX : 0);
    }
}
