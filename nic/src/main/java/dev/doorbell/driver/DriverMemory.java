package dev.doorbell.driver;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.memory.DmaBacking;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.memory.DmaTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The memory that a driver shares with its card: one segment, whose first byte has the bus address
/// [#BASE_IOVA].
///
/// Rings and buffers are carved from it once, at start. A card in this process reaches it through
/// [DmaMemory]; a card behind a socket maps the same pages through the file descriptor it was made from.
/// One thread, or as many as keep to their own parts.
public final class DriverMemory implements AutoCloseable {
    /// Above 4 GiB on purpose: whatever drops the upper half of an address fails at once.
    public static final long BASE_IOVA = 0x1_0000_0000L;

    private static final VarHandle LE64 =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final MemorySegment segment;
    private final long sizeBytes;
    private final int fd;
    private final AutoCloseable owner;
    private final DmaTable dma = new DmaTable();
    private long takenBytes;

    private DriverMemory(MemorySegment segment, int fd, AutoCloseable owner) {
        this.segment = segment;
        this.fd = fd;
        this.owner = owner;
        sizeBytes = segment.byteSize();
        dma.map(BASE_IOVA, sizeBytes, DmaBacking.of(segment), 0, DmaTable.READ | DmaTable.WRITE);
    }

    /// Memory of this process only, zeroed: for a card in this process.
    public static DriverMemory local(long sizeBytes) {
        Arena arena = Arena.ofShared();
        return new DriverMemory(arena.allocate(sizeBytes, 4096), -1, arena);
    }

    /// Memory of a file that another process can map, zeroed and sealed against shrinking.
    ///
    /// @throws SystemCallException when the kernel gives no memory
    public static DriverMemory shared(long sizeBytes) throws SystemCallException {
        int fd = SystemCallException.check(
                "memfd_create(2) of driver memory", MemoryFile.create("doorbell-driver", sizeBytes, true));
        try {
            Mapping mapping = Mapping.map(fd, 0, sizeBytes, true);
            return new DriverMemory(mapping.segment(), fd, mapping);
        } catch (SystemCallException e) {
            Files.close(fd);
            throw e;
        }
    }

    /// All of it; offset 0 is [#BASE_IOVA].
    public MemorySegment segment() {
        return segment;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /// The file behind it, -1 for memory of this process only.
    public int fd() {
        return fd;
    }

    /// Bus address of the byte at `offset` of [#segment()].
    public static long iovaOf(long offset) {
        return BASE_IOVA + offset;
    }

    /// Offset in [#segment()] of a bus address.
    public static long offsetOf(long iova) {
        return iova - BASE_IOVA;
    }

    /// Carves out a part for good.
    ///
    /// @param alignment a power of two
    /// @return offset of the part in [#segment()]
    /// @throws IllegalStateException when too little is left: the driver's options do not fit its memory
    public long take(long bytes, int alignment) {
        long at = (takenBytes + alignment - 1) & -alignment;
        if (bytes < 0 || at + bytes > sizeBytes)
            throw new IllegalStateException("driver memory of " + sizeBytes + " bytes has no room for " + bytes);
        takenBytes = at + bytes;
        return at;
    }

    /// The same memory as a card in this process sees it.
    public DmaMemory dma() {
        return dma;
    }

    /// Reads a word that the card may write at any time: whoever sees it sees what the card wrote before it.
    public static long loadAcquire64(MemorySegment segment, long offset) {
        return (long) LE64.getAcquire(segment, offset); // acquire: pairs with the card's release of DD
    }

    public static void store64(MemorySegment segment, long offset, long value) {
        LE64.set(segment, offset, value);
    }

    /// Gives the memory back; the card must have stopped its DMA.
    @Override
    public void close() {
        try {
            owner.close();
        } catch (Exception e) {
            throw new IllegalStateException("driver memory could not be given back", e);
        }
        if (fd >= 0) Files.close(fd);
    }
}
