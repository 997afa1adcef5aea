package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DgramBackendTest {
    private static final byte[] FRAME = Frames.random(1, 64);

    @TempDir
    Path folder = Path.of("");

    private final long openBefore = Descriptors.count();
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final Poller poller = new Poller(1);
    private final List<DgramBackend> opened = new ArrayList<>();

    @AfterEach
    void nothingLeaks() {
        for (DgramBackend backend : opened) {
            backend.close();
            backend.close();
            assertThat(backend.transmit(Frames.batch(FRAME), 0)).isEqualTo(1);
        }
        assertThat(Descriptors.count()).isEqualTo(openBefore);
        assertThat(timeline.hasDeadline()).isFalse();
    }

    private DgramBackend open(SocketAddressOptions local, Optional<SocketAddressOptions> remote) throws IOException {
        DgramBackend backend = DgramBackend.open(new BackendOptions.Dgram("d", local, remote), timeline);
        opened.add(backend);
        return backend;
    }

    private DgramBackend unix(String own, String other) throws IOException {
        return open(
                new SocketAddressOptions.Unix(folder.resolve(own).toString()),
                Optional.of(new SocketAddressOptions.Unix(folder.resolve(other).toString())));
    }

    private DgramBackend inet(int localPort, int remotePort) throws IOException {
        return open(
                new SocketAddressOptions.Inet("127.0.0.1", localPort),
                Optional.of(new SocketAddressOptions.Inet("127.0.0.1", remotePort)));
    }

    private static long count(CountedBackend backend, BackendCounter counter) {
        return backend.counters().get(counter);
    }

    private List<byte[]> arrived(DgramBackend at) {
        poller.set(0, at.receiveFd(), Poller.POLLIN);
        assertThat(poller.poll(5_000_000_000L)).isEqualTo(1);
        return Frames.receive(at);
    }

    @Test
    void framesArriveByteForByteHoweverTheyAreSliced() throws IOException {
        DgramBackend a = unix("a", "b");
        DgramBackend b = unix("b", "a");
        FrameBatch batch = new FrameBatch(8, 8192, 0);
        int[] slices = {1, 3, 63, 64, 1514};
        for (int sliceBytes : slices) Frames.append(batch, Frames.random(sliceBytes, 1514), sliceBytes);

        assertThat(a.transmit(batch, 0)).isEqualTo(5);

        List<byte[]> frames = arrived(b);
        assertThat(frames).hasSize(5);
        for (int i = 0; i < 5; i++) assertThat(frames.get(i)).isEqualTo(Frames.random(slices[i], 1514));
        assertThat(count(a, BackendCounter.TRANSMIT_BYTES)).isEqualTo(5 * 1514);
        assertThat(count(b, BackendCounter.RECEIVE_FRAMES)).isEqualTo(5);
    }

    @Test
    void longestFramesPass() throws IOException {
        DgramBackend a = unix("a", "b");
        DgramBackend b = unix("b", "a");
        byte[] longest = Frames.random(2, CountedBackend.PLAIN_FRAME_BYTES);
        a.transmit(Frames.batch(longest), 0);
        assertThat(arrived(b)).containsExactly(longest);
    }

    @Test
    void framesOfNoUseToACardAreCounted() throws IOException {
        unix("a", "b");
        DgramBackend b = unix("b", "a");
        int raw = UnixSockets.datagram(null, 0);
        assertThat(UnixSockets.connectDatagram(raw, folder.resolve("b").toString()))
                .isZero();
        RawPeer sender = new RawPeer(raw);
        for (int length : new int[] {13, 65_536, 70_000}) {
            sender.write(Frames.random(1, length));
            assertThat(arrived(b)).isEmpty();
        }
        sender.write(FRAME);
        sender.close();

        assertThat(arrived(b)).containsExactly(FRAME);

        assertThat(count(b, BackendCounter.RECEIVE_DROPPED_TOO_SHORT)).isEqualTo(1);
        assertThat(count(b, BackendCounter.RECEIVE_DROPPED_TOO_LONG)).isEqualTo(2);
    }

    @Test
    void framesToNobodyAreDroppedAndOnesToALateReaderArrive() throws IOException {
        DgramBackend a = unix("a", "b");
        assertThat(a.transmit(Frames.batch(FRAME, FRAME), 0)).isEqualTo(2);
        assertThat(count(a, BackendCounter.TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(2);
        DgramBackend b = unix("b", "a");
        a.transmit(Frames.batch(FRAME), 0);
        assertThat(arrived(b)).containsExactly(FRAME);
        b.close();
        DgramBackend again = unix("b", "a");
        a.transmit(Frames.batch(FRAME), 0);
        assertThat(arrived(again)).containsExactly(FRAME);
    }

    @Test
    void fullReaderIsBackPressureThatWakesTheLoopAgain() throws IOException {
        DgramBackend a = unix("a", "b");
        DgramBackend b = unix("b", "a");
        FrameBatch batch = Frames.batch(Frames.random(1, 9000), Frames.random(2, 9000));
        int sent = 0;
        int taken;
        do {
            taken = a.transmit(batch, 0);
            sent += taken;
            assertThat(sent).as("never full").isLessThan(100_000);
        } while (taken == 2);
        assertThat(count(a, BackendCounter.TRANSMIT_BACKPRESSURE)).isEqualTo(1);
        assertThat(a.transmitFd()).as("polls ready for ever").isEqualTo(-1);
        assertThat(timeline.nextDeadlineNs()).isEqualTo(DgramBackend.RETRY_NS);

        int received = 0;
        while (received < sent) received += arrived(b).size();
        assertThat(a.transmit(batch, 0)).isEqualTo(2);
        assertThat(arrived(b)).hasSize(2);
        timeline.advance(DgramBackend.RETRY_NS);
    }

    @Test
    void udpPeersHearEachOtherOnly() throws IOException {
        DgramBackend probe = inet(0, 9);
        int port = probe.localAddress().port();
        probe.close();
        DgramBackend a = inet(0, port);
        DgramBackend b = inet(port, a.localAddress().port());
        DgramBackend stranger = inet(0, port);
        stranger.transmit(Frames.batch(Frames.random(9, 60)), 0);

        a.transmit(Frames.batch(FRAME), 0);

        assertThat(arrived(b)).containsExactly(FRAME);
        assertThat(a.capabilities().maxFrameBytes()).isEqualTo(DgramBackend.UDP_FRAME_BYTES);
        byte[] longest = Frames.random(3, DgramBackend.UDP_FRAME_BYTES);
        assertThat(a.transmit(Frames.batch(longest), 0)).isEqualTo(1);
        assertThat(arrived(b)).containsExactly(longest);
    }

    @Test
    void udpWithoutAReaderGoesOn() throws IOException {
        DgramBackend probe = inet(0, 9);
        int port = probe.localAddress().port();
        probe.close();
        DgramBackend a = inet(0, port);
        for (int i = 0; i < 4; i++)
            assertThat(a.transmit(Frames.batch(FRAME), 0)).isEqualTo(1);
        assertThat(Frames.receive(a)).isEmpty();
        assertThat(a.linkUp()).isTrue();
        DgramBackend b = inet(port, a.localAddress().port());
        a.transmit(Frames.batch(FRAME), 0);
        a.transmit(Frames.batch(FRAME), 0); // the first may meet the last refusal
        assertThat(arrived(b)).contains(FRAME);
    }

    @Test
    void inheritedPairTalks() throws IOException {
        long pair = UnixSockets.datagramPair();
        DgramBackend a = open(new SocketAddressOptions.Fd(UnixSockets.first(pair)), Optional.empty());
        DgramBackend b = open(new SocketAddressOptions.Fd(UnixSockets.second(pair)), Optional.empty());
        a.transmit(Frames.batch(FRAME), 0);
        assertThat(arrived(b)).containsExactly(FRAME);
        assertThat(a.transmitFd()).isEqualTo(a.receiveFd());
    }

    @Test
    void inheritedStreamIsRefused() {
        long pair = UnixSockets.pair();
        assertThatThrownBy(() -> open(new SocketAddressOptions.Fd(UnixSockets.first(pair)), Optional.empty()))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPROTOTYPE));
        dev.doorbell.linux.Files.close(UnixSockets.first(pair));
        dev.doorbell.linux.Files.close(UnixSockets.second(pair));
    }

    @Test
    void socketFileIsPrivateAndGoesWithTheBackend() throws IOException {
        DgramBackend a = unix("a", "b");
        assertThat(Files.getPosixFilePermissions(folder.resolve("a")))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        a.close();
        assertThat(Files.exists(folder.resolve("a"))).isFalse();
    }
}
