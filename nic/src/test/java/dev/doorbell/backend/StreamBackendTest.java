package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.VirtualTimeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 16; i++) Frames.append(batch, Frames.random(i, 9000 + i), 977);
        int total = 320;
        for (int i = 0; i < total; i++) expected.writeBytes(RawPeer.framed(Frames.random(i % 16, 9000 + i % 16)));

        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        int sent = 0;
        while (arrived.size() < expected.size()) {
            int taken = 1;
            while (sent < total && taken > 0) {
                taken = server.transmit(batch, sent % 16);
                sent += taken;
            }
            arrived.writeBytes(peer.read(1 << 16));
            timeline.advance(StreamBackend.RETRY_NS); // a frame that was begun goes on without another call
        }

        assertThat(arrived.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(count(server, BackendCounter.TRANSMIT_FRAMES)).isEqualTo(total);
        assertThat(count(server, BackendCounter.TRANSMIT_BACKPRESSURE)).isPositive();
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
}
