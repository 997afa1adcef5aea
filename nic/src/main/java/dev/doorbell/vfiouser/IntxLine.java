package dev.doorbell.vfiouser;

/// The level-triggered line of a function, told through an edge: an eventfd.
///
/// The client is signalled once when the line rises; from then on the line counts as masked until the
/// client unmasks it, and is signalled again then if it is still up. What happens to the level in between
/// is not told. A client's own mask is the same mask.
final class IntxLine {
    /// Who carries a signal out.
    interface Signal {
        void send();
    }

    private final Signal signal;
    private boolean asserted;
    private boolean masked;
    private boolean armed;

    IntxLine(Signal signal) {
        this.signal = signal;
    }

    /// The level that the function drives.
    void level(boolean up) {
        asserted = up;
        settle();
    }

    /// An eventfd is there from now on, or is not. Either way the mask is off.
    void arm(boolean on) {
        armed = on;
        masked = false;
        settle();
    }

    void mask() {
        masked = true;
    }

    void unmask() {
        masked = false;
        settle();
    }

    private void settle() {
        if (!asserted || masked || !armed) return;
        masked = true;
        signal.send();
    }
}
