package dev.doorbell.driver;

/// The card did not do what the manual says: it stays silent, or is none that this driver knows.
public class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DriverException(String message) {
        super(message);
    }

    public DriverException(String message, Throwable cause) {
        super(message, cause);
    }
}
