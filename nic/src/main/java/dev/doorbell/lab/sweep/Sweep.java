package dev.doorbell.lab.sweep;

import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.option.OptionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An experiment at every point of a grid, as an experiment: its parameters are those that the
/// grid leaves alone. The result is the same whatever the number of jobs, and whether it was
/// interrupted or not.
///
/// @param of     the experiment
/// @param jobs   how many points run at once in virtual time; in real time it is one, as they
/// would disturb each other
/// @param code   what tells this code from any other, for the points that are kept
/// @param folder where finished points are kept, in a folder for each venue; none: they are not
/// @param anew   whether the points of another sweep may go from there
/// @param notice is told what somebody should know, one line each
public record Sweep(
        Experiment of, Grid grid, int jobs, String code, Optional<Path> folder, boolean anew, Consumer<String> notice)
        implements Experiment {
    @Override
    public String name() {
        return "sweep-" + of.name();
    }

    @Override
    public String question() {
        return of.question();
    }

    @Override
    public List<Parameter> parameters() {
        Set<String> swept = Set.copyOf(
                grid.axes().stream().map(axis -> axis.parameter().name()).toList());
        return of.parameters().stream()
                .filter(parameter -> !swept.contains(parameter.name()))
                .toList();
    }

    @Override
    public Set<Venue> venues() {
        return of.venues();
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        List<Grid.Point> points;
        try {
            points = grid.points(of.parameters(), values.asMap(), seed);
        } catch (OptionException e) {
            throw new ExperimentException(String.valueOf(e.getMessage()), e);
        }
        if (folder.isEmpty()) return run(venue, points, watcher, null);
        Path place = folder.get().resolve(venue.word());
        try (PointFolder kept = PointFolder.open(place, label(venue, values, seed), anew)) {
            return run(venue, points, watcher, kept);
        }
    }

    /// What a kept point is good for: this code, asked for this.
    private List<String> label(Venue venue, Values values, long seed) {
        List<String> label = new ArrayList<>();
        label.add("doorbell " + code);
        label.add("experiment " + of.name());
        label.add("venue " + venue.word());
        label.add("seed " + seed);
        for (Grid.Axis axis : grid.axes()) label.add("grid " + axis);
        for (Map.Entry<String, String> value : values.asMap().entrySet())
            label.add("set " + value.getKey() + "=" + value.getValue());
        return label;
    }

    private Result run(Venue venue, List<Grid.Point> points, Watcher watcher, @Nullable PointFolder kept)
            throws ExperimentException {
        List<Optional<ResultTable>> tables = new ArrayList<>();
        int damaged = 0;
        for (Grid.Point point : points) {
            Optional<ResultTable> table = kept == null ? Optional.empty() : kept.read(point);
            if (kept != null && table.isEmpty() && kept.has(point)) damaged++;
            tables.add(table);
        }
        long done = tables.stream().filter(Optional::isPresent).count();
        if (done > 0) notice.accept(name() + ": " + done + " of " + points.size() + " points were there already");
        if (damaged > 0) notice.accept(name() + ": damaged files of points, which run again: " + damaged);
        int threads = venue == Venue.VIRTUAL ? jobs : 1;
        new PointRuns(this, venue, points, tables, kept, threads).run(watcher);
        return SweepResult.of(
                this, points, tables.stream().flatMap(Optional::stream).toList());
    }

    /// One point: the experiment's first table, with all that was said about it. Any thread.
    ResultTable point(Venue venue, Grid.Point point, Watcher watcher) throws ExperimentException {
        Result result = of.run(venue, point.values(), point.seed(), watcher);
        if (result.tables().isEmpty()) throw new ExperimentException(of.name() + " gave no table");
        ResultTable first = result.tables().getFirst();
        List<String> notes =
                Stream.concat(first.notes().stream(), result.notes().stream()).toList();
        return new ResultTable(first.name(), first.title(), first.columns(), first.rows(), notes);
    }
}
