package dev.doorbell.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// An experiment that a test can foresee: how far a ball falls. Fails and gives up when told to.
public final class TinyExperiment implements Experiment {
    private final String name;

    public TinyExperiment() {
        this("fall");
    }

    public TinyExperiment(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String question() {
        return "How far does a ball fall?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("for-s", "how long it falls", 3, 1, 1000),
                Parameter.number("gravity", "in mm/s each second", 9810, 0, 100_000),
                Parameter.word("ball", "what it is made of", "lead", "lead", "wood", "none"));
    }

    @Override
    public Set<Venue> venues() {
        return Set.of(Venue.VIRTUAL, Venue.SOCKET);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        if (values.word("ball").equals("none")) throw new ExperimentException("there is no ball: set ball=lead");
        int seconds = (int) values.number("for-s");
        List<List<Cell>> rows = new ArrayList<>();
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 1; i <= seconds; i++) {
            if (watcher.stopped()) throw new ExperimentException("gave up");
            watcher.step(i - 1, seconds, "second " + i);
            double fallen = values.number("gravity") / 2000.0 * i * i + seed % 10;
            rows.add(List.of(
                    Cell.of(values.word("ball")), Cell.of(i), Cell.of(fallen), i == 1 ? Cell.of(4.9) : Cell.NONE));
            x.add((double) i);
            y.add(fallen);
        }
        ResultTable table = new ResultTable(
                "fall",
                "Fallen in vacuum",
                List.of(
                        Column.of("ball"),
                        Column.of("after", "s"),
                        Column.of("fallen so far", "m"),
                        Column.of("published", "m")),
                rows,
                List.of("The seed's last digit is added: \"noise\" & <error>."));
        ResultTable energy = new ResultTable(
                "energy",
                "What it hits the ground with",
                List.of(Column.of("ball"), Column.of("energy", "J")),
                List.of(List.of(Cell.of("a ball, of lead"), Cell.of(123_456.5))),
                List.of());
        Plot plot = new Plot(
                "Fall",
                Plot.Axis.of("s"),
                Plot.Axis.of("m"),
                List.of(
                        Plot.Series.line("fallen", x, y),
                        Plot.Series.points("Galilei", List.of(1.0), List.of(4.9))
                                .asPublished()));
        return new Result(List.of(table, energy), List.of(plot), List.of("Air is left out."));
    }
}
