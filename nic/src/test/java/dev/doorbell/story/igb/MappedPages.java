package dev.doorbell.story.igb;

import dev.doorbell.pci.SharedPages;
import dev.doorbell.register.IgbRegister;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The shared pages of BAR0 as a guest has them mapped: loads and stores, in an x86 processor's order.
public final class MappedPages {
    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final int PAGE_BYTES = 4096;

    private final MemorySegment memory = Arena.ofAuto().allocate(IgbRegister.SPACE_BYTES, PAGE_BYTES);

    /// What the card is given. There is no file.
    public SharedPages forCard() {
        return new SharedPages(memory, -1);
    }

    /// Whether a guest's access at `offset` of BAR0 reaches the pages, and not the card.
    public static boolean hold(int offset) {
        return switch (offset / PAGE_BYTES) {
            case 0x2, 0x3, 0xC, 0xE -> true;
            default -> false;
        };
    }

    /// Whether a tail lies there: TDT or RDT, at either place.
    public static boolean isTail(int offset) {
        return isOfQueue(offset, 0x18);
    }

    /// Whether the register there is one that memory cannot stand for: the rate limiter's, RQDPC.
    public static boolean isOnlyForMessages(int offset) {
        boolean limiter = offset >= 0x3600 && offset < 0x36C0;
        return limiter || (offset / PAGE_BYTES % 2 == 0 && offset / PAGE_BYTES != 0xE && isOfQueue(offset, 0x30));
    }

    private static boolean isOfQueue(int offset, int distance) {
        return offset / PAGE_BYTES >= 0xC
                ? offset % PAGE_BYTES < 0x400 && offset % 0x40 == distance
                : offset % PAGE_BYTES >= 0x800 && offset % PAGE_BYTES < 0xC00 && offset % 0x100 == distance;
    }

    public int load(int offset) {
        return (int) WORD.getAcquire(memory, (long) offset);
    }

    public int load(IgbRegister register, int index) {
        return load(register.spec().offset(index));
    }

    public void store(int offset, int value) {
        WORD.setRelease(memory, (long) offset, value);
    }

    public void store(IgbRegister register, int index, int value) {
        store(register.spec().offset(index), value);
    }
}
