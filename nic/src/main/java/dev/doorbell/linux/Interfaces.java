package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Network interfaces of this namespace, by name: netdevice(7) and linux/ethtool.h. Answers are 0 or
/// more, or a negated errno: -ENODEV where there is no such interface, also for names that none could
/// have. Not for the data path.
public final class Interfaces {
    // spotless:off
    static final long SIOCGIFFLAGS    = 0x8913;
    static final long SIOCSIFFLAGS    = 0x8914;
    static final long SIOCGIFMTU      = 0x8921;
    static final long SIOCSIFMTU      = 0x8922;
    static final long SIOCGIFINDEX    = 0x8933;
    static final long SIOCETHTOOL     = 0x8946;
    static final int  IFF_UP          = 0x1;
    static final int  IFF_RUNNING     = 0x40;
    static final int  IFR_DATA        = 16; // struct ifreq: a pointer in its union

    static final int  ETHTOOL_GRXRINGS  = 0x2D;
    static final int  ETHTOOL_GCHANNELS = 0x3C;
    // struct ethtool_channels
    static final int  CHANNELS_BYTES    = 36;
    static final int  RX_COUNT          = 20;
    static final int  COMBINED_COUNT    = 32;
    // struct ethtool_rxnfc
    static final int  RXNFC_BYTES       = 192;
    static final int  RXNFC_DATA        = 8;
    // spotless:on

    /// More receive queues than any device has.
    private static final int LIMIT_QUEUES = 65_536;

    private Interfaces() {}

    /// The interface's number, 1 or more: SIOCGIFINDEX.
    public static int index(String ifname) {
        return request(ifname, SIOCGIFINDEX);
    }

    /// Largest payload of a frame, bytes: SIOCGIFMTU.
    public static int mtuBytes(String ifname) {
        return request(ifname, SIOCGIFMTU);
    }

    /// Sets an interface's MTU: SIOCSIFMTU.
    ///
    /// @return 0; -EPERM without CAP_NET_ADMIN
    public static int setMtu(String ifname, int bytes) {
        return Math.min(request(ifname, SIOCSIFMTU, bytes), 0);
    }

    /// Whether an interface is up (administratively): 1 or 0. SIOCGIFFLAGS.
    public static int isUp(String ifname) {
        int flags = request(ifname, SIOCGIFFLAGS);
        return flags < 0 ? flags : flags & IFF_UP;
    }

    /// Takes an interface up or down: SIOCSIFFLAGS.
    ///
    /// @return 0; -EPERM without CAP_NET_ADMIN
    public static int setUp(String ifname, boolean up) {
        int flags = request(ifname, SIOCGIFFLAGS);
        if (flags < 0) return flags;
        return Math.min(request(ifname, SIOCSIFFLAGS, up ? flags | IFF_UP : flags & ~IFF_UP), 0);
    }

    /// Whether an interface is up and has a carrier (IFF_UP and IFF_RUNNING): 1 or 0. SIOCGIFFLAGS.
    public static int isRunning(String ifname) {
        int flags = request(ifname, SIOCGIFFLAGS);
        if (flags < 0) return flags;
        return (flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING) ? 1 : 0;
    }

    /// Receive queues that the interface has: ETHTOOL_GCHANNELS, else ETHTOOL_GRXRINGS, else what sysfs
    /// shows, else 1.
    public static int receiveQueues(String ifname) {
        int index = index(ifname);
        if (index < 0) return index;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment channels = arena.allocate(CHANNELS_BYTES, 8);
            if (ethtool(ifname, ETHTOOL_GCHANNELS, channels) == 0) {
                int count = channels.get(JAVA_INT, RX_COUNT) + channels.get(JAVA_INT, COMBINED_COUNT);
                if (count > 0) return count;
            }
            MemorySegment rings = arena.allocate(RXNFC_BYTES, 8);
            if (ethtool(ifname, ETHTOOL_GRXRINGS, rings) == 0) {
                long count = rings.get(JAVA_LONG, RXNFC_DATA);
                if (count > 0 && count <= LIMIT_QUEUES) return (int) count;
            }
        }
        return receiveQueuesInSysfs(ifname, index);
    }

    /// sysfs may be another network namespace's: its interface of this name must have our number.
    private static int receiveQueuesInSysfs(String ifname, int index) {
        Path folder = Path.of("/sys/class/net", ifname); // the kernel knows the name, so it has no slash
        try {
            String shown = java.nio.file.Files.readString(folder.resolve("ifindex"));
            if (!shown.strip().equals(Integer.toString(index))) return 1;
        } catch (IOException e) {
            return 1;
        }
        int count = 0;
        while (count < LIMIT_QUEUES && java.nio.file.Files.exists(folder.resolve("queues/rx-" + count))) count++;
        return Math.max(count, 1);
    }

    private static int request(String ifname, long call) {
        return request(ifname, call, 0);
    }

    /// @return the request's int afterwards (for flags: its low half), or a negated errno
    private static int request(String ifname, long call, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = arena.allocate(Tap.IFREQ_BYTES, 8);
            ifreq.set(JAVA_INT, Tap.IFR_UNION, value);
            int result = call(ifname, call, ifreq);
            if (result < 0) return result;
            return call == SIOCGIFFLAGS || call == SIOCSIFFLAGS
                    ? Short.toUnsignedInt(ifreq.get(JAVA_SHORT, Tap.IFR_UNION))
                    : ifreq.get(JAVA_INT, Tap.IFR_UNION);
        }
    }

    private static int ethtool(String ifname, int command, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            argument.set(JAVA_INT, 0, command);
            MemorySegment ifreq = arena.allocate(Tap.IFREQ_BYTES, 8);
            ifreq.set(JAVA_LONG, IFR_DATA, argument.address());
            return call(ifname, SIOCETHTOOL, ifreq);
        }
    }

    private static int call(String ifname, long call, MemorySegment ifreq) {
        byte[] name = ifname.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length >= Tap.IFNAMSIZ || ifname.indexOf('\0') >= 0) return -Errno.ENODEV;
        MemorySegment.copy(name, 0, ifreq, JAVA_BYTE, 0, name.length);
        int socket = Sockets.create(SocketAddress.AF_UNIX, Sockets.SOCK_DGRAM); // any family takes these calls
        if (socket < 0) return socket;
        int result = Ioctl.call(socket, call, ifreq);
        Files.close(socket);
        return result;
    }
}
