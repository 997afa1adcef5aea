package dev.doorbell.vfio;

import static dev.doorbell.linux.vfio.Vfio.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.vfio.VfioCalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a kernel answers to the calls of VFIO: a sane function by default, and as wrong as a test makes it.
/// Its descriptors are real ones (eventfds), so that a leak shows.
final class ScriptedKernel implements VfioCalls {
    /// Writes into the struct of a request and gives the answer.
    interface Answer {
        int to(MemorySegment argument);
    }

    static final int REGION_BYTES = 0x20000;

    final List<String> opened = new ArrayList<>();
    final List<Integer> interrupts = new ArrayList<>(); // eventfds of the last SET_IRQS
    final Map<Integer, Answer> answers = new HashMap<>();
    final Map<Integer, Integer> numbers = new HashMap<>();
    final Map<String, Integer> refusedFiles = new HashMap<>();
    private final byte[] registers = new byte[REGION_BYTES];
    int moved = -1; // what pread and pwrite answer, where it is not the length

    ScriptedKernel() {
        numbers.put(GET_API_VERSION, 0);
        numbers.put(CHECK_EXTENSION, 1);
        numbers.put(SET_IOMMU, 0);
        numbers.put(DEVICE_RESET, 0);
        answers.put(GROUP_GET_STATUS, status -> set(status, FLAGS, GROUP_FLAGS_VIABLE));
        answers.put(GROUP_SET_CONTAINER, number -> 0);
        answers.put(GROUP_GET_DEVICE_FD, name -> EventFd.create());
        answers.put(DEVICE_GET_INFO, info -> device(info, DEVICE_FLAGS_PCI | DEVICE_FLAGS_RESET, 9, 5));
        answers.put(DEVICE_GET_REGION_INFO, info -> region(info, 0, REGION_BYTES));
        answers.put(DEVICE_GET_IRQ_INFO, info -> {
            info.set(JAVA_INT, IRQ_INFO_COUNT, 1);
            return set(info, FLAGS, IRQ_INFO_EVENTFD);
        });
        answers.put(DEVICE_SET_IRQS, this::setIrqs);
        answers.put(IOMMU_GET_INFO, info -> 0);
        answers.put(IOMMU_MAP_DMA, map -> 0);
        answers.put(IOMMU_UNMAP_DMA, unmap -> 0);
    }

    static int set(MemorySegment struct, int at, int value) {
        struct.set(JAVA_INT, at, value);
        return 0;
    }

    static int device(MemorySegment info, int flags, int regions, int irqs) {
        set(info, FLAGS, flags);
        set(info, DEVICE_INFO_NUM_REGIONS, regions);
        return set(info, DEVICE_INFO_NUM_IRQS, irqs);
    }

    static int region(MemorySegment info, int flags, long sizeBytes) {
        set(info, FLAGS, REGION_FLAG_READ | REGION_FLAG_WRITE | flags);
        info.set(JAVA_LONG, REGION_INFO_SIZE, sizeBytes);
        info.set(JAVA_LONG, REGION_INFO_OFFSET, (long) info.get(JAVA_INT, REGION_INFO_INDEX) << 40);
        return 0;
    }

    private int setIrqs(MemorySegment set) {
        interrupts.clear();
        for (long at = IRQ_SET_BYTES; at < set.byteSize(); at += Integer.BYTES) interrupts.add(set.get(JAVA_INT, at));
        return 0;
    }

    @Override
    public int open(String path) {
        opened.add(path);
        Integer refused = refusedFiles.get(path.substring(path.lastIndexOf('/') + 1));
        return refused == null ? EventFd.create() : refused;
    }

    @Override
    public int close(int fd) {
        return Files.close(fd);
    }

    @Override
    public int ioctl(int fd, int request, long argument) {
        return Objects.requireNonNull(numbers.get(request));
    }

    @Override
    public int ioctl(int fd, int request, MemorySegment argument) {
        return Objects.requireNonNull(answers.get(request)).to(argument);
    }

    @Override
    public int read(int fd, MemorySegment target, int lengthBytes, long at) {
        if (moved >= 0 || moved < -1) return moved;
        MemorySegment.copy(MemorySegment.ofArray(registers), at & 0x1FFFF, target, 0, lengthBytes);
        return lengthBytes;
    }

    @Override
    public int write(int fd, MemorySegment source, int lengthBytes, long at) {
        if (moved >= 0 || moved < -1) return moved;
        MemorySegment.copy(source, 0, MemorySegment.ofArray(registers), at & 0x1FFFF, lengthBytes);
        return lengthBytes;
    }
}
