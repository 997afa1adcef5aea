package dev.doorbell.lab.model;

/// What four published figures cannot say and [Calibration] has to assume. Each was chosen before any figure of
/// December 2012 was looked at by the code, and for the reason given; `deferral` shows what the others would change.
///
/// @param interruptsPerSecond most interrupts of a moderated card, July's and December's (A5). 5580 is the most that
///     the 8254x manual suggests (13.4.18: 651 to 5580); from about 6800 on the figures of July would make an emulated
///     guest faster than a real processor
/// @param hostShare           the host's part of a packet's cost on hardware, 0 to 1 (A4): card and backend against
///     stack and driver, half and half. It is also what waking the host costs, and the same on both presets: the VMM
///     is machine code on both
/// @param entryPerExit        on hardware, the cost of entering a handler as a multiple of an exit's (A1): 0, the
///     interrupt controller is in the kernel, and the exits to user space dwarf what it takes
/// @param accessPerWake       under emulation, the cost of a register access as a multiple of waking the host (A3): 0,
///     there is no world switch; the handler's entry bears all the rest
public record Assumptions(int interruptsPerSecond, double hostShare, double entryPerExit, double accessPerWake) {
    /// Those that the presets are made with.
    public static final Assumptions DEFAULT = new Assumptions(5580, 0.5, 0, 0);

    public Assumptions {
        if (hostShare < 0 || hostShare > 1 || entryPerExit < 0 || accessPerWake < 0)
            throw new IllegalArgumentException("a share is 0 to 1, a multiple 0 or more");
        if (interruptsPerSecond < 60 || interruptsPerSecond > 3_906_250)
            throw new IllegalArgumentException("interrupts per second are 60 to 3906250, not " + interruptsPerSecond);
    }

    public Assumptions withInterruptsPerSecond(int perSecond) {
        return new Assumptions(perSecond, hostShare, entryPerExit, accessPerWake);
    }

    public Assumptions withHostShare(double share) {
        return new Assumptions(interruptsPerSecond, share, entryPerExit, accessPerWake);
    }

    public Assumptions withEntryPerExit(double multiple) {
        return new Assumptions(interruptsPerSecond, hostShare, multiple, accessPerWake);
    }

    public Assumptions withAccessPerWake(double multiple) {
        return new Assumptions(interruptsPerSecond, hostShare, entryPerExit, multiple);
    }

    /// The gap between two interrupts that the card keeps, as ITR holds it: whole units of 256 ns.
    public long interruptGapNs() {
        return 1_000_000_000L / 256 / interruptsPerSecond * 256;
    }
}
