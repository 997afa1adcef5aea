package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.vfio.VfioCalls;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/// A PCI function of this machine, or of the virtual machine this runs in, lent by Linux VFIO.
///
/// Registers and configuration space are read and written by system calls on the function's file;
/// [#mappableAreas] tells what [dev.doorbell.driver] may map instead. The function reaches the memory of
/// [#mapDma] and no other: that is the IOMMU's doing. Its interrupts come as eventfds, passed on by
/// [#poll]. A call that the kernel refuses throws [UncheckedIOException] where [PciFunction] allows no
/// [IOException]. One thread.
public final class VfioFunction implements PciFunction, AutoCloseable {
    private static final InterruptKind[] KINDS = InterruptKind.values();
    private static final int LIMIT_REGIONS = 100; // those of PCI, and a few of a vendor's
    private static final int LIMIT_IRQ_INDEXES = 50;
    private static final ValueLayout.OfShort LE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final VfioCalls calls;
    private final VfioGroup group;
    private final int device;
    private final MemorySegment word = Arena.ofAuto().allocate(Long.BYTES, Long.BYTES);
    private final VfioRegion[] regions = new VfioRegion[REGION_COUNT];
    private final int[] vectorCounts = new int[KINDS.length];
    private final VfioInterrupts interrupts;
    private boolean resettable;
    private boolean closed;

    private VfioFunction(VfioCalls calls, VfioGroup group, int device) throws VfioException, SystemCallException {
        this.calls = calls;
        this.group = group;
        this.device = device;
        interrupts = new VfioInterrupts(calls, device);
        Arrays.fill(regions, VfioRegion.NONE);
        int[] counts = deviceInfo();
        for (int region = 0; region < Math.min(counts[0], REGION_COUNT); region++)
            regions[region] = VfioRegion.ask(calls, device, region);
        for (int index = 0; index < Math.min(counts[1], KINDS.length); index++) vectorCounts[index] = askVectors(index);
    }

    /// Takes a function that is bound to vfio-pci. It comes reset, where it can be, with bus mastering off.
    ///
    /// @throws VfioException       when something is to be done first; it says what
    /// @throws SystemCallException when the kernel refuses for another reason
    public static VfioFunction open(PciAddress address) throws VfioException, SystemCallException {
        return open(address, Path.of("/"), VfioCalls.KERNEL);
    }

    /// As [#open(PciAddress)], of another tree and kernel: for tests.
    static VfioFunction open(PciAddress address, Path root, VfioCalls calls) throws VfioException, SystemCallException {
        VfioGroup group = VfioGroup.open(calls, PciSlot.find(root, address));
        int device = -1;
        try {
            device = group.openDevice();
            return new VfioFunction(calls, group, device);
        } catch (VfioException | SystemCallException | RuntimeException | Error failed) {
            if (device >= 0) calls.close(device);
            group.close();
            throw failed;
        }
    }

    private int[] deviceInfo() throws VfioException, SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = VfioGroup.struct(arena, DEVICE_INFO_BYTES);
            SystemCallException.check("ioctl(2) VFIO_DEVICE_GET_INFO", calls.ioctl(device, DEVICE_GET_INFO, info));
            int flags = info.get(JAVA_INT, FLAGS);
            int regionCount = info.get(JAVA_INT, DEVICE_INFO_NUM_REGIONS);
            int irqIndexes = info.get(JAVA_INT, DEVICE_INFO_NUM_IRQS);
            if ((flags & DEVICE_FLAGS_PCI) == 0) throw new VfioException("VFIO lends a device that is none of PCI");
            if (regionCount <= REGION_CONFIG || regionCount > LIMIT_REGIONS)
                throw new VfioException("VFIO tells of " + Integer.toUnsignedLong(regionCount) + " regions");
            if (irqIndexes < 0 || irqIndexes > LIMIT_IRQ_INDEXES)
                throw new VfioException("VFIO tells of " + Integer.toUnsignedLong(irqIndexes) + " kinds of interrupt");
            resettable = (flags & DEVICE_FLAGS_RESET) != 0;
            return new int[] {regionCount, irqIndexes};
        }
    }

    private int askVectors(int index) throws VfioException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = VfioGroup.struct(arena, IRQ_INFO_BYTES);
            info.set(JAVA_INT, IRQ_INFO_INDEX, index);
            if (calls.ioctl(device, DEVICE_GET_IRQ_INFO, info) < 0) return 0; // no such kind on this function
            int count = info.get(JAVA_INT, IRQ_INFO_COUNT);
            int limit = switch (KINDS[index]) {
                case INTX, ERR, REQ -> 1;
                case MSI -> 32;
                case MSIX -> 2048;
            };
            if (count < 0 || count > limit)
                throw new VfioException("VFIO tells of " + Integer.toUnsignedLong(count) + " vectors of " + KINDS[index]
                        + ", expected at most " + limit);
            return (info.get(JAVA_INT, FLAGS) & IRQ_INFO_EVENTFD) == 0 ? 0 : count;
        }
    }

    @Override
    public long regionSizeBytes(int region) {
        return regions[region].sizeBytes();
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return vectorCounts[kind.ordinal()];
    }

    /// What of a region this process may map; the descriptor in it lives as long as this function.
    /// Touching a mapped register while memory decoding is off (the command register) is an InternalError.
    @Override
    public MappableAreas mappableAreas(int region) {
        return regions[region].areas();
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        long at = place(region, offset, sizeBytes);
        check("pread", region, offset, sizeBytes, calls.read(device, word, sizeBytes, at));
        return switch (sizeBytes) {
            case 1 -> word.get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
            case 2 -> word.get(LE16, 0) & 0xFFFF;
            case 4 -> Integer.toUnsignedLong(word.get(LE32, 0));
            default -> word.get(LE64, 0);
        };
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        long at = place(region, offset, sizeBytes);
        word.set(LE64, 0, value); // its first bytes are the narrower word
        check("pwrite", region, offset, sizeBytes, calls.write(device, word, sizeBytes, at));
    }

    /// Where in the file a word is. Past its region the file has another region's.
    private long place(int region, long offset, int sizeBytes) {
        VfioRegion of = regions[region];
        if (offset < 0 || offset > of.sizeBytes() - sizeBytes)
            throw new UncheckedIOException(new VfioException(
                    String.format("region %d has %d bytes, so none at 0x%x", region, of.sizeBytes(), offset)));
        return of.fileOffset() + offset;
    }

    private static void check(String call, int region, long offset, int sizeBytes, int result) {
        if (result == sizeBytes) return;
        String what = String.format("%s(2) of %d bytes at 0x%x of region %d", call, sizeBytes, offset, region);
        IOException failed =
                result < 0 ? new SystemCallException(what, result) : new VfioException(what + " moved " + result);
        throw new UncheckedIOException(failed);
    }

    /// Says where interrupts go. The function reaches memory by [#mapDma], whatever `memory` is.
    @Override
    public void connect(DmaMemory memory, InterruptSink sink) {
        interrupts.connect(sink);
    }

    /// Lets the function reach memory at bus addresses from `iova` on; the kernel pins it.
    ///
    /// @param iova   a multiple of 4096
    /// @param memory native, whole pages; it must stay until this function is closed
    /// @param access [dev.doorbell.memory.DmaTable#READ] and WRITE: what the function may do
    /// @throws VfioException when the IOMMU cannot translate these addresses, or too little memory may be
    ///     locked
    public void mapDma(long iova, MemorySegment memory, int access) throws VfioException, SystemCallException {
        group.mapDma(iova, memory, access);
    }

    /// Takes memory back; the function reaches none of it once this returns.
    ///
    /// @return bytes that were mapped in the range
    public long unmapDma(long iova, long sizeBytes) throws SystemCallException {
        return group.unmapDma(iova, sizeBytes);
    }

    /// Has the kernel signal vectors 0 to `count` - 1 of one kind, in place of what was enabled before;
    /// [#poll] passes the signals on.
    public void enableInterrupts(InterruptKind kind, int count) throws SystemCallException {
        if (count < 1 || count > vectorCount(kind)) throw new IllegalArgumentException(count + " vectors of " + kind);
        interrupts.enable(kind, count);
    }

    /// No interrupts any more.
    public void disableInterrupts() throws SystemCallException {
        interrupts.disable();
    }

    /// Holds the line back until [#unmaskLine]. The kernel does so itself when it signals the line.
    public void maskLine() throws SystemCallException {
        interrupts.maskLine(true);
    }

    /// The line was served: tells the sink that it fell, and the kernel, which signals again if it is still
    /// up.
    public void unmaskLine() throws SystemCallException {
        interrupts.maskLine(false);
    }

    /// Waits for an interrupt or for the time to pass; passes interrupts to the sink. Allocates nothing.
    ///
    /// @param timeoutNs 0 only looks, negative waits for ever
    /// @return interrupts passed on
    public int poll(long timeoutNs) throws SystemCallException {
        return SystemCallException.check("ppoll(2) of interrupts", interrupts.poll(timeoutNs));
    }

    /// Resets the function alone, as its function-level reset does; nothing where it has none.
    @Override
    public void reset() {
        if (!resettable) return;
        int result = calls.ioctl(device, DEVICE_RESET, 0);
        if (result < 0) throw new UncheckedIOException(new SystemCallException("ioctl(2) VFIO_DEVICE_RESET", result));
    }

    /// Gives the function back: the kernel stops its interrupts and its DMA. Idempotent.
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        interrupts.closeAll();
        calls.close(device);
        group.close();
    }
}
