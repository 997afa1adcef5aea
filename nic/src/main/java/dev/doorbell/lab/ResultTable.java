package dev.doorbell.lab;

import java.util.List;

/// A table of a result.
///
/// @param name  one word, for files and JSON: `model`, `socket`
/// @param title what it shows, without a full stop
/// @param rows  each with a cell per column
/// @param notes sentences to print under it
public record ResultTable(String name, String title, List<Column> columns, List<List<Cell>> rows, List<String> notes) {
    public ResultTable {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        notes = List.copyOf(notes);
        for (List<Cell> row : rows)
            if (row.size() != columns.size())
                throw new IllegalArgumentException(title + ": a row of " + row.size() + " cells");
    }
}
