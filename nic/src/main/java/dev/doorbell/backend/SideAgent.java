package dev.doorbell.backend;

import dev.doorbell.agent.Agent;

/// Work of a backend that a loop beside the card's may do: calls of the kernel in which the card's
/// thread would spend most of its time. Stepped by one thread, which need not be the card's; only
/// [#isRetired] may be asked by any.
///
/// The loop: [#doWork] while it finds something. Before it sleeps it calls [#rest], which says how
/// long it may; then it waits that long for [#wakeFd], and calls [#awake].
public interface SideAgent extends Agent {
    /// Announces a sleep: whatever is asked for from now on makes [#wakeFd] readable.
    ///
    /// @return how long it may last, in nanoseconds: 0 when there is something to do already,
    ///     `Long.MAX_VALUE` without a limit
    long rest();

    /// A descriptor to sleep on, -1 once closed.
    int wakeFd();

    /// The sleep is over, or did not take place.
    void awake();

    /// Whether the backend is closed and has no more work for it: the loop should end.
    boolean isRetired();
}
