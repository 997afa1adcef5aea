package dev.doorbell.serve;

/// How long an idle loop sleeps at a time while a guest may store a doorbell that nobody tells it of.
///
/// The steps double, so that a doorbell waits at most about as long as the quiet before it lasted, up
/// to a bound; at the bound the loop wakes a thousand times a second, about a hundredth of a processor.
final class SleepSteps {
    static final long FIRST_NS = 10_000;
    static final long LONGEST_NS = 1_000_000;

    private long ns = FIRST_NS;

    /// The next sleep.
    long next() {
        long now = ns;
        ns = Math.min(LONGEST_NS, 2 * ns);
        return now;
    }

    /// There was work: short sleeps again.
    void restart() {
        ns = FIRST_NS;
    }
}
