package dev.doorbell.lab.report;

import dev.doorbell.lab.Column;
import dev.doorbell.lab.ResultTable;
import java.util.ArrayList;
import java.util.List;

/// A result's table in columns of text: words to the left, numbers under each other's decimal
/// point, titles broken into short lines with the unit last. A table that is too wide goes on
/// below, its first column repeated; a long one repeats its titles.
final class TextTable {
    private static final int LINE_CHARS = 110;
    private static final int TITLE_CHARS = 14;
    private static final int ROWS_PER_HEADER = 40;
    private static final String GAP = "  ";

    private final List<TextColumn> columns = new ArrayList<>();
    private final int rows;

    private TextTable(ResultTable table) {
        rows = table.rows().size();
        List<ColumnText> texts = ColumnText.of(table);
        for (int i = 0; i < texts.size(); i++)
            columns.add(TextColumn.of(table.columns().get(i), texts.get(i)));
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
    private record TextColumn(List<String> title, List<String> cells, int width) {
        static TextColumn of(Column column, ColumnText text) {
            List<String> title = new ArrayList<>(Words.wrapped(column.title(), TITLE_CHARS));
            if (!column.unit().isEmpty()) title.add(column.unit());
            int width = Math.max(widest(text.cells()), widest(title));
            return new TextColumn(padded(title, width, text.words()), padded(text.cells(), width, text.words()), width);
        }

        /// Line `i` of `all`; short titles stand at the bottom.
        String titleLine(int i, int all) {
            int line = i - (all - title.size());
            return line < 0 ? " ".repeat(width) : title.get(line);
        }
    }

    private static int widest(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static List<String> padded(List<String> texts, int width, boolean left) {
        return texts.stream()
                .map(text -> {
                    String blanks = " ".repeat(width - text.length());
                    return left ? text + blanks : blanks + text;
                })
                .toList();
    }
}
