package dev.doorbell.driver.e1000;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.ring.ReceiveRing;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// What the receive ring makes of descriptors that a card wrote.
class ReceiveRingTest {
    private static final long DONE = LegacyReceiveDescriptor.DD | LegacyReceiveDescriptor.EOP;

    private final DriverMemory memory = DriverMemory.local(1 << 20);
    private final ReceiveRing ring = new E1000ReceiveRing(memory, 8, 2048);
    private final FrameBatch batch = new FrameBatch(64, 128, 0);

    private void cardWrites(int descriptor, int lengthBytes, long statusAndErrors) {
        long at = DriverMemory.offsetOf(ring.baseIova()) + 16L * descriptor + 8;
        memory.segment()
                .set(
                        ValueLayout.JAVA_LONG_UNALIGNED,
                        at,
                        LegacyReceiveDescriptor.word1(lengthBytes, 0, statusAndErrors, 0));
    }

    @Test
    void freshRingGivesTheCardAllButOneDescriptor() {
        assertEquals(7, ring.tail());
        assertEquals(0, ring.receive(batch));
    }

    @Test
    void frameIsHandedOutWhereItLies() {
        cardWrites(0, 60, DONE);

        assertEquals(1, ring.receive(batch));

        assertEquals(60, batch.lengthBytes(0));
        assertEquals(ring.bufferOffset(0), batch.sliceOffset(batch.firstSlice(0)));
        assertTrue(LegacyReceiveDescriptor.endOfPacket(ring.wordOf(0)));
    }

    @Test
    void frameOverSeveralBuffersWaitsForItsEnd() {
        cardWrites(0, 2048, LegacyReceiveDescriptor.DD);
        assertEquals(0, ring.receive(batch));

        cardWrites(1, 100, DONE);
        assertEquals(1, ring.receive(batch));
        assertEquals(2148, batch.lengthBytes(0));
        assertEquals(2, batch.sliceCount(0));
    }

    @Test
    void damagedFrameIsDroppedAndItsBufferGivenBack() {
        cardWrites(0, 60, DONE | LegacyReceiveDescriptor.CE);
        cardWrites(1, 61, DONE | LegacyReceiveDescriptor.TCPE);

        assertEquals(1, ring.receive(batch));

        assertEquals(61, batch.lengthBytes(0));
        assertEquals(1, ring.damagedFrames());
        assertEquals(2, ring.giveBack());
    }

    @Test
    void buffersGoBackInOrderAndTheTailStaysOneShortOfTheOldest() {
        for (int i = 0; i < 5; i++) cardWrites(i, 60, DONE);
        ring.receive(batch);
        assertEquals(5, ring.heldBySoftware());

        assertEquals(5, ring.giveBack());

        assertEquals(4, ring.tail());
        assertEquals(0, ring.heldBySoftware());
        assertEquals(0, ring.receive(batch), "a descriptor given back is not done");
    }

    @Test
    void frameThatTheBatchCannotHoldStaysInTheRing() {
        FrameBatch small = new FrameBatch(1, 1, 0);
        cardWrites(0, 2048, LegacyReceiveDescriptor.DD);
        cardWrites(1, 100, DONE);

        assertEquals(0, ring.receive(small));
        assertEquals(1, ring.receive(batch));
    }

    @Test
    void lengthBeyondTheBufferIsCutToIt() {
        cardWrites(0, 5000, DONE);
        ring.receive(batch);
        assertEquals(2048, batch.lengthBytes(0));
    }
}
