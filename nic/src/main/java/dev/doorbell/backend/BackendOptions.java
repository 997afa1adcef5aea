package dev.doorbell.backend;

import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import java.util.List;
import java.util.Optional;

/// What `--netdev` asked for: one record per kind of backend, checked but not opened.
public sealed interface BackendOptions {
    /// Name that cards, filters and counters use; unique among the backends of a process.
    String id();

    /// Queues that frames can be sent by and arrive by, 1 or more.
    default int queues() {
        return 1;
    }

    /// `tap`: an Ethernet interface of this host.
    ///
    /// @param ifname interface to attach to, created when it does not exist; empty when `fd` is used
    /// @param fd     inherited descriptor of an open tap, or -1
    /// @param vnetHeader whether to use the kernel's virtio-net header, and with it checksum and
    ///     segmentation offload
    record Tap(String id, String ifname, int fd, boolean vnetHeader) implements BackendOptions {}

    /// `stream`: frames with a length prefix over one connection.
    ///
    /// @param server      listens instead of connecting; then not for [SocketAddressOptions.Fd]
    /// @param reconnectNs pause before another attempt to connect; 0 never tries again
    record Stream(String id, SocketAddressOptions address, boolean server, long reconnectNs)
            implements BackendOptions {}

    /// `dgram`: one frame per datagram.
    ///
    /// @param remote where frames go; empty only when `local` is an inherited, connected socket
    record Dgram(String id, SocketAddressOptions local, Optional<SocketAddressOptions> remote)
            implements BackendOptions {}

    /// `hubport`: one port of a switch inside this process.
    record HubPort(String id, int hubId) implements BackendOptions {}

    /// `af-xdp`: the queues of a host interface through AF_XDP sockets.
    ///
    /// @param ifname         the interface
    /// @param mode           how our program is attached, `native` or `skb`; empty tries native, then
    ///     skb
    /// @param forceCopy      whether the kernel must copy even where the driver could do without
    /// @param queues         sockets, 1 or more
    /// @param startQueue     the interface's queue of the first socket
    /// @param inhibit        whether somebody else loaded the program; then either sockets or a map
    ///     come from there
    /// @param socketFds      inherited sockets that are in that program's map already, one a queue;
    ///     empty for none
    /// @param mapPath        a pinned map to put our sockets into; empty for none
    /// @param mapStartIndex  entry of the map for the first socket
    /// @param ringEntries    entries of each ring of a socket, a power of two; it has twice as many
    ///     chunks
    /// @param wakeup         whether the kernel says when it must be woken (need_wakeup)
    /// @param busyPollUs     microseconds that the kernel may poll the device in our calls; 0 leaves it
    ///     to interrupts
    /// @param busyPollBudget frames of one such poll
    /// @param leavesChecksums whether the kernel finishes TCP and UDP checksums, by transmit metadata; it
    ///     must copy then
    record AfXdp(
            String id,
            String ifname,
            String mode,
            boolean forceCopy,
            int queues,
            int startQueue,
            boolean inhibit,
            List<Integer> socketFds,
            String mapPath,
            int mapStartIndex,
            int ringEntries,
            boolean wakeup,
            int busyPollUs,
            int busyPollBudget,
            boolean leavesChecksums)
            implements BackendOptions {}

    /// `passt`: user-mode networking by a passt(1) that is started for this card.
    ///
    /// @param path      the program: a path, or a name to be looked for in PATH
    /// @param arguments for it, checked and in order, without those that say how it talks to us
    record Passt(String id, String path, java.util.List<String> arguments) implements BackendOptions {}

    /// `pcap`: a capture is replayed to the card, and what the card sends is recorded.
    ///
    /// @param rxFile         the capture to replay; empty for none
    /// @param txFile         the file to record into; empty for none, but not both
    /// @param recordedTiming whether frames keep their distances in time; else the card decides
    /// @param speed          recorded time passes so many times faster
    /// @param repeat         times it is played; 0 for ever
    /// @param delayNs        how long the card must listen without a break before the first frame
    record Pcap(String id, String rxFile, String txFile, boolean recordedTiming, double speed, int repeat, long delayNs)
            implements BackendOptions {}

    /// `loopback`: what is sent comes back.
    record Loopback(String id) implements BackendOptions {}

    /// `null`: what is sent is forgotten.
    record Null(String id) implements BackendOptions {}

    /// Longest name the kernel gives an interface.
    int MAX_IFNAME_CHARS = 15;
    /// Longest path of a unix socket, in bytes, without the closing zero.
    int MAX_UNIX_PATH_BYTES = 107;
    /// Hubs are numbered from 0.
    int MAX_HUB_ID = 255;
    /// Longest pause between two attempts to connect.
    long MAX_RECONNECT_MS = 3_600_000;

    /// Reads the value of `--netdev`.
    static BackendOptions parse(String text) throws OptionException {
        OptionString o = OptionString.parse("--netdev", text, PasstOptions.LISTS);
        BackendOptions options = switch (o.kind()) {
            case "tap" -> tap(o);
            case "stream" -> stream(o);
            case "dgram" -> dgram(o);
            case "hubport" -> new HubPort(id(o), requiredNumber(o, "hubid", "the hub's number", 0, MAX_HUB_ID));
            case "af-xdp" -> AfXdpOptions.parse(o, id(o));
            case "passt" -> PasstOptions.parse(o, id(o));
            case "pcap" -> PcapOptions.parse(o, id(o));
            case "loopback" -> new Loopback(id(o));
            case "null" -> new Null(id(o));
            default ->
                throw o.refuse(
                        "no such backend; there are tap, af-xdp, stream, dgram, hubport, passt, pcap, loopback and null");
        };
        o.finish();
        return options;
    }

    private static String id(OptionString o) throws OptionException {
        return o.id("this backend");
    }

    private static Tap tap(OptionString o) throws OptionException {
        String id = id(o);
        o.exclusive("ifname", "fd");
        String ifname = o.text("ifname").orElse("");
        int fd = o.number("fd", -1, 0, Integer.MAX_VALUE);
        if (ifname.isEmpty() && fd < 0) throw o.refuse("needs ifname= (an interface) or fd= (an open tap)");
        checkInterfaceName(o, ifname);
        noScript(o, "script");
        noScript(o, "downscript");
        return new Tap(id, ifname, fd, o.flag("vnet_hdr", true));
    }

    /// Refuses what the kernel would refuse as an interface's name.
    static void checkInterfaceName(OptionString o, String ifname) throws OptionException {
        if (ifname.length() > MAX_IFNAME_CHARS)
            throw o.refuse("ifname=" + ifname + " is longer than " + MAX_IFNAME_CHARS + " characters: shorten it");
        boolean validName = ifname.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '/' && c != ':' && c != '%');
        if (!validName || ifname.equals(".") || ifname.equals(".."))
            throw o.refuse("ifname= holds a character that no interface name may have: use letters, digits, - and _");
    }

    /// Command lines made for QEMU say `script=no`; Doorbell runs no scripts.
    private static void noScript(OptionString o, String key) throws OptionException {
        if (!o.text(key).orElse("no").equals("no"))
            throw o.refuse(key + "= can only be no: Doorbell runs no scripts, set the interface up beforehand");
    }

    private static Stream stream(OptionString o) throws OptionException {
        String id = id(o);
        SocketAddressOptions address = address(o, "addr", 1);
        boolean server = o.flag("server", false);
        o.exclusive("reconnect", "reconnect-ms"); // QEMU's older spelling counts seconds
        long seconds = o.amount("reconnect", 0, 0, MAX_RECONNECT_MS / 1000);
        long ms = o.amount("reconnect-ms", seconds * 1000, 0, MAX_RECONNECT_MS);
        if (server && ms > 0) throw o.refuse("reconnect-ms= is for clients: a server accepts the next peer anyway");
        if (address instanceof SocketAddressOptions.Fd) {
            if (server) throw o.refuse("server=on needs addr.type=unix or inet: an inherited socket is connected");
            if (ms > 0)
                throw o.refuse("reconnect-ms= needs addr.type=unix or inet: an inherited socket cannot be redone");
        }
        return new Stream(id, address, server, ms * 1_000_000);
    }

    private static Dgram dgram(OptionString o) throws OptionException {
        String id = id(o);
        SocketAddressOptions local = address(o, "local", 0);
        if (local instanceof SocketAddressOptions.Fd) {
            if (o.has("remote.type")) throw o.refuse("local.type=fd is a connected socket: leave remote.* out");
            return new Dgram(id, local, Optional.empty());
        }
        SocketAddressOptions remote = address(o, "remote", 1);
        if (remote.getClass() != local.getClass())
            throw o.refuse("local.type= and remote.type= differ: both unix or both inet");
        return new Dgram(id, local, Optional.of(remote));
    }

    /// Reads `prefix.type` and what belongs to it.
    private static SocketAddressOptions address(OptionString o, String prefix, int leastPort) throws OptionException {
        String type = o.required(prefix + ".type", "unix, inet or fd");
        return switch (type) {
            case "unix" -> {
                String path = o.required(prefix + ".path", "a socket's path");
                if (path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_UNIX_PATH_BYTES)
                    throw o.refuse(
                            prefix + ".path= is longer than " + MAX_UNIX_PATH_BYTES + " bytes: use a shorter one");
                yield new SocketAddressOptions.Unix(path);
            }
            case "inet" -> {
                String host = o.required(prefix + ".host", "an address, such as 127.0.0.1");
                int port = requiredNumber(o, prefix + ".port", "a port", leastPort, 65_535);
                yield new SocketAddressOptions.Inet(host, port);
            }
            case "fd" -> {
                int fd = requiredNumber(o, prefix + ".str", "a descriptor's number", 0, Integer.MAX_VALUE);
                yield new SocketAddressOptions.Fd(fd);
            }
            default -> throw o.refuse(prefix + ".type=" + type + ": write unix, inet or fd");
        };
    }

    private static int requiredNumber(OptionString o, String key, String form, int least, int most)
            throws OptionException {
        if (!o.has(key)) o.required(key, form + ", " + least + " to " + most);
        return o.number(key, least, least, most);
    }
}
