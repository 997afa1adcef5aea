package dev.doorbell.lab.model;

/// What a guest has done and cost so far. The difference of two tells what happened between them.
///
/// @param timeNs         of the guest's clock
/// @param sent           frames that the card gave to the network
/// @param received       frames that the guest's stack got
/// @param tailWrites     doorbells the driver rang, whether they were exits or stores in a shared page
/// @param doorbellExits  exits by writes of a tail
/// @param interruptExits exits by handlers, tails aside
/// @param otherExits     the rest
/// @param interrupts     handled
public record Usage(
        long timeNs,
        long sent,
        long received,
        long tailWrites,
        long doorbellExits,
        long interruptExits,
        long otherExits,
        long interrupts) {
    /// What happened since `before`.
    public Usage since(Usage before) {
        return new Usage(
                timeNs - before.timeNs,
                sent - before.sent,
                received - before.received,
                tailWrites - before.tailWrites,
                doorbellExits - before.doorbellExits,
                interruptExits - before.interruptExits,
                otherExits - before.otherExits,
                interrupts - before.interrupts);
    }

    public long packets() {
        return sent + received;
    }

    public long exits() {
        return doorbellExits + interruptExits + otherExits;
    }

    /// Thousands of packets a second.
    public double kpps() {
        return packets() * 1e6 / timeNs;
    }

    public double exitsPerPacket() {
        return (double) exits() / packets();
    }

    public double doorbellsPerPacket() {
        return (double) tailWrites / packets();
    }

    public double interruptsPerSecond() {
        return interrupts * 1e9 / timeNs;
    }
}
