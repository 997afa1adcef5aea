package dev.doorbell.lab.sweep;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ResultTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A finished point as lines of text, the last one with a check sum over all before: a file that
/// is torn, changed or somebody else's is seen to be none. Numbers come back to the last bit.
final class PointFile {
    private static final String END = "end crc32c=";
    private static final int CHECK_DIGITS = 8;

    private PointFile() {}

    /// @param head lines that say whose point it is; the same are asked for when it is read
    static byte[] encode(List<String> head, ResultTable table) {
        StringBuilder text = new StringBuilder();
        for (String line : head) line(text, "head", line);
        line(text, "name", table.name());
        line(text, "title", table.title());
        for (Column column : table.columns()) line(text, "column", column.title(), column.unit());
        for (List<Cell> row : table.rows())
            line(text, "row", row.stream().map(PointFile::field).toArray(String[]::new));
        for (String note : table.notes()) line(text, "note", note);
        String check = check(text.toString().getBytes(StandardCharsets.UTF_8));
        text.append(END).append(check).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// @return what was encoded; empty when the bytes are anything else
    static Optional<ResultTable> decode(List<String> head, byte[] bytes) {
        int end = bytes.length - END.length() - CHECK_DIGITS - 1;
        if (end < 0) return Optional.empty();
        byte[] body = java.util.Arrays.copyOf(bytes, end);
        String tail = new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8);
        if (!tail.equals(END + check(body) + "\n")) return Optional.empty();
        try {
            return table(head, new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // whole, but not of this version
        }
    }

    private static Optional<ResultTable> table(List<String> head, String text) {
        List<String> heads = new ArrayList<>();
        String name = "";
        String title = "";
        List<Column> columns = new ArrayList<>();
        List<List<Cell>> rows = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split("\t", -1);
            switch (fields[0]) {
                case "head" -> heads.add(plain(field(fields, 1)));
                case "name" -> name = plain(field(fields, 1));
                case "title" -> title = plain(field(fields, 1));
                case "column" -> columns.add(new Column(plain(field(fields, 1)), plain(field(fields, 2))));
                case "row" -> rows.add(row(fields));
                case "note" -> notes.add(plain(field(fields, 1)));
                default -> throw new IllegalArgumentException(fields[0]);
            }
        }
        if (!heads.equals(head)) return Optional.empty();
        return Optional.of(new ResultTable(name, title, columns, rows, notes));
    }

    private static String field(String[] fields, int index) {
        if (index >= fields.length) throw new IllegalArgumentException("short line");
        return fields[index];
    }

    private static String field(Cell cell) {
        return switch (cell) {
            case Cell.Text text -> "t" + text.text();
            case Cell.Amount amount -> "n" + amount.value();
        };
    }

    private static List<Cell> row(String[] fields) {
        List<Cell> row = new ArrayList<>();
        for (int i = 1; i < fields.length; i++) {
            String field = plain(fields[i]);
            if (field.startsWith("t")) row.add(Cell.of(field.substring(1)));
            else if (field.startsWith("n")) row.add(Cell.of(Double.parseDouble(field.substring(1))));
            else throw new IllegalArgumentException(field);
        }
        return row;
    }

    private static void line(StringBuilder text, String kind, String... fields) {
        text.append(kind);
        for (String field : fields)
            text.append('\t')
                    .append(field.replace("\\", "\\\\")
                            .replace("\t", "\\t")
                            .replace("\n", "\\n")
                            .replace("\r", "\\r"));
        text.append('\n');
    }

    private static String plain(String field) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 1 < field.length()) {
                char escaped = field.charAt(++i);
                plain.append(escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static String check(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
