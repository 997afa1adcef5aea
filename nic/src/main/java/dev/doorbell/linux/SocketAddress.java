package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Where a socket is: `struct sockaddr` of unix(7), ip(7) or ipv6(7) in native memory. One thread.
public final class SocketAddress {
    /// Room for an address of any family: `struct sockaddr_storage`.
    static final int STORAGE_BYTES = 128;

    // spotless:off
    static final int AF_UNIX  = 1;
    static final int AF_INET  = 2;
    static final int AF_INET6 = 10;
    static final int FAMILY   = 0; // the same in all three
    // struct sockaddr_un, sys/un.h
    static final int SUN_BYTES      = 110;
    static final int SUN_PATH       =   2;
    static final int SUN_PATH_BYTES = 108;
    // struct sockaddr_in, netinet/in.h; port and address big-endian
    static final int SIN_BYTES = 16;
    static final int SIN_PORT  =  2;
    static final int SIN_ADDR  =  4;
    // struct sockaddr_in6, netinet/in.h; port and address big-endian
    static final int SIN6_BYTES    = 28;
    static final int SIN6_PORT     =  2;
    static final int SIN6_ADDR     =  8;
    static final int SIN6_SCOPE_ID = 24;
    // spotless:on

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    final MemorySegment storage = Arena.ofAuto().allocate(STORAGE_BYTES, 8);
    private int lengthBytes;

    /// An address that is still to be filled in by a call.
    public SocketAddress() {}

    /// The name of a Unix socket in the file system, UTF-8.
    ///
    /// @throws SystemCallException ENAMETOOLONG over 107 bytes, ENOENT for an empty path
    public static SocketAddress unix(String path) throws SystemCallException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0) throw new SystemCallException("socket path", -Errno.ENOENT);
        if (name.length >= SUN_PATH_BYTES) throw new SystemCallException("socket path " + path, -Errno.ENAMETOOLONG);
        if (path.indexOf('\0') >= 0) throw new IllegalArgumentException("NUL inside of \"" + path + "\"");
        SocketAddress address = new SocketAddress();
        address.storage.set(JAVA_SHORT, FAMILY, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address.storage, JAVA_BYTE, SUN_PATH, name.length);
        address.lengthBytes = SUN_PATH + name.length + 1; // with the NUL
        return address;
    }

    /// An IPv4 or IPv6 address and a port.
    public static SocketAddress inet(InetAddress host, int port) {
        if (port < 0 || port > 0xFFFF) throw new IllegalArgumentException("port " + port);
        SocketAddress address = new SocketAddress();
        byte[] bytes = host.getAddress();
        boolean six = host instanceof Inet6Address;
        address.storage.set(JAVA_SHORT, FAMILY, (short) (six ? AF_INET6 : AF_INET));
        address.storage.set(BE16, six ? SIN6_PORT : SIN_PORT, (short) port);
        MemorySegment.copy(bytes, 0, address.storage, JAVA_BYTE, six ? SIN6_ADDR : SIN_ADDR, bytes.length);
        if (host instanceof Inet6Address inet6) address.storage.set(JAVA_INT, SIN6_SCOPE_ID, inet6.getScopeId());
        address.lengthBytes = six ? SIN6_BYTES : SIN_BYTES;
        return address;
    }

    /// The address family, `AF_` of address_families(7); 0 while nothing is filled in.
    public int family() {
        return lengthBytes < Short.BYTES ? 0 : Short.toUnsignedInt(storage.get(JAVA_SHORT, FAMILY));
    }

    /// The port of an IPv4 or IPv6 address, 0 for others.
    public int port() {
        return switch (family()) {
            case AF_INET -> Short.toUnsignedInt(storage.get(BE16, SIN_PORT));
            case AF_INET6 -> Short.toUnsignedInt(storage.get(BE16, SIN6_PORT));
            default -> 0;
        };
    }

    /// Bytes of the address; 0 while nothing is filled in.
    public int lengthBytes() {
        return lengthBytes;
    }

    /// Takes over another address.
    public void copyFrom(SocketAddress other) {
        setFrom(other.storage, 0, other.lengthBytes);
    }

    /// Takes over an address that the kernel wrote.
    void setFrom(MemorySegment source, long offset, int bytes) {
        MemorySegment.copy(source, offset, storage, 0, STORAGE_BYTES);
        setLength(bytes);
    }

    void setLength(int bytes) {
        lengthBytes = Math.clamp(bytes, 0, STORAGE_BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SocketAddress address
                && address.lengthBytes == lengthBytes
                && MemorySegment.mismatch(storage, 0, lengthBytes, address.storage, 0, lengthBytes) < 0;
    }

    @Override
    public int hashCode() {
        return (int) storage.get(JAVA_LONG, 0) * 31 + lengthBytes;
    }

    /// As people write it: a path, `10.0.0.1:80`, `[::1]:80`.
    @Override
    public String toString() {
        return switch (family()) {
            case AF_UNIX -> unixPath();
            case AF_INET -> host(SIN_ADDR, 4) + ":" + port();
            case AF_INET6 -> "[" + host(SIN6_ADDR, 16) + "]:" + port();
            default -> "(no address)";
        };
    }

    private String unixPath() {
        byte[] name =
                storage.asSlice(SUN_PATH, Math.max(0, lengthBytes - SUN_PATH)).toArray(JAVA_BYTE);
        int end = 0;
        while (end < name.length && name[end] != 0) end++;
        return new String(name, 0, end, StandardCharsets.UTF_8);
    }

    private String host(int offset, int bytes) {
        try {
            return InetAddress.getByAddress(storage.asSlice(offset, bytes).toArray(JAVA_BYTE))
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for a wrong length
        }
    }
}
