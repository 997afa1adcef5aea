package dev.doorbell.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.memory.DmaTable.MapResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The table alone: ranges, protection, crossing, and a comparison with a `TreeMap` under chance.
class DmaTableTest {
    private static final int PAGE = 4096;
    private static final int BOTH = DmaTable.READ | DmaTable.WRITE;
    private static final int OK = DmaMemory.OK;
    private static final int FAULT = DmaMemory.FAULT;

    private final MemorySegment memory = Arena.ofAuto().allocate(16 * PAGE, PAGE);
    private final Counted backing = new Counted(memory);
    private final MemorySegment buffer = Arena.ofAuto().allocate(4 * PAGE, PAGE);
    private final DmaTable table = new DmaTable();

    /// Counts who stands on it.
    private static final class Counted implements DmaBacking {
        private final MemorySegment segment;
        private int holders;

        Counted(MemorySegment segment) {
            this.segment = segment;
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }

        @Override
        public void retain() {
            holders++;
        }

        @Override
        public void release() {
            holders--;
        }
    }

    private MapResult map(long iova, long size, long offset, int access) {
        return table.map(iova, size, backing, offset, access);
    }

    private int read(long iova, int length) {
        return table.read(iova, buffer, 0, length);
    }

    private int write(long iova, int length) {
        return table.write(iova, buffer, 0, length);
    }

    @Test
    void readAndWriteMoveBytesBetweenTheBackingAndTheBuffer() {
        assertThat(map(0, PAGE, PAGE, BOTH)).isEqualTo(MapResult.MAPPED); // IOVA 0 is an address like any other
        memory.set(ValueLayout.JAVA_INT, PAGE + 16, 0x1234_5678);

        assertThat(table.read(16, buffer, 4, 4)).isEqualTo(OK);
        assertThat(buffer.get(ValueLayout.JAVA_INT, 4)).isEqualTo(0x1234_5678);

        assertThat(table.write(32, buffer, 4, 4)).isEqualTo(OK);
        assertThat(memory.get(ValueLayout.JAVA_INT, PAGE + 32)).isEqualTo(0x1234_5678);
    }

    @Test
    void nothingIsThereBeforeTheFirstMapping() {
        assertThat(read(0, 1)).isEqualTo(FAULT);
        assertThat(write(0, 1)).isEqualTo(FAULT);
        assertThat(table.storeRelease32(0, 1)).isEqualTo(FAULT);
        assertThat(table.unmap(0, PAGE)).isZero();
    }

    @Test
    void transferOfNothingIsDoneAnywhere() {
        assertThat(read(0x1234, 0)).isEqualTo(OK);
        assertThat(write(-1, 0)).isEqualTo(OK);
    }

    @Test
    void negativeLengthIsAFault() {
        map(0, PAGE, 0, BOTH);
        assertThat(read(0, -1)).isEqualTo(FAULT);
        assertThat(write(0, Integer.MIN_VALUE)).isEqualTo(FAULT);
    }

    @Test
    void transferCrossesAdjacentMappingsThatLieApartInTheBacking() {
        map(0x1000, PAGE, 8 * PAGE, BOTH);
        map(0x2000, PAGE, 2 * PAGE, BOTH);
        map(0x3000, PAGE, 5 * PAGE, BOTH);
        for (int i = 0; i < 2 * PAGE; i++) buffer.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7));

        assertThat(table.write(0x1800, buffer, 0, 2 * PAGE)).isEqualTo(OK);

        assertThat(memory.asSlice(8 * PAGE + 0x800, 0x800).mismatch(buffer.asSlice(0, 0x800)))
                .isEqualTo(-1);
        assertThat(memory.asSlice(2 * PAGE, PAGE).mismatch(buffer.asSlice(0x800, PAGE)))
                .isEqualTo(-1);
        assertThat(memory.asSlice(5 * PAGE, 0x800).mismatch(buffer.asSlice(0x1800, 0x800)))
                .isEqualTo(-1);
        MemorySegment again = Arena.ofAuto().allocate(2 * PAGE);
        assertThat(table.read(0x1800, again, 0, 2 * PAGE)).isEqualTo(OK);
        assertThat(again.mismatch(buffer.asSlice(0, 2 * PAGE))).isEqualTo(-1);
    }

    @Test
    void transferThatRunsIntoAGapMovesNothing() {
        map(0x1000, PAGE, 0, BOTH);
        map(0x3000, PAGE, PAGE, BOTH);
        buffer.fill((byte) 0x55);

        assertThat(write(0x1FF0, 0x20)).isEqualTo(FAULT);
        assertThat(write(0x1FF0, 0x2000)).isEqualTo(FAULT);

        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0xFF0)).isZero();
    }

    @Test
    void readOnlyMemoryIsNotWrittenNotEvenItsWritableNeighbour() {
        map(0x1000, PAGE, 0, BOTH);
        map(0x2000, PAGE, PAGE, DmaTable.READ); // a ROM
        buffer.fill((byte) 0x55);

        assertThat(write(0x1FF0, 0x20)).isEqualTo(FAULT);
        assertThat(table.storeRelease64(0x2000, 1)).isEqualTo(FAULT);
        assertThat(read(0x1FF0, 0x20)).isEqualTo(OK);

        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0xFF0)).isZero();
    }

    @Test
    void writeOnlyMemoryIsNotRead() {
        map(0x1000, PAGE, 0, DmaTable.WRITE);
        assertThat(read(0x1000, 1)).isEqualTo(FAULT);
        assertThat(write(0x1000, 1)).isEqualTo(OK);
    }

    @Test
    void mappingAtTheTopOfTheSpaceEndsThere() {
        assertThat(map(-PAGE, PAGE, 0, BOTH)).isEqualTo(MapResult.MAPPED);
        assertThat(read(-16, 16)).isEqualTo(OK);
        assertThat(read(-16, 17)).isEqualTo(FAULT); // would go on at 0
        assertThat(table.unmap(-PAGE, PAGE)).isEqualTo(PAGE);
    }

    @Test
    void rangesThatCannotBeAreRefused() {
        assertThat(map(0, 0, 0, BOTH)).isEqualTo(MapResult.BAD_RANGE);
        assertThat(map(-PAGE, 2 * PAGE, 0, BOTH)).isEqualTo(MapResult.BAD_RANGE);
        assertThat(map(0, PAGE, 16 * PAGE, BOTH)).isEqualTo(MapResult.BAD_RANGE); // past the backing
        assertThat(map(0, PAGE, -PAGE, BOTH)).isEqualTo(MapResult.BAD_RANGE);
        assertThat(map(0, Long.MAX_VALUE, PAGE, BOTH)).isEqualTo(MapResult.BAD_RANGE);
        assertThat(map(0, Long.MIN_VALUE, 0, BOTH)).isEqualTo(MapResult.BAD_RANGE);
        assertThat(map(4, PAGE, 0, BOTH)).isEqualTo(MapResult.BAD_RANGE); // words would lose their alignment
        assertThat(table.size()).isZero();
        assertThat(backing.holders).isZero();
    }

    @Test
    void overlapOfOneByteIsRefused() {
        map(0x2000, 2 * PAGE, 0, BOTH);
        assertThat(map(0x1000, PAGE + 8, 0, BOTH)).isEqualTo(MapResult.OVERLAPS);
        assertThat(map(0x3FF8, PAGE, 0, BOTH)).isEqualTo(MapResult.OVERLAPS);
        assertThat(map(0x2800, 8, 0, BOTH)).isEqualTo(MapResult.OVERLAPS);
        assertThat(map(0, 16 * PAGE, 0, BOTH)).isEqualTo(MapResult.OVERLAPS);
        assertThat(map(0x1000, PAGE, 0, BOTH)).isEqualTo(MapResult.MAPPED);
        assertThat(map(0x4000, PAGE, 0, BOTH)).isEqualTo(MapResult.MAPPED);
    }

    @Test
    void unmapTakesWholeMappingsAndNamesTheirBytes() {
        map(0x1000, PAGE, 0, BOTH);
        map(0x2000, PAGE, PAGE, BOTH);
        map(0x8000, 2 * PAGE, 2 * PAGE, BOTH);

        assertThat(table.unmap(0x4000, PAGE)).isZero();
        assertThat(table.unmap(0, 0x6000)).isEqualTo(2 * PAGE);
        assertThat(read(0x1000, 1)).isEqualTo(FAULT);
        assertThat(read(0x8000, 1)).isEqualTo(OK);
        assertThat(table.unmap(0, 0x10000)).isEqualTo(2 * PAGE);
        assertThat(backing.holders).isZero();
    }

    @Test
    void unmapThatWouldCutAMappingChangesNothing() {
        map(0x1000, PAGE, 0, BOTH);
        map(0x2000, 2 * PAGE, PAGE, BOTH);

        assertThat(table.unmap(0x1000, 2 * PAGE)).isEqualTo(DmaTable.BISECTS);
        assertThat(table.unmap(0x3000, PAGE)).isEqualTo(DmaTable.BISECTS);
        assertThat(table.unmap(0x2800, 8)).isEqualTo(DmaTable.BISECTS);

        assertThat(table.size()).isEqualTo(2);
        assertThat(read(0x1000, 3 * PAGE)).isEqualTo(OK);
    }

    @Test
    void lastHitIsForgottenWithItsMapping() {
        map(0x1000, PAGE, 0, BOTH);
        assertThat(read(0x1000, 8)).isEqualTo(OK);
        table.unmap(0x1000, PAGE);
        assertThat(read(0x1000, 8)).isEqualTo(FAULT);
        assertThat(write(0x1000, 8)).isEqualTo(FAULT);
        assertThat(table.storeRelease8(0x1000, (byte) 1)).isEqualTo(FAULT);
    }

    @Test
    void storesAreLittleEndianAndWantTheirAlignment() {
        map(0, PAGE, 0, BOTH);
        assertThat(table.storeRelease64(8, 0x0807_0605_0403_0201L)).isEqualTo(OK);
        assertThat(table.storeRelease32(4, 0x0403_0201)).isEqualTo(OK);
        assertThat(table.storeRelease8(3, (byte) 9)).isEqualTo(OK);
        byte[] bytes = memory.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE);
        assertThat(bytes).containsExactly(0, 0, 0, 9, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8);

        assertThat(table.storeRelease64(4, 0)).isEqualTo(FAULT);
        assertThat(table.storeRelease32(2, 0)).isEqualTo(FAULT);
        assertThat(table.storeRelease64(PAGE, 0)).isEqualTo(FAULT);
    }

    @Test
    void gatherLendsThePiecesInOrder() {
        map(0x1000, PAGE, 8 * PAGE, BOTH);
        map(0x2000, PAGE, 2 * PAGE, BOTH);
        List<String> slices = new ArrayList<>();

        assertThat(table.gather(0x1F00, 0x200, (segment, offset, length) -> slices.add(offset + "+" + length)))
                .isEqualTo(OK);
        assertThat(slices).containsExactly((8 * PAGE + 0xF00) + "+256", (2 * PAGE) + "+256");

        slices.clear();
        assertThat(table.gather(0x1F00, 0x1200, (segment, offset, length) -> slices.add("taken")))
                .isEqualTo(FAULT);
        assertThat(slices).isEmpty();
        assertThat(table.gather(0x1F00, 0x200, (segment, offset, length) -> false))
                .isEqualTo(FAULT);
    }

    @Test
    void unbackedRangeIsKnownButNotMovedHere() {
        assertThat(table.map(0x1000, PAGE, null, 0, BOTH)).isEqualTo(MapResult.MAPPED);
        map(0x2000, PAGE, 0, BOTH);

        assertThat(table.hasUnbacked()).isTrue();
        assertThat(table.route(0x1000, 8, DmaTable.READ)).isEqualTo(DmaTable.UNBACKED);
        assertThat(table.route(0x1FF8, 16, DmaTable.WRITE)).isEqualTo(DmaTable.UNBACKED);
        assertThat(table.route(0x2000, 16, DmaTable.WRITE)).isEqualTo(OK);
        assertThat(read(0x1000, 8)).isEqualTo(FAULT);
        assertThat(table.storeRelease32(0x1000, 1)).isEqualTo(FAULT);
        assertThat(table.unmap(0x1000, PAGE)).isEqualTo(PAGE);
        assertThat(table.hasUnbacked()).isFalse();
    }

    @Test
    void quarterOfAMillionMappingsOfOneBackingAreFoundAndReleased() {
        int count = 262_144;
        for (int i = 0; i < count; i++) // pages in an order that never helps: a large odd stride
        assertThat(map(((i * 40_503L) & (count - 1)) * PAGE, PAGE, (i & 15) * (long) PAGE, BOTH))
                    .isEqualTo(MapResult.MAPPED);
        assertThat(table.size()).isEqualTo(count);
        assertThat(backing.holders).isEqualTo(count);
        for (int i = 0; i < count; i += 97)
            assertThat(read((long) i * PAGE + 100, PAGE)).isEqualTo(OK);

        assertThat(table.unmap(0, (long) count * PAGE / 2)).isEqualTo((long) count * PAGE / 2);
        assertThat(table.clear()).isEqualTo((long) count * PAGE / 2);
        assertThat(backing.holders).isZero();
    }

    @Test
    void mappingsBeyondTheLimitAreRefused() {
        for (int i = 0; i < DmaTable.LIMIT_MAPPINGS; i++)
            assertThat(map((long) i * PAGE, PAGE, 0, BOTH)).isEqualTo(MapResult.MAPPED);
        assertThat(map(-PAGE, PAGE, 0, BOTH)).isEqualTo(MapResult.FULL);
        table.clear();
        assertThat(map(-PAGE, PAGE, 0, BOTH)).isEqualTo(MapResult.MAPPED);
    }

    /// Keys of the oracle are page numbers, values the count of pages.
    @Test
    void chanceAgreesWithATreeMap() {
        for (long seed = 1; seed <= 30; seed++) new Oracle(seed).run(4_000);
    }

    private static final class Oracle {
        private final TreeMap<Long, Long> pages = new TreeMap<>();
        private final DmaTable subject = new DmaTable();
        private final Random random;
        private final long seed;
        private final int span;

        Oracle(long seed) {
            this.seed = seed;
            random = new Random(seed);
            span = 64 << random.nextInt(7);
        }

        void run(int steps) {
            for (int step = 0; step < steps; step++) {
                long page = random.nextInt(span);
                long count = 1L + random.nextInt(random.nextInt(20) == 0 ? 64 : 3);
                String where = "--seed " + seed + ", step " + step + ", page " + page + ", count " + count;
                switch (random.nextInt(4)) {
                    case 0, 1 -> checkMap(page, count, where);
                    case 2 -> checkUnmap(page, count, where);
                    default -> checkRoute(page, count, where);
                }
                assertThat(subject.size()).as(where).isEqualTo(pages.size());
            }
            long held = pages.values().stream().mapToLong(Long::longValue).sum();
            assertThat(subject.unmap(0, 1L << 40)).isEqualTo(held * PAGE);
        }

        private boolean occupied(long from, long to) {
            Map.Entry<Long, Long> below = pages.lowerEntry(to);
            return below != null && below.getKey() + below.getValue() > from;
        }

        private void checkMap(long page, long count, String where) {
            MapResult expected = occupied(page, page + count) ? MapResult.OVERLAPS : MapResult.MAPPED;
            assertThat(subject.map(page * PAGE, count * PAGE, null, 0, BOTH))
                    .as(where)
                    .isEqualTo(expected);
            if (expected == MapResult.MAPPED) pages.put(page, count);
        }

        private void checkUnmap(long page, long count, String where) {
            long end = page + count;
            boolean cut = pages.entrySet().stream().anyMatch(entry -> {
                long from = entry.getKey();
                long to = from + entry.getValue();
                return from < end && to > page && (from < page || to > end);
            });
            Map<Long, Long> inside = pages.subMap(page, end);
            long expected = cut
                    ? DmaTable.BISECTS
                    : inside.values().stream().mapToLong(Long::longValue).sum() * PAGE;
            assertThat(subject.unmap(page * PAGE, count * PAGE)).as(where).isEqualTo(expected);
            if (!cut) inside.clear();
        }

        private void checkRoute(long page, long count, String where) {
            long at = page;
            Map.Entry<Long, Long> entry = pages.floorEntry(at);
            while (entry != null && entry.getKey() <= at && entry.getKey() + entry.getValue() > at) {
                at = entry.getKey() + entry.getValue();
                if (at >= page + count) break;
                entry = pages.floorEntry(at);
            }
            assertThat(subject.route(page * PAGE, (int) (count * PAGE), DmaTable.READ))
                    .as(where)
                    .isEqualTo(at >= page + count ? DmaTable.UNBACKED : FAULT);
        }
    }
}
