package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.VMVIR_VLANA_SHIFT;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.DTXTCPFLGH;
import static dev.doorbell.register.IgbRegister.DTXTCPFLGL;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.TSCTC;
import static dev.doorbell.register.IgbRegister.VET;
import static dev.doorbell.register.IgbRegister.VMVIR;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TSE;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.VLE;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Sums;
import dev.doorbell.story.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Large packets that the 82576 cuts into frames, or hands on whole.
class TransmitSegmentationTest {
    private static final Capabilities SEGMENTS = new Capabilities(16_384, 64, true, true, false);
    private static final int FIN = 1;
    private static final int PSH = 8;
    private static final int ACK = 0x10;
    private static final int CWR = 0x80;

    private IgbBench bench = IgbBench.withLink();
    private TransmitRing ring = TransmitRing.start(bench, 0);

    private void useWire(Capabilities capabilities) {
        bench = new IgbBench(new IgbOptions(IgbBench.MAC), new Wire(capabilities)).awaitLink();
        ring = TransmitRing.start(bench, 0);
    }

    private static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), actual.get(i), "frame " + i);
    }

    static Stream<Arguments> cuts() {
        return Stream.of(
                Arguments.of(Packet.tcp4(1, 1), 1000),
                Arguments.of(Packet.tcp4(1000, 2), 1000),
                Arguments.of(Packet.tcp4(1001, 3), 1000),
                Arguments.of(Packet.tcp4(60_000, 4), 1448),
                Arguments.of(Packet.tcp6(7777, 5), 1428),
                Arguments.of(Packet.tcp6(300, 6), 7),
                Arguments.of(Packet.udp4(5000, 7), 1472),
                Arguments.of(Packet.udp6(5001, 8), 999));
    }

    /// IPv4 length, id and sum, IPv6 length, sequence, flags, UDP length and the checksums, against an oracle of
    /// finished packets.
    @ParameterizedTest
    @MethodSource("cuts")
    void packetIsCut(Packet packet, int mss) {
        ring.appendSegmented(packet, mss).ring();
        List<byte[]> expected = new ArrayList<>();
        for (byte[] frame : packet.segments(mss)) expected.add(Frames.padded(frame));
        assertFrames(expected, bench.wire.takeAll());
        assertEquals(1, bench.read(TSCTC));
        assertEquals(expected.size(), bench.read(GPTC));
        assertTrue(ring.done(1));
    }

    @Test
    void headerMayLieInAnyNumberOfDescriptors() {
        Packet packet = Packet.tcp4(3000, 1);
        byte[] frame = packet.prototype();
        long buffer = ring.buffer(frame);
        ring.appendContext(packet, 1000);
        int[] ends = {1, 14, 33, 54, 60, 2500, frame.length};
        int from = 0;
        for (int to : ends) {
            long command = to == frame.length ? SEND : 0;
            ring.append(
                    buffer + from,
                    AdvancedTransmitDescriptor.word1(to - from, command | TransmitRing.segmentation(packet), 0, 3000));
            from = to;
        }
        ring.ring();
        assertFrames(packet.segments(1000), bench.wire.takeAll());
    }

    @Test
    void payloadBeyondPaylenDoesNotLeave() {
        Packet packet = Packet.tcp4(2000, 1);
        byte[] frame = packet.prototype();
        ring.appendContext(packet, 1000)
                .append(
                        ring.buffer(Arrays.copyOf(frame, frame.length + 100)),
                        AdvancedTransmitDescriptor.word1(
                                frame.length + 100, SEND | TransmitRing.segmentation(packet), 0, 2000))
                .ring();
        assertFrames(packet.segments(1000), bench.wire.takeAll());
    }

    @Test
    void largestPacketOfPaylen() {
        Packet packet = Packet.tcp4(0x3_FFFF, 1);
        byte[] frame = packet.prototype();
        long buffer = 0x10_0000;
        bench.memory.put(buffer, frame);
        ring.appendContext(packet, 9000);
        for (int from = 0; from < frame.length; from += 0x8000) {
            int part = Math.min(0x8000, frame.length - from);
            long command = from + part == frame.length ? SEND : 0;
            ring.append(
                    buffer + from,
                    AdvancedTransmitDescriptor.word1(part, command | TransmitRing.segmentation(packet), 0, 0x3_FFFF));
        }
        ring.ring();
        assertFrames(packet.segments(9000), bench.wire.takeAll());
    }

    @Test
    void everySegmentGetsTheTag() {
        Packet packet = Packet.tcp6(2500, 1);
        byte[] frame = packet.prototype();
        ring.append(
                        AdvancedTransmitContext.word0(14, 40, 123),
                        AdvancedTransmitContext.word1(AdvancedTransmitContext.TCP, 0, 20, 1000))
                .append(
                        ring.buffer(frame),
                        AdvancedTransmitDescriptor.word1(frame.length, SEND | TSE | TXSM | VLE, 0, 2500))
                .ring();
        List<byte[]> expected = new ArrayList<>();
        for (byte[] segment : packet.segments(1000)) expected.add(Frames.tagged(segment, 0x8100, 123));
        assertFrames(expected, bench.wire.takeAll());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySegmentGetsTheTagOfItsPoolAlsoWhenHandedOnWhole(boolean whole) {
        if (whole) useWire(SEGMENTS);
        bench.write(MRQC, 3);
        bench.write(VMVIR, 0, 1 << VMVIR_VLANA_SHIFT | 44);
        Packet packet = Packet.tcp4(2500, 1);
        ring.appendSegmented(packet, 1000).ring();
        if (whole) {
            assertArrayEquals(Frames.tagged(packet.withOpenChecksum(), 0x8100, 44), bench.wire.takeOnly());
            assertEquals(58, bench.wire.lastWishes().getFirst().headerBytes());
            assertEquals(38, bench.wire.lastWishes().getFirst().checksumStart());
            return;
        }
        List<byte[]> expected = new ArrayList<>();
        for (byte[] segment : packet.segments(1000)) expected.add(Frames.tagged(segment, 0x8100, 44));
        assertFrames(expected, bench.wire.takeAll());
    }

    @Test
    void innerTagOfEverySegmentGoesBehindTheOuterOne() {
        bench.write(VET, 0x88A8_8100);
        bench.write(CTRL_EXT, bench.read(CTRL_EXT) | CTRL_EXT_EXT_VLAN);
        Packet packet = Packet.udp4(2500, 1);
        byte[] frame = Frames.tagged(packet.prototype(), 0x88A8, 7);
        ring.append(
                        AdvancedTransmitContext.word0(18, 20, 123),
                        AdvancedTransmitContext.word1(AdvancedTransmitContext.IPV4, 0, 8, 1000))
                .append(
                        ring.buffer(frame),
                        AdvancedTransmitDescriptor.word1(frame.length, SEND | TSE | TXSM | IXSM | VLE, 0, 2500))
                .ring();
        List<byte[]> expected = new ArrayList<>();
        for (byte[] segment : packet.segments(1000))
            expected.add(Frames.tagged(Frames.tagged(segment, 0x8100, 123), 0x88A8, 7));
        assertFrames(expected, bench.wire.takeAll());
    }

    @Test
    void backPressureInTheMidstGoesOnWithTheNextSegment() {
        Packet packet = Packet.tcp4(10_000, 1);
        List<byte[]> sent = new ArrayList<>();
        bench.wire.room(0);
        ring.appendSegmented(packet, 1000).append(Frames.toPeer(100, 1)).ring();
        for (int i = 0; i < 11; i++) {
            bench.wire.room(1);
            bench.runUntilIdle();
            assertEquals(i < 9 ? 1 : i == 9 ? 2 : 3, ring.head(), "the context is done at once");
            sent.addAll(bench.wire.takeAll());
        }
        List<byte[]> expected = new ArrayList<>(packet.segments(1000));
        expected.add(Frames.toPeer(100, 1));
        assertFrames(expected, sent);
    }

    // ---- flags

    /// Flags that come out of a packet of four segments.
    private List<Integer> flags(int flags, int payloadBytes) {
        Packet packet = Packet.tcp4(payloadBytes, 1);
        byte[] frame = packet.prototype();
        int was = frame[47] & 0xFF;
        frame[47] = (byte) flags;
        assertEquals(ACK | PSH | FIN, was);
        ring.appendContext(packet, 1000)
                .append(
                        ring.buffer(frame),
                        AdvancedTransmitDescriptor.word1(
                                frame.length, SEND | TransmitRing.segmentation(packet), 0, payloadBytes))
                .ring();
        List<Integer> out = new ArrayList<>();
        for (byte[] sent : bench.wire.takeAll()) {
            out.add(sent[47] & 0xFF);
            int length = sent.length - 34;
            int pseudo = Sums.add(Sums.add(Sums.sum(sent, 26, 34), 6), length);
            assertEquals(0xFFFF, Sums.add(pseudo, Sums.sum(sent, 34, sent.length)), "the checksum covers the flags");
        }
        return out;
    }

    @Test
    void masksAfterResetKeepFinAndPushForTheLastSegment() {
        assertEquals(List.of(ACK | CWR, ACK | CWR, ACK | CWR, ACK | PSH | FIN), flags(ACK | PSH | FIN | CWR, 3500));
        assertEquals(List.of(ACK | PSH | FIN | CWR), flags(ACK | PSH | FIN | CWR, 1000), "a single one keeps all");
    }

    @Test
    void masksAreTheGuests() {
        bench.write(DTXTCPFLGL, 0x0FFF | 0x0F7F << 16);
        bench.write(DTXTCPFLGH, 0xF01);
        assertEquals(List.of(0xFF, 0x7F, 0x7F, 0x01), flags(0xFF, 4000));
    }

    // ---- whole

    @ParameterizedTest
    @CsvSource({"true, 3000", "false, 3000", "true, 60000"})
    void packetIsHandedOnWholeToAWireThatSegments(boolean ipv4, int payloadBytes) {
        useWire(SEGMENTS);
        Packet packet = ipv4 ? Packet.tcp4(payloadBytes, 1) : Packet.tcp6(payloadBytes, 1);
        ring.appendSegmented(packet, 1000).ring();
        assertArrayEquals(packet.withOpenChecksum(), bench.wire.takeOnly());
        Wire.Offload wish = bench.wire.lastWishes().getFirst();
        assertEquals(ipv4 ? FrameBatch.SEGMENT_TCP4 : FrameBatch.SEGMENT_TCP6, wish.segmentType());
        assertEquals(1000, wish.segmentBytes());
        assertEquals(packet.headerBytes(), wish.headerBytes());
        assertEquals(packet.layer4Start(), wish.checksumStart());
        assertEquals(payloadBytes / 1000, bench.read(GPTC), "counted as the frames of the wire");
        assertEquals(1, bench.read(TSCTC));
    }

    @Test
    void packetForAWireThatOnlyCompletesChecksumsIsCutWithOpenOnes() {
        useWire(new Capabilities(16_384, 64, true, false, false));
        Packet packet = Packet.udp4(2000, 1);
        ring.appendSegmented(packet, 1000).ring();
        assertEquals(2, bench.wire.takeAll().size());
        for (Wire.Offload wish : bench.wire.lastWishes()) {
            assertEquals(34, wish.checksumStart());
            assertEquals(6, wish.checksumOffset());
        }
    }

    /// A kernel cuts UDP only into fragments of its own kind.
    @ParameterizedTest
    @ValueSource(strings = {"udp", "flags", "noIpSum", "paced"})
    void packetThatAKernelWouldCutOtherwiseIsCutByTheCard(String reason) {
        useWire(SEGMENTS);
        Packet packet = reason.equals("udp") ? Packet.udp4(3000, 1) : Packet.tcp4(3000, 1);
        if (reason.equals("flags")) bench.write(DTXTCPFLGH, 0xF76);
        if (reason.equals("paced")) pace();
        if (reason.equals("noIpSum"))
            ring.appendContext(packet, 1000)
                    .append(
                            ring.buffer(packet.prototype()),
                            AdvancedTransmitDescriptor.word1(3054, SEND | TSE | TXSM, 0, 3000));
        else ring.appendSegmented(packet, 1000);
        ring.ring();
        bench.advance(1_000_000);
        assertEquals(3, bench.wire.takeAll().size());
        for (Wire.Offload wish : bench.wire.lastWishes()) assertEquals(FrameBatch.SEGMENT_NONE, wish.segmentType());
    }

    /// Queue 0 at 500 Mb/s.
    private void pace() {
        bench.write(IgbRegister.RTTDQSEL, 0);
        bench.write(IgbRegister.RTTBCNRC, 0x8000_8000);
    }

    @Test
    void contextThatSaysMoreThanThePacketHasIsNotWhole() {
        useWire(SEGMENTS);
        Packet packet = Packet.tcp4(3000, 1);
        byte[] frame = packet.prototype();
        frame[46] = 0x60; // the header says 24 bytes, the context 20
        ring.appendContext(packet, 1000)
                .append(ring.buffer(frame), AdvancedTransmitDescriptor.word1(3054, SEND | TSE | TXSM | IXSM, 0, 3000))
                .ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertEquals(3, sent.size());
        assertFalse(ByteBuffer.wrap(sent.get(1)).getInt(38)
                == ByteBuffer.wrap(frame).getInt(38));
    }
}
