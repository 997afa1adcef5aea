package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.output.Table;
import java.util.List;
import java.util.stream.IntStream;

/// The cells of one column as people read them: counts whole, other numbers with enough digits to
/// compare, followed by blanks that bring the decimal points under each other when all end at the
/// right.
///
/// @param words whether any cell is words: such a column begins at the left
record ColumnText(List<String> cells, boolean words) {
    /// Every column of a table.
    static List<ColumnText> of(ResultTable table) {
        return IntStream.range(0, table.columns().size())
                .mapToObj(i -> of(table.rows().stream().map(row -> row.get(i)).toList()))
                .toList();
    }

    private static ColumnText of(List<Cell> cells) {
        boolean words = cells.stream().anyMatch(cell -> cell instanceof Cell.Text);
        boolean whole = cells.stream().allMatch(ColumnText::isWhole);
        List<String> texts = cells.stream().map(cell -> text(cell, whole)).toList();
        return new ColumnText(words ? texts : pointsAligned(texts), words);
    }

    /// Whether nothing is lost without decimals.
    private static boolean isWhole(Cell cell) {
        return !(cell instanceof Cell.Amount amount)
                || !Double.isFinite(amount.value())
                || amount.value() == StrictMath.rint(amount.value());
    }

    private static String text(Cell cell, boolean whole) {
        return switch (cell) {
            case Cell.Text text -> Words.oneLine(text.text());
            case Cell.Amount amount ->
                whole && Double.isFinite(amount.value())
                        ? String.valueOf(Math.round(amount.value()))
                        : Table.number(amount.value());
        };
    }

    private static List<String> pointsAligned(List<String> numbers) {
        int places = numbers.stream().mapToInt(ColumnText::places).max().orElse(0);
        return numbers.stream()
                .map(number -> number + " ".repeat(places - places(number)))
                .toList();
    }

    /// Characters from the point on.
    private static int places(String number) {
        int point = number.indexOf('.');
        return point < 0 ? 0 : number.length() - point;
    }
}
