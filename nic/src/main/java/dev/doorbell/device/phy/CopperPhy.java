package dev.doorbell.device.phy;

import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.util.Arrays;

/// A gigabit PHY for twisted pair: the management registers that IEEE 802.3 defines (0 to 15),
/// auto-negotiation and the link. Registers have 16 bits. A subclass adds its vendor's registers
/// (16 to 31) and calls [#setDefaults()] at the end of its constructor.
///
/// The link partner is whatever the backend leads to. It negotiates everything up to 1000BASE-T
/// full duplex and symmetric PAUSE, and is there or not ([#partner(boolean)]). Auto-negotiation
/// takes the time the operator chose, a forced link none. As on silicon a change of speed, duplex
/// or auto-negotiation enable in register 0 takes effect with a soft reset, a restart or the end of
/// power down only. // 317453, 11.1.3
///
/// One thread: the card's loop.
public abstract class CopperPhy {
    /// The one address that answers on the management bus.
    public static final int ADDRESS = 1;

    public static final int CONTROL = 0;
    public static final int STATUS = 1;
    public static final int ID1 = 2;
    public static final int ID2 = 3;
    public static final int ADVERTISE = 4;
    public static final int PARTNER = 5;
    public static final int EXPANSION = 6;
    public static final int NEXT_PAGE = 7;
    public static final int GIGABIT_CONTROL = 9;
    public static final int GIGABIT_STATUS = 10;
    public static final int EXTENDED_STATUS = 15;
    /// The first register of the vendor's own.
    public static final int VENDOR = 16;

    public static final int CONTROL_RESET = 1 << 15;
    public static final int CONTROL_LOOPBACK = 1 << 14;
    public static final int CONTROL_SPEED_LOW = 1 << 13;
    public static final int CONTROL_NEGOTIATE = 1 << 12;
    public static final int CONTROL_POWER_DOWN = 1 << 11;
    public static final int CONTROL_ISOLATE = 1 << 10;
    public static final int CONTROL_RESTART = 1 << 9;
    public static final int CONTROL_DUPLEX = 1 << 8;
    public static final int CONTROL_SPEED_HIGH = 1 << 6;
    private static final int CONTROL_MODE = CONTROL_SPEED_LOW | CONTROL_NEGOTIATE | CONTROL_DUPLEX | CONTROL_SPEED_HIGH;
    private static final int CONTROL_WRITABLE = 0x7DC0; // RESET and RESTART clear themselves

    public static final int STATUS_LINK = 1 << 2;
    public static final int STATUS_NEGOTIATED = 1 << 5;
    /// 10 and 100 in both duplexes, extended status, preamble suppression, auto-negotiation able.
    private static final int STATUS_FIXED = 0x7949;

    /// 10 and 100 in both duplexes, PAUSE, acknowledge: the partner's word.
    private static final int PARTNER_WORD = 0x45E1;
    /// The partner can do 1000BASE-T in both duplexes.
    private static final int PARTNER_GIGABIT = 0x0C00;
    private static final int RECEIVERS_OK = 0x3000;

    private static final int GIGABIT_FULL = 1 << 9;
    private static final int GIGABIT_HALF = 1 << 8;
    private static final int ADVERTISE_100_FULL = 1 << 8;
    private static final int ADVERTISE_100_HALF = 1 << 7;
    private static final int ADVERTISE_10_FULL = 1 << 6;
    private static final int ADVERTISE_10_HALF = 1 << 5;

    /// Speed codes, as in CTRL and STATUS of the MAC.
    public static final int SPEED_10 = 0;

    public static final int SPEED_100 = 1;
    public static final int SPEED_1000 = 2;

    /// What a vendor's interrupt registers may report.
    protected enum Event {
        SPEED,
        DUPLEX,
        /// Auto-negotiation is complete.
        NEGOTIATED,
        /// The link came or went.
        LINK
    }

    private final int[] register = new int[32];
    private final Timeline time;
    private final Timer negotiation;
    private final long negotiationNs;
    private final Runnable changed;
    private final int idHigh;
    private final int idLow;
    private final int gigabitDefault;
    private boolean held; // CTRL.PHY_RST
    private boolean partner;
    private boolean link;
    private boolean linkWasLost; // register 1 bit 2 latches low until it is read
    private boolean negotiated;
    private int mode; // the bits of register 0 in effect
    private int speed = SPEED_1000;
    private boolean fullDuplex = true;

    /// @param id             registers 2 and 3, register 2 uppermost
    /// @param gigabitDefault register 9 after a reset
    /// @param negotiationNs  time that auto-negotiation takes
    /// @param changed        called when link, loopback, speed, duplex or the interrupt request changed
    @SuppressWarnings("this-escape") // the timer cannot run before it is armed
    protected CopperPhy(Timeline time, int id, int gigabitDefault, long negotiationNs, Runnable changed) {
        this.time = time;
        this.negotiationNs = negotiationNs;
        this.changed = changed;
        this.gigabitDefault = gigabitDefault;
        idHigh = id >>> 16;
        idLow = id & 0xFFFF;
        negotiation = time.timer("auto-negotiation", this::finishNegotiation);
    }

    /// Hardware reset: every register to its default, then the link is sought anew.
    public final void reset() {
        setDefaults();
        restart();
    }

    /// CTRL.PHY_RST: while held, the PHY is in reset and its link is down.
    public final void hold(boolean inReset) {
        if (inReset == held) return;
        held = inReset;
        reset();
    }

    /// Whether there is another end of the cable.
    public final void partner(boolean present) {
        if (present == partner) return;
        partner = present;
        if (present) seekLink();
        else loseLink();
        changed.run();
    }

    /// Link to the partner: what the MAC sees unless the PHY loops back.
    public final boolean linkUp() {
        return link && (register[CONTROL] & CONTROL_ISOLATE) == 0;
    }

    /// What is sent comes back.
    public final boolean loopback() {
        return (register[CONTROL] & (CONTROL_LOOPBACK | CONTROL_POWER_DOWN)) == CONTROL_LOOPBACK && !held;
    }

    /// [#SPEED_10], [#SPEED_100] or [#SPEED_1000].
    public final int speed() {
        return speed;
    }

    public final boolean fullDuplex() {
        return fullDuplex;
    }

    /// Whether management frames are answered.
    public final boolean answers(int address) {
        return address == ADDRESS && !held;
    }

    public final int read(int number) {
        return switch (number) {
            case STATUS -> readStatus();
            case PARTNER -> negotiated ? PARTNER_WORD : 0;
            case EXPANSION -> negotiated ? 1 : 0; // the partner negotiates
            case GIGABIT_STATUS -> negotiated ? PARTNER_GIGABIT | (speed == SPEED_1000 ? RECEIVERS_OK : 0) : 0;
            default -> number < VENDOR ? register[number] : readVendor(number);
        };
    }

    public final void write(int number, int value) {
        switch (number) {
            case CONTROL -> writeControl(value);
            case ADVERTISE, NEXT_PAGE -> register[number] = value & 0xBFFF; // bit 14 is the partner's
            case GIGABIT_CONTROL -> register[number] = value & 0xFF00;
            default -> {
                if (number >= VENDOR) writeVendor(number, value); // else read only or not there
            }
        }
    }

    /// Every register to its default, nothing else.
    protected final void setDefaults() {
        Arrays.fill(register, 0);
        register[CONTROL] = CONTROL_NEGOTIATE | CONTROL_DUPLEX | CONTROL_SPEED_HIGH;
        register[ID1] = idHigh;
        register[ID2] = idLow;
        register[ADVERTISE] = 0x0DE1;
        register[NEXT_PAGE] = 0x2001;
        register[GIGABIT_CONTROL] = gigabitDefault;
        register[EXTENDED_STATUS] = 0x3000;
        linkWasLost = true;
        setVendorDefaults();
    }

    /// The vendor's registers to their defaults.
    protected abstract void setVendorDefaults();

    /// `number` is [#VENDOR] to 31.
    protected abstract int readVendor(int number);

    /// As [#readVendor].
    protected abstract void writeVendor(int number, int value);

    /// Something happened that a vendor's interrupt status may show.
    protected abstract void note(Event event);

    /// A soft reset was asked for in register 0: it spares the vendor's settings but not its
    /// interrupt status.
    protected abstract void softReset();

    /// Stored value of a vendor's register.
    protected final int vendor(int number) {
        return register[number];
    }

    /// Stores a vendor's register.
    protected final void vendor(int number, int value) {
        register[number] = value;
    }

    /// Whether there is a link or a loopback, in real time.
    protected final boolean carrier() {
        return link || loopback();
    }

    /// Tells the MAC that something of the vendor's changed.
    protected final void announce() {
        changed.run();
    }

    private void writeControl(int value) {
        boolean wasDown = (register[CONTROL] & CONTROL_POWER_DOWN) != 0;
        boolean reset = (value & CONTROL_RESET) != 0;
        register[CONTROL] = value & (reset ? CONTROL_MODE : CONTROL_WRITABLE);
        boolean down = (register[CONTROL] & CONTROL_POWER_DOWN) != 0;
        if (reset) softReset();
        if (reset || (value & CONTROL_RESTART) != 0 || down != wasDown) restart();
        else changed.run(); // loopback, isolate
    }

    /// Drops the link, takes the mode of register 0 into effect and seeks a link with it.
    private void restart() {
        loseLink();
        mode = register[CONTROL] & CONTROL_MODE;
        if ((mode & CONTROL_NEGOTIATE) == 0) resolveForced();
        seekLink();
        changed.run();
    }

    private void loseLink() {
        negotiation.disarm();
        negotiated = false;
        if (!link) return;
        link = false;
        linkWasLost = true;
        note(Event.LINK);
    }

    private void seekLink() {
        if (!partner || held || (register[CONTROL] & CONTROL_POWER_DOWN) != 0) return;
        if ((mode & CONTROL_NEGOTIATE) != 0) negotiation.armAt(time.nowNs() + negotiationNs);
        else gainLink();
    }

    private void gainLink() {
        link = true;
        note(Event.LINK);
    }

    private void finishNegotiation() {
        int gigabit = register[GIGABIT_CONTROL];
        int slower = register[ADVERTISE];
        if ((gigabit & GIGABIT_FULL) != 0) resolve(SPEED_1000, true);
        else if ((gigabit & GIGABIT_HALF) != 0) resolve(SPEED_1000, false);
        else if ((slower & ADVERTISE_100_FULL) != 0) resolve(SPEED_100, true);
        else if ((slower & ADVERTISE_100_HALF) != 0) resolve(SPEED_100, false);
        else if ((slower & ADVERTISE_10_FULL) != 0) resolve(SPEED_10, true);
        else if ((slower & ADVERTISE_10_HALF) != 0) resolve(SPEED_10, false);
        else return; // nothing in common with the partner: no link
        negotiated = true;
        note(Event.NEGOTIATED);
        gainLink();
        changed.run();
    }

    private void resolveForced() {
        boolean high = (mode & CONTROL_SPEED_HIGH) != 0;
        boolean low = (mode & CONTROL_SPEED_LOW) != 0;
        resolve(high ? SPEED_1000 : low ? SPEED_100 : SPEED_10, (mode & CONTROL_DUPLEX) != 0);
    }

    private void resolve(int newSpeed, boolean newDuplex) {
        if (newSpeed != speed) note(Event.SPEED);
        if (newDuplex != fullDuplex) note(Event.DUPLEX);
        speed = newSpeed;
        fullDuplex = newDuplex;
    }

    private int readStatus() {
        boolean shown = carrier() && !linkWasLost;
        linkWasLost = false;
        return STATUS_FIXED | (shown ? STATUS_LINK : 0) | (negotiated ? STATUS_NEGOTIATED : 0);
    }
}
