package dev.doorbell.driver;

/// The card is gone: its server was killed or does not answer, or every register reads as all ones, as
/// those of a PCI device that was pulled out do. Nothing brings it back; [NetworkDriver#close] still
/// gives everything back that the driver holds.
public final class CardLostException extends DriverException {
    private static final long serialVersionUID = 1;

    public CardLostException(String message) {
        super(message);
    }

    public CardLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
