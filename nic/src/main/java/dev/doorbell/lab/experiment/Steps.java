package dev.doorbell.lab.experiment;

import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Watcher;

/// Tells a watcher of each step of a run, and gives up when it says so.
final class Steps {
    private final Watcher watcher;
    private final int total;
    private int done;

    Steps(Watcher watcher, int total) {
        this.watcher = watcher;
        this.total = total;
    }

    /// The next step begins.
    ///
    /// @throws ExperimentException when nobody waits for it any more
    void next(String what) throws ExperimentException {
        if (watcher.stopped()) throw new ExperimentException("stopped after " + done + " of " + total + " steps");
        watcher.step(done++, total, what);
    }
}
