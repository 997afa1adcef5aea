package dev.doorbell.register;

/// How software may access a register, in the datasheets' words.
public enum Access {
    /// Reads back what was written, within the writable bits.
    RW,
    /// Writes are ignored.
    RO,
    /// Reads 0 (or what the device attaches); writes have an effect only.
    WO,
    /// Counter: a read returns the value and clears it; writes are ignored.
    RC,
    /// Writing 1 clears a bit.
    W1C,
    /// A read clears every bit, writing 1 clears that bit.
    RC_W1C,
    /// Writing 1 sets a bit, writing 0 leaves it.
    W1S
}
