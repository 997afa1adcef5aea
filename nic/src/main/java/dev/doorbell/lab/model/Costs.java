package dev.doorbell.lab.model;

/// What things take, in nanoseconds: all that the model knows about a machine.
///
/// @param name             of the preset
/// @param guestPacketNs    the guest's stack and driver, for a frame
/// @param exitNs           a trapped register access: the world switch there and back, and the VMM's dispatch
/// @param interruptEntryNs from the line's rise to the handler's first instruction, and out again
/// @param hostPacketNs     card and backend, for a frame
/// @param hostWakeNs       added when a doorbell finds the host at rest
public record Costs(
        String name, long guestPacketNs, long exitNs, long interruptEntryNs, long hostPacketNs, long hostWakeNs) {
    public Costs {
        if (guestPacketNs < 0 || exitNs < 0 || interruptEntryNs < 0 || hostPacketNs < 0 || hostWakeNs < 0)
            throw new IllegalArgumentException("a cost is 0 ns or more: " + name);
        if (guestPacketNs + hostPacketNs == 0)
            throw new IllegalArgumentException("a packet must cost something: " + name);
    }
}
