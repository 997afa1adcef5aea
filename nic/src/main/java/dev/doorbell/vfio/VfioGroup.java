package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Limits;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.vfio.VfioCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An IOMMU group in a container of its own: what lends a function, and what says which memory the
/// function may reach. Closing it takes all of that back.
final class VfioGroup implements AutoCloseable {
    /// What the kernel may tell about its IOMMU at most.
    private static final int LIMIT_INFO_BYTES = 64 * 1024;

    private static final int LIMIT_CAPABILITIES = 16;

    private final VfioCalls calls;
    private final PciSlot slot;
    private int container = -1;
    private int group = -1;

    private VfioGroup(VfioCalls calls, PciSlot slot) {
        this.calls = calls;
        this.slot = slot;
    }

    /// Opens the group of a function and puts it behind the IOMMU.
    ///
    /// @throws VfioException       when something is to be done first; it says what
    /// @throws SystemCallException when the kernel refuses for another reason
    static VfioGroup open(VfioCalls calls, PciSlot slot) throws VfioException, SystemCallException {
        String file = slot.groupFile();
        VfioGroup opened = new VfioGroup(calls, slot);
        try {
            opened.container = opened.openFile(slot.container());
            opened.checkKernel();
            opened.group = opened.openFile(file);
            opened.checkViable();
            opened.attach();
            return opened;
        } catch (VfioException | SystemCallException | RuntimeException | Error failed) {
            opened.close();
            throw failed;
        }
    }

    private int openFile(String path) throws VfioException, SystemCallException {
        int fd = calls.open(path);
        if (fd == -Errno.EACCES || (fd == -Errno.EPERM && path.equals(slot.container())))
            throw new VfioException("no permission for " + path + ": run as root, or chown it to this user");
        if (fd == -Errno.EPERM) throw new VfioException("no permission for " + path + ": it takes CAP_SYS_RAWIO");
        if (fd == -Errno.EBUSY) throw new VfioException(path + " is in use: another process drives " + slot.address());
        if (fd == -Errno.ENODEV)
            throw new VfioException(path + " does not open: the kernel has no module for it, try modprobe vfio-pci");
        return SystemCallException.check("open(2) " + path, fd);
    }

    private void checkKernel() throws VfioException, SystemCallException {
        int version = check("VFIO_GET_API_VERSION", calls.ioctl(container, GET_API_VERSION, 0));
        if (version != API_VERSION) throw new VfioException("VFIO of version " + version + ", not " + API_VERSION);
        if (calls.ioctl(container, CHECK_EXTENSION, TYPE1V2_IOMMU) != 1)
            throw new VfioException("this kernel's VFIO has no type 1 IOMMU, try modprobe vfio_iommu_type1");
    }

    private void checkViable() throws VfioException, SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = struct(arena, GROUP_STATUS_BYTES);
            check("VFIO_GROUP_GET_STATUS", calls.ioctl(group, GROUP_GET_STATUS, status));
            int flags = status.get(JAVA_INT, FLAGS);
            if ((flags & GROUP_FLAGS_VIABLE) == 0) throw slot.notViable();
            if ((flags & GROUP_FLAGS_CONTAINER_SET) != 0)
                throw new VfioException("IOMMU group " + slot.group() + " is in another container already");
        }
    }

    private void attach() throws VfioException, SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(JAVA_INT, container);
            check("VFIO_GROUP_SET_CONTAINER", calls.ioctl(group, GROUP_SET_CONTAINER, number));
        }
        int result = calls.ioctl(container, SET_IOMMU, TYPE1V2_IOMMU);
        if (result == -Errno.EPERM)
            throw new VfioException("the IOMMU does not isolate interrupts; only where " + slot.address()
                    + " is trusted: echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
        check("VFIO_SET_IOMMU", result);
    }

    /// The function itself, which the caller owns.
    int openDevice() throws SystemCallException {
        return check(
                "VFIO_GROUP_GET_DEVICE_FD " + slot.address(),
                calls.ioctl(group, GROUP_GET_DEVICE_FD, slot.address().toString()));
    }

    /// Lets the function reach memory. The kernel pins it.
    ///
    /// @param memory native, of whole pages; it must stay until this group is closed
    /// @param access READ and WRITE of [dev.doorbell.memory.DmaTable], which are VFIO's flags
    void mapDma(long iova, MemorySegment memory, int access) throws VfioException, SystemCallException {
        checkRange(iova, memory.byteSize());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = struct(arena, DMA_MAP_BYTES);
            map.set(JAVA_INT, FLAGS, access);
            map.set(JAVA_LONG, DMA_MAP_VADDR, memory.address());
            map.set(JAVA_LONG, DMA_MAP_IOVA, iova);
            map.set(JAVA_LONG, DMA_MAP_SIZE, memory.byteSize());
            var _ = Limits.raiseLockedMemory(memory.byteSize()); // as far as the hard limit lets
            int result = calls.ioctl(container, IOMMU_MAP_DMA, map);
            if (result == -Errno.ENOMEM && Limits.lockedMemoryBytes() < memory.byteSize())
                throw new VfioException("the driver needs " + memory.byteSize() / 1024 + " KiB of locked memory, "
                        + Limits.lockedMemoryBytes() / 1024 + " are allowed: raise the limit, ulimit -l");
            check("VFIO_IOMMU_MAP_DMA of " + memory.byteSize() + " bytes", result);
        }
    }

    /// Takes memory back.
    ///
    /// @return bytes that were mapped
    long unmapDma(long iova, long sizeBytes) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment unmap = struct(arena, DMA_UNMAP_BYTES);
            unmap.set(JAVA_LONG, DMA_UNMAP_IOVA, iova);
            unmap.set(JAVA_LONG, DMA_UNMAP_SIZE, sizeBytes);
            check("VFIO_IOMMU_UNMAP_DMA", calls.ioctl(container, IOMMU_UNMAP_DMA, unmap));
            return unmap.get(JAVA_LONG, DMA_UNMAP_SIZE);
        }
    }

    /// Refuses addresses that the IOMMU cannot translate, where the kernel tells which it can.
    private void checkRange(long iova, long sizeBytes) throws VfioException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = struct(arena, IOMMU_INFO_BYTES);
            if (calls.ioctl(container, IOMMU_GET_INFO, info) < 0) return; // then the kernel judges
            int neededBytes = info.get(JAVA_INT, ARGSZ);
            if (neededBytes < IOMMU_INFO_BYTES || neededBytes > LIMIT_INFO_BYTES)
                throw new VfioException(
                        "VFIO_IOMMU_GET_INFO has " + Integer.toUnsignedLong(neededBytes) + " bytes to say");
            if (neededBytes > IOMMU_INFO_BYTES) {
                info = struct(arena, neededBytes);
                if (calls.ioctl(container, IOMMU_GET_INFO, info) < 0) return;
            }
            if ((info.get(JAVA_INT, FLAGS) & IOMMU_INFO_CAPS) != 0 && !isIn(info, iova, iova + sizeBytes - 1))
                throw new VfioException(String.format(
                        "the IOMMU does not translate 0x%x to 0x%x, where the driver's memory is",
                        iova, iova + sizeBytes - 1));
        }
    }

    private static boolean isIn(MemorySegment info, long first, long last) throws VfioException {
        long at = Integer.toUnsignedLong(info.get(JAVA_INT, IOMMU_INFO_CAP_OFFSET));
        for (int i = 0; i < LIMIT_CAPABILITIES && at != 0; i++) {
            if (at <= IOMMU_INFO_CAP_OFFSET || at > info.byteSize() - CAP_HEADER_BYTES)
                throw new VfioException("VFIO_IOMMU_GET_INFO has a capability at " + at + ", outside of its answer");
            if (Short.toUnsignedInt(info.get(JAVA_SHORT_UNALIGNED, at + CAP_ID)) == CAP_IOVA_RANGE)
                return isInRanges(info, at, first, last);
            at = Integer.toUnsignedLong(info.get(JAVA_INT_UNALIGNED, at + CAP_NEXT));
        }
        return true; // no word about ranges
    }

    private static boolean isInRanges(MemorySegment info, long at, long first, long last) throws VfioException {
        long room = info.byteSize() - at - RANGES;
        long count = room < 0 ? 0 : Integer.toUnsignedLong(info.get(JAVA_INT_UNALIGNED, at + RANGE_COUNT));
        if (room < 0 || count > room / RANGE_BYTES)
            throw new VfioException("VFIO_IOMMU_GET_INFO has " + count + " address ranges, more than its answer holds");
        for (long i = 0; i < count; i++) {
            long from = info.get(JAVA_LONG_UNALIGNED, at + RANGES + i * RANGE_BYTES);
            long to = info.get(JAVA_LONG_UNALIGNED, at + RANGES + i * RANGE_BYTES + Long.BYTES);
            if (Long.compareUnsigned(first, from) >= 0 && Long.compareUnsigned(last, to) <= 0) return true;
        }
        return false;
    }

    /// A zeroed struct that says its own size.
    static MemorySegment struct(Arena arena, long sizeBytes) {
        MemorySegment struct = arena.allocate(sizeBytes, 8);
        struct.set(JAVA_INT, ARGSZ, (int) sizeBytes);
        return struct;
    }

    private static int check(String request, int result) throws SystemCallException {
        return SystemCallException.check("ioctl(2) " + request, result);
    }

    /// Gives the group back: the function reaches no memory any more. Idempotent.
    @Override
    public void close() {
        if (group >= 0) calls.close(group);
        if (container >= 0) calls.close(container);
        group = -1;
        container = -1;
    }
}
