package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.Sockets;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Where the peers of a stream come from: accepted, connected to, inherited, or made by a source. One
/// peer at a time; nothing here waits.
///
/// While there is none a timer goes on trying, so that it does not matter whether the card asks for frames.
/// A server lets the next peer in when one has left; a client connects again after its pause, or never.
final class StreamEndpoint {
    /// How often a server looks for a peer and a client for the end of its attempt to connect.
    static final long LOOK_NS = 20_000_000;

    private static final int SOCKET_MODE = 0600;
    private static final int NONE = -1;

    private final @Nullable SocketAddress inet; // null: one of the two below, or inherited
    private final @Nullable String unixPath;
    private final @Nullable PeerSource source;
    private final long reconnectNs; // without a source; 0 never tries again
    private final Timeline timeline;
    private final Timer timer;
    private final CounterTable<BackendCounter> counters;
    private final Poller poller = new Poller(1);
    private int listener = NONE;
    private int connecting = NONE;
    private int peer = NONE;
    private boolean ended; // nobody will come any more

    private StreamEndpoint(
            BackendOptions.Stream options,
            @Nullable SocketAddress inet,
            @Nullable String unixPath,
            Timeline timeline,
            CounterTable<BackendCounter> counters) {
        this.inet = inet;
        this.unixPath = unixPath;
        this.timeline = timeline;
        this.counters = counters;
        source = null;
        reconnectNs = options.reconnectNs();
        timer = timeline.timer("stream " + options.id(), this::look);
    }

    /// Peers from a source, the first one at once.
    StreamEndpoint(String id, PeerSource source, Timeline timeline, CounterTable<BackendCounter> counters) {
        this.source = source;
        this.timeline = timeline;
        this.counters = counters;
        inet = null;
        unixPath = null;
        reconnectNs = 0;
        timer = timeline.timer("stream " + id, this::look);
        connect();
        rearm();
    }

    /// Listens, starts to connect, or takes over a descriptor.
    ///
    /// @throws IOException when that is impossible, for a client only if it is not to try again
    static StreamEndpoint open(BackendOptions.Stream options, Timeline timeline, CounterTable<BackendCounter> counters)
            throws IOException {
        return switch (options.address()) {
            case SocketAddressOptions.Unix unix -> {
                var endpoint = new StreamEndpoint(options, null, unix.path(), timeline, counters);
                if (options.server())
                    endpoint.listener = SystemCallException.check(
                            "listen(2) " + unix.path(), UnixSockets.listen(unix.path(), SOCKET_MODE));
                yield endpoint.started("connect(2) " + unix.path());
            }
            case SocketAddressOptions.Inet where -> {
                SocketAddress address = SocketAddresses.resolve(where);
                var endpoint = new StreamEndpoint(options, address, null, timeline, counters);
                if (options.server())
                    endpoint.listener =
                            SystemCallException.check("listen(2) " + address, InetSockets.tcpListen(address));
                yield endpoint.started("connect(2) " + address);
            }
            case SocketAddressOptions.Fd inherited -> {
                int fd = inherited.number();
                String subject = "stream descriptor " + fd;
                if (SystemCallException.check(subject, Sockets.isStream(fd)) == 0)
                    throw new SystemCallException(subject, -Errno.EPROTOTYPE);
                SystemCallException.check(subject, Files.setNonBlocking(fd, true));
                var endpoint = new StreamEndpoint(options, null, null, timeline, counters);
                endpoint.welcome(fd);
                yield endpoint;
            }
        };
    }

    private StreamEndpoint started(String subject) throws SystemCallException {
        if (listener == NONE) {
            int result = connect();
            if (result < 0 && reconnectNs == 0) throw new SystemCallException(subject, result);
        }
        rearm();
        return this;
    }

    /// The peer's descriptor, or -1.
    int peer() {
        return peer;
    }

    /// What to wait for: the peer's bytes, or the next peer; -1 when only time helps.
    int waitFd() {
        return peer != NONE ? peer : listener;
    }

    /// The address that a server listens at, with the port that the kernel chose.
    SocketAddress localAddress() {
        SocketAddress address = new SocketAddress();
        Sockets.localAddress(listener, address);
        return address;
    }

    /// Looks for a peer if there is none.
    ///
    /// @return whether there is one
    boolean hasPeer() {
        if (peer == NONE && (listener != NONE || connecting != NONE)) look();
        return peer != NONE;
    }

    /// Ends the connection.
    void drop() {
        if (peer == NONE) return;
        Files.close(peer);
        peer = NONE;
        counters.increment(BackendCounter.LINK_DOWNS);
        if (source != null) source.gone();
        if (listener == NONE && triesOnce()) ended = true;
        rearm();
    }

    private void look() {
        if (peer != NONE || ended) return;
        if (listener != NONE) accept();
        else if (connecting != NONE) finishConnecting();
        else connect();
        rearm();
    }

    private void rearm() {
        if (peer != NONE || ended) timer.disarm();
        else if (listener != NONE || connecting != NONE) timer.armAt(timeline.nowNs() + LOOK_NS);
        else timer.armAt(timeline.nowNs() + (source != null ? source.pauseNs() : reconnectNs));
    }

    /// Whether nobody comes any more once a peer has left or an attempt to connect has failed.
    private boolean triesOnce() {
        return source == null && reconnectNs == 0;
    }

    private void accept() {
        int fd = inet == null ? UnixSockets.accept(listener) : InetSockets.tcpAccept(listener);
        if (fd >= 0) welcome(fd);
    }

    /// @return 0 when there is a peer or will be, or a negated errno
    private int connect() {
        int fd;
        if (inet != null) fd = InetSockets.tcpConnect(inet);
        else if (unixPath != null) fd = UnixSockets.connectWithoutWaiting(unixPath);
        else if (source != null) fd = source.connect();
        else throw new AssertionError("an inherited socket is not connected again");
        if (fd < 0) {
            failed();
            return fd;
        }
        if (inet == null) {
            welcome(fd);
        } else {
            connecting = fd;
            finishConnecting();
        }
        return 0;
    }

    private void finishConnecting() {
        poller.set(0, connecting, Poller.POLLOUT);
        poller.poll(0);
        if (poller.ready(0) == 0) return;
        int fd = connecting;
        connecting = NONE;
        if (Sockets.pendingError(fd) == 0) {
            welcome(fd);
        } else {
            Files.close(fd);
            failed();
        }
    }

    private void welcome(int fd) {
        peer = fd;
        counters.increment(BackendCounter.LINK_UPS);
    }

    private void failed() {
        counters.increment(BackendCounter.CONNECT_FAILURES);
        if (triesOnce()) ended = true;
    }

    /// Closes everything and removes the socket file of a server. Idempotent.
    void close() {
        ended = true;
        timer.disarm();
        if (peer != NONE) Files.close(peer);
        if (connecting != NONE) Files.close(connecting);
        if (listener != NONE) {
            Files.close(listener);
            if (unixPath != null) Files.unlink(unixPath);
        }
        peer = connecting = listener = NONE;
        if (source != null) source.close();
    }
}
