package dev.doorbell.cli;

/// A command could not do what it was asked; the message is the line that the user reads.
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    CommandFailure(String message) {
        super(message);
    }
}
