package dev.doorbell.backend.afxdp;

import static dev.doorbell.backend.BackendCounter.TRANSMIT_DROPPED_OFFLOAD;
import static dev.doorbell.backend.BackendCounter.TRANSMIT_FRAMES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.InetSockets;
import dev.doorbell.linux.SocketAddress;
import dev.doorbell.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checksums that are left to the kernel: `tx-checksum=kernel`.
@Tag("real")
class OpenChecksumTest extends VethTest {
    private static final int IP_AT = 14;
    private static final int UDP_AT = 34;
    private static final int PAYLOAD_AT = 42;
    private static final int UDP_CHECKSUM = 6;
    private static final int PORT = 7777;

    private final MemorySegment buffer = Arena.ofAuto().allocate(65_536);

    /// A datagram to 10.99.0.2 with the pseudo-header's sum where its checksum belongs.
    private static byte[] datagram(int lengthBytes) {
        byte[] frame = Frames.random(lengthBytes, lengthBytes);
        ByteBuffer b = ByteBuffer.wrap(frame);
        b.put(new byte[] {-1, -1, -1, -1, -1, -1, 2, 0, 0, 0, 0, 1}).putShort((short) 0x0800);
        b.putShort((short) 0x4500)
                .putShort((short) (lengthBytes - IP_AT))
                .putInt(0x4000)
                .putShort((short) 0x4011);
        b.putShort((short) 0).putInt(0x0A63_0001).putInt(0x0A63_0002);
        b.putShort(IP_AT + 10, (short) ~sum(b, IP_AT, UDP_AT, 0));
        int udpBytes = lengthBytes - UDP_AT;
        b.putShort((short) 5555).putShort((short) PORT).putShort((short) udpBytes);
        b.putShort((short) sum(b, IP_AT + 12, UDP_AT, 17 + udpBytes));
        return frame;
    }

    private static int sum(ByteBuffer b, int from, int to, int sum) {
        for (int i = from; i < to; i += 2) sum += b.getShort(i) & 0xFFFF; // even lengths only
        while (sum >>> 16 != 0) sum = (sum & 0xFFFF) + (sum >>> 16);
        return sum;
    }

    private static void append(FrameBatch batch, byte[] frame, int start, int offset) {
        Frames.append(batch, frame, 700);
        if (start != FrameBatch.CHECKSUM_COMPLETE) batch.openChecksum(batch.size() - 1, start, offset);
    }

    private static FrameBatch open(byte[]... frames) {
        FrameBatch batch = new FrameBatch(64, 256, 0);
        for (byte[] frame : frames) append(batch, frame, UDP_AT, UDP_CHECKSUM);
        return batch;
    }

    /// A UDP socket of the kernel's own stack on the right end.
    private int stack() throws Exception {
        network.ip("addr", "add", "10.99.0.2/24", "dev", RIGHT);
        int socket = InetSockets.udp(SocketAddress.inet(InetAddress.getByName("10.99.0.2"), PORT));
        assertThat(socket).isNotNegative();
        opened.add(() -> Files.close(socket));
        return socket;
    }

    private byte[] received(int socket) {
        int[] lengthBytes = {0};
        await("a datagram", () -> (lengthBytes[0] = Files.read(socket, buffer, 0, 65_536)) >= 0);
        return buffer.asSlice(0, lengthBytes[0]).toArray(JAVA_BYTE);
    }

    private static byte[] payload(byte[] frame) {
        return Arrays.copyOfRange(frame, PAYLOAD_AT, frame.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode=native", "mode=skb"})
    void kernelsStackTakesThemAndStillRefusesWrongOnes(String mode) throws Exception {
        network.veth(LEFT, RIGHT, 1, 9000);
        int socket = stack();
        AfXdpBackend backend = openUp(LEFT, "tx-checksum=kernel," + mode);
        assertThat(backend.capabilities().takesOpenChecksum()).isTrue();
        assertThat(backend.capabilities().takesSegmentation()).isFalse();

        byte[][] frames = {datagram(60), datagram(1514), datagram(4072), datagram(4074), datagram(9014)};
        FrameBatch batch = open(frames);
        append(batch, datagram(1000), FrameBatch.CHECKSUM_COMPLETE, 0); // says it is finished, and is wrong
        append(batch, datagram(62), UDP_AT, UDP_CHECKSUM);
        assertThat(backend.transmit(batch, 0)).isEqualTo(7);

        for (byte[] frame : frames) assertThat(received(socket)).isEqualTo(payload(frame));
        assertThat(received(socket)).as("the wrong one is not there").isEqualTo(payload(datagram(62)));
        assertThat(Files.read(socket, buffer, 0, 65_536)).isEqualTo(-Errno.EAGAIN);
        assertThat(backend.counters().get(TRANSMIT_FRAMES)).isEqualTo(7);
        assertThat(backend.counters().get(TRANSMIT_DROPPED_OFFLOAD)).isZero();
    }

    /// What docs/decisions/0015 warns of: veth has nobody who would finish it.
    @ParameterizedTest
    @ValueSource(strings = {"mode=native", "mode=skb"})
    void receiverWithoutAStackSeesThemOpen(String mode) throws Exception {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend sender = openUp(LEFT, "tx-checksum=kernel," + mode);
        AfXdpBackend receiver = openUp(RIGHT, mode);
        byte[] frame = datagram(1000);
        sender.transmit(open(frame), 0);
        List<byte[]> arrived = new ArrayList<>();
        await("the frame", () -> arrived.addAll(Frames.receive(receiver)));
        assertThat(arrived).hasSize(1);
        assertThat(arrived.getFirst()).isEqualTo(frame);
    }

    @Test
    void kernelFinishesThemForADeviceThatCannot() throws Exception {
        network.veth(LEFT, RIGHT, 1, 1500);
        int result = VethNetwork.run(List.of("ethtool", "-K", LEFT, "tx", "off"));
        assumeTrue(result == 0, "no ethtool here");
        AfXdpBackend sender = openUp(LEFT, "tx-checksum=kernel");
        AfXdpBackend receiver = openUp(RIGHT, "");
        byte[] frame = datagram(1000);
        sender.transmit(open(frame), 0);
        List<byte[]> arrived = new ArrayList<>();
        await("the frame", () -> arrived.addAll(Frames.receive(receiver)));
        ByteBuffer finished = ByteBuffer.wrap(arrived.getFirst());
        assertThat(sum(finished, IP_AT + 12, frame.length, 17 + frame.length - UDP_AT))
                .isEqualTo(0xFFFF);
        finished.putShort(UDP_AT + UDP_CHECKSUM, ByteBuffer.wrap(frame).getShort(UDP_AT + UDP_CHECKSUM));
        assertThat(arrived.getFirst()).as("but for the checksum").isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, 3500, 9000})
    void otherFramesAreAsWithoutIt(int mtuBytes) throws Exception {
        network.veth(LEFT, RIGHT, 1, mtuBytes);
        AfXdpBackend a = openUp(LEFT, "tx-checksum=kernel");
        AfXdpBackend b = openUp(RIGHT, "");
        new Traffic(a, b, mtuBytes + 14, timeline, 0).run(5_000, 1);
        assertThat(a.counters().get(TRANSMIT_FRAMES)).isEqualTo(5_000);
        assertThat(a.counters().get(TRANSMIT_DROPPED_OFFLOAD)).isZero();
    }

    @Test
    void whatTheKernelCannotFinishIsDroppedAndCounted() throws Exception {
        network.veth(LEFT, RIGHT, 1, 9000);
        int socket = stack();
        AfXdpBackend backend = openUp(LEFT, "tx-checksum=kernel");
        FrameBatch batch = new FrameBatch(64, 256, 0);
        int[][] wrong = {{13, 2}, {34, -1}, {34, 65}, {98, 1}, {-2, 6}, {1 << 30, 1 << 30}, {Integer.MAX_VALUE, 2}};
        for (int[] each : wrong) append(batch, datagram(100), each[0], each[1]);
        append(batch, datagram(5000), 2020, 6); // beyond the first chunk
        append(batch, datagram(100), UDP_AT, UDP_CHECKSUM);
        assertThat(backend.transmit(batch, 0)).isEqualTo(batch.size());
        assertThat(backend.counters().get(TRANSMIT_DROPPED_OFFLOAD)).isEqualTo(wrong.length + 1);
        assertThat(backend.counters().get(TRANSMIT_FRAMES)).isEqualTo(1);
        assertThat(received(socket)).isEqualTo(payload(datagram(100)));
    }

    @Test
    void cardFinishesThemUnlessToldOtherwise() throws Exception {
        network.veth(LEFT, RIGHT, 1, 1500);
        AfXdpBackend backend = openUp(LEFT, "");
        assertThat(backend.capabilities().takesOpenChecksum()).isFalse();
        assertThat(backend.transmit(open(datagram(100)), 0)).isEqualTo(1);
        assertThat(backend.counters().get(TRANSMIT_DROPPED_OFFLOAD)).isEqualTo(1);
    }

    @Test
    void kernelWithoutMetadataIsNamed() {
        SystemCallException refused = new SystemCallException("setsockopt(2) XDP_UMEM_REG", -Errno.EINVAL);
        assertThat(AfXdpFailure.memory(options(LEFT, "tx-checksum=kernel"), 1 << 20, refused))
                .hasMessage(
                        "netdev x: af-xdp on left: tx-checksum=kernel is refused, transmit metadata needs Linux 6.11"
                                + " or later: leave it out");
        assertThat(AfXdpFailure.memory(options(LEFT, ""), 1 << 20, refused)).hasMessageContaining("in use already");
    }
}
