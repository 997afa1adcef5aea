package dev.doorbell.option;

/// What a user wrote cannot be understood or done. The message is one line: what is wrong and what to
/// write instead.
public final class OptionException extends Exception {
    private static final long serialVersionUID = 1;

    public OptionException(String message) {
        super(message);
    }
}
