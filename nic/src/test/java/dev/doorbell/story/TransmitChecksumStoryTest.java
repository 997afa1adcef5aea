package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.ring.TransmitDataDescriptor.IXSM;
import static dev.doorbell.ring.TransmitDataDescriptor.TXSM;
import static dev.doorbell.ring.TransmitDescriptor.EOP;
import static dev.doorbell.ring.TransmitDescriptor.IFCS;
import static dev.doorbell.ring.TransmitDescriptor.RS;
import static dev.doorbell.ring.TransmitDescriptor.VLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.ring.TransmitContextDescriptor;
import dev.doorbell.ring.TransmitDataDescriptor;
import dev.doorbell.ring.TransmitDescriptor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checksums by context and data descriptors, made by the card or left to a backend that completes them.
class TransmitChecksumStoryTest {
    private static final long SEND = EOP | IFCS | RS;

    private Rings guest = Rings.running();
    private Bench bench = guest.bench();

    /// Another bench, whose wire takes open checksums.
    private void useWireThatCompletesChecksums() {
        Wire wire = new Wire(new Capabilities(16_384, 64, true, false, false));
        bench = new Bench(new E1000Options(E1000Model.I82540EM, Bench.MAC), wire).awaitLink();
        guest = new Rings(bench).startTransmit().startReceive();
    }

    private void appendContext(Packet packet) {
        appendContext(packet, 0);
    }

    private void appendContext(Packet packet, int layer4End) {
        int ip = packet.ipStart();
        int layer4 = packet.layer4Start();
        guest.append(
                TransmitContextDescriptor.word0(
                        ip, ip + 10, packet.isIpv4() ? layer4 - 1 : 0, layer4, packet.checksumAt(), layer4End),
                TransmitContextDescriptor.word1(0, RS, 0, 0));
    }

    private void appendData(byte[] frame, long command) {
        appendData(frame, command, 0);
    }

    private void appendData(byte[] frame, long command, int tag) {
        guest.append(guest.buffer(frame), TransmitDataDescriptor.word1(frame.length, command, tag));
    }

    static Stream<Packet> packets() {
        return Stream.of(
                Packet.tcp4(1000, 1), Packet.tcp6(999, 2), Packet.udp4(1, 3), Packet.udp6(1400, 4), Packet.tcp4(0, 5));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void layer4ChecksumIsMadeByTheCard(Packet packet) {
        byte[] frame = packet.withOpenChecksum();
        appendContext(packet);
        appendData(frame, SEND | TXSM);
        guest.ring();

        assertArrayEquals(Frames.padded(packet.finished()), bench.wire.takeOnly());
        assertArrayEquals(frame, bench.memory.get(Rings.TRANSMIT_BUFFERS, frame.length), "guest memory is untouched");
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)), "a context descriptor is written back, too");
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(1)));
        assertEquals(2, bench.read(TDH));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void layer4ChecksumIsLeftToAWireThatCompletesIt(Packet packet) {
        useWireThatCompletesChecksums();
        byte[] frame = packet.withOpenChecksum();
        appendContext(packet);
        appendData(frame, SEND | TXSM);
        guest.ring();

        assertArrayEquals(Frames.padded(frame), bench.wire.takeOnly());
        Wire.Offload wish = bench.wire.lastWishes().getFirst();
        assertEquals(packet.layer4Start(), wish.checksumStart());
        assertEquals(packet.checksumAt() - packet.layer4Start(), wish.checksumOffset());
        assertEquals(FrameBatch.SEGMENT_NONE, wish.segmentType());
    }

    @Test
    void ipHeaderChecksumIsMadeFromIpcssToIpcse() {
        Packet packet = Packet.tcp4(100, 7);
        byte[] frame = packet.withOpenChecksum();
        ByteBuffer.wrap(frame).putShort(24, (short) 0);
        appendContext(packet);
        appendData(frame, SEND | TXSM | IXSM);
        guest.ring();

        assertArrayEquals(packet.finished(), bench.wire.takeOnly());
    }

    @Test
    void ipHeaderChecksumIsMadeByTheCardThoughTheOtherIsLeftOpen() {
        useWireThatCompletesChecksums();
        Packet packet = Packet.udp4(100, 7);
        byte[] frame = packet.withOpenChecksum();
        ByteBuffer.wrap(frame).putShort(24, (short) 0);
        appendContext(packet);
        appendData(frame, SEND | TXSM | IXSM);
        guest.ring();

        assertArrayEquals(packet.withOpenChecksum(), bench.wire.takeOnly());
        assertEquals(34, bench.wire.lastWishes().getFirst().checksumStart());
    }

    @Test
    void insertedTagMovesTheOpenChecksumAndIsNotCountedInOffsets() {
        useWireThatCompletesChecksums();
        Packet packet = Packet.tcp4(100, 7);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendContext(packet);
        appendData(packet.withOpenChecksum(), SEND | TXSM | VLE, 5);
        guest.ring();

        assertArrayEquals(Frames.tagged(packet.withOpenChecksum(), 0x8100, 5), bench.wire.takeOnly());
        assertEquals(38, bench.wire.lastWishes().getFirst().checksumStart());
    }

    @Test
    void insertedTagAndChecksumOfTheCardGoTogether() {
        Packet packet = Packet.tcp4(101, 7);
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        appendContext(packet);
        appendData(packet.withOpenChecksum(), SEND | TXSM | VLE, 5);
        guest.ring();

        assertArrayEquals(Frames.tagged(packet.finished(), 0x8100, 5), bench.wire.takeOnly());
    }

    @Test
    void rangeThatEndsBeforeTheFrameIsSummedByTheCardInAnyCase() {
        useWireThatCompletesChecksums();
        Packet packet = Packet.udp4(21, 7);
        byte[] frame = Arrays.copyOf(packet.withOpenChecksum(), 80);
        Arrays.fill(frame, packet.finished().length, 80, (byte) 0xAA); // behind the packet: not summed
        appendContext(packet, packet.finished().length - 1);
        appendData(frame, SEND | TXSM);
        guest.ring();

        byte[] expected = Arrays.copyOf(packet.finished(), 80);
        Arrays.fill(expected, packet.finished().length, 80, (byte) 0xAA);
        assertArrayEquals(expected, bench.wire.takeOnly());
        assertEquals(
                FrameBatch.CHECKSUM_COMPLETE, bench.wire.lastWishes().getFirst().checksumStart());
    }

    @Test
    void sumOfZeroIsSentAsAllOnes() {
        byte[] frame = new byte[60];
        System.arraycopy(Frames.toPeer(14, 0), 0, frame, 0, 14);
        ByteBuffer.wrap(frame).putShort(40, (short) 0xFFFF); // the seed; all else is zero
        guest.append(TransmitContextDescriptor.word0(0, 0, 0, 34, 40, 0), TransmitContextDescriptor.word1(0, 0, 0, 0));
        appendData(frame, SEND | TXSM);
        guest.ring();

        assertEquals((short) 0xFFFF, ByteBuffer.wrap(bench.wire.takeOnly()).getShort(40));
    }

    @Test
    void contextStaysValidUntilReplaced() {
        Packet packet = Packet.tcp4(200, 1);
        Packet other = Packet.udp6(200, 1);
        appendContext(packet);
        appendData(packet.withOpenChecksum(), SEND | TXSM);
        guest.ring();
        appendData(packet.withOpenChecksum(), SEND | TXSM);
        guest.append(Frames.toPeer(100, 1), SEND);
        appendData(packet.withOpenChecksum(), SEND | TXSM);
        appendContext(other);
        appendData(other.withOpenChecksum(), SEND | TXSM);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(packet.finished(), sent.get(0));
        assertArrayEquals(packet.finished(), sent.get(1));
        assertArrayEquals(Frames.toPeer(100, 1), sent.get(2));
        assertArrayEquals(packet.finished(), sent.get(3));
        assertArrayEquals(other.finished(), sent.get(4));
    }

    @Test
    void framesThatTheWireDidNotTakeKeepTheirContext() {
        Packet packet = Packet.tcp4(200, 1);
        Packet other = Packet.udp6(300, 1);
        bench.wire.room(1);
        appendContext(packet);
        appendData(packet.withOpenChecksum(), SEND | TXSM);
        appendData(packet.withOpenChecksum(), SEND | TXSM);
        appendContext(other);
        appendData(other.withOpenChecksum(), SEND | TXSM);
        guest.ring();
        assertEquals(2, bench.read(TDH));

        bench.wire.room(10);
        bench.runUntilIdle();

        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(packet.finished(), sent.get(1), "not with the context that follows");
        assertArrayEquals(other.finished(), sent.get(2));
    }

    /// 7d08c73e7b.
    @Test
    void firstDataDescriptorDecidesTheOptions() {
        Packet packet = Packet.tcp4(200, 1);
        byte[] frame = packet.withOpenChecksum();
        appendContext(packet);
        appendData(Arrays.copyOf(frame, 20), IFCS | TXSM);
        appendData(Arrays.copyOfRange(frame, 20, frame.length), SEND);
        appendData(Arrays.copyOf(frame, 20), IFCS);
        appendData(Arrays.copyOfRange(frame, 20, frame.length), SEND | TXSM);
        guest.ring();

        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(packet.finished(), sent.get(0));
        assertArrayEquals(frame, sent.get(1));
    }

    @Test
    void contextAloneIsConsumedWithoutAFrame() {
        appendContext(Packet.tcp4(1, 1));
        guest.ring();

        assertEquals(1, bench.read(TDH));
        assertTrue(TransmitDescriptor.done(guest.transmitWord1(0)));
        assertTrue(bench.wire.takeAll().isEmpty());
    }

    @Test
    void legacyChecksumIsLeftToAWireThatCompletesIt() {
        useWireThatCompletesChecksums();
        byte[] frame = Frames.toPeer(100, 9);
        guest.append(
                        guest.buffer(frame),
                        LegacyTransmitDescriptor.word1(100, 50, 34, SEND | LegacyTransmitDescriptor.IC, 0))
                .ring();

        assertArrayEquals(frame, bench.wire.takeOnly());
        assertEquals(
                new Wire.Offload(34, 16, FrameBatch.SEGMENT_NONE, 0, 0),
                bench.wire.lastWishes().getFirst());
    }

    @Test
    void checksumStoredBeforeItsRangeIsNotLeftOpen() {
        useWireThatCompletesChecksums();
        byte[] frame = Frames.toPeer(100, 9);
        guest.append(
                        guest.buffer(frame),
                        LegacyTransmitDescriptor.word1(100, 20, 34, SEND | LegacyTransmitDescriptor.IC, 0))
                .ring();

        byte[] expected = frame.clone();
        ByteBuffer.wrap(expected).putShort(20, (short) Sums.stored(Sums.sum(frame, 34, 100)));
        assertArrayEquals(expected, bench.wire.takeOnly());
        assertEquals(Wire.Offload.NONE, bench.wire.lastWishes().getFirst());
    }
}
