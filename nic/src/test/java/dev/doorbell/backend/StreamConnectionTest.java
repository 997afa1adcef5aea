package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a stream comes by its peers and loses them.
class StreamConnectionTest {
    private static final long MS = 1_000_000;
    private static final byte[] FRAME = Frames.random(1, 64);

    @TempDir
    Path folder = Path.of("");

    private final long openBefore = Descriptors.count();
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void nothingLeaks() throws Exception {
        for (AutoCloseable c : opened.reversed()) c.close();
        for (AutoCloseable c : opened) c.close(); // twice does no harm
        assertThat(Descriptors.count()).isEqualTo(openBefore);
        assertThat(timeline.hasDeadline()).as("a closed backend wakes nobody").isFalse();
    }

    private <T extends AutoCloseable> T closing(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private String path() {
        return folder.resolve("s").toString();
    }

    private StreamBackend server() throws IOException {
        return closing(new StreamBackend(
                new BackendOptions.Stream("s", new SocketAddressOptions.Unix(path()), true, 0), timeline));
    }

    private StreamBackend client(long reconnectNs) throws IOException {
        return closing(new StreamBackend(
                new BackendOptions.Stream("c", new SocketAddressOptions.Unix(path()), false, reconnectNs), timeline));
    }

    private StreamBackend inherited(int fd) throws IOException {
        return closing(
                new StreamBackend(new BackendOptions.Stream("f", new SocketAddressOptions.Fd(fd), false, 0), timeline));
    }

    private RawPeer peer() {
        return closing(RawPeer.connectedTo(path()));
    }

    private static long count(CountedBackend backend, BackendCounter counter) {
        return backend.counters().get(counter);
    }

    @Test
    void secondPeerWaitsUntilTheFirstHasLeft() throws IOException {
        StreamBackend server = server();
        RawPeer first = peer();
        Frames.receive(server);
        RawPeer second = peer();
        second.write(RawPeer.framed(FRAME));
        assertThat(Frames.receive(server)).isEmpty();

        first.close();
        assertThat(Frames.receive(server)).as("the end of the first").isEmpty();

        assertThat(Frames.receive(server)).containsExactly(FRAME);
    }

    @Test
    void serverLetsAPeerInByItselfAndPollsForIt() throws IOException {
        StreamBackend server = server();
        assertThat(server.linkUp()).isFalse();
        assertThat(server.transmit(Frames.batch(FRAME), 0)).isEqualTo(1);
        assertThat(count(server, BackendCounter.TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(1);
        Poller poller = new Poller(1);
        poller.set(0, server.receiveFd(), Poller.POLLIN);
        assertThat(poller.poll(0)).isZero();
        peer();
        assertThat(poller.poll(5_000 * MS)).isEqualTo(1);

        timeline.advance(StreamEndpoint.LOOK_NS); // the card need not ask for frames

        assertThat(server.linkUp()).isTrue();
        assertThat(timeline.hasDeadline()).isFalse();
    }

    @Test
    void clientConnectsAgainAfterItsPause() throws IOException {
        StreamBackend client = client(500 * MS);
        assertThat(count(client, BackendCounter.CONNECT_FAILURES)).isEqualTo(1);
        assertThat(client.receiveFd()).isEqualTo(-1);
        StreamBackend server = server();
        timeline.advance(499 * MS);
        assertThat(client.linkUp()).isFalse();
        timeline.advance(1 * MS);
        assertThat(client.linkUp()).isTrue();
        Frames.receive(server);

        server.close();
        assertThat(Frames.receive(client)).isEmpty();
        assertThat(client.linkUp()).isFalse();
        StreamBackend again = server();
        timeline.advance(500 * MS);
        Frames.receive(again);
        client.transmit(Frames.batch(FRAME), 0);
        assertThat(Frames.receive(again)).containsExactly(FRAME);
    }

    @Test
    void clientThatIsNotToTryAgainFailsAtOnceOrStaysDown() throws IOException {
        assertThatThrownBy(() -> client(0))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining(path());
        StreamBackend server = server();
        StreamBackend client = client(0);
        Frames.receive(server);
        server.close();
        Frames.receive(client);
        assertThat(client.linkUp()).isFalse();
        assertThat(timeline.hasDeadline()).isFalse();
    }

    @Test
    void twoBackendsTalkOverTcp() throws IOException {
        StreamBackend server = closing(new StreamBackend(
                new BackendOptions.Stream("s", new SocketAddressOptions.Inet("127.0.0.1", 0), true, 0), timeline));
        int port = server.localAddress().port();
        StreamBackend client = closing(new StreamBackend(
                new BackendOptions.Stream("c", new SocketAddressOptions.Inet("127.0.0.1", port), false, 0), timeline));
        timeline.advance(StreamEndpoint.LOOK_NS);
        assertThat(client.linkUp()).isTrue();
        assertThat(server.linkUp()).isTrue();

        client.transmit(Frames.batch(FRAME), 0);
        Poller poller = new Poller(1);
        poller.set(0, server.receiveFd(), Poller.POLLIN);
        assertThat(poller.poll(5_000 * MS)).isEqualTo(1);
        assertThat(Frames.receive(server)).containsExactly(FRAME);
    }

    @Test
    void refusedTcpConnectionIsTriedAgain() throws Exception {
        int listener = InetSockets.tcpListen(SocketAddress.inet(java.net.InetAddress.getLoopbackAddress(), 0));
        SocketAddress address = new SocketAddress();
        dev.doorbell.linux.Sockets.localAddress(listener, address);
        dev.doorbell.linux.Files.close(listener); // a port where nobody listens
        var where = new SocketAddressOptions.Inet("127.0.0.1", address.port());
        StreamBackend client =
                closing(new StreamBackend(new BackendOptions.Stream("c", where, false, 100 * MS), timeline));
        timeline.advance(350 * MS);
        assertThat(client.linkUp()).isFalse();
        assertThat(count(client, BackendCounter.CONNECT_FAILURES)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void inheritedSocketIsSpokenTo() throws IOException {
        long pair = UnixSockets.pair();
        StreamBackend stream = inherited(UnixSockets.first(pair));
        RawPeer peer = closing(new RawPeer(UnixSockets.second(pair)));
        assertThat(stream.linkUp()).isTrue();
        stream.transmit(Frames.batch(FRAME), 0);
        assertThat(peer.readFrame()).isEqualTo(FRAME);
        peer.close();
        Frames.receive(stream);
        assertThat(stream.linkUp()).as("for good").isFalse();
    }

    @Test
    void inheritedSocketOfAnotherKindIsRefused() {
        long pair = UnixSockets.datagramPair();
        assertThatThrownBy(() -> inherited(UnixSockets.first(pair)))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPROTOTYPE));
        dev.doorbell.linux.Files.close(UnixSockets.first(pair));
        dev.doorbell.linux.Files.close(UnixSockets.second(pair));
    }

    @Test
    void unknownHostIsRefusedInOneLine() {
        var where = new SocketAddressOptions.Inet("no such host.invalid", 9);
        assertThatThrownBy(() -> new StreamBackend(new BackendOptions.Stream("c", where, false, 0), timeline))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not known");
    }

    @Test
    void socketFileIsPrivateAndGoesWithTheServer() throws IOException {
        StreamBackend server = server();
        assertThat(Files.getPosixFilePermissions(Path.of(path())))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        server.close();
        assertThat(Files.exists(Path.of(path()))).isFalse();
    }
}
