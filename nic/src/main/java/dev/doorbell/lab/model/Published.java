package dev.doorbell.lab.model;

/// Figures of others: Luigi Rizzo's mails of 2012 on interrupt moderation and send combining for the e1000, short
/// frames sent by a FreeBSD guest, in thousands of packets a second. docs/lab-model.md has the sources.
public final class Published {
    /// qemu-devel, 24 July 2012: without interrupt moderation. The model is calibrated on these four.
    public static final double JULY_HARDWARE_KPPS = 20;
    /// With it.
    public static final double JULY_HARDWARE_MODERATED_KPPS = 140;
    /// Without it, QEMU's own emulation of the processor.
    public static final double JULY_EMULATION_KPPS = 9;
    /// With it.
    public static final double JULY_EMULATION_MODERATED_KPPS = 56;

    /// freebsd-net, 27 December 2012: standard hypervisor and driver; moderated; moderated, with a driver that defers
    /// its doorbells. The model has never seen these.
    public static double decemberHardwareKpps(int row) {
        return new double[] {20, 37, 200}[row];
    }

    /// The same under emulation.
    public static double decemberEmulationKpps(int row) {
        return new double[] {6.3, 28, 34}[row];
    }

    private Published() {}
}
