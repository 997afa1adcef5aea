package dev.doorbell.linux.xdp;

/// A ring that we fill and the kernel empties: the fill ring (addresses) or the transmit ring (descriptors). One thread.
///
/// The kernel's index is never trusted: one that is impossible is answered with -1, and nothing outside of the ring is
/// ever touched.
public final class ProducerRing {
    ProducerRing() {}

    /// Entries of the ring, a power of two.
    public int entries() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Entries that can be filled now. The kernel's index is read again only when fewer than `wanted` are known to be free.
    ///
    /// @return 0 .. entries; -1 when the kernel's index is impossible
    public int free(int wanted) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Fills the `index`-th free entry of a ring of addresses; the kernel sees it after [#submit].
    public void address(int index, long umemOffset) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Fills the `index`-th free entry of a ring of descriptors; the kernel sees it after [#submit].
    ///
    /// @param options `XDP_PKT_CONTD`, `XDP_TX_METADATA`, or 0
    public void descriptor(int index, long umemOffset, int lengthBytes, int options) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Gives the first `count` filled entries to the kernel.
    public void submit(int count) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Whether the kernel asked to be woken for this ring (XDP_RING_NEED_WAKEUP).
    public boolean needsWakeup() {
        throw new UnsupportedOperationException("owner: sockets");
    }
}
