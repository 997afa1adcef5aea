package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.VirtualTimeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A stream with a peer that is written byte by byte.
class StreamBackendTest {
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
    void framesGoOutBehindTheirLengthHoweverTheyAreSliced() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        assertThat(Frames.receive(server)).isEmpty();
        FrameBatch batch = new FrameBatch(8, 8192, 0);
        int[] slices = {1, 3, 63, 64, 1514};
        for (int sliceBytes : slices) Frames.append(batch, Frames.random(sliceBytes, 1514), sliceBytes);

        assertThat(server.transmit(batch, 0)).isEqualTo(5);

        for (int sliceBytes : slices) assertThat(peer.readFrame()).isEqualTo(Frames.random(sliceBytes, 1514));
        assertThat(count(server, BackendCounter.TRANSMIT_FRAMES)).isEqualTo(5);
        assertThat(count(server, BackendCounter.TRANSMIT_BYTES)).isEqualTo(5 * 1514);
    }

    @Test
    void severalFramesOfOneReadArriveTogether() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) bytes.writeBytes(RawPeer.framed(Frames.random(i, 14 + i)));
        peer.write(bytes.toByteArray());

        List<byte[]> frames = Frames.receive(server);

        assertThat(frames).hasSize(5);
        for (int i = 0; i < 5; i++) assertThat(frames.get(i)).isEqualTo(Frames.random(i, 14 + i));
    }

    @Test
    void frameSentByteByByteArrivesOnceItIsWhole() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        byte[] bytes = RawPeer.framed(FRAME);
        for (int i = 0; i < bytes.length - 1; i++) {
            peer.write(bytes[i]);
            assertThat(Frames.receive(server)).as("after %d bytes", i + 1).isEmpty();
        }
        peer.write(bytes[bytes.length - 1]);
        assertThat(Frames.receive(server)).containsExactly(FRAME);
    }

    @Test
    void moreFramesThanTheBatchHoldsWaitForTheNextCall() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 150; i++) bytes.writeBytes(RawPeer.framed(Frames.random(i, 60)));
        peer.write(bytes.toByteArray());

        List<byte[]> frames = new ArrayList<>();
        for (int call = 0; call < 3; call++) frames.addAll(Frames.receive(server));

        assertThat(frames).hasSize(150);
        assertThat(frames.getLast()).isEqualTo(Frames.random(149, 60));
    }

    @Test
    void longestFramePassesBothWays() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        byte[] longest = Frames.random(3, CountedBackend.PLAIN_FRAME_BYTES);
        peer.write(RawPeer.framed(longest));
        List<byte[]> frames = new ArrayList<>();
        while (frames.isEmpty()) frames.addAll(Frames.receive(server)); // the peer has written all of it
        assertThat(frames).containsExactly(longest);
        assertThat(server.transmit(Frames.batch(longest), 0)).isEqualTo(1);
        assertThat(peer.readFrame()).isEqualTo(longest);
    }

    @Test
    void fullPeerIsBackPressureAndEveryFrameArrivesWhole() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        Frames.receive(server);
        FrameBatch batch = new FrameBatch(16, 4096, 0);
        for (int i = 0; i < 16; i++) Frames.append(batch, Frames.random(i, 9000 + i), 977);
        int total = 320;
        int sent = 0;
        int taken = 16;
        while (taken == 16) {
            taken = server.transmit(batch, 0);
            sent += taken;
            assertThat(sent).as("never full").isLessThan(total);
        }
        assertThat(count(server, BackendCounter.TRANSMIT_BACKPRESSURE)).isEqualTo(1);

        for (int received = 0; received < total; received++) {
            while (sent < total && sent <= received + 1) {
                int more = server.transmit(batch, sent % 16);
                sent += more;
                if (more == 0) timeline.advance(StreamBackend.RETRY_NS);
                if (more == 0 && sent > received) break;
            }
            assertThat(peer.readFrame())
                    .as("frame %d", received)
                    .isEqualTo(Frames.random(received % 16, 9000 + received % 16));
            timeline.advance(StreamBackend.RETRY_NS); // a frame that was begun goes on without another call
        }
    }

    @Test
    void restOfAFrameGoesWithTheTimerWhenTheCardHasNoMoreToSend() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        Frames.receive(server);
        FrameBatch batch = Frames.batch(Frames.random(1, 60_000));
        int sent = 0;
        while (server.transmit(batch, 0) == 1) sent++;
        assertThat(timeline.hasDeadline()).as("a rest is pending").isTrue();

        for (int i = 0; i < sent; i++) {
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            while (got.size() < 60_004) {
                got.writeBytes(peer.read(60_004 - got.size()));
                timeline.advance(StreamBackend.RETRY_NS);
            }
            assertThat(got.toByteArray()).isEqualTo(RawPeer.framed(Frames.random(1, 60_000)));
        }
        assertThat(timeline.hasDeadline()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, StreamReader.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE, 0x47455420})
    void impossibleLengthEndsTheConnectionAfterTheFramesBeforeIt(int length) throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        byte[] bad = java.nio.ByteBuffer.allocate(4).putInt(length).array();
        peer.write(RawPeer.framed(FRAME));
        peer.write(bad);
        peer.write(RawPeer.framed(FRAME));

        assertThat(Frames.receive(server)).containsExactly(FRAME);

        assertThat(server.linkUp()).isFalse();
        assertThat(count(server, BackendCounter.PEER_BAD_LENGTHS)).isEqualTo(1);
        assertThat(Frames.receive(server)).isEmpty();
    }

    @Test
    void framesOfNoUseToACardAreSkippedAndTheConnectionGoesOn() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        peer.write(RawPeer.framed(Frames.random(1, 13)));
        assertThat(Frames.receive(server)).isEmpty();
        peer.write(RawPeer.framed(Frames.random(2, CountedBackend.PLAIN_FRAME_BYTES + 1)));
        while (count(server, BackendCounter.RECEIVE_DROPPED_TOO_LONG) == 0) // the peer has written all of it
        assertThat(Frames.receive(server)).isEmpty();
        peer.write(RawPeer.framed(FRAME));

        assertThat(Frames.receive(server)).containsExactly(FRAME);
        assertThat(count(server, BackendCounter.RECEIVE_DROPPED_TOO_SHORT)).isEqualTo(1);
        assertThat(count(server, BackendCounter.RECEIVE_DROPPED_TOO_LONG)).isEqualTo(1);
    }

    @Test
    void peerMayCloseAtEveryByteAndTheNextOneIsServed() throws IOException {
        StreamBackend server = server();
        byte[] bytes = RawPeer.framed(FRAME);
        for (int cut = 0; cut <= bytes.length; cut++) {
            try (RawPeer peer = RawPeer.connectedTo(path())) {
                assertThat(Frames.receive(server)).isEmpty();
                assertThat(server.linkUp()).as("peer %d", cut).isTrue();
                peer.write(java.util.Arrays.copyOf(bytes, cut));
            }
            List<byte[]> frames = Frames.receive(server);
            if (cut == bytes.length) {
                assertThat(frames).containsExactly(FRAME);
                Frames.receive(server);
            } else {
                assertThat(frames).isEmpty();
                if (server.linkUp()) Frames.receive(server);
            }
            assertThat(server.linkUp()).isFalse();
        }
        assertThat(count(server, BackendCounter.PEER_CUT_FRAMES)).isEqualTo(bytes.length - 1);
        assertThat(count(server, BackendCounter.LINK_UPS)).isEqualTo(bytes.length + 1);
        assertThat(count(server, BackendCounter.LINK_DOWNS)).isEqualTo(bytes.length + 1);
    }

    @Test
    void restForAPeerThatLeftIsNotSentToTheNextOne() throws IOException {
        StreamBackend server = server();
        RawPeer first = peer();
        Frames.receive(server);
        FrameBatch batch = Frames.batch(Frames.random(1, 60_000));
        int taken = 1;
        while (taken == 1) taken = server.transmit(batch, 0);
        first.close();
        Frames.receive(server);
        assertThat(server.linkUp()).isFalse();

        RawPeer second = peer();
        Frames.receive(server);
        server.transmit(Frames.batch(FRAME), 0);
        assertThat(second.readFrame()).isEqualTo(FRAME);
    }

    @Test
    void peerThatClosedIsNoticedByTransmit() throws IOException {
        StreamBackend server = server();
        RawPeer peer = peer();
        Frames.receive(server);
        peer.close();

        assertThat(server.transmit(Frames.batch(FRAME, FRAME), 0))
                .as("taken and lost")
                .isEqualTo(2);

        assertThat(server.linkUp()).isFalse();
        assertThat(count(server, BackendCounter.TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(2);
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
