package dev.doorbell.device.igb.doorbell;

import dev.doorbell.pci.MappableAreas;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.SharedRegisterFile;
import java.util.ArrayList;
import java.util.List;

/// Which pages of BAR0 are shared, and which registers in them.
///
/// Stock drivers ring queues 0 to 3 at their 82575 places (0x2818, 0x3818) and only the others at their
/// own (0xC018, 0xE018), so it takes four pages. // traces/qemu-linux-igb.txt; e1000_regs.h of Linux,
/// E1000_TDT
final class DoorbellPages {
    static final List<MappableAreas.Area> AREAS = List.of(
            new MappableAreas.Area(0x2000, 0x2000), // receive and transmit, 82575
            new MappableAreas.Area(0xC000, 0x1000), // receive
            new MappableAreas.Area(0xE000, 0x1000)); // transmit

    /// The rate limiter's select and config registers: one config register for many queues, told apart
    /// by what was written before it, so that memory cannot stand for it.
    private static final int LIMITER = 0x3600;

    private static final int LIMITER_END = 0x36C0;

    private DoorbellPages() {}

    /// Whether the register at `offset` is shown in the memory there.
    static boolean showsRegister(int offset) {
        if (offset >= LIMITER && offset < LIMITER_END) return false;
        return isMapped(offset) && DropCounts.queueOf(offset) < 0;
    }

    private static boolean isMapped(int offset) {
        for (MappableAreas.Area area : AREAS)
            if (offset >= area.offset() && offset < area.offset() + area.sizeBytes()) return true;
        return false;
    }

    /// Offsets of the registers shown in the memory that belong to no queue.
    static int[] wordsOfNoQueue(SharedRegisterFile registers, QueueWords[] queues) {
        boolean[] taken = new boolean[IgbRegister.SPACE_BYTES >>> 2];
        for (QueueWords queue : queues) for (int[] row : queue.rows) for (int offset : row) taken[offset >>> 2] = true;
        List<Integer> offsets = new ArrayList<>();
        for (int offset = 4; offset < IgbRegister.SPACE_BYTES; offset += 4)
            if (registers.isShared(offset) && !taken[offset >>> 2]) offsets.add(offset);
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }
}
