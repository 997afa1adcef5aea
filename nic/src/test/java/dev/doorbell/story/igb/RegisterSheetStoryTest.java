package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_PHY_RST;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.doorbell.register.RegisterSheet;
import dev.doorbell.register.RegisterSheet.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The card against the transcribed register map, row by row and every element of arrays, through
/// BAR0 alone: offsets and expectations come from the sheet, never from the table in the code.
class RegisterSheetStoryTest {
    private static final Set<String> LEFT_OUT = RegisterSheet.names("/registers-82576-left-out.csv");
    private static final RegisterSheet SHEET =
            new RegisterSheet("/registers-82576.csv", "/registers-82576-notes.csv", LEFT_OUT);
    private static final int[] PATTERNS = {0x5A5A_5A5A, 0xA5A5_A5A5, 0, -1};
    private static final int QUEUE_ENABLE = 1 << 25;
    /// Accesses that store what is written.
    private static final Set<String> STORED = Set.of("RW", "RW/SC", "RW/RC");

    /// Never written: CTRL.RST and CTRL.PHY_RST, which are stories of their own.
    private static int harmless(Row row, int value) {
        return row.name().startsWith("CTRL") ? value & ~(CTRL_RST | CTRL_PHY_RST) : value;
    }

    private static int writable(Row row) {
        return harmless(row, row.writable());
    }

    private static Stream<DynamicTest> each(Predicate<Row> which, Consumer<Row> check) {
        return SHEET.rows().stream().filter(which).map(row -> dynamicTest(row.name(), () -> check.accept(row)));
    }

    private static boolean own(Row row) {
        return row.aliasOf().isEmpty();
    }

    private static boolean stored(Row row) {
        return STORED.contains(row.access());
    }

    /// A card with its link up. Its receive queues are on when tails are to be written, as the
    /// driver's self test has them.
    private static IgbBench card(Row row) {
        IgbBench bench = IgbBench.byMessages().awaitLink();
        Row control = SHEET.row("RXDCTL");
        if (row.name().startsWith("RDT"))
            for (int i = 0; i < control.count(); i++) bench.writeAt(control.offset(i), QUEUE_ENABLE);
        return bench;
    }

    @TestFactory
    Stream<DynamicTest> resetValueIsTheSheets() {
        return each(row -> own(row) && row.reset().isPresent(), row -> {
            IgbBench bench = new IgbBench();
            for (int i = 0; i < row.count(); i++) {
                int expected = row.reset().getAsInt();
                if (i == 0 && (row.name().equals("RXDCTL") || row.name().equals("TXDCTL"))) expected |= QUEUE_ENABLE;
                int read = bench.readAt(row.offset(i));
                assertEquals(expected & ~row.moving(), read & ~row.moving(), row.name() + "[" + i + "]");
            }
        });
    }

    /// The list is a report: what is on it is what nobody has established, nothing else.
    @Test
    void rowsWithoutAnEstablishedResetValueAreTheseAndNoOthers() throws IOException {
        List<String> unestablished = SHEET.rows().stream()
                .filter(row -> own(row) && row.reset().isEmpty())
                .map(Row::name)
                .toList();
        try (InputStream in = getClass().getResourceAsStream("/registers-82576-reset-unknown.txt")) {
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
        return each(row -> own(row) && stored(row), row -> {
            IgbBench bench = card(row);
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
        return each(row -> own(row) && stored(row) && row.count() > 1, row -> {
            IgbBench bench = card(row);
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
            IgbBench bench = card(row);
            for (int i = 0; i < row.count(); i++) {
                int before = bench.readAt(row.offset(i)) & ~row.moving();
                for (int pattern : PATTERNS) {
                    bench.writeAt(row.offset(i), pattern);
                    assertEquals(before, bench.readAt(row.offset(i)) & ~row.moving(), row + "[" + i + "]");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> writesToCountersAreIgnored() {
        return each(row -> row.access().equals("RC"), row -> {
            IgbBench bench = card(row);
            for (int i = 0; i < row.count(); i++) {
                bench.writeAt(row.offset(i), -1);
                assertEquals(0, bench.readAt(row.offset(i)), row + "[" + i + "]");
            }
        });
    }

    /// GPIE is 0: no MSI-X.
    @TestFactory
    Stream<DynamicTest> writingOnesSetsBitsAndZeroesLeaveThem() {
        return each(
                row -> own(row)
                        && (row.access().equals("RW(set)") || row.access().equals("WO(readable)")),
                row -> {
                    IgbBench bench = card(row);
                    for (int i = 0; i < row.count(); i++) {
                        bench.writeAt(row.offset(i), 0x0000_5A5A);
                        assertEquals(0x0000_5A5A & row.writable(), bench.readAt(row.offset(i)) & row.writable());
                        bench.writeAt(row.offset(i), 0x0000_0101);
                        assertEquals(0x0000_5B5B & row.writable(), bench.readAt(row.offset(i)) & row.writable());
                        bench.writeAt(row.offset(i), -1);
                        assertEquals(row.writable(), bench.readAt(row.offset(i)) & row.writable());
                        bench.writeAt(row.offset(i), 0);
                        assertEquals(row.writable(), bench.readAt(row.offset(i)) & row.writable());
                    }
                });
    }

    /// Mask clears read as their masks, which are clear then.
    @TestFactory
    Stream<DynamicTest> writeOnlyRegistersReadZero() {
        return each(row -> own(row) && row.access().equals("WO"), row -> {
            IgbBench bench = card(row);
            for (int i = 0; i < row.count(); i++) {
                bench.writeAt(row.offset(i), -1);
                assertEquals(0, bench.readAt(row.offset(i)), row + "[" + i + "]");
            }
        });
    }

    /// Events set these, writes do not.
    @TestFactory
    Stream<DynamicTest> eventsStartAtZeroAndCannotBeSetByWriting() {
        return each(
                row -> own(row) && (row.access().equals("RW1C") || row.access().equals("RC/W1C")), row -> {
                    IgbBench bench = card(row);
                    for (int i = 0; i < row.count(); i++) {
                        bench.writeAt(row.offset(i), -1);
                        assertEquals(0, bench.readAt(row.offset(i)), row + "[" + i + "]");
                    }
                });
    }

    @TestFactory
    Stream<DynamicTest> aliasAndRegisterAreOneStorage() {
        return each(row -> !own(row) && stored(SHEET.row(row.aliasOf())), row -> {
            Row target = SHEET.row(row.aliasOf());
            for (int i = 0; i < row.count(); i++) {
                IgbBench bench = card(target);
                int home = home(row, target, i);
                bench.writeAt(row.offset(i), harmless(target, 0x5A5A_5A5A));
                int stored = bench.readAt(home);
                assertEquals(stored, bench.readAt(row.offset(i)), row + "[" + i + "]");
                bench.writeAt(home, harmless(target, 0xA5A5_A5A5));
                int changed = bench.readAt(row.offset(i));
                assertEquals(bench.readAt(home), changed, row + "[" + i + "]");
                assertNotEquals(stored, changed, row + " holds what is written");
            }
        });
    }

    /// Queue registers stand for each other element by element, other aliases word by word.
    private static int home(Row alias, Row target, int index) {
        return alias.stride() > target.stride() ? target.offset(index) : target.offset() + index * 4;
    }

    @Test
    void causesAndMasksLieAtTwoPlaces() {
        IgbBench bench = card(SHEET.row("ICR"));
        bench.writeAt(SHEET.row("ICS_NEW").offset(), 1 << 20);
        assertEquals(1 << 20, bench.readAt(SHEET.row("ICS").offset()) & 1 << 20);
        bench.writeAt(SHEET.row("ICR_NEW").offset(), -1);
        assertEquals(0, bench.readAt(SHEET.row("ICS").offset()) & 1 << 20);
        bench.writeAt(SHEET.row("IMS_NEW").offset(), 1 << 20);
        assertEquals(1 << 20, bench.readAt(SHEET.row("IMS").offset()));
        bench.writeAt(SHEET.row("IMC_NEW").offset(), 1 << 20);
        assertEquals(0, bench.readAt(SHEET.row("IMS_NEW").offset()));
        assertEquals(writable(SHEET.row("ICR")), SHEET.row("ICS").writable());
    }
}
