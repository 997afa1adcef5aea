package dev.doorbell.lab.report;

import dev.doorbell.lab.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Titles for programs, which look columns up by them: each occurs once.
///
/// People read a table with "this card | min | max | QEMU's | min | max" from left to right; here a title that
/// comes again stands behind that of the column it belongs to: "this card min", "QEMU's min".
final class ColumnTitles {
    private ColumnTitles() {}

    /// As many titles as columns, in their order.
    static List<String> unique(List<Column> columns) {
        List<String> titles = columns.stream().map(Column::title).toList();
        List<String> unique = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        String head = "";
        for (String title : titles) {
            boolean again = titles.indexOf(title) != titles.lastIndexOf(title);
            if (!again) head = title;
            String full = again && !head.isEmpty() ? head + " " + title : title;
            String name = full;
            for (int n = 2; !taken.add(name); n++) name = full + " " + n;
            unique.add(name);
        }
        return unique;
    }
}
