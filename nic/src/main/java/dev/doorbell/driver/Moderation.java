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

    private static final int ITR_UNIT_NS = 256; // 13.4.18
    private static final int DELAY_UNIT_NS = 1024; // 13.4.30
    private static final int MAX_UNITS = 0xFFFF;

    public Moderation {
        if (interruptsPerSecond != 0 && (itr(interruptsPerSecond) < 1 || itr(interruptsPerSecond) > MAX_UNITS))
            throw new IllegalArgumentException(
                    "interrupts per second are 0 or 60 to 3906250, not " + interruptsPerSecond);
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
        return interruptsPerSecond == 0 ? 0 : itr(interruptsPerSecond);
    }

    public int rdtr() {
        return units(receiveDelayUs);
    }

    public int radv() {
        return units(receiveAbsoluteDelayUs);
    }

    public int tidv() {
        return units(transmitDelayUs);
    }

    public int tadv() {
        return units(transmitAbsoluteDelayUs);
    }

    /// Whether sent frames ask for the delay timers (IDE); TIDV must then not be 0.
    public boolean delaysTransmit() {
        return tidv() != 0;
    }

    private static int itr(int perSecond) {
        return perSecond < 1 ? -1 : 1_000_000_000 / ITR_UNIT_NS / perSecond;
    }

    private static int units(int us) {
        return us == 0 ? 0 : Math.max(1, (int) (us * 1000L / DELAY_UNIT_NS)); // 1 us is still a delay
    }

    private static void checkDelay(int us) {
        if (us < 0 || us * 1000L / DELAY_UNIT_NS > MAX_UNITS)
            throw new IllegalArgumentException("a delay is 0 to 67107 us, not " + us);
    }
}
