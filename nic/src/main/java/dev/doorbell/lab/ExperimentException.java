package dev.doorbell.lab;

/// An experiment that could not be run, or gave up: one line that says what is wrong and what to
/// do.
public final class ExperimentException extends Exception {
    private static final long serialVersionUID = 1L;

    public ExperimentException(String message) {
        super(message);
    }

    public ExperimentException(String message, Throwable cause) {
        super(message, cause);
    }
}
