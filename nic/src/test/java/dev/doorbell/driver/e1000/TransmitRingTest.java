package dev.doorbell.driver.e1000;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.TransmitRing;
import dev.doorbell.frame.FrameBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// What the transmit ring puts into memory, byte for byte, and when it takes it back.
class TransmitRingTest {
    private static final long EOP = 1L << 24;
    private static final long IFCS = 1L << 25;
    private static final long RS = 1L << 27;
    private static final long DEXT = 1L << 29;
    private static final long IDE = 1L << 31;
    private static final long DATA = 1L << 20;

    private final DriverMemory memory = DriverMemory.local(1 << 20);
    private final MemorySegment foreign = Arena.ofAuto().allocate(65536, 64);
    private final FrameBatch batch = new FrameBatch(64, 128, 0);
    private final E1000TransmitRing ring = new E1000TransmitRing(memory, 8, 2048);

    private void offer(MemorySegment segment, long offset, int... pieces) {
        batch.beginFrame();
        long at = offset;
        for (int piece : pieces) {
            batch.addSlice(segment, at, piece);
            at += piece;
        }
        batch.endFrame();
    }

    private long word(int descriptor, int word) {
        long at = DriverMemory.offsetOf(ring.baseIova()) + 16L * descriptor + 8L * word;
        return memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }

    private void cardReports(int descriptor) {
        long at = DriverMemory.offsetOf(ring.baseIova()) + 16L * descriptor + 12;
        memory.segment().set(ValueLayout.JAVA_INT_UNALIGNED, at, 1);
    }

    @Test
    void frameInDriverMemoryIsSentFromWhereItLies() {
        long at = memory.take(2048, 64);
        offer(memory.segment(), at, 60);

        assertEquals(1, ring.fill(batch, 0, batch.size()));

        assertEquals(DriverMemory.BASE_IOVA + at, word(0, 0));
        assertEquals(60 | EOP | IFCS | RS, word(0, 1));
        assertEquals(1, ring.tail());
    }

    @Test
    void frameElsewhereIsCopiedIntoTheRingsBuffers() {
        foreign.fill((byte) 0x5A);
        offer(foreign, 0, 100, 200);

        ring.fill(batch, 0, batch.size());

        assertEquals(300 | EOP | IFCS | RS, word(0, 1));
        byte[] copied =
                memory.segment().asSlice(DriverMemory.offsetOf(word(0, 0)), 300).toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(foreign.asSlice(0, 300).toArray(ValueLayout.JAVA_BYTE), copied);
    }

    @Test
    void frameLongerThanABufferTakesSeveralAndOnlyTheLastEndsIt() {
        offer(foreign, 0, 5000);

        ring.fill(batch, 0, batch.size());

        assertEquals(2048 | IFCS, word(0, 1));
        assertEquals(2048 | IFCS, word(1, 1));
        assertEquals(904 | EOP | IFCS | RS, word(2, 1));
        assertEquals(3, ring.tail());
    }

    @Test
    void sliceLongerThanADescriptorMayHoldIsSplit() {
        long at = memory.take(20_000, 64);
        offer(memory.segment(), at, 20_000);

        ring.fill(batch, 0, batch.size());

        assertEquals(16288 | IFCS, word(0, 1));
        assertEquals(DriverMemory.BASE_IOVA + at + 16288, word(1, 0));
        assertEquals(3712 | EOP | IFCS | RS, word(1, 1));
    }

    @Test
    void onlyTheLastFrameOfABatchAsksForAReport() {
        offer(foreign, 0, 60);
        offer(foreign, 0, 61);

        ring.fill(batch, 0, batch.size());

        assertEquals(60 | EOP | IFCS, word(0, 1));
        assertEquals(61 | EOP | IFCS | RS, word(1, 1));
    }

    @Test
    void fullRingTakesAPrefixAndTheRestAfterTheReport() {
        for (int i = 0; i < 10; i++) offer(foreign, 0, 60);

        // 7 of 8 descriptors can be used, and one is kept for a context
        assertEquals(6, ring.fill(batch, 0, batch.size()));
        assertEquals(0, ring.fill(batch, 6, batch.size()));
        assertEquals(0, ring.clean(), "nothing is reported yet");

        cardReports(5);
        assertEquals(6, ring.clean());
        assertEquals(4, ring.fill(batch, 6, batch.size()));
        assertEquals(2, ring.tail(), "the ring has wrapped around");
        assertEquals(60 | EOP | IFCS | RS, word(1, 1));
    }

    @Test
    void frameOfNoBytesIsTakenAndSendsNothing() {
        offer(foreign, 0);

        assertEquals(1, ring.fill(batch, 0, batch.size()));
        assertEquals(0, ring.tail());
    }

    @Test
    void delayedReportsAskForTheTimers() {
        E1000TransmitRing delayed = new E1000TransmitRing(memory, 8, 2048);
        delayed.delayReports(true);
        offer(foreign, 0, 60);

        delayed.fill(batch, 0, batch.size());

        long at = DriverMemory.offsetOf(delayed.baseIova()) + 8;
        assertEquals(60 | EOP | IFCS | RS | IDE, memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at));
    }

    @Test
    void openChecksumLoadsAContextOnce() {
        offer(foreign, 0, 60);
        offer(foreign, 0, 60);
        batch.openChecksum(0, 34, 16);
        batch.openChecksum(1, 34, 16);

        ring.fill(batch, 0, batch.size());

        // TUCSS 34, TUCSO 50, TUCSE 0 (end of frame); IPCSS 14, IPCSO 24, IPCSE 33
        assertEquals(34L << 32 | 50L << 40 | 14 | 24 << 8 | 33 << 16, word(0, 0));
        assertEquals(DEXT, word(0, 1));
        long txsm = 1L << 41;
        assertEquals(60 | DATA | DEXT | EOP | IFCS | txsm, word(1, 1));
        assertEquals(60 | DATA | DEXT | EOP | IFCS | RS | txsm, word(2, 1));
        assertEquals(3, ring.tail());
    }

    @Test
    void largeTcpFrameLoadsTheSegmentationContext() {
        TransmitRing large = new E1000TransmitRing(memory, 64, 2048);
        offer(foreign, 0, 3054);
        batch.openChecksum(0, 34, 16);
        batch.segment(0, FrameBatch.SEGMENT_TCP4, 1460, 54);

        large.fill(batch, 0, batch.size());

        long at = DriverMemory.offsetOf(large.baseIova()) + 8;
        long tse = 1L << 26;
        long tcp4 = 3L << 24;
        assertEquals(
                3000 | tcp4 | tse | DEXT | 54L << 40 | 1460L << 48,
                memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        assertEquals(
                2048 | DATA | IFCS | tse | DEXT | 3L << 40,
                memory.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at + 16));
    }
}
