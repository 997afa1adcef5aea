package dev.doorbell.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.doorbell.register.E1000Bits;
import dev.doorbell.register.RegisterSheet;
import dev.doorbell.register.RegisterSheet.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The card against the transcribed register map, row by row and every element of arrays, through BAR0 alone: offsets
/// and expectations come from the sheet, never from the table in the code.
class RegisterSheetStoryTest {
    private static final RegisterSheet SHEET =
            new RegisterSheet("/registers-82540em.csv", "/registers-82540em-notes.csv");
    private static final int[] PATTERNS = {0x5A5A_5A5A, 0xA5A5_A5A5, 0, -1};

    /// Never written: CTRL.RST, which is a story of its own.
    private static int harmless(Row row, int value) {
        return row.name().equals("CTRL") ? value & ~E1000Bits.CTRL_RST : value;
    }

    private static Stream<DynamicTest> each(Predicate<Row> which, Consumer<Row> check) {
        return SHEET.rows().stream().filter(which).map(row -> dynamicTest(row.name(), () -> check.accept(row)));
    }

    private static boolean own(Row row) {
        return row.aliasOf().isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> resetValueIsTheSheets() {
        return each(row -> own(row) && row.reset().isPresent(), row -> {
            Bench bench = Bench.withLink();
            for (int i = 0; i < row.count(); i++)
                assertEquals(row.reset().getAsInt(), bench.readAt(row.offset(i)), row.name() + "[" + i + "]");
        });
    }

    /// The list is a report: what is on it is what nobody has established, nothing else.
    @Test
    void rowsWithoutAnEstablishedResetValueAreTheseAndNoOthers() throws IOException {
        List<String> unestablished = SHEET.rows().stream()
                .filter(row -> own(row) && row.reset().isEmpty())
                .map(Row::name)
                .toList();
        try (InputStream in = getClass().getResourceAsStream("/registers-82540em-reset-unknown.txt")) {
            assertTrue(in != null, "the list is missing");
            List<String> listed = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            assertEquals(listed, unestablished);
        }
    }

    @TestFactory
    Stream<DynamicTest> writtenBitsReadBackAndOthersStay() {
        return each(row -> own(row) && row.access().equals("RW"), row -> {
            Bench bench = Bench.withLink();
            for (int i = 0; i < row.count(); i++) {
                int before = bench.readAt(row.offset(i));
                int fixed = ~(row.writable() | row.moving());
                for (int pattern : PATTERNS) {
                    int written = harmless(row, pattern);
                    bench.writeAt(row.offset(i), written);
                    int read = bench.readAt(row.offset(i));
                    String where = row.name() + "[" + i + "] written " + Integer.toHexString(pattern);
                    assertEquals(written & row.writable(), read & row.writable(), where);
                    assertEquals(before & fixed, read & fixed, where + ": bits that no write changes");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> elementsOfAnArrayAreStoredApart() {
        return each(row -> own(row) && row.access().equals("RW") && row.count() > 1, row -> {
            Bench bench = Bench.withLink();
            for (int i = 0; i < row.count(); i++) bench.writeAt(row.offset(i), distinct(i));
            for (int i = 0; i < row.count(); i++)
                assertEquals(
                        distinct(i) & row.writable(),
                        bench.readAt(row.offset(i)) & row.writable(),
                        row + "[" + i + "]");
        });
    }

    private static int distinct(int index) {
        return (index + 1) * 0x9E37_79B1;
    }

    @TestFactory
    Stream<DynamicTest> writesToReadOnlyRegistersAreIgnored() {
        return each(row -> own(row) && row.access().equals("RO"), row -> {
            Bench bench = Bench.withLink();
            for (int i = 0; i < row.count(); i++) {
                int before = bench.readAt(row.offset(i));
                for (int pattern : PATTERNS) {
                    bench.writeAt(row.offset(i), pattern);
                    assertEquals(before, bench.readAt(row.offset(i)), row + "[" + i + "]");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> writesToCountersAreIgnored() {
        return each(row -> row.access().equals("RC"), row -> {
            Bench bench = Bench.withLink();
            bench.writeAt(row.offset(), -1);
            assertEquals(0, bench.readAt(row.offset()));
        });
    }

    @TestFactory
    Stream<DynamicTest> writingOnesSetsBitsAndZeroesLeaveThem() {
        return each(row -> row.access().equals("RW(set)") || row.access().equals("WO(readable)"), row -> {
            Bench bench = Bench.withLink();
            bench.writeAt(row.offset(), 0x0000_5A5A);
            assertEquals(0x0000_5A5A & row.writable(), bench.readAt(row.offset()));
            bench.writeAt(row.offset(), 0x0000_0101);
            assertEquals(0x0000_5B5B & row.writable(), bench.readAt(row.offset()));
            bench.writeAt(row.offset(), -1);
            assertEquals(row.writable(), bench.readAt(row.offset()));
            bench.writeAt(row.offset(), 0);
            assertEquals(row.writable(), bench.readAt(row.offset()));
        });
    }

    @TestFactory
    Stream<DynamicTest> writeOnlyRegistersReadZero() {
        return each(row -> row.access().equals("WO"), row -> {
            Bench bench = Bench.withLink();
            bench.writeAt(row.offset(), -1);
            assertEquals(0, bench.readAt(row.offset()));
        });
    }

    @Test
    void icrIsClearedByReadingAndByWritingOnes() {
        Bench bench = Bench.withLink();
        int icr = SHEET.row("ICR").offset();
        int ics = SHEET.row("ICS").offset();
        bench.writeAt(ics, -1);
        bench.writeAt(icr, 0x0000_00F0);
        assertEquals(SHEET.row("ICR").writable() & ~0xF0, bench.readAt(icr));
        assertEquals(0, bench.readAt(icr));
    }

    /// No wake up event ever sets a bit here (no PME# pin leads out of the slot), so all there is to see is 0.
    @Test
    void wakeUpStatusStartsAtZeroAndCannotBeSetByWriting() {
        Bench bench = Bench.withLink();
        int wus = SHEET.row("WUS").offset();
        bench.writeAt(wus, -1);
        assertEquals(0, bench.readAt(wus));
    }

    @TestFactory
    Stream<DynamicTest> aliasAndRegisterAreOneStorage() {
        return each(row -> !own(row), row -> {
            Row target = SHEET.row(row.aliasOf());
            int step = Math.max(4, row.stride());
            for (int i = 0; i < row.count(); i++) {
                Bench bench = Bench.withLink();
                bench.writeAt(row.offset(i), harmless(target, 0x5A5A_5A5A));
                int stored = bench.readAt(target.offset() + i * step);
                assertEquals(stored, bench.readAt(row.offset(i)), row + "[" + i + "]");
                bench.writeAt(target.offset() + i * step, harmless(target, 0xA5A5_A5A5));
                int changed = bench.readAt(row.offset(i));
                assertEquals(bench.readAt(target.offset() + i * step), changed, row + "[" + i + "]");
                assertTrue(stored != changed, row + " holds what is written");
            }
        });
    }
}
