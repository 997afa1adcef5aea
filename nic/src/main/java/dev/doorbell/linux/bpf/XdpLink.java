package dev.doorbell.linux.bpf;

/// A program's attachment to an interface: a bpf_link. The program is detached when the last descriptor is closed.
public final class XdpLink implements AutoCloseable {
    XdpLink() {}

    /// The descriptor.
    public int fd() {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Closes the descriptor. Idempotent.
    @Override
    public void close() {}
}
