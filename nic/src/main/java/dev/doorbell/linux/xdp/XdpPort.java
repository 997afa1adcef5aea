package dev.doorbell.linux.xdp;

/// What a queue works with once everything is set up: four rings, a way to wake the kernel, and a
/// descriptor to poll. [XdpSocket] is the real one; tests have a kernel of their own behind the same
/// rings. One thread; only [#wakeTransmit] and [#wakeReceive] may also be called by another one.
public interface XdpPort extends AutoCloseable {
    /// The descriptor, -1 once closed. Polls readable when frames arrived, writable when the transmit
    /// ring has room. An interface that has gone is *not* told to who polls (Linux 6.18): the wake
    /// calls answer -ENXIO from then on, and SO_ERROR holds ENETDOWN once.
    int fd();

    /// Takes addresses of chunks for frames to come.
    ProducerRing fillRing();

    /// Gives addresses of sent frames back: one for each descriptor. Say which chunk by division: Linux
    /// 6.18 loses bit 0 of an address when it copies. It also gives back descriptors that it refused,
    /// which older kernels keep.
    ConsumerRing completionRing();

    /// Gives descriptors of received frames.
    ConsumerRing receiveRing();

    /// Takes descriptors of frames to send.
    ProducerRing transmitRing();

    /// Has the kernel send what is in the transmit ring: sendto(2). In copy mode one call sends a
    /// bounded number, and ends early at a descriptor that it refuses.
    ///
    /// @return 0; -EAGAIN when more is left or the completion ring is full, -EBUSY or -ENOBUFS when the
    ///     driver's queue is full, -ENETDOWN while the interface is down, -ENXIO when it is gone or
    ///     nothing was bound
    int wakeTransmit();

    /// Has the kernel look at the fill ring, or poll the device's queue when busy polling: recvfrom(2).
    ///
    /// @return 0 or a negated errno, as [#wakeTransmit]
    int wakeReceive();

    /// Bytes that must be free before whatever is sent, in its chunk: what the memory was registered
    /// with.
    int metadataBytes();

    /// Whether the driver uses our memory without copying.
    boolean isZeroCopy();

    /// Reads the kernel's counts.
    ///
    /// @return 0 or a negated errno
    int statistics(XdpStatistics into);

    /// Gives everything back. Idempotent.
    @Override
    void close();
}
