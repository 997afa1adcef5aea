package dev.doorbell.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.memory.DmaMemory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DescriptorRingTest {
    private static final long BASE = 0x1000;
    private static final int ENTRIES = 32;

    private final ScriptedMemory memory = new ScriptedMemory();
    private final DescriptorRing ring = new DescriptorRing(16);

    DescriptorRingTest() {
        for (int i = 0; i < ENTRIES; i++) {
            memory.putLong(BASE + 16L * i, 100 + i);
            memory.putLong(BASE + 16L * i + 8, 200 + i);
        }
        ring.configure(BASE, 16 * ENTRIES, 0);
    }

    @Test
    void contiguousRunIsOneRead() {
        assertEquals(DmaMemory.OK, ring.fetch(memory, 5));
        assertEquals(List.of("read 1000+80"), memory.calls);
        assertEquals(5, ring.fetched());
        assertEquals(103, ring.word0(3));
        assertEquals(203, ring.word1(3));
        assertEquals(BASE + 48, ring.iova(3));
    }

    @Test
    void fetchStopsAtItsCapacityAndGoesOnBehindIt() {
        ring.fetch(memory, 30);
        assertEquals(16, ring.fetched());
        ring.advance(10);
        assertEquals(10, ring.head());
        ring.fetch(memory, 30);
        assertEquals(16, ring.fetched());
        assertEquals(List.of("read 1000+256", "read 1100+160"), memory.calls);
        for (int n = 0; n < 16; n++) assertEquals(110 + n, ring.word0(n));
    }

    @Test
    void slotIsReadOnce() {
        ring.fetch(memory, 4);
        memory.putLong(BASE + 8, 999);
        ring.fetch(memory, 4);
        assertEquals(200, ring.word1(0));
        assertEquals(1, memory.calls.size());
    }

    @Test
    void wrapAroundTakesTwoReads() {
        ring.configure(BASE, 16 * ENTRIES, 30);
        ring.fetch(memory, 3);
        assertEquals(List.of("read 11e0+32", "read 1000+48"), memory.calls);
        assertEquals(5, ring.pending(3));
        assertEquals(131, ring.word0(1));
        assertEquals(100, ring.word0(2));
        ring.advance(5);
        assertEquals(3, ring.head());
    }

    @Test
    void fetchThatIsNotYetThereIsRepeatedUnchangedThoughTheTailMoved() {
        memory.answer(DmaMemory.NOT_YET, DmaMemory.NOT_YET);
        assertEquals(DmaMemory.NOT_YET, ring.fetch(memory, 2));
        assertEquals(0, ring.fetched());
        assertEquals(DmaMemory.NOT_YET, ring.fetch(memory, 7));
        assertEquals(DmaMemory.OK, ring.fetch(memory, 7));
        assertEquals(7, ring.fetched());
        assertEquals(List.of("read 1000+32", "read 1000+32", "read 1000+32", "read 1020+80"), memory.calls);
    }

    @Test
    void runAcrossTheEndOfAMappingBringsWhatCanBeRead() {
        memory.unmapFrom(BASE + 32);
        assertEquals(DmaMemory.FAULT, ring.fetch(memory, 8));
        assertEquals(2, ring.fetched());
        assertEquals(101, ring.word0(1));
        ring.advance(2);
        assertEquals(DmaMemory.FAULT, ring.fetch(memory, 8));
        assertEquals(0, ring.fetched());
        ring.skipUnreadable();
        assertEquals(3, ring.head());
    }

    @Test
    void descriptorsTakenBackByTheGuestAreForgotten() {
        ring.fetch(memory, 8);
        ring.fetch(memory, 3);
        assertEquals(3, ring.fetched());
        ring.fetch(memory, 5);
        assertEquals(5, ring.fetched());
        assertEquals(List.of("read 1000+128", "read 1030+32"), memory.calls);
    }

    @Test
    void anythingNewInTheRegistersForgetsWhatWasFetched() {
        ring.fetch(memory, 8);
        assertFalse(ring.configure(BASE, 16 * ENTRIES, 0));
        assertEquals(8, ring.fetched());
        assertTrue(ring.configure(BASE, 8 * ENTRIES, 0));
        assertEquals(0, ring.fetched());
        ring.fetch(memory, 8);
        assertTrue(ring.configure(BASE + 16, 8 * ENTRIES, 0));
        assertEquals(0, ring.fetched());
        ring.fetch(memory, 8);
        assertTrue(ring.configure(BASE + 16, 8 * ENTRIES, 4));
        assertEquals(0, ring.fetched());
        assertEquals(4, ring.head());
    }

    @Test
    void headBeyondTheRingIsSeen() {
        ring.configure(BASE, 16 * ENTRIES, ENTRIES);
        assertFalse(ring.headInside());
        ring.configure(BASE, 0, 0);
        assertFalse(ring.headInside(), "a ring of nothing has no place for a head");
    }

    @Test
    void capacityIsAPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new DescriptorRing(48));
    }

    @Test
    void randomWalkAlwaysShowsTheSlotsInOrder() {
        Random random = new Random(11);
        int tail = 0;
        for (int round = 0; round < 5000; round++) {
            tail = DescriptorRing.add(tail, random.nextInt(ENTRIES - ring.pending(tail)), ENTRIES);
            if (random.nextInt(4) == 0) memory.answer(DmaMemory.NOT_YET);
            ring.fetch(memory, tail);
            assertTrue(ring.fetched() <= ring.pending(tail));
            for (int n = 0; n < ring.fetched(); n++)
                assertEquals(100 + (ring.head() + n) % ENTRIES, ring.word0(n), "seed 11, round " + round);
            ring.advance(random.nextInt(ring.fetched() + 1));
        }
    }

    @Test
    void arithmeticWrapsInBothDirections() {
        assertEquals(0, DescriptorRing.add(31, 1, 32));
        assertEquals(31, DescriptorRing.add(31, 32, 32));
        assertEquals(1, DescriptorRing.distance(31, 0, 32));
        assertEquals(31, DescriptorRing.distance(0, 31, 32));
        assertEquals(0, DescriptorRing.distance(7, 7, 32));
    }
}
