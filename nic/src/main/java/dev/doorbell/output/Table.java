package dev.doorbell.output;

import java.io.PrintStream;

/// Lines of columns, aligned by tabs: a header, then rows as they come. Units stand in the header.
public final class Table {
    private static final int TAB = 8;

    private final PrintStream out;
    private final int[] widths;

    /// Prints the header. A column is as wide as its title needs, in whole tabs.
    public Table(PrintStream out, String... titles) {
        this.out = out;
        widths = new int[titles.length];
        for (int i = 0; i < titles.length; i++) widths[i] = (titles[i].length() / TAB + 1) * TAB;
        row((Object[]) titles);
    }

    /// Prints a row; numbers are written by [#number].
    public void row(Object... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cells[i] instanceof Double value ? number(value) : String.valueOf(cells[i]);
            line.append(cell);
            if (i + 1 == cells.length) break;
            int filled = cell.length();
            do {
                line.append('\t');
                filled = (filled / TAB + 1) * TAB;
            } while (filled < widths[i]);
        }
        out.println(line);
    }

    /// Enough digits to compare: thousands whole, small values with three digits.
    public static String number(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value)) return "-";
        if (size >= 100 || value == 0) return String.valueOf(Math.round(value));
        int places = size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(java.util.Locale.ROOT, "%." + places + "f", value);
    }
}
