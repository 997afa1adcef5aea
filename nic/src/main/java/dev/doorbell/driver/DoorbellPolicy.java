package dev.doorbell.driver;

/// When a driver tells its card of frames to send. Can be changed while the driver runs.
/// `docs/doorbell-policies.md` says what each costs and needs.
public enum DoorbellPolicy {
    /// A tail write for each frame, as a stack that hands over one frame at a time makes it.
    IMMEDIATE,
    /// A tail write for each call of `transmit`, however many frames it takes.
    BATCH,
    /// As [#BATCH], but none while a transmit interrupt is under way: its handler writes the tail that
    /// is owed then. Needs interrupts, and pays off where the card holds them back.
    DEFERRED,
    /// Through a page that driver and card share: a tail write only when the card has said that it
    /// sleeps. For cards that offer it (an e1000 of ours with `paravirt=on`).
    PARAVIRTUAL
}
