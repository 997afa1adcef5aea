package dev.doorbell.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.lab.Column;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Titles that a program can look up.
class ColumnTitlesTest {
    private static List<String> unique(String... titles) {
        return ColumnTitles.unique(Stream.of(titles).map(Column::of).toList());
    }

    @Test
    void titleThatComesAgainStandsBehindItsOwnColumn() {
        assertEquals(
                List.of("rate", "this card", "this card min", "this card max", "QEMU's", "QEMU's min", "QEMU's max"),
                unique("rate", "this card", "min", "max", "QEMU's", "min", "max"));
    }

    @Test
    void titlesThatOccurOnceStayAsTheyAre() {
        assertEquals(List.of("setting", "sent", "exits"), unique("setting", "sent", "exits"));
        assertEquals(List.of(), unique());
    }

    @Test
    void titlesAreNumberedWhereNothingElseTellsThemApart() {
        assertEquals(List.of("x", "x 2", "x 3"), unique("x", "x", "x"));
        assertEquals(List.of("a", "a x", "a x 2"), unique("a", "x", "x"));
    }

    @Test
    void titleThatWasMadeIsNotMadeTwice() {
        assertEquals(List.of("a x", "a", "a x 2", "b", "b x"), unique("a x", "a", "x", "b", "x"));
    }
}
