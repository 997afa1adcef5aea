package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ResultTable;
import java.util.List;
import java.util.stream.Collectors;

/// A table as CSV (RFC 4180): a line of titles with their units in brackets, then the rows,
/// numbers with all their digits; nothing where there is no number.
public final class CsvReport {
    private CsvReport() {}

    public static String of(ResultTable table) {
        StringBuilder text = new StringBuilder();
        line(table.columns().stream().map(CsvReport::title).toList(), text);
        for (List<Cell> row : table.rows())
            line(row.stream().map(CsvReport::text).toList(), text);
        return text.toString();
    }

    private static void line(List<String> fields, StringBuilder text) {
        text.append(fields.stream().map(CsvReport::quoted).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    private static String title(Column column) {
        return column.unit().isEmpty() ? column.title() : column.title() + " (" + column.unit() + ")";
    }

    private static String text(Cell cell) {
        return switch (cell) {
            case Cell.Text text -> text.text();
            case Cell.Amount amount -> Numbers.exact(amount.value());
        };
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        boolean bare = field.equals(field.strip());
        return plain && bare ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
