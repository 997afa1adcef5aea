package dev.doorbell.device.interrupt;

/// Where the level of a card's one interrupt line goes.
@FunctionalInterface
public interface InterruptLine {
    /// Called on every change of the level, and only then.
    void set(boolean asserted);
}
