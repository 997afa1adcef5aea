package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.Tap;
import dev.doorbell.time.VirtualTimeline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two taps on a bridge of a private network: what one backend sends, the kernel carries to the other.
@Tag("real")
class TapBackendTest {
    private static final long PATIENCE_NS = 5_000_000_000L;

    private final long openBefore = Descriptors.count();
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final Poller poller = new Poller(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final PrivateNetwork network;

    TapBackendTest() {
        int probe = Tap.open("dbbprobe%d", false, false);
        assumeTrue(probe >= 0, "no tap here: " + Errno.name(probe) + " (needs /dev/net/tun and CAP_NET_ADMIN)");
        Files.close(probe);
        network = new PrivateNetwork();
    }

    @AfterEach
    void nothingLeaks() throws Exception {
        for (AutoCloseable c : opened) c.close();
        network.close();
        assertThat(Descriptors.count()).isEqualTo(openBefore);
    }

    private TapBackend tap(String suffix, boolean vnetHeader) throws SystemCallException {
        TapBackend tap = TapBackend.attach(network.interfaceName(suffix), vnetHeader, timeline);
        opened.add(tap);
        network.adopt(tap.name());
        timeline.advance(TapBackend.LINK_CHECK_NS);
        return tap;
    }

    /// Receives from `from` until `count` frames that are not the kernel's own chatter are there.
    private List<byte[]> frames(TapBackend from, int count) {
        List<byte[]> frames = new ArrayList<>();
        FrameBatch batch = Frames.emptyBatch();
        while (frames.size() < count) {
            poller.set(0, from.receiveFd(), Poller.POLLIN);
            assertThat(poller.poll(PATIENCE_NS))
                    .as("frames within 5 s, after %d", frames.size())
                    .isEqualTo(1);
            batch.clear();
            from.receive(batch);
            for (int i = 0; i < batch.size(); i++) frames.add(Frames.bytes(batch, i));
        }
        return frames;
    }

    private static void send(TapBackend to, byte[] frame) {
        assertThat(to.transmit(Frames.batch(frame), 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void framesArriveByteForByteWithAndWithoutOffloads(boolean vnetHeader) throws SystemCallException {
        TapBackend a = tap("a", vnetHeader);
        TapBackend b = tap("b", vnetHeader);
        assertThat(a.capabilities().takesSegmentation()).isEqualTo(vnetHeader);
        List<byte[]> sent = new ArrayList<>();
        FrameBatch batch = new FrameBatch(8, 4096, 0);
        for (int sliceBytes : new int[] {1, 13, 14, 500, 1514}) {
            byte[] frame = Frames.random(sliceBytes, 1514);
            sent.add(frame);
            Frames.append(batch, frame, sliceBytes); // 1514 slices are more than one call takes
        }

        assertThat(a.transmit(batch, 0)).isEqualTo(5);

        assertThat(frames(b, 5)).containsExactlyElementsOf(sent);
        assertThat(a.counters().get(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(5);
        assertThat(b.counters().get(BackendCounter.RECEIVE_BYTES)).isEqualTo(5 * 1514);
    }

    @Test
    void openChecksumIsCompleteAtAPlainReader() throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", false);
        byte[] frame = TcpFrame.open(false, Frames.random(1, 701));
        FrameBatch batch = Frames.batch(frame);
        batch.openChecksum(0, TcpFrame.tcpAt(false), TcpFrame.CHECKSUM_AT);

        assertThat(a.transmit(batch, 0)).isEqualTo(1);

        byte[] arrived = frames(b, 1).getFirst();
        assertThat(TcpFrame.checksumsAreRight(arrived, false)).isTrue();
        assertThat(TcpFrame.payload(arrived, false)).isEqualTo(Frames.random(1, 701));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void largeFrameIsCutForAPlainReader(boolean six) throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", false);
        byte[] payload = Frames.random(7, 30_000);

        sendLarge(a, six, payload, 16); // more slices than one call takes

        int segments = (30_000 + 1447) / 1448;
        byte[] joined = new byte[payload.length];
        int at = 0;
        for (byte[] segment : frames(b, segments)) {
            assertThat(TcpFrame.isTcp(segment, six)).isTrue();
            assertThat(TcpFrame.checksumsAreRight(segment, six))
                    .as("segment at %d", at)
                    .isTrue();
            assertThat(TcpFrame.sequence(segment, six)).isEqualTo(TcpFrame.FIRST_SEQUENCE + at);
            byte[] part = TcpFrame.payload(segment, six);
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        assertThat(at).isEqualTo(payload.length);
        assertThat(joined).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void largeFrameStaysWholeForAReaderWithOffloads(boolean six) throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", true);
        byte[] payload = Frames.random(7, 60_000);

        sendLarge(a, six, payload, 4096);

        FrameBatch batch = Frames.emptyBatch();
        poller.set(0, b.receiveFd(), Poller.POLLIN);
        assertThat(poller.poll(PATIENCE_NS)).isEqualTo(1);
        assertThat(b.receive(batch)).isEqualTo(1);
        assertThat(TcpFrame.payload(Frames.bytes(batch, 0), six)).isEqualTo(payload);
        assertThat(batch.checksumStart(0)).isEqualTo(TcpFrame.tcpAt(six));
        assertThat(batch.checksumOffset(0)).isEqualTo(TcpFrame.CHECKSUM_AT);
        assertThat(batch.segmentType(0)).isEqualTo(six ? FrameBatch.SEGMENT_TCP6 : FrameBatch.SEGMENT_TCP4);
        assertThat(batch.segmentBytes(0)).isEqualTo(1448);
        assertThat(batch.headerBytes(0)).isEqualTo(TcpFrame.tcpAt(six) + TcpFrame.TCP_BYTES);
    }

    @Test
    void largeFrameWithAVlanTagIsCutToo() throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", false);
        byte[] payload = Frames.random(7, 3000);
        byte[] plain = TcpFrame.open(false, payload);
        byte[] tagged = new byte[plain.length + 4];
        System.arraycopy(plain, 0, tagged, 0, 12);
        System.arraycopy(new byte[] {(byte) 0x81, 0, 0, 42}, 0, tagged, 12, 4);
        System.arraycopy(plain, 12, tagged, 16, plain.length - 12);

        sendLarge(a, tagged, TcpFrame.tcpAt(false) + 4, FrameBatch.SEGMENT_TCP4, 4096);

        for (byte[] segment : frames(b, 3)) {
            assertThat(segment).startsWith(java.util.Arrays.copyOf(tagged, 18));
            byte[] untagged = new byte[segment.length - 4];
            System.arraycopy(segment, 0, untagged, 0, 12);
            System.arraycopy(segment, 16, untagged, 12, untagged.length - 12);
            assertThat(TcpFrame.checksumsAreRight(untagged, false)).isTrue();
        }
    }

    private static void sendLarge(TapBackend tap, boolean six, byte[] payload, int sliceBytes) {
        int type = six ? FrameBatch.SEGMENT_TCP6 : FrameBatch.SEGMENT_TCP4;
        sendLarge(tap, TcpFrame.open(six, payload), TcpFrame.tcpAt(six), type, sliceBytes);
    }

    private static void sendLarge(TapBackend tap, byte[] frame, int tcpAt, int type, int sliceBytes) {
        FrameBatch batch = new FrameBatch(1, 4096, 0);
        Frames.append(batch, frame, sliceBytes);
        batch.openChecksum(0, tcpAt, TcpFrame.CHECKSUM_AT);
        batch.segment(0, type, 1448, tcpAt + TcpFrame.TCP_BYTES);
        assertThat(tap.transmit(batch, 0)).isEqualTo(1);
        assertThat(tap.counters().get(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(1);
    }

    @Test
    void descriptorIsAdoptedAsItWasOpened() throws SystemCallException {
        int fd = Tap.open(network.interfaceName("f"), true, false);
        Tap.setVnetHeaderSize(fd, 12);
        TapBackend a = TapBackend.adopt(fd, true, timeline);
        opened.add(a);
        network.adopt(a.name());
        timeline.advance(TapBackend.LINK_CHECK_NS);
        TapBackend b = tap("b", false);
        assertThat(a.capabilities().takesOpenChecksum()).isTrue();

        send(a, Frames.between(1, 2, 9));
        assertThat(frames(b, 1)).containsExactly(Frames.between(1, 2, 9));
        send(b, Frames.between(2, 1, 8));
        assertThat(frames(a, 1)).containsExactly(Frames.between(2, 1, 8));
    }

    @Test
    void descriptorWithHeaderButUnwantedOffloadsIsPlain() throws SystemCallException {
        TapBackend a = TapBackend.adopt(Tap.open(network.interfaceName("f"), true, false), false, timeline);
        opened.add(a);
        network.adopt(a.name());
        timeline.advance(TapBackend.LINK_CHECK_NS);
        TapBackend b = tap("b", true);
        assertThat(a.capabilities().deliversOffloads()).isFalse();

        sendLarge(b, false, Frames.random(1, 5000), 4096);

        assertThat(frames(a, 4)).allMatch(f -> TcpFrame.checksumsAreRight(f, false));
    }

    @Test
    void descriptorThatIsNoTapIsRefused() {
        int event = EventFd.create();
        assertThatThrownBy(() -> TapBackend.adopt(event, true, timeline))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTTY));
        Files.close(event);
    }

    @Test
    void interfaceInUseIsRefused() throws SystemCallException {
        TapBackend a = TapBackend.attach(network.interfaceName("x"), true, timeline);
        opened.add(a);
        assertThatThrownBy(() -> TapBackend.attach(a.name(), true, timeline))
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
                .hasMessageContaining(a.name());
    }

    @Test
    void linkFollowsTheInterface() throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", true);
        assertThat(a.linkUp()).isTrue();

        network.ip("link", "set", a.name(), "down");
        assertThat(a.linkUp()).as("not noticed yet").isTrue();
        FrameBatch batch = Frames.batch(Frames.between(1, 2, 0), Frames.between(1, 2, 1), Frames.between(1, 2, 2));
        assertThat(a.transmit(batch, 0))
                .as("the first is refused, the rest goes with the link")
                .isEqualTo(3);
        assertThat(a.linkUp()).isFalse();
        assertThat(a.counters().get(BackendCounter.TRANSMIT_DROPPED_REFUSED)).isEqualTo(1);
        assertThat(a.counters().get(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN)).isEqualTo(2);

        network.ip("link", "set", a.name(), "up");
        timeline.advance(TapBackend.LINK_CHECK_NS);
        assertThat(a.linkUp()).isTrue();
        send(a, Frames.between(1, 2, 5));
        assertThat(frames(b, 1)).containsExactly(Frames.between(1, 2, 5));
        assertThat(a.counters().get(BackendCounter.LINK_UPS)).isEqualTo(2);
        assertThat(a.counters().get(BackendCounter.LINK_DOWNS)).isEqualTo(1);
    }

    @Test
    void deletedInterfaceIsDownForGoodAndNothingPollsForIt() throws SystemCallException {
        TapBackend a = tap("a", true);
        network.ip("link", "delete", a.name());

        assertThat(Frames.receive(a)).isEmpty();

        assertThat(a.linkUp()).isFalse();
        assertThat(a.receiveFd()).isEqualTo(-1);
        assertThat(a.counters().get(BackendCounter.RECEIVE_ERRORS)).isEqualTo(1);
        assertThat(a.transmit(Frames.batch(Frames.between(1, 2, 0)), 0)).isEqualTo(1);
        timeline.advance(10 * TapBackend.LINK_CHECK_NS);
        assertThat(a.linkUp()).isFalse();
        assertThat(timeline.hasDeadline()).isFalse();
    }

    @Test
    void frameThatTheKernelRefusesIsCountedAndTheNextOneGoes() throws SystemCallException {
        TapBackend a = tap("a", true);
        TapBackend b = tap("b", false);
        FrameBatch batch = Frames.batch(TcpFrame.open(false, new byte[3000]), Frames.between(1, 2, 3));
        batch.openChecksum(0, 34, 16);
        batch.segment(0, FrameBatch.SEGMENT_UDP, 1000, 42);

        assertThat(a.transmit(batch, 0)).isEqualTo(2);

        assertThat(frames(b, 1)).containsExactly(Frames.between(1, 2, 3));
        assertThat(a.counters().get(BackendCounter.TRANSMIT_DROPPED_REFUSED)).isEqualTo(1);
        assertThat(a.linkUp()).isTrue();
    }

    @Test
    void interfaceOfItsOwnGoesAndAPersistentOneStays() throws SystemCallException {
        TapBackend own = TapBackend.attach(network.interfaceName("o"), true, timeline);
        own.close();
        own.close();
        assertThat(Interfaces.isUp(own.name())).isEqualTo(-Errno.ENODEV);

        int fd = Tap.open(network.interfaceName("p"), false, false);
        String name = Tap.name(fd);
        Tap.setPersistent(fd, true);
        Files.close(fd);
        TapBackend.attach(name, true, timeline).close();
        assertThat(Interfaces.isUp(name)).isZero();
        fd = Tap.open(name, false, false);
        Tap.setPersistent(fd, false);
        Files.close(fd);
    }

    @Test
    void interfaceMadeWithQueuesIsAttachedToo() throws SystemCallException {
        int fd = Tap.open(network.interfaceName("q"), true, true);
        String name = Tap.name(fd);
        TapBackend tap = TapBackend.attach(name, true, timeline);
        assertThat(tap.name()).isEqualTo(name);
        tap.close();
        Files.close(fd);
    }
}
