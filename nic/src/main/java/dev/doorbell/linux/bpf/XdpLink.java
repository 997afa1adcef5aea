package dev.doorbell.linux.bpf;

import dev.doorbell.linux.FileDescriptor;

/// A program's attachment to an interface: a bpf_link. The program is detached when the last
/// descriptor is closed, in this process or in another that has one. An interface that is removed
/// takes the attachment with it; the descriptor stays.
public final class XdpLink implements AutoCloseable {
    private final FileDescriptor fd;

    XdpLink(int fd) {
        this.fd = new FileDescriptor(fd);
    }

    /// The descriptor, -1 once closed.
    public int fd() {
        return fd.number();
    }

    /// Closes the descriptor. Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
