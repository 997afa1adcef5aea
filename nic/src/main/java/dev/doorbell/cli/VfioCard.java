package dev.doorbell.cli;

import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.vfio.PciAddress;
import dev.doorbell.vfio.VfioFunction;
import java.io.IOException;

/// A card of this machine, lent by Linux VFIO. Its registers are mapped where the kernel lets them be;
/// every other access is a system call.
final class VfioCard implements DrivenCard {
    private static final int PAGE_BYTES = 4096;

    private final VfioFunction function;
    private final MappedPages pages;
    private final DriverMemory memory;
    private final boolean messageInterrupts; // else the line
    private long systemCalls;

    private VfioCard(VfioFunction function, MappedPages pages, DriverMemory memory, boolean messageInterrupts) {
        this.function = function;
        this.pages = pages;
        this.memory = memory;
        this.messageInterrupts = messageInterrupts;
    }

    /// Takes the card and lends it fresh memory.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    static VfioCard open(PciAddress address, long memoryBytes) throws IOException {
        long sizeBytes = (memoryBytes + PAGE_BYTES - 1) & -PAGE_BYTES;
        DriverMemory memory = DriverMemory.shared(sizeBytes);
        VfioFunction function = null;
        try {
            function = VfioFunction.open(address);
            function.mapDma(DriverMemory.BASE_IOVA, memory.segment(), DmaTable.READ | DmaTable.WRITE);
            return new VfioCard(function, new MappedPages(function), memory, interrupts(function));
        } catch (IOException | RuntimeException | Error failed) {
            if (function != null) function.close();
            memory.close();
            throw failed;
        }
    }

    private static boolean interrupts(VfioFunction function) throws IOException {
        int vectors = function.vectorCount(InterruptKind.MSIX);
        if (vectors > 0) function.enableInterrupts(InterruptKind.MSIX, vectors);
        else if (function.vectorCount(InterruptKind.INTX) > 0) function.enableInterrupts(InterruptKind.INTX, 1);
        return vectors > 0;
    }

    @Override
    public DriverMemory memory() {
        return memory;
    }

    @Override
    public long messages() {
        return systemCalls;
    }

    @Override
    public boolean awaitInterrupt(long ns) throws IOException {
        return function.poll(ns) > 0;
    }

    @Override
    public void unmaskInterrupt() throws IOException {
        if (messageInterrupts) return;
        systemCalls++;
        function.unmaskLine();
    }

    @Override
    public long regionSizeBytes(int region) {
        return function.regionSizeBytes(region);
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return function.vectorCount(kind);
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return function.mappableAreas(region);
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        if (!pages.isMapped(region, offset, sizeBytes)) systemCalls++;
        return pages.read(region, offset, sizeBytes);
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        if (!pages.isMapped(region, offset, sizeBytes)) systemCalls++;
        pages.write(region, offset, sizeBytes, value);
    }

    @Override
    public void connect(DmaMemory dma, InterruptSink interrupts) {
        function.connect(dma, interrupts);
    }

    @Override
    public void reset() {
        systemCalls++;
        function.reset();
    }

    @Override
    public void close() {
        pages.close();
        function.close();
        memory.close();
    }
}
