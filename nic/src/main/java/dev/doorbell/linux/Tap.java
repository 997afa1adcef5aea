package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Tap interfaces: Ethernet frames to and from the kernel, one per read(2) or write(2). Documented in the
/// kernel's `networking/tuntap.rst` and linux/if_tun.h. Answers are 0 or more, or a negated errno. Not
/// for the data path: frames go through [Files] and [IoVectors].
public final class Tap {
    // spotless:off
    /// [#setOffloads]: the reader takes frames whose checksum is left open.
    public static final int TUN_F_CSUM    = 0x01;
    /// [#setOffloads]: ... and large TCP frames over IPv4, uncut.
    public static final int TUN_F_TSO4    = 0x02;
    /// [#setOffloads]: ... and over IPv6.
    public static final int TUN_F_TSO6    = 0x04;
    /// [#setOffloads]: ... and ones with ECN bits.
    public static final int TUN_F_TSO_ECN = 0x08;
    /// [#setOffloads]: large UDP over IPv4, uncut (Linux 6.2).
    public static final int TUN_F_USO4    = 0x20;
    /// [#setOffloads]: large UDP over IPv6, uncut (Linux 6.2).
    public static final int TUN_F_USO6    = 0x40;

    /// [#flags]: a tap, with Ethernet headers (not a tun).
    public static final int IFF_TAP         = 0x0002;
    /// [#flags]: several descriptors may share the interface, a queue each.
    public static final int IFF_MULTI_QUEUE = 0x0100;
    /// [#flags]: frames have no packet information of the tun driver before them.
    public static final int IFF_NO_PI       = 0x1000;
    /// [#flags]: every frame has a [VirtioNetHeader] before it.
    public static final int IFF_VNET_HDR    = 0x4000;

    static final long TUNSETIFF      = 0x4004_54CAL;
    static final long TUNSETPERSIST  = 0x4004_54CBL;
    static final long TUNGETFEATURES = 0x8004_54CFL;
    static final long TUNSETOFFLOAD  = 0x4004_54D0L;
    static final long TUNGETIFF      = 0x8004_54D2L;
    static final long TUNSETSNDBUF   = 0x4004_54D4L;
    static final long TUNGETVNETHDRSZ = 0x8004_54D7L;
    static final long TUNSETVNETHDRSZ = 0x4004_54D8L;
    static final long TUNSETVNETLE   = 0x4004_54DCL;

    // struct ifreq, linux/if.h: a name and a union
    static final int IFREQ_BYTES  = 40;
    static final int IFNAMSIZ     = 16;
    static final int IFR_UNION    = 16; // ifr_flags: short; ifr_mtu: int
    // spotless:on

    private static final String DEVICE = "/dev/net/tun";

    private Tap() {}

    /// Opens a tap, creating the interface when there is none
    /// of that name; it then goes with its last descriptor.
    ///
    /// @param ifname     at most 15 bytes; a `%d` in it, or an
    ///     empty name, lets the kernel number it ([#name] tells)
    /// @param vnetHeader every frame has a [VirtioNetHeader] before it, both ways
    /// @param multiQueue further opens add queues; all opens of an interface must agree
    /// @return a descriptor that never waits; -EPERM without CAP_NET_ADMIN (or for someone else's tap),
    ///     -EBUSY when another process has it, -ENOENT or -ENXIO without the tun driver, -EINVAL for
    ///     another kind of interface
    public static int open(String ifname, boolean vnetHeader, boolean multiQueue) {
        int flags = IFF_TAP | IFF_NO_PI | (vnetHeader ? IFF_VNET_HDR : 0) | (multiQueue ? IFF_MULTI_QUEUE : 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, ifname);
            if (request == null) return -Errno.ENAMETOOLONG;
            int fd = Files.open(DEVICE, Files.O_RDWR | Files.O_NONBLOCK, 0);
            if (fd < 0) return fd;
            request.set(JAVA_SHORT, IFR_UNION, (short) flags);
            return keepOnSuccess(fd, Ioctl.call(fd, TUNSETIFF, request));
        }
    }

    /// What the tun driver can do, `IFF_` bits: TUNGETFEATURES.
    public static int features(int fd) {
        return getInt(fd, TUNGETFEATURES);
    }

    /// How a descriptor's interface was opened, `IFF_` bits: TUNGETIFF.
    ///
    /// @return -ENOTTY for what is no tap, -EBADFD for one without an interface
    public static int flags(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            int result = Ioctl.call(fd, TUNGETIFF, request);
            return result < 0 ? result : Short.toUnsignedInt(request.get(JAVA_SHORT, IFR_UNION));
        }
    }

    /// The interface's name: TUNGETIFF.
    ///
    /// @throws SystemCallException as [#flags]
    public static String name(int fd) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            SystemCallException.check("ioctl(2) TUNGETIFF", Ioctl.call(fd, TUNGETIFF, request));
            return request.getString(0, StandardCharsets.UTF_8);
        }
    }

    /// Says which unfinished frames the reader takes, `TUN_F_` bits: TUNSETOFFLOAD. Only with a
    /// virtio-net header.
    ///
    /// @return -EINVAL for bits that this kernel does not know or that lack [#TUN_F_CSUM]
    public static int setOffloads(int fd, int tunFlags) {
        return Ioctl.call(fd, TUNSETOFFLOAD, tunFlags);
    }

    /// Sets the bytes of the virtio-net header, [VirtioNetHeader#BYTES] or more: TUNSETVNETHDRSZ.
    public static int setVnetHeaderSize(int fd, int bytes) {
        return setInt(fd, TUNSETVNETHDRSZ, bytes);
    }

    /// The bytes of the virtio-net header: TUNGETVNETHDRSZ.
    public static int vnetHeaderSize(int fd) {
        return getInt(fd, TUNGETVNETHDRSZ);
    }

    /// Makes the fields of the virtio-net header little-endian on any host: TUNSETVNETLE.
    public static int setVnetLittleEndian(int fd) {
        return setInt(fd, TUNSETVNETLE, 1);
    }

    /// Limits what may wait unread in the kernel behind this descriptor's writes: TUNSETSNDBUF.
    public static int setSendBuffer(int fd, int bytes) {
        return setInt(fd, TUNSETSNDBUF, bytes);
    }

    /// Keeps the interface when its last descriptor closes, or no longer: TUNSETPERSIST.
    public static int setPersistent(int fd, boolean persistent) {
        return Ioctl.call(fd, TUNSETPERSIST, persistent ? 1 : 0);
    }

    private static @Nullable MemorySegment request(Arena arena, String ifname) {
        byte[] name = ifname.getBytes(StandardCharsets.UTF_8);
        if (name.length >= IFNAMSIZ) return null;
        MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
        MemorySegment.copy(name, 0, request, JAVA_BYTE, 0, name.length);
        return request;
    }

    private static int getInt(int fd, long call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            int result = Ioctl.call(fd, call, value);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    private static int setInt(int fd, long call, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return Ioctl.call(fd, call, arena.allocateFrom(JAVA_INT, value));
        }
    }

    private static int keepOnSuccess(int fd, int result) {
        if (result >= 0) return fd;
        Files.close(fd);
        return result;
    }
}
