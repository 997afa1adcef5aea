package dev.doorbell.lab.world;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.pci.SharedPages;
import dev.doorbell.register.IgbRegister;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// An 82576 as a guest sees it that has mapped the shared pages: a write of a tail is a store that nobody is told of,
/// everything else goes to the card. docs/shared-doorbells.md
final class SharedTails implements PciFunction {
    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final MemorySegment memory = Arena.ofAuto().allocate(IgbRegister.SPACE_BYTES, 4096);
    private final PciFunction[] slot = new PciFunction[1]; // the card needs the pages before it has a slot
    private final boolean[] isTail = new boolean[IgbRegister.SPACE_BYTES >>> 2];

    SharedTails() {
        for (int queue = 0; queue < IgbRegister.QUEUES; queue++) {
            isTail[IgbRegister.TDT.spec().offset(queue) >>> 2] = true;
            isTail[IgbRegister.RDT.spec().offset(queue) >>> 2] = true;
        }
    }

    /// The pages, for the card.
    SharedPages pages() {
        return new SharedPages(memory, -1);
    }

    /// Names the card behind the pages.
    SharedTails over(PciFunction function) {
        slot[0] = function;
        return this;
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        if (region == REGION_BAR0 && sizeBytes == 4 && isTail[(int) offset >>> 2])
            WORD.setRelease(memory, offset, (int) value); // release: as a guest's store on x86
        else slot[0].write(region, offset, sizeBytes, value);
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        return slot[0].read(region, offset, sizeBytes);
    }

    @Override
    public long regionSizeBytes(int region) {
        return slot[0].regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return slot[0].vectorCount(kind);
    }

    @Override
    public void connect(DmaMemory dma, InterruptSink interrupts) {
        slot[0].connect(dma, interrupts);
    }

    @Override
    public void reset() {
        slot[0].reset();
    }
}
