package dev.doorbell.backend;

/// Where a socket is or goes to, as written on the command line.
public sealed interface SocketAddressOptions {
    /// A unix socket in the file system.
    record Unix(String path) implements SocketAddressOptions {}

    /// An IPv4 or IPv6 address and port. `host` is a numeric address or a name to be looked up once, when
    /// opened.
    record Inet(String host, int port) implements SocketAddressOptions {}

    /// A socket that this process inherited, ready to use.
    record Fd(int number) implements SocketAddressOptions {}
}
