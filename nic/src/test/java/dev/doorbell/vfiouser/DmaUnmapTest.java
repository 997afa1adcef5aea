package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.memory.DmaMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// DMA_UNMAP: of nothing, of one mapping, of many, of all; and what is refused.
class DmaUnmapTest {
    private static final int DMA_UNMAP = 3;
    private static final int PAGE = 4096;

    private final ServerBench bench = ServerBench.connected();
    private final int file = ServerBench.memoryFile(16 * PAGE);
    private final MemorySegment data = Arena.ofAuto().allocate(PAGE);

    DmaUnmapTest() {
        for (int i = 0; i < 8; i++) bench.ok(2, Body.map(0x10000 + 2L * i * PAGE, PAGE, 0, 3), file);
    }

    @AfterEach
    void close() {
        bench.close();
        Files.close(file);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
    }

    private void unmaps(long iova, long size, long expectedBytes) {
        assertThat(bench.ok(DMA_UNMAP, Body.unmap(iova, size, 0)).body())
                .isEqualTo(Body.of().u32(24).u32(0).u64(iova).u64(expectedBytes).done());
    }

    @Test
    void rangesOverNothingOneAndManyAnswerTheBytesReallyUnmapped() {
        unmaps(0, 0x10000, 0);
        unmaps(0x11000, PAGE, 0); // a gap
        unmaps(0x10000, PAGE, PAGE);
        unmaps(0x10000, PAGE, 0); // again
        unmaps(0x11000, 4 * PAGE, 2 * PAGE);
        unmaps(0, 1L << 62, 5 * PAGE);
        assertThat(bench.function.memory.read(0x10000, data, 0, 8)).isEqualTo(DmaMemory.FAULT);
    }

    @Test
    void halfOfTheSpaceAtATimeUnmapsAll() {
        unmaps(0, Long.MIN_VALUE, 8 * PAGE);
        unmaps(Long.MIN_VALUE, Long.MIN_VALUE, 0);
    }

    @Test
    void flagAllUnmapsAll() {
        assertThat(bench.ok(DMA_UNMAP, Body.unmap(0, 0, 2)).body())
                .isEqualTo(Body.of().u32(24).u32(2).u64(0).u64(8 * PAGE).done());
        assertThat(bench.refused(DMA_UNMAP, Body.unmap(0, PAGE, 2))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(DMA_UNMAP, Body.unmap(PAGE, 0, 2))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void partOfAMappingIsRefusedAndEverythingStays() {
        bench.ok(2, Body.map(0x80000, 4 * PAGE, 0, 3), file);
        assertThat(bench.refused(DMA_UNMAP, Body.unmap(0x80000, PAGE, 0))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(DMA_UNMAP, Body.unmap(0x83000, PAGE, 0))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(DMA_UNMAP, Body.unmap(0x10000, 0x71000, 0))).isEqualTo(Errno.EINVAL);
        assertThat(bench.function.memory.read(0x80000, data, 0, PAGE)).isEqualTo(DmaMemory.OK);
        assertThat(bench.function.memory.read(0x10000, data, 0, PAGE)).isEqualTo(DmaMemory.OK);
    }

    @Test
    void dirtyBitmapIsNotOffered() {
        byte[] body =
                Body.of().bytes(Body.unmap(0x10000, PAGE, 1)).u64(4096).u64(8).done();
        assertThat(bench.refused(DMA_UNMAP, body)).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(bench.function.memory.read(0x10000, data, 0, PAGE)).isEqualTo(DmaMemory.OK);
    }

    @Test
    void rangesFlagsAndSizesThatCannotBeAreRefused() {
        for (long[] range : new long[][] {{0, 0}, {1, PAGE}, {0, 1}, {-PAGE, 2 * PAGE}, {2 * PAGE, -PAGE}, {0, -1}})
            assertThat(bench.refused(DMA_UNMAP, Body.unmap(range[0], range[1], 0)))
                    .as("iova %x size %x", range[0], range[1])
                    .isEqualTo(Errno.EINVAL);
        for (int flags : new int[] {4, 8, 0x8000_0000, -2})
            assertThat(bench.refused(DMA_UNMAP, Body.unmap(0x10000, PAGE, flags)))
                    .isEqualTo(Errno.EINVAL);
        byte[] right = Body.unmap(0x10000, PAGE, 0);
        for (int size = 0; size < right.length; size++)
            assertThat(bench.refused(DMA_UNMAP, Arrays.copyOf(right, size))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(DMA_UNMAP, Arrays.copyOf(right, 25))).isEqualTo(Errno.EINVAL);
        right[0] = 23; // argsz
        assertThat(bench.refused(DMA_UNMAP, right)).isEqualTo(Errno.EINVAL);
        bench.stillServes();
    }

    @Test
    void fileNoMappingStandsOnIsUnmappedALittleLater() {
        unmaps(0, 1L << 40, 8 * PAGE);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(1); // firmware gives it back at once
        bench.ok(2, Body.map(0, PAGE, 0, 3), file);
        bench.time.advance(10 * FileMappings.IDLE_NS);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(1);
        unmaps(0, PAGE, PAGE);
        bench.time.advance(2 * FileMappings.IDLE_NS);
        assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
    }

    @Test
    void quarterOfAMillionMappingsOfOneDescriptorArriveAndGo() {
        int count = 262_144;
        for (int i = 0; i < count; i++) {
            long page = 0x1000 + ((i * 40_503L) & (count - 1)); // in an order that never helps
            bench.send(Body.message(i & 0xFFFF, 2, 0x10, Body.map(page * PAGE, PAGE, (i & 15) * (long) PAGE, 3)), file);
            if (i % 64 == 63) bench.settle();
        }
        bench.settle();
        assertThat(bench.count(VfioUserCounter.UNANSWERED_REFUSALS)).isZero();
        assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(1);
        assertThat(bench.function.memory.read(0x1000L * PAGE + 77L * PAGE, data, 0, PAGE))
                .isEqualTo(DmaMemory.OK);
        unmaps(0x1000L * PAGE, (long) count * PAGE, (long) count * PAGE);
    }
}
