package dev.doorbell.agent;

/// One role, run by one thread at a time. [#doWork()] never blocks and never loops without a limit.
public interface Agent extends AutoCloseable {
    /// Short name for thread names and messages.
    String roleName();

    /// Does what is due now.
    ///
    /// @return units of work done; 0 lets the idle strategy back off
    int doWork();

    @Override
    void close();
}
