package dev.doorbell.linux.xdp;

import dev.doorbell.linux.SystemCallException;

/// One AF_XDP socket: made or adopted, given memory and rings, bound to a queue of an interface, woken. One thread; only
/// [#wakeTransmit] and [#wakeReceive] may also be called by another one.
///
/// In the order of use: [#open] or [#adopt], [#register], [#createRings], [#bind].
public final class XdpSocket implements AutoCloseable {
    // spotless:off
    /// [#bind]: the kernel copies frames, even where the driver could do without.
    public static final int XDP_COPY            = 1 << 1;
    /// [#bind]: the kernel copies nothing, or refuses.
    public static final int XDP_ZEROCOPY        = 1 << 2;
    /// [#bind]: the kernel says when it must be woken ([ProducerRing#needsWakeup]).
    public static final int XDP_USE_NEED_WAKEUP = 1 << 3;
    /// [#bind]: a frame may take several chunks.
    public static final int XDP_USE_SG          = 1 << 4;
    /// Option of a descriptor: the frame goes on in the next one.
    public static final int XDP_PKT_CONTD       = 1;
    /// Option of a transmit descriptor: metadata stands before its address.
    public static final int XDP_TX_METADATA     = 2;
    // spotless:on

    private XdpSocket() {}

    /// Makes a socket.
    ///
    /// @throws SystemCallException EPERM without CAP_NET_RAW, EAFNOSUPPORT from a kernel without AF_XDP
    public static XdpSocket open() throws SystemCallException {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Takes over a socket that somebody else made, neither bound nor given memory so far.
    ///
    /// @throws SystemCallException EBADF, ENOTSOCK, EPROTOTYPE for a socket of another family
    public static XdpSocket adopt(int fd) throws SystemCallException {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// The descriptor, -1 once closed. Polls readable when frames arrived, writable when the transmit ring has room;
    /// POLLERR when the interface has gone.
    public int fd() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Registers the memory: XDP_UMEM_REG. The memory belongs to the caller.
    ///
    /// @param headroomBytes kept free before each received frame
    /// @param metadataBytes kept for transmit metadata before each sent frame, 0 for none
    /// @throws SystemCallException ENOBUFS when RLIMIT_MEMLOCK is too small, EINVAL from kernels without metadata
    public void register(Umem umem, int headroomBytes, int metadataBytes) throws SystemCallException {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Makes and maps the four rings; each count is a power of two.
    public void createRings(int fillEntries, int completionEntries, int receiveEntries, int transmitEntries)
            throws SystemCallException {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Binds to a queue of an interface.
    ///
    /// @param flags `XDP_` bits above
    /// @throws SystemCallException ENODEV, EBUSY when the queue has a socket, EINVAL for a queue that is not there,
    ///     EOPNOTSUPP when the driver cannot do what the flags ask, ENETDOWN
    public void bind(int ifindex, int queue, int flags) throws SystemCallException {
        throw new UnsupportedOperationException("owner: sockets");
    }

    public ProducerRing fillRing() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    public ConsumerRing completionRing() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    public ConsumerRing receiveRing() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    public ProducerRing transmitRing() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Has the kernel send what is in the transmit ring: sendto(2). In copy mode one call sends a bounded number.
    ///
    /// @return 0; -EAGAIN when more is left, -EBUSY or -ENOBUFS when the driver's queue is full, -ENETDOWN, -ENXIO
    public int wakeTransmit() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Has the kernel look at the fill ring, or poll the device's queue when busy polling: recvfrom(2).
    public int wakeReceive() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Frames that one [#wakeTransmit] sends at most in copy mode: XDP_MAX_TX_SKB_BUDGET (Linux 6.17; 32 before).
    ///
    /// @return 0, or -ENOPROTOOPT from older kernels
    public int setTransmitBudget(int frames) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Polls the device from our own calls rather than from interrupts: SO_PREFER_BUSY_POLL, SO_BUSY_POLL,
    /// SO_BUSY_POLL_BUDGET.
    ///
    /// @return 0, or -EPERM without CAP_NET_ADMIN
    public int setBusyPoll(int us, int budgetFrames) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Whether the driver uses our memory without copying: XDP_OPTIONS. After [#bind].
    public boolean isZeroCopy() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Reads the kernel's counts: XDP_STATISTICS.
    ///
    /// @return 0 or a negated errno
    public int statistics(XdpStatistics into) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Unmaps the rings and closes the descriptor. Idempotent.
    @Override
    public void close() {}
}
