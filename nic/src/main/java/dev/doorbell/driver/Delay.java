package dev.doorbell.driver;

/// How a driver waits where the manual says "wait": it sleeps, or moves virtual time and lets the card work.
@FunctionalInterface
public interface Delay {
    /// Returns when about `ns` have passed for the card.
    void pass(long ns);
}
