package dev.doorbell.device.interrupt;

/// Takes causes of interrupts: [InterruptCauses], or what stands before it.
@FunctionalInterface
public interface CauseSink {
    /// @param causes bits of ICR
    void raise(int causes);
}
