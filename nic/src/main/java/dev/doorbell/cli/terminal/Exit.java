package dev.doorbell.cli.terminal;

/// Exit codes of every command.
public final class Exit {
    public static final int DONE = 0;
    /// Something failed while the command ran.
    public static final int FAILED = 1;
    /// Nothing ran: the command line is wrong.
    public static final int USAGE = 2;

    private Exit() {}
}
