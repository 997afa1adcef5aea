package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.ResultTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A table as CSV (RFC 4180): a line of titles with their units in brackets, no two alike, then the rows,
/// numbers with all their digits; nothing where there is no number.
public final class CsvReport {
    private CsvReport() {}

    public static String of(ResultTable table) {
        StringBuilder text = new StringBuilder();
        List<String> titles = ColumnTitles.unique(table.columns());
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < titles.size(); i++)
            fields.add(titled(titles.get(i), table.columns().get(i).unit()));
        line(fields, text);
        for (List<Cell> row : table.rows())
            line(row.stream().map(CsvReport::text).toList(), text);
        return text.toString();
    }

    private static void line(List<String> fields, StringBuilder text) {
        text.append(fields.stream().map(CsvReport::quoted).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    private static String titled(String title, String unit) {
        return unit.isEmpty() ? title : title + " (" + unit + ")";
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
