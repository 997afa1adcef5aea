package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDBAH;
import static dev.doorbell.register.E1000Register.RDBAL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RDLEN;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RNBC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ways in which guests have broken other models' receivers, each as the condition that did it. After every
/// story a reset must give a card back that receives.
class ReceiveFaultStoryTest {
    private static final int ON = RCTL_EN | RCTL_BAM | RCTL_SECRC;

    private Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    @AfterEach
    void cardStillWorksAfterAReset() {
        bench.write(CTRL, CTRL_RST);
        bench.awaitLink();
        bench.write(RDBAH, 0);
        guest = new Rings(bench).startReceive();
        byte[] frame = Frames.toStation(200, 0x55);
        bench.wire.arrive(frame);
        bench.runUntilIdle();
        assertArrayEquals(frame, guest.received(0, 200));
        assertEquals(1, bench.read(RDH));
    }

    private void arrive(byte[] frame) {
        bench.wire.arrive(frame);
        bench.runUntilIdle();
    }

    /// CVE-2012-6075 (b0d9ffcd02, 2c0331f4f7).
    @ParameterizedTest
    @CsvSource({"false, 1600", "false, 16000", "true, 16384", "true, 20000"})
    void overlongFrameIsNotWrittenOverGuestMemory(boolean longFrames, int length) {
        bench.write(RCTL, ON | (longFrames ? RCTL_LPE : 0));
        long writes = bench.memory.writes();
        arrive(Frames.toStation(length, 1));
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, bench.read(RDH));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_BAD_LENGTH));
    }

    @Test
    void nothingIsWrittenBeyondAPostedBuffer() {
        bench.write(RCTL, ON | 3 << RCTL_BSIZE_SHIFT);
        for (int i = 0; i < Rings.ENTRIES; i++) bench.memory.fill(Rings.receiveBuffer(i), Rings.RECEIVE_STRIDE, 0xEE);
        for (int length = 60; length <= 1514; length++) arriveAndGiveBack(Frames.toStation(length, length));
        for (int i = 0; i < Rings.ENTRIES; i++)
            for (int at = 256; at < 300; at++)
                assertEquals(0xEE, bench.memory.getByte(Rings.receiveBuffer(i) + at), "buffer " + i + " at " + at);
    }

    private void arriveAndGiveBack(byte[] frame) {
        arrive(frame);
        bench.write(RDT, (bench.read(RDH) + Rings.ENTRIES - 1) % Rings.ENTRIES);
    }

    /// 9d946d56a2, bab496a183: an FCS that spills into a buffer of its own.
    @ParameterizedTest
    @CsvSource({"252, 256", "253, 1", "254, 2", "255, 3", "256, 4", "512, 4"})
    void crcThatDoesNotFitItsFramesBuffer(int length, int lastBytes) {
        bench.write(RCTL, (ON & ~RCTL_SECRC) | 3 << RCTL_BSIZE_SHIFT);
        for (int i = 0; i < 4; i++) bench.memory.fill(Rings.receiveBuffer(i), 512, 0xEE);
        arrive(Frames.toStation(length, 1));
        int last = bench.read(RDH) - 1;
        long word1 = guest.receiveWord1(last);
        assertTrue(LegacyReceiveDescriptor.endOfPacket(word1));
        assertEquals(lastBytes, LegacyReceiveDescriptor.lengthBytes(word1));
        assertEquals(length + 4, last * 256 + lastBytes);
        assertEquals(0xEE, bench.memory.getByte(Rings.receiveBuffer(last) + lastBytes));
    }

    /// CVE-2020-25707 = CVE-2020-28916 (c2cb511634, 6da0c98281).
    @Test
    void nullBufferIsConsumedAndTheNextGoodOneGetsTheFrame() {
        guest.putReceive(0, 0);
        guest.putReceive(2, 0);
        byte[] frame = Frames.toStation(100, 1);
        arrive(frame);
        assertEquals(2, bench.read(RDH));
        assertTrue(LegacyReceiveDescriptor.done(guest.receiveWord1(0)));
        assertFalse(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(0)));
        assertEquals(0, LegacyReceiveDescriptor.lengthBytes(guest.receiveWord1(0)));
        assertArrayEquals(frame, guest.received(1, 100));
        arrive(frame);
        assertArrayEquals(frame, guest.received(3, 100));
    }

    @Test
    void ringOfNullBuffersIsConsumedWithoutEndlessWork() {
        for (int i = 0; i < Rings.ENTRIES; i++) guest.putReceive(i, 0);
        arrive(Frames.toStation(100, 1));
        assertEquals(63, bench.read(RDH));
        for (int i = 0; i < 20; i++) arrive(Frames.toStation(100, 1));
        assertEquals(20, bench.read(RNBC));

        guest.putReceive(63, Rings.receiveBuffer(63));
        bench.write(RDT, 0);
        bench.runUntilIdle();
        assertArrayEquals(Frames.toStation(100, 1), guest.received(63, 100), "the first frame has waited");
    }

    /// CVE-2016-1981 (dd793a7488), CVE-2017-9310 (4154c7e03f).
    @ParameterizedTest
    @CsvSource({"64, 5", "65535, 5", "63, 64", "0, 65535", "100, 100"})
    void headOrTailBeyondTheRing(int head, int tail) {
        bench.write(RCTL, 0);
        bench.write(RDH, head);
        bench.write(RDT, tail);
        bench.write(RCTL, ON);
        long writes = bench.memory.writes();
        for (int i = 0; i < 5; i++) arrive(Frames.toStation(100, 1));
        assertEquals(writes, bench.memory.writes());
        assertEquals(0, bench.memory.faults());
        assertEquals(head, bench.read(RDH));
        assertEquals(head == tail ? 0 : 1, bench.counter(E1000Counter.RECEIVE_BAD_RING));
    }

    @Test
    void ringWithoutLength() {
        bench.write(RCTL, 0);
        bench.write(RDLEN, 0);
        bench.write(RCTL, ON);
        arrive(Frames.toStation(100, 1));
        assertEquals(0, bench.read(RDH));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_BAD_RING));
    }

    @Test
    void bufferWhereNoMemoryIsEndsItsFrameAsAnErrorAndTheNextFramePasses() {
        guest.putReceive(0, 0x7FFF_0000_0000_0000L);
        guest.putReceive(1, -64L);
        for (int i = 0; i < 3; i++) bench.wire.arrive(Frames.toStation(100, i));
        bench.runUntilIdle();
        for (int i = 0; i < 2; i++) {
            long word1 = guest.receiveWord1(i);
            assertTrue(LegacyReceiveDescriptor.done(word1) && LegacyReceiveDescriptor.endOfPacket(word1));
            assertEquals(LegacyReceiveDescriptor.RXE, word1 & LegacyReceiveDescriptor.RXE);
            assertEquals(0, LegacyReceiveDescriptor.lengthBytes(word1));
        }
        assertArrayEquals(Frames.toStation(100, 2), guest.received(2, 100));
        assertEquals(2, bench.counter(E1000Counter.RECEIVE_DMA_FAULTS));
        assertEquals(1, bench.counter(E1000Counter.RECEIVE_FRAMES));
    }

    @Test
    void secondBufferWhereNoMemoryIsEndsTheFrameThere() {
        bench.write(RCTL, ON | 3 << RCTL_BSIZE_SHIFT);
        guest.putReceive(1, -64L);
        arrive(Frames.toStation(700, 1));
        assertFalse(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(0)));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(guest.receiveWord1(1)));
        assertEquals(2, bench.read(RDH));
        arrive(Frames.toStation(100, 2));
        assertArrayEquals(Frames.toStation(100, 2), guest.received(2, 100));
    }

    @Test
    void ringWhereNoMemoryIsIsSkippedAndTheFrameWaitsForABetterOne() {
        bench.write(RCTL, 0);
        bench.write(RDBAH, 0x7FFF_FFFF);
        bench.write(RCTL, ON);
        arrive(Frames.toStation(100, 1));
        assertEquals(63, bench.read(RDH));
        assertEquals(63, bench.counter(E1000Counter.RECEIVE_DMA_FAULTS));
        arrive(Frames.toStation(100, 2));
        assertEquals(1, bench.read(RNBC));
    }

    /// CVE-2020-15859, CVE-2021-20257, CVE-2021-3416, CVE-2023-3019: the ring or a buffer is where the
    /// other lies. (The card's own registers are not in its memory at all.)
    @Test
    void bufferThatIsTheRingItself() {
        for (int i = 0; i < Rings.ENTRIES; i++) guest.putReceive(i, Rings.RECEIVE_RING);
        for (int i = 0; i < 200; i++) {
            arrive(Frames.toStation(1000, i));
            bench.write(RDT, i * 7 % Rings.ENTRIES);
        }
        bench.write(RDBAL, (int) Rings.TRANSMIT_RING);
        arrive(Frames.toStation(1000, 1));
        assertTrue(bench.read(RDH) < Rings.ENTRIES);
    }

    /// 8dc2779180, 034d00d485 (gitlab #402): a guest that polls sees the descriptor change once, complete.
    @Test
    void descriptorIsWrittenOnceAndAfterTheWholeFrame() {
        bench.memory.fill(Rings.receiveBuffer(0), 1000, 0xEE);
        byte[] frame = Frames.toStation(1000, 1);
        boolean[] seen = {false};
        bench.memory.onWrite(() -> {
            long word1 = guest.receiveWord1(0);
            if (word1 == 0) {
                assertFalse(seen[0]);
                return;
            }
            seen[0] = true;
            assertEquals(1000, LegacyReceiveDescriptor.lengthBytes(word1));
            assertTrue(LegacyReceiveDescriptor.done(word1) && LegacyReceiveDescriptor.endOfPacket(word1));
            assertArrayEquals(frame, guest.received(0, 1000));
        });
        arrive(frame);
        bench.memory.onWrite(() -> {});
        assertTrue(seen[0]);
    }
}
