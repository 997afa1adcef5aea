package dev.doorbell.cli.drive;

import dev.doorbell.output.Json;
import dev.doorbell.output.Table;
import java.io.PrintStream;
import java.util.Locale;

/// How an amount grew over time: a bounded list of points, thinned out as it fills, that prints itself
/// as a plot.
final class Samples {
    private static final int CAPACITY = 512; // halved when full: at least 256 points of a long run
    private static final int COLUMNS = 64;
    private static final int ROWS = 12;

    private final long[] ns = new long[CAPACITY];
    private final long[] amounts = new long[CAPACITY];
    private int count;
    private long leastGapNs;

    /// @param leastGapNs points closer than this to the one before are left out, at first
    Samples(long leastGapNs) {
        this.leastGapNs = leastGapNs;
        add(0, 0);
    }

    /// Adds a point unless it is close to the last one.
    void offer(long atNs, long amount) {
        if (atNs - ns[count - 1] >= leastGapNs) add(atNs, amount);
    }

    /// Adds a point.
    void add(long atNs, long amount) {
        if (count == CAPACITY) thinOut();
        ns[count] = atNs;
        amounts[count] = amount;
        count++;
    }

    private void thinOut() {
        for (int i = 0; i < CAPACITY / 2; i++) {
            ns[i] = ns[2 * i];
            amounts[i] = amounts[2 * i];
        }
        count = CAPACITY / 2;
        leastGapNs = Math.max(2 * leastGapNs, ns[count - 1] / count);
    }

    int size() {
        return count;
    }

    /// Appends `[{"seconds":..,"bytes":..},...]`.
    void write(Json json, String name) {
        json.beginArray(name);
        for (int i = 0; i < count; i++)
            json.beginObject()
                    .field("seconds", ns[i] / 1e9)
                    .field("bytes", amounts[i])
                    .end();
        json.end();
    }

    /// The amount at a time, on the straight line between its neighbours.
    private double at(double whenNs) {
        int after = 1;
        while (after < count - 1 && ns[after] < whenNs) after++;
        double span = ns[after] - ns[after - 1];
        double part = span <= 0 ? 1 : Math.clamp((whenNs - ns[after - 1]) / span, 0, 1);
        return amounts[after - 1] + part * (amounts[after] - amounts[after - 1]);
    }

    /// Prints amount over time, with both ends of either axis.
    void plot(PrintStream out) {
        if (count < 2 || ns[count - 1] <= 0 || amounts[count - 1] <= 0) return;
        String top = bytes(amounts[count - 1]);
        int margin = Math.max(top.length(), 3) + 1;
        for (int row = ROWS; row >= 1; row--) {
            StringBuilder line = new StringBuilder(String.format("%" + margin + "s |", row == ROWS ? top : ""));
            for (int column = 0; column < COLUMNS; column++) line.append(rowOf(column) == row ? '*' : ' ');
            out.println(line.toString().stripTrailing());
        }
        out.println(String.format("%" + margin + "s +", "0 B") + "-".repeat(COLUMNS));
        String end = seconds(ns[count - 1]);
        out.println(" ".repeat(margin + 2) + "0 s" + " ".repeat(COLUMNS - 3 - end.length()) + end);
    }

    private int rowOf(int column) {
        double whenNs = ns[count - 1] * (column + 1.0) / COLUMNS;
        return Math.clamp(Math.round(ROWS * at(whenNs) / amounts[count - 1]), 1, ROWS);
    }

    /// An amount as people read it: `37.5 MB`.
    static String bytes(long amount) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double left = amount;
        while (left >= 1000 && unit < units.length - 1) {
            left /= 1000;
            unit++;
        }
        return (unit == 0 ? String.valueOf(amount) : Table.number(left)) + " " + units[unit];
    }

    /// A time as people read it: `40 ms`, `12.5 s`, `4 m 59 s`.
    static String seconds(long ns) {
        double seconds = ns / 1e9;
        if (seconds < 1) return ns / 1_000_000 + " ms";
        if (seconds < 100) return String.format(Locale.ROOT, "%.1f s", seconds);
        return Math.round(seconds) / 60 + " m " + Math.round(seconds) % 60 + " s";
    }
}
