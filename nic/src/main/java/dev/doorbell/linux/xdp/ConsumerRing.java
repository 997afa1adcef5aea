package dev.doorbell.linux.xdp;

/// A ring that the kernel fills and we empty: the completion ring (addresses) or the receive ring (descriptors). One
/// thread. The kernel's index is never trusted, as in [ProducerRing].
public final class ConsumerRing {
    ConsumerRing() {}

    /// Entries of the ring, a power of two.
    public int entries() {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Entries that can be read now. The kernel's index is read again only when fewer than `wanted` are known.
    ///
    /// @return 0 .. entries; -1 when the kernel's index is impossible
    public int available(int wanted) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// The address in the `index`-th readable entry: as the kernel wrote it, unchecked.
    public long address(int index) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// The length in the `index`-th readable descriptor, unchecked.
    public int lengthBytes(int index) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// The options in the `index`-th readable descriptor: `XDP_PKT_CONTD` where the frame goes on in the next.
    public int options(int index) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Gives the first `count` readable entries back to the kernel.
    public void release(int count) {
        throw new UnsupportedOperationException("owner: sockets");
    }
}
