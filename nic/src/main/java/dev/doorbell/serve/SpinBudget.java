package dev.doorbell.serve;

/// How long an idle loop looks for work before it sleeps: long enough where work comes back at once, not at
/// all where it does not.
///
/// Waking a thread costs some microseconds at either end; looking costs a processor. So the budget grows
/// when a sleep turns out shorter than the longest look would have been, and halves when it turns out
/// longer.
final class SpinBudget {
    static final long LONGEST_NS = 50_000;
    private static final long SHORTEST_NS = 2_000; // less is noise: then not at all

    private final long longestNs;
    private long ns;

    /// @param processors with a single one there is nobody to wait for while we look
    SpinBudget(int processors) {
        longestNs = processors > 1 ? LONGEST_NS : 0;
    }

    /// How long to look now.
    long ns() {
        return ns;
    }

    /// A sleep ended after `sleptNs` with work to do.
    void slept(long sleptNs) {
        if (sleptNs < longestNs) ns = Math.min(longestNs, Math.max(SHORTEST_NS, 2 * ns));
        else ns = ns / 2 < SHORTEST_NS ? 0 : ns / 2;
    }
}
