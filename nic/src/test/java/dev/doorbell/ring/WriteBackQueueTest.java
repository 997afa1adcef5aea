package dev.doorbell.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.memory.DmaMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBackQueueTest {
    private final ScriptedMemory memory = new ScriptedMemory();

    @Test
    void wordsAreStoredOldestFirst() {
        WriteBackQueue queue = new WriteBackQueue(4, true);
        queue.add(0x100, 0x1122_3344_5566_7788L);
        queue.add(0x108, 2);
        assertTrue(queue.flush(memory));
        assertEquals(List.of("store64 100", "store64 108"), memory.calls);
        assertEquals(0x1122_3344_5566_7788L, memory.getLong(0x100));
        assertEquals(4, queue.free());
    }

    @Test
    void narrowWordsAreStoredAs32Bits() {
        WriteBackQueue queue = new WriteBackQueue(4, false);
        memory.putLong(0x100, -1);
        queue.add(0x104, 0x2064_0001);
        assertTrue(queue.flush(memory));
        assertEquals(-1, memory.getInt(0x100));
        assertEquals(0x2064_0001, memory.getInt(0x104));
    }

    @Test
    void busyMemoryLeavesTheRestForTheNextTime() {
        WriteBackQueue queue = new WriteBackQueue(2, true);
        queue.add(0x100, 1);
        queue.add(0x108, 2);
        memory.answer(DmaMemory.OK, DmaMemory.NOT_YET);
        assertFalse(queue.flush(memory));
        assertEquals(1, queue.size());
        queue.add(0x110, 3);
        assertTrue(queue.flush(memory));
        assertEquals(List.of("store64 100", "store64 108", "store64 108", "store64 110"), memory.calls);
    }

    @Test
    void wordThatCannotBeStoredIsCountedAndDoesNotStopTheOthers() {
        WriteBackQueue queue = new WriteBackQueue(4, true);
        queue.add(0x1_0000, 1);
        queue.add(0x108, 2);
        assertTrue(queue.flush(memory));
        assertEquals(1, queue.takeFaults());
        assertEquals(0, queue.takeFaults());
        assertEquals(2, memory.getLong(0x108));
    }
}
