package dev.doorbell.lab;

/// Whoever waits for an experiment. Called by the thread that runs it.
public interface Watcher {
    /// `done` of `total` steps are done.
    ///
    /// @param what the step that begins now, a few words
    void step(int done, int total, String what);

    /// Whether to give up: somebody pressed Ctrl-C. Asked at least every second.
    boolean stopped();

    /// Nobody waits.
    Watcher NONE = new Watcher() {
        @Override
        public void step(int done, int total, String what) {}

        @Override
        public boolean stopped() {
            return false;
        }
    };
}
