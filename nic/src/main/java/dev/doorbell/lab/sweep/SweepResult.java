package dev.doorbell.lab.sweep;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The points of a sweep as one table, and drawn over the parameter with the most numbers.
final class SweepResult {
    private static final int MOST_SERIES = 8;
    private static final int MOST_PLOTS = 8;
    private static final int MOST_NOTES = 40;
    private static final double WIDE_RANGE = 30; // a logarithmic axis shows more

    private final Sweep sweep;
    private final List<Grid.Point> points;
    private final List<ResultTable> tables;
    private final List<Column> columns;

    private SweepResult(Sweep sweep, List<Grid.Point> points, List<ResultTable> tables) {
        this.sweep = sweep;
        this.points = points;
        this.tables = tables;
        columns = tables.getFirst().columns();
    }

    /// @param tables of the points, in their order
    static Result of(Sweep sweep, List<Grid.Point> points, List<ResultTable> tables) throws ExperimentException {
        return new SweepResult(sweep, points, tables).result();
    }

    private Result result() throws ExperimentException {
        for (int i = 0; i < points.size(); i++)
            if (!tables.get(i).columns().equals(columns))
                throw new ExperimentException("at " + points.get(i) + " the table has other columns than at "
                        + points.getFirst() + ": sweep the parameter that changes them by hand");
        List<String> notes = notes();
        List<Plot> plots = plots(notes);
        return new Result(List.of(table()), plots, notes);
    }

    private ResultTable table() {
        List<Column> all = new ArrayList<>();
        for (Grid.Axis axis : sweep.grid().axes())
            all.add(Column.of(axis.parameter().name()));
        all.addAll(columns);
        all.add(Column.of("seed"));
        List<List<Cell>> rows = new ArrayList<>();
        for (Grid.Point point : points) {
            for (List<Cell> cells : tables.get(point.index()).rows()) {
                List<Cell> row = new ArrayList<>();
                for (Grid.Axis axis : sweep.grid().axes())
                    row.add(cell(
                            axis.parameter(),
                            Objects.requireNonNull(
                                    point.at().get(axis.parameter().name()))));
                row.addAll(cells);
                row.add(Cell.of(point.seed()));
                rows.add(row);
            }
        }
        return new ResultTable("sweep", tables.getFirst().title(), all, rows, List.of());
    }

    private static Cell cell(Parameter parameter, String value) {
        return parameter.isWord() ? Cell.of(value) : Cell.of(Long.parseLong(value));
    }

    /// Each sentence once, however many points said it.
    private List<String> notes() {
        Set<String> said = new LinkedHashSet<>();
        tables.forEach(table -> said.addAll(table.notes()));
        List<String> notes = new ArrayList<>(said.stream().limit(MOST_NOTES).toList());
        if (said.size() > MOST_NOTES)
            notes.add((said.size() - MOST_NOTES) + " further notes of single points are left out.");
        notes.add("A row's point alone: ./doorbell lab run " + sweep.of().name()
                + " with --set for each value and the row's --seed.");
        return notes;
    }

    private List<Plot> plots(List<String> notes) {
        Optional<Grid.Axis> along = sweep.grid().axes().stream()
                .filter(axis -> !axis.parameter().isWord() && axis.values().size() > 1)
                .max(Comparator.comparingInt(axis -> axis.values().size()));
        if (along.isEmpty()) return List.of();
        List<Plot> plots = new ArrayList<>();
        for (int column = 0; column < columns.size() && plots.size() < MOST_PLOTS; column++) {
            Map<String, Line> lines = lines(along.get(), column);
            if (lines.isEmpty()) continue;
            if (lines.size() > MOST_SERIES) {
                notes.add("Not drawn, as there would be " + lines.size() + " lines in each plot.");
                return List.of();
            }
            plots.add(plot(along.get(), columns.get(column), lines));
        }
        return plots;
    }

    private record Line(List<Double> x, List<Double> y) {}

    /// The numbers of a column, in lines of points that differ in nothing but the value along the
    /// axis.
    private Map<String, Line> lines(Grid.Axis along, int column) {
        Map<String, Line> lines = new LinkedHashMap<>();
        String name = along.parameter().name();
        List<Grid.Point> sorted = points.stream()
                .sorted(Comparator.comparingLong(
                        point -> Long.parseLong(point.at().get(name))))
                .toList();
        for (Grid.Point point : sorted) {
            for (List<Cell> row : tables.get(point.index()).rows()) {
                if (!(row.get(column) instanceof Cell.Amount amount) || !Double.isFinite(amount.value())) continue;
                Line line = lines.computeIfAbsent(
                        title(name, point, row), each -> new Line(new ArrayList<>(), new ArrayList<>()));
                line.x().add((double) Long.parseLong(point.at().get(name)));
                line.y().add(amount.value());
            }
        }
        return lines;
    }

    /// The row's leading words, and the point's other values.
    private static String title(String along, Grid.Point point, List<Cell> row) {
        List<String> words = new ArrayList<>();
        for (Cell cell : row) {
            if (!(cell instanceof Cell.Text text)) break;
            words.add(text.text());
        }
        point.at().forEach((name, value) -> {
            if (!name.equals(along)) words.add(name + "=" + value);
        });
        return words.isEmpty() ? "all" : String.join(", ", words);
    }

    private Plot plot(Grid.Axis along, Column column, Map<String, Line> lines) {
        String name = along.parameter().name();
        List<Long> values =
                along.values().stream().map(Long::parseLong).sorted().toList();
        boolean wide = values.getFirst() > 0 && values.getLast() >= WIDE_RANGE * values.getFirst();
        String unit = column.unit().isEmpty() ? column.title() : column.unit();
        List<Plot.Series> series = new ArrayList<>();
        lines.forEach((title, line) -> series.add(Plot.Series.line(title, line.x(), line.y())));
        return new Plot(
                column.title() + " over " + name,
                wide ? Plot.Axis.log(name) : Plot.Axis.of(name),
                Plot.Axis.of(unit),
                series);
    }
}
