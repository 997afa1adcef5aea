package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.VMVIR_VLANA_SHIFT;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.TSYNCTXCTL;
import static dev.doorbell.register.IgbRegister.VET;
import static dev.doorbell.register.IgbRegister.VFTE;
import static dev.doorbell.register.IgbRegister.VMVIR;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IFCS;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.IXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TIME_STAMP;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.TXSM;
import static dev.doorbell.ring.AdvancedTransmitDescriptor.VLE;
import static dev.doorbell.story.igb.TransmitRing.SEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.frame.FrameBackend.Capabilities;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.AdvancedTransmitContext;
import dev.doorbell.ring.AdvancedTransmitDescriptor;
import dev.doorbell.ring.LegacyTransmitDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Sums;
import dev.doorbell.story.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checksums, VLAN tags and time stamps that the 82576 puts into frames on their way out.
class TransmitOffloadTest {
    private static final byte[] FRAME = Frames.toPeer(100, 1);
    private static final int OUTER = 0x88A8;

    private IgbBench bench = IgbBench.withLink();
    private TransmitRing ring = TransmitRing.start(bench, 0);

    private void useWire(Capabilities capabilities) {
        bench = new IgbBench(new IgbOptions(IgbBench.MAC), new Wire(capabilities)).awaitLink();
        ring = TransmitRing.start(bench, 0);
    }

    // ---- checksums

    static Stream<Packet> packets() {
        return Stream.of(
                Packet.tcp4(0, 1),
                Packet.tcp4(1000, 2),
                Packet.tcp4(333, 3),
                Packet.tcp6(1001, 4),
                Packet.udp4(1, 5),
                Packet.udp4(1472, 6),
                Packet.udp6(18, 7),
                Packet.udp6(1000, 8));
    }

    /// Drivers leave the IPv4 bit of the context out where only the TCP or UDP checksum is wanted.
    @ParameterizedTest
    @MethodSource("packets")
    void layer4ChecksumIsInserted(Packet packet) {
        long type = packet.isTcp() ? AdvancedTransmitContext.TCP : AdvancedTransmitContext.UDP;
        ring.appendContext(0, type, 14, packet.layer4Start() - 14, 0, 0)
                .append(packet.withOpenChecksum(), SEND | TXSM)
                .ring();
        assertArrayEquals(Frames.padded(packet.finished()), bench.wire.takeOnly());
    }

    @ParameterizedTest
    @MethodSource("packets")
    void bothChecksumsAreInsertedWhateverStandsInTheIpField(Packet packet) {
        byte[] frame = packet.withOpenChecksum();
        if (packet.isIpv4()) frame[24] = (byte) 0xA5;
        ring.appendContext(packet, 0).append(frame, SEND | TXSM | IXSM).ring();
        assertArrayEquals(Frames.padded(packet.finished()), bench.wire.takeOnly());
    }

    @Test
    void ipv4OptionsAreSummedToo() {
        byte[] plain = Packet.udp4(100, 1).finished();
        byte[] frame = new byte[plain.length + 8];
        System.arraycopy(plain, 0, frame, 0, 34);
        System.arraycopy(plain, 34, frame, 42, plain.length - 34);
        frame[14] = 0x47;
        frame[34] = (byte) 0x94; // router alert, and one no-operation after the other
        frame[35] = 4;
        Arrays.fill(frame, 38, 42, (byte) 1);
        byte[] expected = frame.clone();
        ByteBuffer.wrap(expected).putShort(24, (short) 0);
        ByteBuffer.wrap(expected).putShort(24, (short) Sums.stored(Sums.sum(expected, 14, 42)));
        ring.appendContext(0, AdvancedTransmitContext.IPV4, 14, 28, 8, 0)
                .append(frame, SEND | IXSM)
                .ring();
        assertArrayEquals(expected, bench.wire.takeOnly());
    }

    /// A tag in the data makes MACLEN 18.
    @Test
    void headersBehindATagInTheDataAreFound() {
        Packet packet = Packet.tcp4(500, 1);
        ring.appendContext(0, AdvancedTransmitContext.TCP | AdvancedTransmitContext.IPV4, 18, 20, 20, 0)
                .append(Frames.tagged(packet.withOpenChecksum(), 0x8100, 5), SEND | TXSM | IXSM)
                .ring();
        assertArrayEquals(Frames.tagged(packet.finished(), 0x8100, 5), bench.wire.takeOnly());
    }

    @Test
    void udpChecksumThatComesOutAsZeroIsSentAsAllOnes() {
        Packet packet = Packet.udp4(2, 1);
        byte[] frame = packet.withOpenChecksum();
        int rest = Sums.sum(frame, 34, frame.length);
        ByteBuffer payload = ByteBuffer.wrap(frame);
        payload.putShort(42, (short) Sums.add(payload.getShort(42) & 0xFFFF, ~rest & 0xFFFF));
        ring.appendContext(packet, 0).append(frame, SEND | TXSM).ring();
        assertEquals(-1, ByteBuffer.wrap(bench.wire.takeOnly()).getShort(40));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 13, 100, 1400})
    void sctpChecksumIsCrc32cLittleEndian(int sctpBytes) {
        byte[] frame = Frames.toPeer(34 + sctpBytes, 1);
        byte[] expected = frame.clone();
        Arrays.fill(expected, 42, 46, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(expected, 34, sctpBytes);
        ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).putInt(42, (int) crc.getValue());
        ring.appendContext(0, AdvancedTransmitContext.SCTP, 14, 20, 0, 0)
                .append(frame, SEND | TXSM)
                .ring();
        assertArrayEquals(Frames.padded(expected), bench.wire.takeOnly());
    }

    @Test
    void contextsOfBothSlotsAreKeptUntilReplaced() {
        Packet four = Packet.tcp4(100, 1);
        Packet six = Packet.udp6(200, 2);
        ring.appendContext(0, AdvancedTransmitContext.TCP | AdvancedTransmitContext.IPV4, 14, 20, 20, 0)
                .appendContext(1, AdvancedTransmitContext.UDP, 14, 40, 8, 0);
        for (int i = 0; i < 2; i++) {
            appendOf(0, four.withOpenChecksum());
            appendOf(1, six.withOpenChecksum());
        }
        ring.ring();
        List<byte[]> sent = bench.wire.takeAll();
        for (int i = 0; i < 4; i++) assertArrayEquals((i % 2 == 0 ? four : six).finished(), sent.get(i));

        ring.appendContext(0, AdvancedTransmitContext.UDP, 14, 40, 8, 0);
        appendOf(0, six.withOpenChecksum());
        ring.ring();
        assertArrayEquals(six.finished(), bench.wire.takeOnly());
    }

    private void appendOf(int slot, byte[] frame) {
        ring.append(ring.buffer(frame), AdvancedTransmitDescriptor.word1(frame.length, SEND | TXSM, slot, 0));
    }

    @Test
    void contextsBelongToTheirQueue() {
        Packet packet = Packet.tcp4(100, 1);
        TransmitRing other = TransmitRing.start(bench, 3);
        ring.appendContext(packet, 0).ring();
        other.appendContext(0, AdvancedTransmitContext.UDP, 14, 40, 8, 0).ring();
        ring.append(packet.withOpenChecksum(), SEND | TXSM).ring();
        assertArrayEquals(packet.finished(), bench.wire.takeOnly());
    }

    @Test
    void firstDataDescriptorDecidesTheOffloads() {
        Packet packet = Packet.tcp4(100, 1);
        byte[] frame = packet.withOpenChecksum();
        long buffer = ring.buffer(frame);
        ring.appendContext(packet, 0)
                .append(buffer, AdvancedTransmitDescriptor.word1(60, IFCS | TXSM, 0, 0))
                .append(buffer + 60, AdvancedTransmitDescriptor.word1(frame.length - 60, SEND | VLE | IXSM, 0, 0))
                .ring();
        assertArrayEquals(packet.finished(), bench.wire.takeOnly());
    }

    @ParameterizedTest
    @MethodSource("packets")
    void checksumIsLeftToAWireThatCompletesIt(Packet packet) {
        useWire(new Capabilities(16_384, 64, true, false, false));
        ring.appendContext(packet, 0)
                .append(packet.withOpenChecksum(), SEND | TXSM)
                .ring();
        assertArrayEquals(Frames.padded(packet.withOpenChecksum()), bench.wire.takeOnly());
        Wire.Offload wish = bench.wire.lastWishes().getFirst();
        assertEquals(packet.layer4Start(), wish.checksumStart());
        assertEquals(packet.checksumAt(), wish.checksumStart() + wish.checksumOffset());
    }

    @Test
    void sctpIsNeverLeftOpen() {
        useWire(new Capabilities(16_384, 64, true, true, false));
        ring.appendContext(0, AdvancedTransmitContext.SCTP, 14, 20, 0, 0)
                .append(Frames.toPeer(100, 1), SEND | TXSM)
                .ring();
        bench.wire.takeOnly();
        assertEquals(
                FrameBatch.CHECKSUM_COMPLETE, bench.wire.lastWishes().getFirst().checksumStart());
    }

    @Test
    void legacyDescriptorSaysWhereItsChecksumIs() {
        Packet packet = Packet.tcp4(100, 1);
        byte[] frame = packet.withOpenChecksum();
        ring.append(
                        ring.buffer(frame),
                        LegacyTransmitDescriptor.word1(frame.length, 50, 34, SEND | LegacyTransmitDescriptor.IC, 0))
                .ring();
        assertArrayEquals(packet.finished(), bench.wire.takeOnly());
    }

    // ---- tags

    @Test
    void tagOfTheContextIsInsertedWithoutALookAtVme() {
        ring.appendTagContext(0, 0x2064).append(FRAME, SEND | VLE).append(FRAME).ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(Frames.tagged(FRAME, 0x8100, 0x2064), sent.get(0));
        assertArrayEquals(FRAME, sent.get(1));
    }

    @Test
    void tagAndChecksumsTogether() {
        Packet packet = Packet.udp4(100, 1);
        ring.append(
                        AdvancedTransmitContext.word0(14, 20, 77),
                        AdvancedTransmitContext.word1(AdvancedTransmitContext.IPV4, 1, 8, 0))
                .append(
                        ring.buffer(packet.withOpenChecksum()),
                        AdvancedTransmitDescriptor.word1(packet.finished().length, SEND | VLE | TXSM | IXSM, 1, 0))
                .ring();
        assertArrayEquals(Frames.tagged(packet.finished(), 0x8100, 77), bench.wire.takeOnly());
    }

    @Test
    void tagOfAnOpenChecksumMovesItsStart() {
        useWire(new Capabilities(16_384, 64, true, true, false));
        Packet packet = Packet.tcp4(100, 1);
        ring.append(
                        AdvancedTransmitContext.word0(14, 20, 77),
                        AdvancedTransmitContext.word1(
                                AdvancedTransmitContext.IPV4 | AdvancedTransmitContext.TCP, 0, 20, 0))
                .append(packet.withOpenChecksum(), SEND | VLE | TXSM)
                .ring();
        assertArrayEquals(Frames.tagged(packet.withOpenChecksum(), 0x8100, 77), bench.wire.takeOnly());
        assertEquals(38, bench.wire.lastWishes().getFirst().checksumStart());
    }

    @Test
    void typeOfTheTagIsTheLowerHalfOfVet() {
        bench.write(VET, 0x1234_9100);
        ring.appendTagContext(0, 5).append(FRAME, SEND | VLE).ring();
        assertArrayEquals(Frames.tagged(FRAME, 0x9100, 5), bench.wire.takeOnly());
    }

    @Test
    void withDoubleVlanTheInnerTagGoesBehindTheOuterOne() {
        bench.write(VET, OUTER << 16 | 0x8100);
        bench.write(CTRL_EXT, bench.read(CTRL_EXT) | CTRL_EXT_EXT_VLAN);
        byte[] outer = Frames.tagged(FRAME, OUTER, 9);
        ring.appendTagContext(0, 5)
                .append(outer, SEND | VLE)
                .append(FRAME, SEND | VLE)
                .ring();
        List<byte[]> sent = bench.wire.takeAll();
        assertArrayEquals(Frames.tagged(Frames.tagged(FRAME, 0x8100, 5), OUTER, 9), sent.get(0));
        assertArrayEquals(Frames.tagged(FRAME, 0x8100, 5), sent.get(1), "no outer tag: where a tag always goes");
    }

    @Test
    void legacyTagStandsInTheLastDescriptor() {
        ring.append(ring.buffer(FRAME), LegacyTransmitDescriptor.word1(100, 0, 0, SEND | VLE, 0x321))
                .ring();
        assertArrayEquals(Frames.tagged(FRAME, 0x8100, 0x321), bench.wire.takeOnly());
    }

    /// Pool 2 owns queues 2 and 10.
    @ParameterizedTest
    @CsvSource({"2, 0, false", "2, 1, true", "10, 1, true", "10, 2, false", "3, 1, false"})
    void poolsTagPolicyHoldsForItsQueuesWhilePoolsAreInUse(int queue, int policy, boolean tags) {
        bench.write(VMVIR, 2, policy << VMVIR_VLANA_SHIFT | 99);
        TransmitRing own = TransmitRing.start(bench, queue);
        own.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly(), "no pools");

        bench.write(MRQC, 3);
        own.append(FRAME).ring();
        assertArrayEquals(tags ? Frames.tagged(FRAME, 0x8100, 99) : FRAME, bench.wire.takeOnly());
    }

    @Test
    void poolThatNeverTagsIgnoresItsDescriptors() {
        bench.write(MRQC, 3);
        bench.write(VMVIR, 0, 2 << VMVIR_VLANA_SHIFT);
        ring.appendTagContext(0, 5).append(FRAME, SEND | VLE).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void queuesOfAPoolThatMayNotTransmitWait() {
        TransmitRing other = TransmitRing.start(bench, 9);
        bench.write(VFTE, 0xFD); // not pool 1
        bench.write(MRQC, 3);
        other.append(FRAME).ring();
        assertEquals(List.of(), bench.wire.takeAll());
        ring.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());

        bench.write(VFTE, 0xFF);
        bench.runUntilIdle();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    @Test
    void vfteDoesNotMatterWithoutPools() {
        bench.write(VFTE, 0);
        ring.append(FRAME).ring();
        assertArrayEquals(FRAME, bench.wire.takeOnly());
    }

    // ---- time

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void frameThatAsksForItIsStampedAsItLeaves(boolean withChecksum) {
        bench.write(TSYNCTXCTL, 1 << 4);
        Packet packet = Packet.udp4(100, 1);
        ring.appendContext(packet, 0).append(FRAME).ring();
        assertEquals(0, bench.read(TSYNCTXCTL) & 1);

        bench.wire.room(0);
        ring.append(packet.withOpenChecksum(), SEND | TIME_STAMP | (withChecksum ? TXSM : 0))
                .ring();
        assertEquals(0, bench.read(TSYNCTXCTL) & 1, "it has not left");
        bench.wire.room(1);
        bench.runUntilIdle();
        assertEquals(1, bench.read(TSYNCTXCTL) & 1);
    }
}
