package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.PTC1522;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.E1000Register.TOTH;
import static dev.doorbell.register.E1000Register.TOTL;
import static dev.doorbell.register.E1000Register.TSCTC;
import static dev.doorbell.register.E1000Register.TSCTFC;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TSE;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TCP and UDP segmentation: by the card, or whole to a backend that segments itself.
class TransmitSegmentationStoryTest {
    private static final long SEGMENT = TSE | IXSM | TXSM | IFCS;
    private static final long LAST = SEGMENT | EOP | RS;

    private Rings guest = Rings.running();
    private Bench bench = guest.bench();

    /// Another bench, whose wire segments itself.
    private void useWireThatSegments() {
        Wire wire = new Wire(new Capabilities(16_384, 64, true, true, false));
        bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC), wire).awaitLink();
        guest = new Rings(bench).startTransmit().startReceive();
    }

    private void appendContext(Packet packet, int mss) {
        appendContext(packet, mss, packet.payloadBytes(), packet.headerBytes());
    }

    private void appendContext(Packet packet, int mss, int payloadBytes, int headerBytes) {
        long command = TransmitContextDescriptor.TSE
                | (packet.isTcp() ? TransmitContextDescriptor.TCP : 0)
                | (packet.isIpv4() ? TransmitContextDescriptor.IPV4 : 0);
        int ip = packet.ipStart();
        int layer4 = packet.layer4Start();
        guest.append(
                TransmitContextDescriptor.word0(
                        ip, ip + 10, packet.isIpv4() ? layer4 - 1 : 0, layer4, packet.checksumAt(), 0),
                TransmitContextDescriptor.word1(payloadBytes, command, headerBytes, mss));
    }

    /// As Linux does: headers, then the payload in one buffer.
    private void appendPacket(Packet packet, long more) {
        byte[] frame = packet.prototype();
        long options = packet.isIpv4() ? 0 : IXSM;
        appendData(Arrays.copyOf(frame, packet.headerBytes()), (SEGMENT | more) & ~options);
        appendData(Arrays.copyOfRange(frame, packet.headerBytes(), frame.length), (LAST | more) & ~options);
    }

    private void appendData(byte[] content, long command) {
        guest.append(guest.buffer(content), TransmitDataDescriptor.word1(content.length, command, 9));
    }

    private static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++)
            assertArrayEquals(Frames.padded(expected.get(i)), actual.get(i), "segment " + i);
    }

    static Stream<Packet> packets() {
        return Stream.of(Packet.tcp4(4000, 1), Packet.tcp6(4001, 2), Packet.udp4(3999, 3), Packet.udp6(2961, 4));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packetComesOutAsTheSenderWouldHaveCutIt(Packet packet) {
        appendContext(packet, 1448);
        appendPacket(packet, 0);
        guest.ring();

        List<byte[]> expected = packet.segments(1448);
        assertFrames(expected, bench.wire.takeAll());
        assertEquals(3, bench.read(TDH));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(2)));
        assertEquals(expected.size(), bench.read(GPTC));
        assertEquals(1, bench.read(TSCTC));
        assertEquals(0, bench.read(TSCTFC));
    }

    @Test
    void exactMultipleOfTheSegmentSizeMakesNoEmptyFrame() {
        Packet packet = Packet.tcp4(2000, 1);
        appendContext(packet, 1000);
        appendPacket(packet, 0);
        guest.ring();

        assertFrames(packet.segments(1000), bench.wire.takeAll());
    }

    @Test
    void ipv6PayloadLengthDoesNotCountItsOwnHeader() {
        Packet packet = Packet.tcp6(2000, 1);
        appendContext(packet, 1500);
        appendPacket(packet, 0);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(1520, ByteBuffer.wrap(sent.get(0)).getShort(18));
        assertEquals(520, ByteBuffer.wrap(sent.get(1)).getShort(18));
    }

    @Test
    void packetOfOneSegmentIsOneFrame() {
        Packet packet = Packet.tcp4(700, 1);
        appendContext(packet, 1448);
        appendPacket(packet, 0);
        guest.ring();

        assertFrames(packet.segments(1448), bench.wire.takeAll());
        assertEquals(1, bench.read(TSCTC));
    }

    @Test
    void headerAndPayloadInDescriptorsOfAnySizeMakeTheSameFrames() {
        Packet packet = Packet.tcp4(3000, 1);
        byte[] frame = packet.prototype();
        appendContext(packet, 1200);
        int[] cuts = {0, 5, 20, 53, 55, 56, 1300, 1301, 2999, frame.length};
        for (int i = 1; i < cuts.length; i++)
            appendData(Arrays.copyOfRange(frame, cuts[i - 1], cuts[i]), i == cuts.length - 1 ? LAST : SEGMENT);
        guest.ring();

        assertFrames(packet.segments(1200), bench.wire.takeAll());
    }

    @Test
    void moreSegmentsThanABatchHoldsComeInOrder() {
        Packet packet = Packet.tcp4(10_000, 1);
        appendContext(packet, 50);
        appendPacket(packet, 0);
        guest.ring();

        assertFrames(packet.segments(50), bench.wire.takeAll());
        assertEquals(200, bench.read(GPTC));
        assertEquals(1, bench.read(TSCTC));
    }

    @Test
    void wireThatTakesFewerGetsTheRestFromTheRightSegmentOn() {
        Packet packet = Packet.tcp4(30_000, 1);
        appendContext(packet, 1000);
        appendPacket(packet, 0);
        appendData(Frames.toPeer(100, 1), EOP | IFCS | RS);
        bench.wire.room(0);
        guest.ring();
        List<byte[]> sent = new ArrayList<>(bench.wire.takeAll());
        for (int i = 0; i < 30; i += 2) {
            assertEquals(1, bench.read(TDH), "the context is done, its packet is not");
            bench.wire.room(2);
            bench.runUntilIdle();
            sent.addAll(bench.wire.takeAll());
        }

        assertEquals(3, bench.read(TDH));
        bench.wire.room(2);
        bench.runUntilIdle();
        sent.addAll(bench.wire.takeAll());

        List<byte[]> expected = new ArrayList<>(packet.segments(1000));
        expected.add(Frames.toPeer(100, 1));
        assertFrames(expected, sent);
        assertEquals(4, bench.read(TDH));
        assertEquals(31, bench.read(GPTC));
    }

    @Test
    void tagIsInsertedIntoEverySegment() {
        Packet packet = Packet.tcp4(2500, 1);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendContext(packet, 1000);
        appendPacket(packet, VLE);
        guest.ring();

        List<byte[]> expected = new ArrayList<>();
        for (byte[] segment : packet.segments(1000)) expected.add(Frames.tagged(segment, 0x8100, 9));
        assertFrames(expected, bench.wire.takeAll());
    }

    @Test
    void packetOfMoreDescriptorsThanAreFetchedAheadIsCutTheSame() {
        guest.startTransmit(1024);
        Packet packet = Packet.tcp4(6000, 1);
        byte[] frame = packet.prototype();
        appendContext(packet, 1448);
        for (int at = 0; at < frame.length; at += 10) {
            int to = Math.min(at + 10, frame.length);
            appendData(Arrays.copyOfRange(frame, at, to), to == frame.length ? LAST : SEGMENT);
        }
        guest.ring();

        assertFrames(packet.segments(1448), bench.wire.takeAll());
        assertEquals(guest.transmitTail(), bench.read(TDH));
    }

    @Test
    void checksumsOfSegmentsAreLeftToAWireThatCompletesThemOnly() {
        Wire wire = new Wire(new Capabilities(16_384, 64, true, false, false));
        bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC), wire).awaitLink();
        guest = new Rings(bench).startTransmit();
        Packet packet = Packet.tcp4(2000, 1);
        appendContext(packet, 1500);
        appendPacket(packet, 0);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        for (int i = 0; i < 2; i++) {
            byte[] frame = sent.get(i);
            assertEquals(
                    new Wire.Offload(34, 16, FrameBatch.SEGMENT_NONE, 0, 0),
                    bench.wire.lastWishes().get(i));
            ByteBuffer.wrap(frame).putShort(50, (short) Sums.stored(Sums.sum(frame, 34, frame.length)));
        }
        assertFrames(packet.segments(1500), sent);
    }

    @Test
    void packetGoesWholeToAWireThatSegmentsWithLengthsAndSumsOfTheWhole() {
        useWireThatSegments();
        for (Packet packet : List.of(Packet.tcp4(20_000, 1), Packet.tcp6(20_000, 1))) {
            appendContext(packet, 1448);
            appendPacket(packet, 0);
            guest.ring();

            assertArrayEquals(packet.withOpenChecksum(), bench.wire.takeOnly());
            assertEquals(
                    new Wire.Offload(
                            packet.layer4Start(),
                            16,
                            packet.isIpv4() ? FrameBatch.SEGMENT_TCP4 : FrameBatch.SEGMENT_TCP6,
                            1448,
                            packet.headerBytes()),
                    bench.wire.lastWishes().getFirst());
            int segments = packet.segments(1448).size();
            assertEquals(segments, bench.read(GPTC), "the registers count frames on the wire");
            assertEquals(20_000 + segments * (packet.headerBytes() + 4), bench.read(TOTL));
            assertEquals(0, bench.read(TOTH), "clears the pair");
            assertEquals(segments, bench.read(PTC1522));
            assertEquals(1, bench.read(TSCTC));
        }
        assertEquals(2, bench.counter(E1000Counter.TRANSMIT_FRAMES));
    }

    @Test
    void wholePacketWithATagNamesItsHeadersBehindTheTag() {
        useWireThatSegments();
        Packet packet = Packet.tcp4(3000, 1);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendContext(packet, 1448);
        appendPacket(packet, VLE);
        guest.ring();

        assertArrayEquals(Frames.tagged(packet.withOpenChecksum(), 0x8100, 9), bench.wire.takeOnly());
        assertEquals(
                new Wire.Offload(38, 16, FrameBatch.SEGMENT_TCP4, 1448, 58),
                bench.wire.lastWishes().getFirst());
    }

    @Test
    void udpAndPacketsLongerThanIpAllowsAreCutByTheCardInAnyCase() {
        useWireThatSegments();
        Packet packet = Packet.udp4(3000, 1);
        appendContext(packet, 1400);
        appendPacket(packet, 0);
        guest.ring();
        assertEquals(3, bench.wire.takeAll().size());
        assertEquals(FrameBatch.SEGMENT_NONE, bench.wire.lastWishes().getFirst().segmentType());

        Packet huge = Packet.tcp4(70_000, 1);
        byte[] frame = huge.prototype();
        appendContext(huge, 1448);
        appendData(Arrays.copyOf(frame, 40_000), SEGMENT);
        appendData(Arrays.copyOfRange(frame, 40_000, frame.length), LAST);
        guest.ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(huge.segments(1448).size(), sent.size());
        assertEquals(FrameBatch.SEGMENT_NONE, bench.wire.lastWishes().getFirst().segmentType());
    }

    @Test
    void contextThatDoesNotDescribeTheHeadersIsObeyedByTheCardNotPassedOn() {
        useWireThatSegments();
        Packet packet = Packet.tcp4(2000, 1);
        byte[] frame = packet.prototype();
        frame[23] = 17; // says UDP, the context says TCP
        appendContext(packet, 1000);
        appendData(frame, LAST);
        guest.ring();

        assertEquals(2, bench.wire.takeAll().size());
        assertEquals(FrameBatch.SEGMENT_NONE, bench.wire.lastWishes().getFirst().segmentType());
    }

    /// dd32b5ea7e, f9a9eb16e2: a TCP header length of less than a header, or beyond the frame.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 15})
    void tcpHeaderLengthThatContradictsTheContextIsNotPassedOn(int words) {
        useWireThatSegments();
        Packet packet = Packet.tcp4(2000, 1);
        byte[] frame = packet.prototype();
        frame[46] = (byte) (words << 4);
        appendContext(packet, 1000);
        appendData(frame, LAST);
        guest.ring();

        assertEquals(2, bench.wire.takeAll().size());
        assertEquals(FrameBatch.SEGMENT_NONE, bench.wire.lastWishes().getFirst().segmentType());
    }

    /// d62644b46a, 7d08c73e7b.
    @Test
    void segmentationAndChecksumContextsAreKeptApart() {
        Packet large = Packet.tcp4(2500, 1);
        Packet small = Packet.udp6(300, 2);
        appendContext(large, 1000);
        guest.append(
                TransmitContextDescriptor.word0(14, 0, 0, small.layer4Start(), small.checksumAt(), 0),
                TransmitContextDescriptor.word1(0, 0, 0, 0));
        appendPacket(large, 0);
        appendData(small.withOpenChecksum(), EOP | IFCS | RS | TXSM);
        appendPacket(large, 0);
        guest.ring();

        List<byte[]> expected = new ArrayList<>(large.segments(1000));
        expected.add(small.finished());
        expected.addAll(large.segments(1000));
        assertFrames(expected, bench.wire.takeAll());
    }

    @Test
    void dataBeyondTheContextsPayloadIsNotSent() {
        Packet packet = Packet.tcp4(3000, 1);
        appendContext(packet, 1000, 1700, packet.headerBytes());
        appendPacket(packet, 0);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(2, sent.size());
        assertEquals(54 + 1000, sent.get(0).length);
        assertEquals(54 + 700, sent.get(1).length);
    }

    @Test
    void packetShorterThanTheContextsPayloadSendsWhatIsThere() {
        Packet packet = Packet.tcp4(1500, 1);
        appendContext(packet, 1000, 9000, packet.headerBytes());
        appendPacket(packet, 0);
        guest.ring();

        assertFrames(packet.segments(1000), bench.wire.takeAll());
    }

    @Test
    void packetThatIsNothingButItsHeaderIsAFailedContext() {
        Packet packet = Packet.tcp4(1500, 1);
        appendContext(packet, 1000);
        appendData(Arrays.copyOf(packet.prototype(), 54), LAST);
        guest.ring();

        assertTrue(bench.wire.takeAll().isEmpty());
        assertEquals(1, bench.read(TSCTFC));
        assertEquals(1, bench.counter(E1000Counter.TRANSMIT_BAD_CONTEXT));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(1)));
        assertFalse(bench.line());
    }
}
