package dev.doorbell.device.interrupt;

/// Causes and mask of an 8254x: ICR, ICS, IMS and IMC. The line is asked for while an unmasked cause is set.
/// One thread: the card's loop. // 317453, 13.4.17 to 13.4.21
public final class InterruptCauses implements CauseSink {
    private final InterruptThrottle throttle;
    private final int implemented;
    private int causes;
    private int mask;

    /// @param implemented bits that the chip has; others cannot be set
    public InterruptCauses(InterruptThrottle throttle, int implemented) {
        this.throttle = throttle;
        this.implemented = implemented;
    }

    /// Sets causes, as an event of the hardware or a write to ICS does.
    @Override
    public void raise(int newCauses) {
        causes |= newCauses & implemented;
        throttle.request((causes & mask) != 0);
    }

    /// A read of ICR: the causes, which it clears.
    public int acknowledge() {
        int was = causes;
        clear(was);
        return was;
    }

    /// A write to ICR: clears the causes that are written as 1.
    public void clear(int written) {
        causes &= ~written;
        throttle.request((causes & mask) != 0);
    }

    /// A write to IMS: lets these causes interrupt.
    public void unmask(int written) {
        mask |= written & implemented;
        throttle.request((causes & mask) != 0);
    }

    /// A write to IMC: these causes no longer interrupt.
    public void mask(int written) {
        mask &= ~written;
        throttle.request((causes & mask) != 0);
    }

    /// The causes, without clearing them.
    public int pending() {
        return causes;
    }

    /// The causes that may interrupt.
    public int unmasked() {
        return mask;
    }

    /// No cause, nothing unmasked, line down.
    public void reset() {
        causes = 0;
        mask = 0;
        throttle.reset();
    }
}
