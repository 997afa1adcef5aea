package dev.doorbell.lab.model;

/// The figures that the model is calibrated on: Luigi Rizzo to qemu-devel, 24 July 2012, short frames sent by a FreeBSD
/// guest with an e1000, in thousands of packets a second, without interrupt moderation and with it. KVM, and QEMU's own
/// emulation of the processor.
public final class July2012 {
    public static final double HARDWARE_KPPS = 20;
    public static final double HARDWARE_MODERATED_KPPS = 140;
    public static final double EMULATION_KPPS = 9;
    public static final double EMULATION_MODERATED_KPPS = 56;

    private July2012() {}
}
