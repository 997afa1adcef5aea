package dev.doorbell.cli.terminal;

/// A command could not do what it was asked; the message is the line that the user reads.
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    public CommandFailure(String message) {
        super(message);
    }
}
