package dev.doorbell.device.e1000;

import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// The M88E1011 inside the chip: management registers, auto-negotiation, link. 16-bit registers at PHY address 1.
///
/// The link partner is whatever the backend leads to. It negotiates everything up to 1000BASE-T full duplex and
/// symmetric PAUSE, and is there or not ([#partner(boolean)]). Auto-negotiation takes the time the operator chose, a
/// forced link none. As on silicon a change of speed, duplex or auto-negotiation enable in register 0 takes effect with
/// a soft reset, a restart or the end of power down only. // 317453, 11.1.3
///
/// One thread: the card's loop.
final class Phy {
    /// The one address that answers on the management bus.
    static final int ADDRESS = 1;

    static final int CONTROL = 0;
    static final int STATUS = 1;
    static final int ID1 = 2;
    static final int ID2 = 3;
    static final int ADVERTISE = 4;
    static final int PARTNER = 5;
    static final int EXPANSION = 6;
    static final int NEXT_PAGE = 7;
    static final int GIGABIT_CONTROL = 9;
    static final int GIGABIT_STATUS = 10;
    static final int EXTENDED_STATUS = 15;
    static final int SPECIFIC_CONTROL = 16;
    static final int SPECIFIC_STATUS = 17;
    static final int INTERRUPT_ENABLE = 18;
    static final int INTERRUPT_STATUS = 19;
    static final int EXTENDED_CONTROL = 20;
    static final int PAGE_SELECT = 29;
    static final int PAGE_DATA = 30;

    static final int CONTROL_RESET = 1 << 15;
    static final int CONTROL_LOOPBACK = 1 << 14;
    static final int CONTROL_SPEED_LOW = 1 << 13;
    static final int CONTROL_NEGOTIATE = 1 << 12;
    static final int CONTROL_POWER_DOWN = 1 << 11;
    static final int CONTROL_ISOLATE = 1 << 10;
    static final int CONTROL_RESTART = 1 << 9;
    static final int CONTROL_DUPLEX = 1 << 8;
    static final int CONTROL_SPEED_HIGH = 1 << 6;
    private static final int CONTROL_MODE = CONTROL_SPEED_LOW | CONTROL_NEGOTIATE | CONTROL_DUPLEX | CONTROL_SPEED_HIGH;
    private static final int CONTROL_WRITABLE = 0x7DC0; // RESET and RESTART clear themselves

    static final int STATUS_LINK = 1 << 2;
    static final int STATUS_NEGOTIATED = 1 << 5;
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

    static final int EVENT_SPEED = 1 << 14;
    static final int EVENT_DUPLEX = 1 << 13;
    static final int EVENT_PAGE = 1 << 12;
    static final int EVENT_NEGOTIATED = 1 << 11;
    static final int EVENT_LINK = 1 << 10;

    /// Speed codes, as in CTRL and STATUS of the MAC.
    static final int SPEED_10 = 0;

    static final int SPEED_100 = 1;
    static final int SPEED_1000 = 2;

    private final int[] register = new int[32];
    private final Timeline time;
    private final Timer negotiation;
    private final long negotiationNs;
    private final Runnable changed;
    private boolean held; // CTRL.PHY_RST
    private boolean partner;
    private boolean link;
    private boolean linkWasLost; // register 1 bit 2 latches low until it is read
    private boolean negotiated;
    private int mode; // the bits of register 0 in effect
    private int speed = SPEED_1000;
    private boolean fullDuplex = true;

    /// @param negotiationNs time that auto-negotiation takes
    /// @param changed       called when link, loopback, speed, duplex or the interrupt request changed
    Phy(Timeline time, long negotiationNs, Runnable changed) {
        this.time = time;
        this.negotiationNs = negotiationNs;
        this.changed = changed;
        negotiation = time.timer("auto-negotiation", this::finishNegotiation);
        setDefaults();
    }

    /// Hardware reset: every register to its default, then the link is sought anew.
    void reset() {
        setDefaults();
        restart();
    }

    /// CTRL.PHY_RST: while held, the PHY is in reset and its link is down.
    void hold(boolean inReset) {
        if (inReset == held) return;
        held = inReset;
        reset();
    }

    /// Whether there is another end of the cable.
    void partner(boolean present) {
        if (present == partner) return;
        partner = present;
        if (present) seekLink();
        else loseLink();
        changed.run();
    }

    /// Link to the partner: what the MAC sees unless the PHY loops back.
    boolean linkUp() {
        return link && (register[CONTROL] & CONTROL_ISOLATE) == 0;
    }

    /// What is sent comes back.
    boolean loopback() {
        return (register[CONTROL] & (CONTROL_LOOPBACK | CONTROL_POWER_DOWN)) == CONTROL_LOOPBACK && !held;
    }

    /// [#SPEED_10], [#SPEED_100] or [#SPEED_1000].
    int speed() {
        return speed;
    }

    boolean fullDuplex() {
        return fullDuplex;
    }

    /// The interrupt request pin.
    boolean interruptRequested() {
        return (register[INTERRUPT_STATUS] & register[INTERRUPT_ENABLE]) != 0;
    }

    /// Whether management frames are answered.
    boolean answers(int address) {
        return address == ADDRESS && !held;
    }

    int read(int number) {
        return switch (number) {
            case STATUS -> readStatus();
            case PARTNER -> negotiated ? PARTNER_WORD : 0;
            case EXPANSION -> negotiated ? 1 : 0; // the partner negotiates
            case GIGABIT_STATUS -> negotiated ? PARTNER_GIGABIT | (speed == SPEED_1000 ? RECEIVERS_OK : 0) : 0;
            case SPECIFIC_STATUS -> specificStatus();
            case INTERRUPT_STATUS -> {
                int was = register[INTERRUPT_STATUS];
                register[INTERRUPT_STATUS] = 0; // read clears
                yield was;
            }
            default -> register[number];
        };
    }

    void write(int number, int value) {
        switch (number) {
            case CONTROL -> writeControl(value);
            case ADVERTISE, NEXT_PAGE -> register[number] = value & 0xBFFF; // bit 14 is the partner's
            case GIGABIT_CONTROL -> register[number] = value & 0xFF00;
            // 24 to 26: LEDs and SerDes; 29 and 30: pages of Marvell's own, which drivers write to stop the receiver.
            case SPECIFIC_CONTROL, EXTENDED_CONTROL, 24, 25, 26, PAGE_SELECT, PAGE_DATA -> register[number] = value;
            case INTERRUPT_ENABLE -> {
                register[number] = value;
                changed.run();
            }
            default -> {} // read only or not there
        }
    }

    private void setDefaults() {
        java.util.Arrays.fill(register, 0);
        register[CONTROL] = CONTROL_NEGOTIATE | CONTROL_DUPLEX | CONTROL_SPEED_HIGH;
        register[ID1] = 0x0141;
        register[ID2] = 0x0C20;
        register[ADVERTISE] = 0x0DE1;
        register[NEXT_PAGE] = 0x2001;
        register[GIGABIT_CONTROL] = 0x0E00;
        register[EXTENDED_STATUS] = 0x3000;
        register[SPECIFIC_CONTROL] = 0x0360;
        register[EXTENDED_CONTROL] = 0x0D60;
        linkWasLost = true;
    }

    private void writeControl(int value) {
        boolean wasDown = (register[CONTROL] & CONTROL_POWER_DOWN) != 0;
        boolean reset = (value & CONTROL_RESET) != 0;
        register[CONTROL] = value & (reset ? CONTROL_MODE : CONTROL_WRITABLE);
        boolean down = (register[CONTROL] & CONTROL_POWER_DOWN) != 0;
        if (reset) register[INTERRUPT_STATUS] = 0;
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
        register[INTERRUPT_STATUS] |= EVENT_LINK;
    }

    private void seekLink() {
        if (!partner || held || (register[CONTROL] & CONTROL_POWER_DOWN) != 0) return;
        if ((mode & CONTROL_NEGOTIATE) != 0) negotiation.armAt(time.nowNs() + negotiationNs);
        else gainLink();
    }

    private void gainLink() {
        link = true;
        register[INTERRUPT_STATUS] |= EVENT_LINK;
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
        register[INTERRUPT_STATUS] |= EVENT_NEGOTIATED | EVENT_PAGE;
        gainLink();
        changed.run();
    }

    private void resolveForced() {
        boolean high = (mode & CONTROL_SPEED_HIGH) != 0;
        boolean low = (mode & CONTROL_SPEED_LOW) != 0;
        resolve(high ? SPEED_1000 : low ? SPEED_100 : SPEED_10, (mode & CONTROL_DUPLEX) != 0);
    }

    private void resolve(int newSpeed, boolean newDuplex) {
        if (newSpeed != speed) register[INTERRUPT_STATUS] |= EVENT_SPEED;
        if (newDuplex != fullDuplex) register[INTERRUPT_STATUS] |= EVENT_DUPLEX;
        speed = newSpeed;
        fullDuplex = newDuplex;
    }

    private int readStatus() {
        boolean shown = (link || loopback()) && !linkWasLost;
        linkWasLost = false;
        return STATUS_FIXED | (shown ? STATUS_LINK : 0) | (negotiated ? STATUS_NEGOTIATED : 0);
    }

    /// Speed, duplex, resolved, real-time link; a short cable, no crossover, no downshift.
    private int specificStatus() {
        if (!link && !loopback()) return 0;
        return (speed << 14) | (fullDuplex ? 1 << 13 : 0) | (1 << 11) | (1 << 10);
    }
}
