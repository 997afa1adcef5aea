package dev.doorbell.driver;

import static dev.doorbell.pci.PciFunction.REGION_BAR0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Registers as memory: which accesses are loads and stores, and a file that is cut shorter under them.
class MappedPagesTest {
    private static final int PAGE = 4096;

    /// Offers its second and fourth page; remembers the accesses that came as such.
    private static final class Function implements PciFunction {
        private final int file = MemoryFile.create("mapped-pages-test", 4 * PAGE, false);
        private int reads;
        private int writes;
        private long written;

        @Override
        public MappableAreas mappableAreas(int region) {
            return new MappableAreas(
                    file, 0, List.of(new MappableAreas.Area(PAGE, PAGE), new MappableAreas.Area(3 * PAGE, PAGE)));
        }

        @Override
        public long read(int region, long offset, int sizeBytes) {
            reads++;
            return 0x1234;
        }

        @Override
        public void write(int region, long offset, int sizeBytes, long value) {
            writes++;
            written = value;
        }

        @Override
        public long regionSizeBytes(int region) {
            return 4 * PAGE;
        }

        @Override
        public int vectorCount(InterruptKind kind) {
            return 0;
        }

        @Override
        public void connect(DmaMemory memory, InterruptSink sink) {}

        @Override
        public void reset() {}
    }

    private final Function function = new Function();
    private final MappedPages pages;

    MappedPagesTest() throws Exception {
        pages = new MappedPages(function);
    }

    @AfterEach
    void close() {
        pages.close();
        assertEquals(0, Files.close(function.file), "the descriptor is still the function's");
    }

    @Test
    void wordsOfAnOfferedPageAreMemoryAndNothingElseIs() {
        pages.write(REGION_BAR0, PAGE, 4, 0xCAFE_F00DL);
        pages.write(REGION_BAR0, 4 * PAGE - 4, 4, -1);

        assertEquals(0xCAFE_F00DL, pages.read(REGION_BAR0, PAGE, 4));
        assertEquals(0xFFFF_FFFFL, pages.read(REGION_BAR0, 4 * PAGE - 4, 4), "no sign");
        assertEquals(0, function.reads + function.writes);

        assertEquals(0x1234, pages.read(REGION_BAR0, PAGE - 4, 4), "before the page");
        assertEquals(0x1234, pages.read(REGION_BAR0, 2 * PAGE, 4), "behind it");
        assertEquals(0x1234, pages.read(REGION_BAR0, PAGE, 2), "narrower");
        assertEquals(0x1234, pages.read(REGION_BAR0 + 1, PAGE, 4), "of another region");
        pages.write(REGION_BAR0, 2 * PAGE, 4, 7);
        assertEquals(4, function.reads);
        assertEquals(1, function.writes);
        assertEquals(7, function.written);
    }

    @Test
    void accessesAreToldApartBeforeTheyAreMade() {
        assertTrue(pages.isMapped(REGION_BAR0, 2 * PAGE - 4, 4));
        assertFalse(pages.isMapped(REGION_BAR0, 2 * PAGE, 4));
        assertFalse(pages.isMapped(REGION_BAR0, PAGE, 1));
        assertFalse(pages.isMapped(REGION_BAR0 + 1, PAGE, 4));
        assertFalse(pages.isMapped(REGION_BAR0, -4, 4));
    }

    /// A file of a server's is sealed against it; a device's window may still go. Compiled code tells it late, as
    /// an InternalError of its own.
    @Test
    void pageThatGoesAwayIsAnErrorOfTheAccessAndNotTheEndOfTheProcess() {
        assertEquals(0, Files.truncate(function.file, PAGE));

        UncheckedIOException write =
                assertThrows(UncheckedIOException.class, () -> pages.write(REGION_BAR0, PAGE, 4, 1));
        UncheckedIOException read = assertThrows(UncheckedIOException.class, () -> pages.read(REGION_BAR0, PAGE, 4));

        for (UncheckedIOException fault : List.of(read, write))
            assertThat(fault)
                    .hasRootCauseInstanceOf(InternalError.class)
                    .hasMessageContaining("mapped registers are gone");
        assertEquals(0x1234, pages.read(REGION_BAR0, 0, 4), "the rest goes on");
    }
}
