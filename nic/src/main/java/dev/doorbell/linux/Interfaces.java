package dev.doorbell.linux;

/// Network interfaces of this namespace, by name: netdevice(7). Answers are 0 or more, or a negated errno. Not for the
/// data path.
public final class Interfaces {
    private Interfaces() {}

    /// The interface's number; -ENODEV.
    public static int index(String ifname) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Largest payload of a frame, bytes; -ENODEV.
    public static int mtuBytes(String ifname) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Whether an interface is up and has a carrier (IFF_UP and IFF_RUNNING): 1 or 0; -ENODEV.
    public static int isRunning(String ifname) {
        throw new UnsupportedOperationException("owner: sockets");
    }

    /// Receive queues that the interface has; -ENODEV.
    public static int receiveQueues(String ifname) {
        throw new UnsupportedOperationException("owner: sockets");
    }
}
