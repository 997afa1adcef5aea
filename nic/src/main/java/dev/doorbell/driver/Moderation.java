package dev.doorbell.driver;

/// How interrupts are held back, in units a person thinks in. 0 switches a part off.
///
/// @param interruptsPerSecond       most interrupts of any kind (ITR); 60 to 3906250
/// @param receiveDelayUs            quiet time after a frame before it is told (RDTR); needed for the next
///                                  one
/// @param receiveAbsoluteDelayUs    longest wait of the first frame (RADV)
/// @param transmitDelayUs           quiet time after a sent frame (TIDV)
/// @param transmitAbsoluteDelayUs   longest wait of the first sent frame (TADV)
public record Moderation(
        int interruptsPerSecond,
        int receiveDelayUs,
        int receiveAbsoluteDelayUs,
        int transmitDelayUs,
        int transmitAbsoluteDelayUs) {
    /// Every event interrupts at once.
    public static final Moderation NONE = new Moderation(0, 0, 0, 0, 0);

    /// What ITR can hold: 1 to 65535 units of 256 ns. 13.4.18
    public static final int LEAST_INTERRUPTS_PER_SECOND = 60;

    public static final int MOST_INTERRUPTS_PER_SECOND = 3_906_250;

    /// What the delay timers can hold: 65535 units of 1.024 us. 13.4.30
    public static final int MOST_DELAY_US = 67_107;

    private static final int ITR_UNITS_PER_SECOND = 3_906_250; // 256 ns
    private static final int DELAY_UNIT_NS = 1024;

    public Moderation {
        itrOf(interruptsPerSecond);
        checkDelay(receiveDelayUs);
        checkDelay(receiveAbsoluteDelayUs);
        checkDelay(transmitDelayUs);
        checkDelay(transmitAbsoluteDelayUs);
    }

    /// Only the throttle: at most so many interrupts a second, whatever their cause.
    public static Moderation throttled(int interruptsPerSecond) {
        return new Moderation(interruptsPerSecond, 0, 0, 0, 0);
    }

    /// ITR: least gap between two interrupts.
    public int itr() {
        return itrOf(interruptsPerSecond);
    }

    public int rdtr() {
        return delayOf(receiveDelayUs);
    }

    public int radv() {
        return delayOf(receiveAbsoluteDelayUs);
    }

    public int tidv() {
        return delayOf(transmitDelayUs);
    }

    public int tadv() {
        return delayOf(transmitAbsoluteDelayUs);
    }

    /// Whether sent frames ask for the delay timers (IDE); TIDV must then not be 0.
    public boolean delaysTransmit() {
        return tidv() != 0;
    }

    /// ITR's units of 256 ns.
    ///
    /// @throws IllegalArgumentException for a rate that it cannot hold
    public static int itrOf(int perSecond) {
        if (perSecond == 0) return 0;
        if (perSecond < LEAST_INTERRUPTS_PER_SECOND || perSecond > MOST_INTERRUPTS_PER_SECOND)
            throw new IllegalArgumentException("interrupts per second are 0 or 60 to 3906250, not " + perSecond);
        return ITR_UNITS_PER_SECOND / perSecond;
    }

    /// The rate that `units` of ITR stand for.
    public static int perSecondOf(int units) {
        return units == 0 ? 0 : ITR_UNITS_PER_SECOND / units;
    }

    /// A delay timer's units of 1.024 us; 1 us is still a delay.
    public static int delayOf(int us) {
        return us == 0 ? 0 : Math.max(1, (int) (us * 1000L / DELAY_UNIT_NS));
    }

    /// The delay that `units` stand for, up to the next microsecond: what is read back sets the same units.
    public static int delayUsOf(int units) {
        return (int) Math.min(MOST_DELAY_US, (units * (long) DELAY_UNIT_NS + 999) / 1000);
    }

    private static void checkDelay(int us) {
        if (us < 0 || us > MOST_DELAY_US) throw new IllegalArgumentException("a delay is 0 to 67107 us, not " + us);
    }
}
