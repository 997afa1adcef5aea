package dev.doorbell.linux.bpf;

import dev.doorbell.linux.SystemCallException;

/// The XDP program that sends each frame to the socket of its receive queue, and on to the kernel's own stack where
/// there is none. Frames of several fragments are taken, too.
public final class XdpProgram implements AutoCloseable {
    /// How a program is attached: XDP_FLAGS_ of linux/if_link.h.
    public enum Mode {
        /// In the driver.
        NATIVE,
        /// In the kernel's stack ("generic"), for any driver.
        SKB
    }

    private XdpProgram() {}

    /// Loads the program for a map.
    ///
    /// @throws SystemCallException EPERM without CAP_BPF and CAP_NET_ADMIN
    public static XdpProgram load(XskMap map) throws SystemCallException {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Attaches the program to an interface for as long as the link's descriptor is open anywhere: nothing is left behind
    /// after SIGKILL. A program that is there already stays, and this one is refused.
    ///
    /// @throws SystemCallException EBUSY or EEXIST when the interface has a program, EOPNOTSUPP when the driver has no
    ///     native mode, ENODEV, EPERM, EINVAL or ERANGE when the MTU is too large for the driver's native mode
    public XdpLink attach(int ifindex, Mode mode) throws SystemCallException {
        throw new UnsupportedOperationException("owner: bpf");
    }

    /// Closes the descriptor; a link keeps the program alive. Idempotent.
    @Override
    public void close() {}
}
