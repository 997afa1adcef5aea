package dev.doorbell.device;

/// What every card counts, whatever its own counters are called.
public enum CardTotal {
    /// Frames handed to the backend.
    TRANSMIT_FRAMES,
    /// Layer-2 bytes of those, without FCS.
    TRANSMIT_BYTES,
    /// Frames written to guest memory.
    RECEIVE_FRAMES,
    /// Layer-2 bytes of those, without FCS.
    RECEIVE_BYTES,
    /// Writes to a tail register.
    DOORBELLS,
    /// Register reads and writes, the doorbells among them.
    REGISTER_ACCESSES,
    /// Interrupts of every kind.
    INTERRUPTS,
    /// Times the backend took fewer frames than offered.
    BACKPRESSURE
}
