package dev.doorbell.stress;

import dev.doorbell.memory.DmaBacking;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.register.CommunicationBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/// Native memory for the pages of a run, mapped for a card as guest memory is. More of them than are in
/// use at once, so that each test has its own.
final class SharedPages {
    static final MemorySegment MEMORY;

    /// The card's way to it; one thread at a time, the card's actor.
    static final DmaTable DMA = new DmaTable();

    /// Beside the words of the page: a descriptor's status.
    static final int DESCRIPTOR = 0x60;

    private static final long BASE_IOVA = 0x1_0000_0000L;
    private static final int SLOT_BYTES = 128;
    private static final int SLOTS = 1 << 17; // jcstress keeps 256 x 40 states at a time
    private static final AtomicInteger NEXT = new AtomicInteger();

    static {
        MEMORY = Arena.global().allocate((long) SLOTS * SLOT_BYTES, 4096);
        DMA.map(BASE_IOVA, MEMORY.byteSize(), DmaBacking.of(MEMORY), 0, DmaTable.READ | DmaTable.WRITE);
    }

    private SharedPages() {}

    /// @return offset of a page in [#MEMORY], all zero but for the flag that makes it count
    static long take() {
        long offset = (long) (NEXT.getAndIncrement() & SLOTS - 1) * SLOT_BYTES;
        MEMORY.asSlice(offset, SLOT_BYTES).fill((byte) 0);
        MEMORY.set(ValueLayout.JAVA_INT, offset + CommunicationBlock.GUEST_CSB_ON, 1);
        return offset;
    }

    static long iova(long offset) {
        return BASE_IOVA + offset;
    }
}
