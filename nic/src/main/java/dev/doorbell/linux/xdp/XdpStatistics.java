package dev.doorbell.linux.xdp;

/// What the kernel counted about a socket: struct xdp_statistics. Reused from read to read.
public final class XdpStatistics {
    /// Frames dropped for other reasons than the ones below.
    public long receiveDropped;
    /// Receive descriptors that the kernel refused; refused entries of the fill ring count as its being
    /// empty.
    public long receiveInvalid;
    /// Transmit descriptors that the kernel refused.
    public long transmitInvalid;
    /// Frames that found the receive ring full.
    public long receiveRingFull;
    /// Frames that found the fill ring empty.
    public long fillRingEmpty;
    /// Times that the transmit ring was found empty.
    public long transmitRingEmpty;
}
