package dev.doorbell.register;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chip's register map as transcribed from its manual and drivers, apart from the table in the code.
///
/// Writable bits come from the `fields` column, or from a notes file beside it where the text needs
/// judgement; each note says why.
public final class RegisterSheet {
    private static final Pattern FIELD = Pattern.compile("\\[(\\d+)(?::(\\d+))?\\]([^;]*)");

    /// One row.
    ///
    /// @param access   the sheet's word: RW, RO, WO, RC, RC/W1C, RO/W1C, RW1C, RW(set),
    ///     WO(readable), RW/SC, RW/RC
    /// @param reset    empty where none is established
    /// @param writable bits that a write can change
    /// @param moving   bits that change for other reasons than being written
    /// @param aliasOf  row that shares its storage, or empty
    public record Row(
            String name,
            int offset,
            int stride,
            int count,
            String access,
            OptionalInt reset,
            int writable,
            int moving,
            String aliasOf) {
        public int offset(int index) {
            return offset + index * stride;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Map<String, Row> rows = new HashMap<>();
    private final List<Row> order = new ArrayList<>();

    public RegisterSheet(String resource, String notesResource) {
        this(resource, notesResource, Set.of());
    }

    /// @param leftOut rows that the card does not have
    public RegisterSheet(String resource, String notesResource, Set<String> leftOut) {
        Map<String, List<String>> notes = new HashMap<>();
        for (List<String> line : lines(notesResource)) notes.put(line.getFirst(), line);
        for (List<String> cell : lines(resource)) {
            String name = cell.get(0);
            if (leftOut.contains(name)) continue;
            List<String> note = notes.getOrDefault(name, List.of());
            String aliasOf = aliasOf(name, cell.get(6), cell.get(7));
            boolean derived = note.isEmpty() && aliasOf.isEmpty();
            Row row = new Row(
                    name,
                    hex(cell.get(1)),
                    hex(cell.get(2)),
                    Integer.parseInt(cell.get(3)),
                    cell.get(4),
                    cell.get(5).isEmpty() ? OptionalInt.empty() : OptionalInt.of(hex(cell.get(5))),
                    derived ? writable(cell.get(4), cell.get(6)) : note.isEmpty() ? 0 : hex(note.get(1)),
                    note.isEmpty() ? 0 : hex(note.get(2)),
                    aliasOf);
            rows.put(name, row);
            order.add(row);
        }
    }

    public List<Row> rows() {
        return List.copyOf(order);
    }

    public Row row(String name) {
        Row row = rows.get(name);
        if (row == null) throw new IllegalArgumentException("no row " + name);
        return row;
    }

    /// Names in the first column of a list, below its heading.
    public static Set<String> names(String resource) {
        Set<String> names = new LinkedHashSet<>();
        for (List<String> line : lines(resource)) names.add(line.getFirst());
        return names;
    }

    /// The row that an alias's fields name ("as RDTR", "same as CTRL", "as RAL/RAH"), or its own
    /// name and description.
    private static String aliasOf(String name, String fields, String description) {
        if (name.endsWith("_NEW")) return name.replaceFirst("_NEW$", "");
        if (name.endsWith("_A") && description.contains("alias window")) return name.replaceFirst("_A$", "");
        boolean alias = name.endsWith("_ALIAS") || name.endsWith("_DUP") || fields.startsWith("same as ");
        return alias ? fields.replaceFirst("^(same )?as (\\w+).*$", "$2") : "";
    }

    /// "NAME[7:0];OTHER[8]:RO": the bits of NAME. "as NAME": whatever that row says.
    private int writable(String access, String fields) {
        if (access.equals("RO") || access.equals("RC")) return 0;
        if (fields.startsWith("as ")) return row(fields.substring(3)).writable();
        int mask = 0;
        Matcher field = FIELD.matcher(fields);
        while (field.find()) {
            String rule = field.group(3);
            if (rule.startsWith(":RO") || rule.startsWith(":SC") || rule.startsWith(":W") || rule.contains("read 0"))
                continue;
            int high = Integer.parseInt(field.group(1));
            int low = field.group(2) == null ? high : Integer.parseInt(field.group(2));
            for (int bit = low; bit <= high; bit++) mask |= 1 << bit;
        }
        return mask;
    }

    private static int hex(String text) {
        return text.startsWith("0x") ? Integer.parseUnsignedInt(text.substring(2), 16) : Integer.parseInt(text);
    }

    /// The lines below the heading, cut into cells; cells may stand in double quotes.
    private static List<List<String>> lines(String resource) {
        try (InputStream in = RegisterSheet.class.getResourceAsStream(resource)) {
            if (in == null) throw new IllegalArgumentException("no resource " + resource);
            List<List<String>> result = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .toList()) {
                result.add(cells(line));
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
