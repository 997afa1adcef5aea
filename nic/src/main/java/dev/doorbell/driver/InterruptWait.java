package dev.doorbell.driver;

/// How a driver's caller sleeps until its card wants something. A card in this process needs none:
/// whoever lets it work knows when it interrupted.
///
/// No interrupt gets lost in a loop of this order: [NetworkDriver#takeInterrupt], then
/// [NetworkDriver#receive] until it brings nothing, then wait. What happens in between is pending when the
/// wait begins, and ends it at once.
@FunctionalInterface
public interface InterruptWait {
    /// Sleeps until the card interrupts; the driver has then been told, and its
    /// [NetworkDriver#takeInterrupt] says why.
    ///
    /// @param timeoutNs 0 only looks
    /// @return whether it did before the time was up
    /// @throws CardLostException when the card is gone: nothing would ever end the wait
    boolean awaitInterrupt(long timeoutNs);
}
