package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_RXDMT0;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_BSEX;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_RDMTS_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Register.BPRC;
import static dev.doorbell.register.E1000Register.GORCL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.PRC127;
import static dev.doorbell.register.E1000Register.PRC64;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.TPR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames into buffers: descriptors, lengths, order, head and causes.
class ReceiveStoryTest {
    private static final int ON = RCTL_EN | RCTL_BAM;

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    private void arrive(byte[]... frames) {
        for (byte[] frame : frames) bench.wire.arrive(frame);
        bench.runUntilIdle();
    }

    /// The frame whose first descriptor is `index`, put together from its descriptors.
    private byte[] frameAt(int index) {
        byte[] frame = new byte[0];
        for (int i = index; ; i = (i + 1) % Rings.ENTRIES) {
            long word1 = guest.receiveWord1(i);
            assertTrue(LegacyReceiveDescriptor.done(word1), "descriptor " + i);
            byte[] part = guest.received(i, LegacyReceiveDescriptor.lengthBytes(word1));
            frame = Arrays.copyOf(frame, frame.length + part.length);
            System.arraycopy(part, 0, frame, frame.length - part.length, part.length);
            if (LegacyReceiveDescriptor.endOfPacket(word1)) return frame;
        }
    }

    @Test
    void frameForTheStationIsStoredWrittenBackAndInterrupts() {
        byte[] frame = Frames.toStation(100, 7);
        bench.write(IMS, ICR_RXT0);

        arrive(frame);

        assertArrayEquals(frame, guest.received(0, 100));
        long word1 = guest.receiveWord1(0);
        assertEquals(100, LegacyReceiveDescriptor.lengthBytes(word1));
        assertTrue(LegacyReceiveDescriptor.done(word1));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(word1));
        assertFalse(LegacyReceiveDescriptor.hasErrors(word1));
        assertEquals(0, LegacyReceiveDescriptor.vlanTag(word1));
        assertEquals(1, bench.read(RDH));
        assertEquals(1, bench.interruptCount());
        assertEquals(ICR_RXT0, bench.read(ICR));
        assertEquals(1, bench.read(GPRC));
        assertEquals(1, bench.read(PRC127));
        assertEquals(104, bench.read(GORCL), "octets count the FCS");
        assertEquals(1, bench.read(TPR));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_FRAMES));
    }

    @Test
    void bufferAddressInTheDescriptorStays() {
        arrive(Frames.toStation(100, 7));
        assertEquals(Rings.receiveBuffer(0), bench.memory.getLong(Rings.RECEIVE_RING));
    }

    @Test
    void framesComeInOrderAroundTheRing() {
        for (int i = 0; i < 3 * Rings.ENTRIES; i++) {
            byte[] frame = Frames.toStation(60 + i, i);
            int index = i % Rings.ENTRIES;
            arrive(frame);
            assertArrayEquals(frame, frameAt(index));
            assertEquals((index + 1) % Rings.ENTRIES, bench.read(RDH));
            guest.putReceive(index, Rings.receiveBuffer(index));
            bench.write(RDT, index);
        }
        assertEquals(3 * Rings.ENTRIES, bench.read(GPRC));
    }

    @Test
    void shortFrameOfAHostIsPaddedAsAWireWouldHaveIt() {
        bench.memory.fill(Rings.receiveBuffer(0), 128, 0xEE);
        byte[] frame = Frames.toStation(42, 1);
        arrive(frame);
        assertArrayEquals(Frames.padded(frame), frameAt(0));
        assertEquals(0xEE, bench.memory.getByte(Rings.receiveBuffer(0) + 60));
        assertEquals(1, bench.read(PRC64));
    }

    @Test
    void crcIsStoredAndCountedInTheLengthWhereItIsNotStripped() {
        bench.write(RCTL, ON);
        byte[] frame = Frames.toStation(101, 1);
        arrive(frame, Frames.toStation(20, 2));

        List<byte[]> frames = List.of(frame, Frames.padded(Frames.toStation(20, 2)));
        for (int i = 0; i < 2; i++) {
            byte[] sent = frames.get(i);
            byte[] stored = frameAt(i);
            assertEquals(sent.length + 4, stored.length);
            CRC32 crc = new CRC32();
            crc.update(stored);
            assertEquals(0x2144_DF1C, (int) crc.getValue(), "the residue of a frame with its FCS");
            assertArrayEquals(sent, Arrays.copyOf(stored, sent.length));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 2048",
        "0, 1, 1024",
        "0, 2, 512",
        "0, 3, 256",
        "1, 0, 2048",
        "1, 1, 16384",
        "1, 2, 8192",
        "1, 3, 4096"
    })
    void bufferSizeSaysHowAFrameIsSpread(int extended, int size, int bytes) {
        bench.write(RCTL, ON | RCTL_SECRC | RCTL_LPE | size << RCTL_BSIZE_SHIFT | (extended != 0 ? RCTL_BSEX : 0));
        byte[] frame = Frames.toStation(9000, 1);
        arrive(frame);

        int descriptors = (9000 + bytes - 1) / bytes;
        assertEquals(descriptors, bench.read(RDH));
        for (int i = 0; i < descriptors - 1; i++) {
            assertEquals(bytes, LegacyReceiveDescriptor.lengthBytes(guest.receiveWord1(i)));
            assertFalse(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(i)));
        }
        assertArrayEquals(frame, frameAt(0));
        assertEquals(ICR_RXT0, bench.read(ICR) & ICR_RXT0);
    }

    @Test
    void frameThatFillsItsBufferExactlyTakesOneDescriptor() {
        bench.write(RCTL, ON | RCTL_SECRC | 3 << RCTL_BSIZE_SHIFT);
        arrive(Frames.toStation(256, 1), Frames.toStation(257, 1));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(0)));
        assertFalse(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(1)));
        assertEquals(1, LegacyReceiveDescriptor.lengthBytes(guest.receiveWord1(2)));
        assertEquals(3, bench.read(RDH));
    }

    @ParameterizedTest
    @CsvSource({"0, 32", "1, 16", "2, 8"})
    void minimumThresholdIsRaisedOnTheStepOntoIt(int rdmts, int threshold) {
        bench.write(RCTL, ON | RCTL_SECRC | rdmts << RCTL_RDMTS_SHIFT);
        for (int free = Rings.ENTRIES - 1; free > threshold + 1; free--) arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXT0, bench.read(ICR));
        arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXT0 | ICR_RXDMT0, bench.read(ICR));
        arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXT0, bench.read(ICR), "below it is not raised again");
    }

    @Test
    void headAndCauseWaitUntilTheGuestCanSeeTheFrame() {
        bench.memory.visible(false);
        arrive(Frames.toStation(60, 1), Frames.toStation(61, 1));
        assertEquals(0, bench.read(RDH));
        assertEquals(0, bench.read(ICR));

        bench.memory.visible(true);
        bench.runUntilIdle();
        assertEquals(2, bench.read(RDH));
        assertEquals(ICR_RXT0, bench.read(ICR));
    }

    @Test
    void burstOfAThousandFramesIsTakenInBoundedDutyCycles() {
        for (int i = 0; i < 1000; i++) bench.wire.arrive(Frames.toStation(60, i));
        int cycles = 0;
        for (int done = bench.card.doWork(); done > 0; done = bench.card.doWork()) {
            assertTrue(done <= 300, done + " units in one duty cycle");
            cycles++;
        }
        assertTrue(cycles > 3, cycles + " duty cycles");
        assertEquals(0, bench.wire.waiting());
    }

    @Test
    void openChecksumOfAHostIsCompletedInTheGuestsMemoryOnly() {
        for (Packet packet : List.of(Packet.tcp4(1000, 1), Packet.udp6(33, 2))) {
            byte[] open = packet.withOpenChecksum();
            System.arraycopy(Frames.STATION, 0, open, 0, 6);
            System.arraycopy(Frames.PEER, 0, open, 6, 6);
            byte[] asSent = open.clone();
            int index = bench.read(RDH);
            bench.wire.arrive(
                    open,
                    new Wire.Offload(
                            packet.layer4Start(),
                            packet.checksumAt() - packet.layer4Start(),
                            FrameBatch.SEGMENT_NONE,
                            0,
                            0));
            bench.runUntilIdle();
            assertArrayEquals(packet.toStation(), frameAt(index));
            assertArrayEquals(asSent, open);
        }
    }

    @Test
    void openChecksumWhereNoneCanBeIsDroppedAndCounted() {
        byte[] frame = Frames.toStation(100, 1);
        for (int[] place : new int[][] {{13, 2}, {100, 0}, {50, 49}, {90, 32_000}, {34, -1}, {99, 0}})
            bench.wire.arrive(frame, new Wire.Offload(place[0], place[1], FrameBatch.SEGMENT_NONE, 0, 0));
        bench.runUntilIdle();
        assertEquals(6, bench.counter(E1000Counter.RECEIVE_MALFORMED));
        assertEquals(0, bench.read(RDH));
    }

    @Test
    void largeFrameOfAHostArrivesInSegmentsWithRightSums() {
        Packet packet = Packet.tcp4(64_000, 1);
        byte[] open = packet.withOpenChecksum();
        System.arraycopy(Frames.STATION, 0, open, 0, 6);
        System.arraycopy(Frames.PEER, 0, open, 6, 6);
        bench.wire.arrive(open, new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 1448, 54));
        bench.runUntilIdle();

        List<byte[]> expected = packet.segments(1448);
        assertEquals(expected.size(), bench.read(RDH));
        for (int i = 0; i < expected.size(); i++) {
            byte[] segment = expected.get(i);
            System.arraycopy(Frames.STATION, 0, segment, 0, 6);
            System.arraycopy(Frames.PEER, 0, segment, 6, 6);
            assertArrayEquals(segment, frameAt(i), "segment " + i);
        }
        assertEquals(expected.size(), bench.read(GPRC));
    }

    @Test
    void largeFrameThatCannotBeCutIsDroppedAndCounted() {
        bench.wire.arrive(Frames.toStation(9000, 1), new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 1448, 54));
        byte[] packet = Packet.tcp4(3000, 1).toStation();
        bench.wire.arrive(packet, new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 0, 54));
        bench.wire.arrive(Frames.toStation(60, 1));
        bench.runUntilIdle();
        assertEquals(2, bench.counter(E1000Counter.RECEIVE_MALFORMED));
        assertEquals(1, bench.read(RDH));
    }

    @Test
    void countersTellBroadcastApart() {
        arrive(Frames.frame(Frames.BROADCAST, Frames.PEER, 60, 1), Frames.toStation(60, 1));
        assertEquals(1, bench.read(BPRC));
        assertEquals(2, bench.read(GPRC));
    }
}
