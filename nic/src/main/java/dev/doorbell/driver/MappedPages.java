package dev.doorbell.driver;

import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A function whose mappable parts of BAR 0 are reached by plain loads and stores, as a virtual
/// machine's guest reaches them; every other access is passed on. Where the function offers nothing,
/// everything is.
///
/// Only 32-bit accesses go to memory. One thread.
public final class MappedPages implements PciFunction, AutoCloseable {
    private static final VarHandle LE32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final int WORD_BYTES = 4;

    private final PciFunction function;
    private final Mapping[] mappings;
    private final MemorySegment[] segments;
    private final long[] from; // of each area, in BAR 0
    private final long[] to;

    /// @param function stays the caller's
    /// @throws SystemCallException when what is offered cannot be mapped
    public MappedPages(PciFunction function) throws SystemCallException {
        this.function = function;
        MappableAreas areas = function.mappableAreas(REGION_BAR0);
        int count = areas.areas().size();
        mappings = new Mapping[count];
        segments = new MemorySegment[count];
        from = new long[count];
        to = new long[count];
        for (int i = 0; i < count; i++) {
            MappableAreas.Area area = areas.areas().get(i);
            mappings[i] = Mapping.map(areas.fd(), areas.fileOffset() + area.offset(), area.sizeBytes(), true);
            segments[i] = mappings[i].segment();
            from[i] = area.offset();
            to[i] = area.offset() + area.sizeBytes();
        }
    }

    /// Whether an access is a load or a store.
    public boolean isMapped(int region, long offset, int sizeBytes) {
        return areaOf(region, offset, sizeBytes) >= 0;
    }

    private int areaOf(int region, long offset, int sizeBytes) {
        if (region != REGION_BAR0 || sizeBytes != WORD_BYTES) return -1;
        for (int i = 0; i < from.length; i++) if (offset >= from[i] && offset < to[i]) return i;
        return -1;
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        int area = areaOf(region, offset, sizeBytes);
        if (area < 0) return function.read(region, offset, sizeBytes);
        try {
            return Integer.toUnsignedLong((int) LE32.getAcquire(segments[area], offset - from[area]));
        } catch (InternalError fault) {
            throw gone(fault);
        }
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        int area = areaOf(region, offset, sizeBytes);
        if (area < 0) {
            function.write(region, offset, sizeBytes, value);
            return;
        }
        try {
            LE32.setRelease(segments[area], offset - from[area], (int) value); // release: descriptors before the tail
        } catch (InternalError fault) {
            throw gone(fault);
        }
    }

    /// What was mapped is not there any more: the server cut its file shorter, or the kernel took the window
    /// back. The JVM says so by an InternalError, perhaps a little late.
    private static UncheckedIOException gone(InternalError fault) {
        return new UncheckedIOException(new IOException("the card's mapped registers are gone", fault));
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
    public void connect(DmaMemory memory, InterruptSink interrupts) {
        function.connect(memory, interrupts);
    }

    @Override
    public void reset() {
        function.reset();
    }

    /// Unmaps; the function stays as it is.
    @Override
    public void close() {
        for (Mapping mapping : mappings) mapping.close();
    }
}
