package dev.doorbell.lab.world;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import java.util.Arrays;
import java.util.List;

/// A figure of several rounds.
public record Spread(double least, double median, double most) {
    /// @param samples one or more, in any order
    public static Spread of(List<Double> samples) {
        double[] sorted = samples.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /// Three columns of a table: median first, as it is what is compared.
    public static List<Column> columns(String title, String unit) {
        return List.of(Column.of(title, unit), Column.of("min", unit), Column.of("max", unit));
    }

    /// For [#columns].
    public List<Cell> cells() {
        return List.of(Cell.of(median), Cell.of(least), Cell.of(most));
    }
}
