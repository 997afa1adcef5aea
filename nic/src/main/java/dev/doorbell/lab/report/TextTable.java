package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.output.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A result's table in columns of text: words to the left, numbers under each other's decimal point, titles broken into
/// short lines with the unit last. A table that is too wide goes on below, its first column repeated; a long one
/// repeats
/// its titles.
final class TextTable {
    private static final int LINE_CHARS = 110;
    private static final int TITLE_CHARS = 14;
    private static final int ROWS_PER_HEADER = 40;
    private static final String GAP = "  ";

    private final List<TextColumn> columns = new ArrayList<>();
    private final int rows;

    private TextTable(ResultTable table) {
        rows = table.rows().size();
        for (int i = 0; i < table.columns().size(); i++) {
            int column = i;
            columns.add(TextColumn.of(
                    table.columns().get(i),
                    table.rows().stream().map(row -> row.get(column)).toList()));
        }
    }

    /// The lines, without the title and the notes.
    static List<String> lines(ResultTable table) {
        return new TextTable(table).lines();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<TextColumn> block : blocks()) {
            if (!lines.isEmpty()) lines.add("");
            print(block, lines);
        }
        return lines;
    }

    /// Columns that fit side by side; each block but the first begins with the first column.
    private List<List<TextColumn>> blocks() {
        List<List<TextColumn>> blocks = new ArrayList<>();
        List<TextColumn> block = new ArrayList<>();
        int chars = 0;
        for (TextColumn column : columns) {
            if (block.size() > 1 && chars + column.width() > LINE_CHARS) {
                blocks.add(block);
                block = new ArrayList<>(List.of(columns.getFirst()));
                chars = columns.getFirst().width() + GAP.length();
            }
            block.add(column);
            chars += column.width() + GAP.length();
        }
        blocks.add(block);
        return blocks;
    }

    private void print(List<TextColumn> block, List<String> lines) {
        int titleLines =
                block.stream().mapToInt(column -> column.title().size()).max().orElse(0);
        for (int row = 0; row < rows || row == 0; row++) {
            if (row % ROWS_PER_HEADER == 0) {
                if (row > 0) lines.add("");
                for (int i = 0; i < titleLines; i++) {
                    int line = i;
                    lines.add(joined(block.stream()
                            .map(column -> column.titleLine(line, titleLines))
                            .toList()));
                }
                lines.add(joined(
                        block.stream().map(column -> "-".repeat(column.width())).toList()));
            }
            int index = row;
            if (row < rows)
                lines.add(joined(
                        block.stream().map(column -> column.cells().get(index)).toList()));
        }
    }

    private static String joined(List<String> cells) {
        return String.join(GAP, cells).stripTrailing();
    }

    /// @param title lines, each as wide as the column, the last one just above the cells
    /// @param cells each as wide as the column
    private record TextColumn(List<String> title, List<String> cells, int width, boolean words) {
        static TextColumn of(Column column, List<Cell> cells) {
            boolean words = cells.stream().anyMatch(cell -> cell instanceof Cell.Text);
            boolean whole = cells.stream().allMatch(TextTable::isWhole);
            List<String> texts = cells.stream().map(cell -> text(cell, whole)).toList();
            if (!words) texts = pointsAligned(texts);
            List<String> aligned = texts;
            List<String> title = Words.wrapped(column.title(), TITLE_CHARS);
            if (!column.unit().isEmpty()) {
                title = new ArrayList<>(title);
                title.add(column.unit());
            }
            int width = Math.max(widest(aligned), widest(title));
            return new TextColumn(
                    title.stream().map(line -> padded(line, width, words)).toList(),
                    aligned.stream().map(line -> padded(line, width, words)).toList(),
                    width,
                    words);
        }

        /// Line `i` of `all`; short titles stand at the bottom.
        String titleLine(int i, int all) {
            int line = i - (all - title.size());
            return line < 0 ? " ".repeat(width) : title.get(line);
        }
    }

    /// Whether nothing is lost without decimals: counts are written as counts.
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

    /// Blanks after each so that the decimal points come under each other when all end at the right.
    private static List<String> pointsAligned(List<String> numbers) {
        int places = numbers.stream().mapToInt(TextTable::places).max().orElse(0);
        return numbers.stream()
                .map(number -> number + " ".repeat(places - places(number)))
                .toList();
    }

    private static int places(String number) {
        int point = number.indexOf('.');
        return point < 0 ? 0 : number.length() - point;
    }

    private static int widest(List<String> texts) {
        return texts.isEmpty()
                ? 0
                : Collections.max(texts.stream().map(String::length).toList());
    }

    private static String padded(String text, int width, boolean left) {
        String blanks = " ".repeat(width - text.length());
        return left ? text + blanks : blanks + text;
    }
}
