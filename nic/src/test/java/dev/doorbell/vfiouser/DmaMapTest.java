package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.MappableAreas;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// DMA_MAP: what may be mapped, what not, and what is left open or mapped after a refusal.
class DmaMapTest {
    private static final int DMA_MAP = 2;
    private static final int PAGE = 4096;
    private static final int FILE_BYTES = 16 * PAGE;
    private static final int READ = 1;
    private static final int BOTH = 3;

    private final ServerBench bench = ServerBench.connected();
    private final int file = ServerBench.memoryFile(FILE_BYTES);
    private final long openBefore = ServerBench.openDescriptors();
    private final MemorySegment data = Arena.ofAuto().allocate(2 * PAGE);

    @AfterEach
    void close() {
        assertThat(ServerBench.openDescriptors()).isEqualTo(openBefore);
        bench.close();
        Files.close(file);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
    }

    private int refused(byte[] body, int... descriptors) {
        int errno = bench.refused(DMA_MAP, body, descriptors);
        bench.stillServes();
        return errno;
    }

    private int write(long iova, int length) {
        return bench.function.memory.write(iova, data, 0, length);
    }

    private int read(long iova, int length) {
        return bench.function.memory.read(iova, data, 0, length);
    }

    @Test
    void oneInodeIsMappedOnceHoweverOftenItIsNamed() {
        int again = ServerBench.check("dup", Files.duplicate(file));
        for (int i = 0; i < 64; i++)
            bench.ok(DMA_MAP, Body.map((long) i * PAGE, PAGE, (i & 15) * (long) PAGE, BOTH), i % 2 == 0 ? file : again);
        Files.close(again);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(1);
        assertThat(write(0, 2 * PAGE)).isEqualTo(DmaMemory.OK);
    }

    @Test
    void overlapIsRefusedWithEexist() {
        bench.ok(DMA_MAP, Body.map(0x10000, 4 * PAGE, 0, BOTH), file);
        assertThat(refused(Body.map(0x10000, 4 * PAGE, 0, BOTH), file)).isEqualTo(Errno.EEXIST);
        assertThat(refused(Body.map(0xF000, 2 * PAGE, 0, BOTH), file)).isEqualTo(Errno.EEXIST);
        assertThat(refused(Body.map(0x13000, PAGE, 0, BOTH))).isEqualTo(Errno.EEXIST);
        assertThat(bench.count(VfioUserCounter.REFUSED_OVERLAP)).isEqualTo(3);
    }

    @Test
    void rangesThatCannotBeAreRefused() {
        long[][] ranges = { // iova, size, file offset
            {0, 0, 0},
            {0, 1, 0},
            {0, PAGE - 1, 0},
            {0, PAGE + 1, 0},
            {1, PAGE, 0},
            {0x800, PAGE, 0},
            {-PAGE, 2 * PAGE, 0},
            {PAGE, -PAGE, 0},
            {0, -1, 0},
            {Long.MIN_VALUE, Long.MIN_VALUE + PAGE, PAGE},
            {0, PAGE, 1},
            {0, PAGE, PAGE - 1},
            {0, PAGE, -PAGE},
            {0, PAGE, FILE_BYTES},
            {0, FILE_BYTES + PAGE, 0},
            {0, PAGE, Long.MAX_VALUE - 4095},
            {0, Long.MAX_VALUE - 4095, PAGE},
        };
        for (long[] range : ranges)
            assertThat(refused(Body.map(range[0], range[1], range[2], BOTH), file))
                    .as("iova %x size %x offset %x", range[0], range[1], range[2])
                    .isEqualTo(Errno.EINVAL);
    }

    @Test
    void argszAndSizeMustBeThatOfTheStruct() {
        byte[] right = Body.map(0, PAGE, 0, BOTH);
        for (int argsz : new int[] {0, 1, 31, -1 >>> 31}) {
            byte[] body = right.clone();
            body[0] = (byte) argsz;
            assertThat(refused(body, file)).isEqualTo(Errno.EINVAL);
        }
        for (int size = 0; size < right.length; size++)
            assertThat(refused(java.util.Arrays.copyOf(right, size), file)).isEqualTo(Errno.EINVAL);
        assertThat(refused(java.util.Arrays.copyOf(right, 33), file)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void flagsThatDoNotExistAreRefused() {
        for (int flags : new int[] {0, 4, 0x10, 0x8000_0003, -1 & ~8})
            assertThat(refused(Body.map(0, PAGE, 0, flags), file)).isEqualTo(Errno.EINVAL);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH | 8), file)).isEqualTo(Errno.EOPNOTSUPP); // file I/O
        assertThat(refused(Body.map(0, PAGE, 0, BOTH | 4))).isEqualTo(Errno.EINVAL); // to be mapped, without a file
        bench.ok(DMA_MAP, Body.map(0, PAGE, 0, BOTH | 4), file);
    }

    @Test
    void descriptorsThatAreNoFileOfOursAreRefused() {
        int folder = ServerBench.check("open", Files.open("/tmp", Files.O_RDONLY, 0));
        int device = ServerBench.check("open", Files.open("/dev/null", Files.O_RDWR, 0));
        int eventfd = ServerBench.eventfd();
        long pair = UnixSockets.pair();
        assertThat(refused(Body.map(0, PAGE, 0, READ), folder)).isEqualTo(Errno.ENODEV);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), device)).isEqualTo(Errno.ENODEV);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), eventfd)).isEqualTo(Errno.ENODEV);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), UnixSockets.first(pair))).isEqualTo(Errno.ENODEV);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), file, file)).isEqualTo(Errno.EINVAL); // one too many
        assertThat(bench.count(VfioUserCounter.REFUSED_DESCRIPTOR)).isEqualTo(5);
        for (int fd : new int[] {folder, device, eventfd, UnixSockets.first(pair), UnixSockets.second(pair)})
            Files.close(fd);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
    }

    @Test
    void readOnlyDescriptorServesForReadingOnly() {
        int readOnly = ServerBench.check("open", Files.open("/proc/self/fd/" + file, Files.O_RDONLY, 0));
        int writeOnly = ServerBench.check("open", Files.open("/proc/self/fd/" + file, Files.O_WRONLY, 0));
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), readOnly)).isEqualTo(Errno.EACCES);
        assertThat(refused(Body.map(0, PAGE, 0, READ), writeOnly)).isEqualTo(Errno.EACCES);
        bench.ok(DMA_MAP, Body.map(0, PAGE, 0, READ), readOnly);
        assertThat(read(0, 8)).isEqualTo(DmaMemory.OK);
        assertThat(write(0, 8)).isEqualTo(DmaMemory.FAULT);
        bench.ok(DMA_MAP, Body.map(PAGE, PAGE, 0, BOTH), file); // the same file, now for both
        assertThat(write(PAGE, 8)).isEqualTo(DmaMemory.OK);
        Files.close(readOnly);
        Files.close(writeOnly);
    }

    @Test
    void fileSealedAgainstWritingIsReadOnlyMemory() {
        int sealed = ServerBench.memoryFile(PAGE);
        ServerBench.check("seal", Files.addSeals(sealed, Files.F_SEAL_WRITE));
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), sealed)).isEqualTo(Errno.EACCES);
        bench.ok(DMA_MAP, Body.map(0, PAGE, 0, READ), sealed);
        assertThat(read(0, 8)).isEqualTo(DmaMemory.OK);
        Files.close(sealed);
    }

    @Test
    void romIsNotWritten() {
        bench.ok(DMA_MAP, Body.map(0, PAGE, 0, READ), file);
        bench.ok(DMA_MAP, Body.map(PAGE, PAGE, PAGE, 2), file);
        assertThat(read(0, 8)).isEqualTo(DmaMemory.OK);
        assertThat(write(0, 8)).isEqualTo(DmaMemory.FAULT);
        assertThat(write(PAGE, 8)).isEqualTo(DmaMemory.OK);
        assertThat(read(PAGE, 8)).isEqualTo(DmaMemory.FAULT);
        assertThat(bench.count(VfioUserCounter.DMA_FAULTS)).isEqualTo(2);
    }

    @Test
    void fileThatGrewIsMappedAgain() {
        int growing = ServerBench.memoryFile(PAGE);
        bench.ok(DMA_MAP, Body.map(0, PAGE, 0, BOTH), growing);
        assertThat(refused(Body.map(PAGE, PAGE, PAGE, BOTH), growing)).isEqualTo(Errno.EINVAL);
        ServerBench.check("truncate", Files.truncate(growing, 2 * PAGE));
        bench.ok(DMA_MAP, Body.map(PAGE, PAGE, PAGE, BOTH), growing);
        assertThat(write(0, 2 * PAGE)).isEqualTo(DmaMemory.OK);
        Files.close(growing);
    }

    @Test
    void hugeSparseFileDoesNotTakeTheAddressSpace() {
        int huge = ServerBench.memoryFile(FileMappings.LIMIT_BYTES + PAGE);
        assertThat(refused(Body.map(0, PAGE, 0, BOTH), huge)).isEqualTo(Errno.ENOSPC);
        Files.close(huge);
    }

    @Test
    void mappingAtTheVeryTopWorks() {
        bench.ok(DMA_MAP, Body.map(-PAGE, PAGE, 0, BOTH), file);
        assertThat(write(-8, 8)).isEqualTo(DmaMemory.OK);
        assertThat(write(-8, 9)).isEqualTo(DmaMemory.FAULT);
    }

    @Test
    void ownRegionWithItsDescriptorIsMappedAndNeverTouched() {
        int areas = ServerBench.memoryFile(PAGE);
        ToyFunction function = new ToyFunction();
        function.areas = new MappableAreas(areas, 0, List.of(new MappableAreas.Area(0, PAGE)));
        try (ServerBench own = new ServerBench(function)) {
            own.connect();
            own.negotiate();
            own.ok(DMA_MAP, Body.map(0x8000, PAGE, 0, BOTH), areas);
            assertThat(function.memory.write(0x8000, data, 0, 8)).isEqualTo(DmaMemory.FAULT);
            assertThat(function.memory.read(0x8000, data, 0, 8)).isEqualTo(DmaMemory.FAULT);
            own.ok(3, Body.unmap(0x8000, PAGE, 0));
        }
        Files.close(areas);
    }

    @Test
    void mapThatWantsNoReplyIsDoneSilently() {
        bench.post(DMA_MAP, Body.map(0, PAGE, 0, BOTH), file);
        bench.post(DMA_MAP, Body.map(0, PAGE, 0, BOTH), file); // refused, silently too
        assertThat(bench.poll()).isNull();
        assertThat(bench.count(VfioUserCounter.UNANSWERED_REFUSALS)).isEqualTo(1);
        assertThat(write(0, PAGE)).isEqualTo(DmaMemory.OK);
    }
}
