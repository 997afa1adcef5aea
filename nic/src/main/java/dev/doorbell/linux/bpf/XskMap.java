package dev.doorbell.linux.bpf;

import dev.doorbell.linux.SystemCallException;

/// A map of AF_XDP sockets by the queue that a frame arrived on: BPF_MAP_TYPE_XSKMAP. One thread.
public final class XskMap implements AutoCloseable {
    private XskMap() {}

    /// Makes a map.
    ///
    /// @throws SystemCallException EPERM without CAP_BPF
    public static XskMap create(int entries) throws SystemCallException {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Opens a map that is pinned in a BPF file system.
    ///
    /// @throws SystemCallException ENOENT, EACCES, EINVAL when it is a map of another kind or no map at all
    public static XskMap openPinned(String path) throws SystemCallException {
        throw new UnsupportedOperationException("owner: bpf");
    }

    public int entries() {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Has frames of a queue go to a socket.
    ///
    /// @throws SystemCallException E2BIG past the last entry, EOPNOTSUPP for what is no AF_XDP socket
    public void put(int index, int socketFd) throws SystemCallException {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Empties an entry, whether or not it was filled.
    public void remove(int index) {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// The descriptor.
    public int fd() {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Closes the descriptor; a pinned map stays. Idempotent.
    @Override
    public void close() {}
}
