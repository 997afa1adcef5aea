package dev.doorbell.linux.process;

/// Rights that the kernel asks for, linux/capability.h: those that AF_XDP needs, by the names that
/// people know.
public enum Capability {
    // spotless:off
    CAP_SETGID       ( 6),
    CAP_SETUID       ( 7),
    CAP_SETPCAP      ( 8),
    CAP_NET_ADMIN    (12),
    CAP_NET_RAW      (13),
    CAP_SYS_ADMIN    (21),
    CAP_SYS_RESOURCE (24),
    CAP_BPF          (39);
    // spotless:on

    final int number;

    Capability(int number) {
        this.number = number;
    }

    /// Whether it is in a set that [Credentials] tells.
    public boolean in(long set) {
        return (set >>> number & 1) != 0;
    }
}
