package dev.doorbell.lab.model;

/// Where the host works for its guest.
public enum HostPlace {
    /// On the processor that exited, as QEMU did in 2012: the doorbell's exit lasts until its frames are out. Frames
    /// from the network come by a thread of their own.
    EXITING_PROCESSOR,
    /// On a processor of its own, in parallel. It looks at what it shares with its guest without a pause.
    OWN_PROCESSOR
}
