package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.ICR_RXDMT0;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.RXDCTL_SWFLUSH;
import static dev.doorbell.register.IgbBits.RXDCTL_WTHRESH_SHIFT;
import static dev.doorbell.register.IgbBits.SRRCTL_RDMTS_SHIFT;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RDBAL;
import static dev.doorbell.register.IgbRegister.RDH;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.SRRCTL;
import static dev.doorbell.story.igb.ReceiveRing.ENTRIES;
import static dev.doorbell.story.igb.ReceiveRing.ONE_BUFFER;
import static dev.doorbell.story.igb.ReceiveRing.RECEIVER_ON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.AdvancedReceiveDescriptor;
import dev.doorbell.story.Frames;
import dev.doorbell.story.Packet;
import dev.doorbell.story.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames into buffers: descriptors, lengths, order, head and causes.
class ReceiveStoryTest {
    private static final int DONE = AdvancedReceiveDescriptor.DD | AdvancedReceiveDescriptor.EOP;

    private final ReceiveRing guest = ReceiveRing.running();
    private final IgbBench bench = guest.bench();

    @Test
    void frameIsStoredWrittenBackAndInterrupts() {
        byte[] frame = Frames.toStation(100, 7);
        guest.arrive(frame);

        assertArrayEquals(frame, guest.packet(0, 100));
        assertEquals(100, guest.length(0));
        assertEquals(DONE, guest.status(0));
        assertEquals(0, AdvancedReceiveDescriptor.vlanTag(guest.word1(0)));
        assertEquals(1, guest.head());
        assertEquals(ICR_RXDW, bench.read(ICR));
        assertEquals(1, bench.read(GPRC));
        assertEquals(1, bench.counter(IgbCounter.RECEIVE_FRAMES));
        assertEquals(100, bench.counter(IgbCounter.RECEIVE_BYTES));
    }

    @Test
    void framesComeInOrderAroundTheRing() {
        for (int i = 0; i < 3 * ENTRIES; i++) {
            byte[] frame = Frames.toStation(60 + i, i);
            guest.arrive(frame);
            assertArrayEquals(frame, guest.takeAll().getFirst());
        }
        assertEquals(0, guest.head());
        assertEquals(3 * ENTRIES, bench.read(GPRC));
    }

    @Test
    void shortFrameOfAHostIsPaddedAsAWireWouldHaveIt() {
        bench.memory.fill(guest.packetIova(0), 128, 0xEE);
        byte[] frame = Frames.toStation(42, 1);
        guest.arrive(frame);
        assertArrayEquals(Frames.padded(frame), guest.frameAt(0));
        assertEquals(0xEE, bench.memory.getByte(guest.packetIova(0) + 60));
    }

    @Test
    void frameWithoutAnEthernetHeaderIsDroppedAndCounted() {
        guest.arrive(new byte[13], new byte[1]);
        assertEquals(0, guest.head());
        assertEquals(2, bench.counter(IgbCounter.RECEIVE_MALFORMED));
    }

    @Test
    void fcsIsStoredAndCountedInTheLengthWhereItIsNotStripped() {
        bench.write(RCTL, RECEIVER_ON & ~RCTL_SECRC);
        byte[] frame = Frames.toStation(101, 1);
        byte[] tiny = Frames.toStation(20, 2);
        guest.arrive(frame, tiny);

        List<byte[]> sent = List.of(frame, Frames.padded(tiny));
        for (int i = 0; i < 2; i++) {
            byte[] stored = guest.frameAt(i);
            assertEquals(sent.get(i).length + 4, stored.length);
            CRC32 crc = new CRC32();
            crc.update(stored);
            assertEquals(0x2144_DF1C, (int) crc.getValue(), "the residue of a frame with its FCS");
            assertArrayEquals(sent.get(i), Arrays.copyOf(stored, sent.get(i).length));
        }
        assertEquals(161, bench.counter(IgbCounter.RECEIVE_BYTES), "counted without it");
    }

    /// SRRCTL.BSIZEPACKET in KiB; 0 leaves it to RCTL.BSIZE.
    @ParameterizedTest
    @CsvSource({"1, 0, 1024", "2, 3, 2048", "0, 0, 2048", "0, 1, 1024", "0, 2, 512", "0, 3, 256"})
    void bufferSizeSaysHowAFrameIsSpread(int packetKib, int size, int bytes) {
        bench.write(SRRCTL, (ONE_BUFFER & ~0x7F) | packetKib);
        bench.write(RCTL, RECEIVER_ON | RCTL_LPE | size << RCTL_BSIZE_SHIFT);
        byte[] frame = Frames.toStation(9000, 1);
        guest.arrive(frame);

        int descriptors = (9000 + bytes - 1) / bytes;
        assertEquals(descriptors, guest.head());
        for (int i = 0; i < descriptors - 1; i++) {
            assertEquals(bytes, guest.length(i));
            assertEquals(AdvancedReceiveDescriptor.DD, guest.status(i));
        }
        assertArrayEquals(frame, guest.frameAt(0));
        assertEquals(ICR_RXDW, bench.read(ICR));
    }

    @Test
    void frameThatFillsItsBufferExactlyTakesOneDescriptor() {
        bench.write(SRRCTL, ONE_BUFFER & ~0x7F);
        bench.write(RCTL, RECEIVER_ON | 3 << RCTL_BSIZE_SHIFT);
        guest.arrive(Frames.toStation(256, 1), Frames.toStation(257, 1));
        assertTrue(guest.endOfPacket(0));
        assertFalse(guest.endOfPacket(1));
        assertEquals(1, guest.length(2));
        assertEquals(3, guest.head());
    }

    /// One cause for a run of frames, and not before the guest can see them.
    @Test
    void headAndCauseWaitUntilTheGuestCanSeeTheFrames() {
        bench.memory.visible(false);
        guest.arrive(Frames.toStation(60, 1), Frames.toStation(61, 1));
        assertEquals(0, guest.head());
        assertEquals(0, bench.read(ICR));

        bench.memory.visible(true);
        bench.runUntilIdle();
        assertEquals(2, guest.head());
        assertEquals(ICR_RXDW, bench.read(ICR));
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "2, 32", "3, 48"})
    void lowThresholdIsRaisedOnTheStepOntoIt(int rdmts, int threshold) {
        bench.write(SRRCTL, ONE_BUFFER | rdmts << SRRCTL_RDMTS_SHIFT);
        for (int free = ENTRIES - 1; free > threshold + 1; free--) guest.arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXDW, bench.read(ICR));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXDW | ICR_RXDMT0, bench.read(ICR));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(ICR_RXDW, bench.read(ICR), "below it is not raised again");
    }

    /// RDMTS 0 is no threshold: a driver that sets none asks for no interrupt more.
    @Test
    void withoutAThresholdAnEmptyRingIsNotLow() {
        for (int i = 0; i < ENTRIES - 1; i++) guest.arrive(Frames.toStation(60, 1));
        assertEquals(ENTRIES - 1, guest.head());
        assertEquals(ICR_RXDW, bench.read(ICR));
    }

    /// Of a burst, WTHRESH descriptors are written back together; the rest when no frame follows.
    @Test
    void writeBacksAreCollectedInABurstAndNeverWaitLonger() {
        bench.write(RXDCTL, RXDCTL_ENABLE | 4 << RXDCTL_WTHRESH_SHIFT);
        List<Integer> doneAtWrite = new ArrayList<>();
        bench.memory.onWrite(() -> {
            int done = 0;
            while (guest.done(done)) done++;
            doneAtWrite.add(done);
        });
        for (int i = 0; i < 6; i++) bench.wire.arrive(Frames.toStation(60, i));
        bench.card.doWork();
        bench.memory.onWrite(() -> {});

        // Payloads 1 to 4, their descriptors of two stores each, payloads 5 and 6, their descriptors.
        assertEquals(List.of(0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6), doneAtWrite);
        assertEquals(6, guest.head());
        assertEquals(ICR_RXDW, bench.read(ICR));
    }

    @Test
    void softwareFlushClearsItself() {
        ReceiveRing guest = ReceiveRing.exact();
        IgbBench bench = guest.bench();
        bench.write(RXDCTL, RXDCTL_ENABLE | RXDCTL_SWFLUSH);
        assertEquals(RXDCTL_ENABLE, bench.read(RXDCTL));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(1, guest.head());
    }

    @Test
    void registersOfTheFirstQueuesLieAtTheirOldPlacesToo() {
        assertEquals(bench.read(RDBAL), bench.readAt(0x2800));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(1, bench.readAt(0x2810));
        assertEquals(1, bench.read(RDH));
        bench.writeAt(0x2818, 7);
        for (int i = 0; i < 10; i++) guest.arrive(Frames.toStation(60, i));
        assertEquals(7, guest.head());
    }

    @Test
    void burstOfAThousandFramesIsTakenInBoundedDutyCycles() {
        for (int i = 0; i < 1000; i++) bench.wire.arrive(Frames.toStation(60, i));
        int cycles = 0;
        int taken = 0;
        for (int done = bench.card.doWork(); done > 0; done = bench.card.doWork()) {
            assertTrue(done <= 300, done + " units in one duty cycle");
            taken += guest.takeAll().size();
            cycles++;
        }
        assertTrue(cycles > 3, cycles + " duty cycles");
        assertEquals(0, bench.wire.waiting());
        assertTrue(taken >= ENTRIES);
    }

    private static byte[] toStation(byte[] frame) {
        System.arraycopy(Frames.STATION, 0, frame, 0, 6);
        System.arraycopy(Frames.PEER, 0, frame, 6, 6);
        return frame;
    }

    @Test
    void openChecksumOfAHostIsCompletedInTheGuestsMemoryOnly() {
        for (Packet packet : List.of(Packet.tcp4(1000, 1), Packet.udp6(33, 2))) {
            byte[] open = toStation(packet.withOpenChecksum());
            byte[] asSent = open.clone();
            int offset = packet.checksumAt() - packet.layer4Start();
            bench.wire.arrive(open, new Wire.Offload(packet.layer4Start(), offset, FrameBatch.SEGMENT_NONE, 0, 0));
            bench.runUntilIdle();
            int status = guest.status(guest.head() - 1);
            assertTrue((status & AdvancedReceiveDescriptor.L4CS) != 0);
            assertEquals(0, status & AdvancedReceiveDescriptor.L4E);
            assertArrayEquals(packet.toStation(), guest.takeAll().getFirst());
            assertArrayEquals(asSent, open);
        }
    }

    @Test
    void openChecksumWhereNoneCanBeIsDroppedAndCounted() {
        byte[] frame = Frames.toStation(100, 1);
        for (int[] place : new int[][] {{13, 2}, {100, 0}, {50, 49}, {90, 32_000}, {34, -1}, {99, 0}})
            bench.wire.arrive(frame, new Wire.Offload(place[0], place[1], FrameBatch.SEGMENT_NONE, 0, 0));
        bench.runUntilIdle();
        assertEquals(6, bench.counter(IgbCounter.RECEIVE_MALFORMED));
        assertEquals(0, guest.head());
    }

    @Test
    void largeFrameOfAHostArrivesInSegmentsWithRightSums() {
        Packet packet = Packet.tcp4(64_000, 1);
        byte[] open = toStation(packet.withOpenChecksum());
        bench.wire.arrive(open, new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 1448, 54));
        bench.runUntilIdle();

        List<byte[]> expected = packet.segments(1448);
        assertEquals(expected.size(), guest.head());
        for (int i = 0; i < expected.size(); i++)
            assertArrayEquals(toStation(expected.get(i)), guest.frameAt(i), "segment " + i);
        assertEquals(expected.size(), bench.read(GPRC));
    }

    @Test
    void largeFrameThatCannotBeCutIsDroppedAndCounted() {
        bench.wire.arrive(Frames.toStation(9000, 1), new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 1448, 54));
        byte[] packet = Packet.tcp4(3000, 1).toStation();
        bench.wire.arrive(packet, new Wire.Offload(34, 16, FrameBatch.SEGMENT_TCP4, 0, 54));
        guest.arrive(Frames.toStation(60, 1));
        assertEquals(2, bench.counter(IgbCounter.RECEIVE_MALFORMED));
        assertEquals(1, guest.head());
    }
}
