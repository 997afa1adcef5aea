package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Limits;
import dev.doorbell.linux.SystemCallException;
import java.io.IOException;

/// An interface that cannot be opened: one line that says what is wrong and what to do.
final class AfXdpFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean otherModeMayHelp;

    private AfXdpFailure(String message, boolean otherModeMayHelp, Throwable cause) {
        super(message, cause);
        this.otherModeMayHelp = otherModeMayHelp;
    }

    /// Whether it is native mode that was refused.
    boolean otherModeMayHelp() {
        return otherModeMayHelp;
    }

    private static AfXdpFailure of(BackendOptions.AfXdp options, String why, SystemCallException cause) {
        return new AfXdpFailure(subject(options) + why, false, cause);
    }

    private static String subject(BackendOptions.AfXdp options) {
        return "netdev " + options.id() + ": af-xdp on " + options.ifname() + ": ";
    }

    /// How to get the rights that are missing.
    private static String privileges(BackendOptions.AfXdp options) {
        return "run as root or with CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF, or let `doorbell af-xdp-open --ifname "
                + options.ifname() + " --queues " + options.queues() + " -- COMMAND` open the sockets";
    }

    private static boolean isPermission(SystemCallException e) {
        return e.errno() == Errno.EPERM || e.errno() == Errno.EACCES;
    }

    static AfXdpFailure noInterface(BackendOptions.AfXdp options, int negatedErrno) {
        return of(
                options,
                "there is no such interface in this network namespace; `ip link` lists those that are",
                new SystemCallException("interface " + options.ifname(), negatedErrno));
    }

    static AfXdpFailure noSuchQueue(BackendOptions.AfXdp options, int there) {
        int last = options.startQueue() + options.queues() - 1;
        return of(
                options,
                "there is no queue " + last + ", it has " + there
                        + ": lower start-queue= or queues=, or `ethtool -L` sets more",
                new SystemCallException("queue " + last, -Errno.EINVAL));
    }

    /// Loading the program or making its map failed.
    static AfXdpFailure program(BackendOptions.AfXdp options, SystemCallException e) {
        if (isPermission(e)) return of(options, "no right to load an XDP program; " + privileges(options), e);
        return of(options, "the kernel refuses our XDP program, " + e.getMessage(), e);
    }

    /// Attaching the program failed.
    static AfXdpFailure attaching(
            BackendOptions.AfXdp options, boolean nativeMode, int mtuBytes, SystemCallException e) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES ->
                of(options, "no right to attach an XDP program; " + privileges(options), e);
            case Errno.EBUSY, Errno.EEXIST ->
                of(
                        options,
                        "it has an XDP program already; remove that (`ip link set " + options.ifname()
                                + " xdp off`), or use it: inhibit=on with map-path= or sock-fds=",
                        e);
            case Errno.EOPNOTSUPP ->
                nativeMode
                        ? notNative(options, "its driver has no native XDP: write mode=skb", e)
                        : of(options, "it takes no XDP program, " + e.getMessage(), e);
            default ->
                nativeMode
                        ? notNative(
                                options,
                                "its driver refuses native XDP (" + Errno.name(e.errno()) + "), perhaps for its MTU of "
                                        + mtuBytes + ": write mode=skb, or lower the MTU",
                                e)
                        : of(options, "the program cannot be attached, " + e.getMessage(), e);
        };
    }

    /// A refusal that may be the driver's: without a mode in the options the other one is tried.
    private static AfXdpFailure notNative(BackendOptions.AfXdp options, String why, SystemCallException e) {
        return new AfXdpFailure(subject(options) + why, true, e);
    }

    /// A pinned map cannot be opened, or has no room.
    static AfXdpFailure map(BackendOptions.AfXdp options, SystemCallException e) {
        String path = "map-path=" + options.mapPath();
        return switch (e.errno()) {
            case Errno.ENOENT -> of(options, path + " is not there: pin the program's map of sockets first", e);
            case Errno.EPERM, Errno.EACCES -> of(options, path + ": no right to use it; run as root", e);
            case Errno.EINVAL -> of(options, path + " is no map of AF_XDP sockets (XSKMAP): name the program's", e);
            default -> of(options, path + ": " + e.getMessage(), e);
        };
    }

    static AfXdpFailure mapTooSmall(BackendOptions.AfXdp options, int entries) {
        int last = options.mapStartIndex() + options.queues() - 1;
        return of(
                options,
                "map-path=" + options.mapPath() + " has " + entries + " entries, none numbered " + last
                        + ": lower map-start-index= or queues=",
                new SystemCallException("map entry " + last, -Errno.E2BIG));
    }

    /// A socket cannot be made.
    static AfXdpFailure socket(BackendOptions.AfXdp options, SystemCallException e) {
        if (isPermission(e)) return of(options, "no right to make AF_XDP sockets; " + privileges(options), e);
        if (e.errno() == Errno.EAFNOSUPPORT)
            return of(options, "this kernel has no AF_XDP sockets (CONFIG_XDP_SOCKETS)", e);
        return of(options, "no AF_XDP socket, " + e.getMessage(), e);
    }

    /// An inherited descriptor is not what it should be.
    static AfXdpFailure adopting(BackendOptions.AfXdp options, int fd, SystemCallException e) {
        String what = "sock-fds= names descriptor " + fd + ", which is ";
        String why = e.errno() == Errno.EBADF ? "not open" : "no AF_XDP socket";
        return of(options, what + why + ": pass on what `doorbell af-xdp-open` opened", e);
    }

    /// The memory cannot be registered, or the rings not be made.
    static AfXdpFailure memory(BackendOptions.AfXdp options, long bytesPerQueue, SystemCallException e) {
        if (e.errno() == Errno.ENOBUFS || e.errno() == Errno.ENOMEM || isPermission(e)) {
            long needed = bytesPerQueue * options.queues();
            long limit = Limits.lockedMemoryBytes();
            long enough = needed > limit ? needed : limit + needed; // others of this user have some of it
            String why = "RLIMIT_MEMLOCK is too small: " + needed + " bytes are needed, " + limit
                    + " allowed for all of this user's processes: raise it (`ulimit -l " + (enough + 1023) / 1024
                    + "`), or lower ring-entries=" + options.ringEntries();
            return of(options, why, e);
        }
        if (e.errno() == Errno.EINVAL && options.leavesChecksums())
            return of(
                    options,
                    "tx-checksum=kernel is refused, transmit metadata needs Linux 6.11 or later: leave it out",
                    e);
        if (e.errno() == Errno.EBUSY || e.errno() == Errno.EINVAL)
            return of(options, "the socket is in use already (" + e.getMessage() + "): sock-fds= wants fresh ones", e);
        return of(options, "the kernel refuses its memory, " + e.getMessage(), e);
    }

    /// Binding to a queue failed.
    ///
    /// @param longestBytes of a frame in one chunk where frames of several were asked for, else 0
    static AfXdpFailure binding(
            BackendOptions.AfXdp options, int queue, int mtuBytes, int longestBytes, SystemCallException e) {
        boolean unsupported = e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL;
        if (unsupported && longestBytes > 0)
            return notNative(
                    options,
                    "its MTU of " + mtuBytes + " is too large for a chunk, and frames of several chunks are refused: "
                            + "`ip link set " + options.ifname() + " mtu " + (longestBytes - 22) + "`",
                    e);
        return switch (e.errno()) {
            case Errno.EOPNOTSUPP -> notNative(options, "queue " + queue + " cannot be bound, " + e.getMessage(), e);
            case Errno.EBUSY ->
                of(
                        options,
                        "queue " + queue + " has an AF_XDP socket already, or ours is bound: end that process, or "
                                + "choose other queues by start-queue=",
                        e);
            case Errno.EPERM, Errno.EACCES -> of(options, "no right to bind its sockets; " + privileges(options), e);
            default -> of(options, "queue " + queue + " cannot be bound, " + e.getMessage(), e);
        };
    }

    /// The options of busy polling are refused.
    static AfXdpFailure busyPolling(BackendOptions.AfXdp options, int negatedErrno) {
        return of(
                options,
                negatedErrno == -Errno.EPERM
                        ? "busy-poll-us= needs CAP_NET_ADMIN: leave it out, or " + privileges(options)
                        : "busy-poll-us= is refused by this kernel, " + Errno.name(negatedErrno) + ": leave it out",
                new SystemCallException("busy polling", negatedErrno));
    }
}
