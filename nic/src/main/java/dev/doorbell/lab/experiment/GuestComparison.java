package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.GuestMeasurement;
import dev.doorbell.lab.world.Spread;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A stock Linux guest on stock QEMU: this card against QEMU's own model of the same chip.
public final class GuestComparison implements Experiment {
    private static final String BOTH = "both";
    private static final List<String> CHIPS = List.of("e1000", "igb");
    private static final int QEMU_UNITS = 4; // its igb keeps four times the interval it is told

    /// A figure of `guest/measure`.
    private record Figure(String title, String name, String unit) {}

    private static final String RATE = "$RATE"; // stands for the offered rate in a name

    private static final List<Figure> FIGURES = List.of(
            new Figure("transmit, 60 bytes", "transmit.kpps", "kpps"),
            new Figure("interrupts while transmitting", "transmit.interrupts_per_s", "/s"),
            new Figure("receive, 60 bytes", "receive_at_offered_kpps." + RATE + ".kpps", "kpps"),
            new Figure("TCP out", "tcp_out.mbit_per_s", "Mbit/s"),
            new Figure("TCP in", "tcp_in.mbit_per_s", "Mbit/s"));

    @Override
    public String name() {
        return "guest";
    }

    @Override
    public String question() {
        return "What does a stock Linux guest get from this card, and what from QEMU's own model of the chip?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.word("chip", "which card", BOTH, BOTH, "e1000", "igb"),
                Parameter.number("offered-kpps", "what a receiver is offered", 140, 1, 10_000),
                Parameter.number("moderation-us", "an igb's interrupt interval; 0: as the driver has it", 250, 0, 8000),
                Parameter.number("for-ms", "length of a window, in whole seconds", 1000, 1000, 600_000),
                Parameter.number("windows", "windows of each figure and boot", 3, 1, 1000),
                Parameter.number("rounds", "boots of each card, in turn", 2, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.GUEST);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        if (venue != Venue.GUEST) throw new ExperimentException("guest runs in a guest only: say --guest");
        return new Run(values, watcher).run();
    }

    private static final class Run {
        private final Values values;
        private final Watcher watcher;
        private final List<String> chips;
        private final Map<String, List<GuestMeasurement.Found>> ours = new LinkedHashMap<>(); // by chip
        private final Map<String, List<GuestMeasurement.Found>> qemus = new LinkedHashMap<>();
        private int steps;

        Run(Values values, Watcher watcher) {
            this.values = values;
            this.watcher = watcher;
            String asked = values.word("chip");
            chips = asked.equals(BOTH) ? CHIPS : List.of(asked);
        }

        Result run() throws ExperimentException {
            GuestMeasurement guest = GuestMeasurement.open(watcher);
            for (int round = 0; round < values.number("rounds"); round++)
                for (String chip : chips) {
                    step("this card, " + chip);
                    ours.computeIfAbsent(chip, c -> new ArrayList<>()).add(guest.ours(chip, words(chip, 1), watcher));
                    step("QEMU's " + chip);
                    qemus.computeIfAbsent(chip, c -> new ArrayList<>())
                            .add(guest.qemus(chip, words(chip, QEMU_UNITS), watcher));
                }
            return result();
        }

        private void step(String what) {
            watcher.step(steps++, (int) values.number("rounds") * chips.size() * 2, what);
        }

        private List<String> words(String chip, int divisor) {
            List<String> words = new ArrayList<>(List.of("--only", "transmit,receive,tcp", "--driver", chip));
            words.addAll(List.of("--rates", values.word("offered-kpps"), "--windows", values.word("windows")));
            words.addAll(List.of("--seconds", String.valueOf(values.number("for-ms") / 1000)));
            long us = values.number("moderation-us") / divisor;
            if (chip.equals("igb") && us > 0)
                words.addAll(List.of("--guest", "ethtool -C eth0 rx-usecs " + us + " tx-usecs " + us));
            return words;
        }

        private Result result() {
            List<Column> columns = new ArrayList<>(
                    List.of(Column.of("chip"), Column.of("figure"), Column.of("unit"), Column.of("this card")));
            columns.add(Column.of("QEMU's own"));
            columns.addAll(Spread.columns("ratio", ""));
            List<List<Cell>> rows = new ArrayList<>();
            List<String> names = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (String chip : chips)
                for (Figure figure : FIGURES) {
                    List<Double> mine = medians(ours, chip, figure);
                    List<Double> theirs = medians(qemus, chip, figure);
                    List<Double> ratio = new ArrayList<>();
                    for (int i = 0; i < mine.size(); i++) ratio.add(mine.get(i) / theirs.get(i));
                    List<Cell> cells =
                            new ArrayList<>(List.of(Cell.of(chip), Cell.of(figure.title()), Cell.of(figure.unit())));
                    cells.add(Cell.of(Spread.of(mine).median()));
                    cells.add(Cell.of(Spread.of(theirs).median()));
                    cells.addAll(Spread.of(ratio).cells());
                    rows.add(cells);
                    names.add(chip + ", " + figure.title());
                    ratios.add(Spread.of(ratio).median());
                }
            ResultTable answer = new ResultTable(
                    "guest",
                    "A stock Linux guest with this card and with QEMU's own",
                    columns,
                    rows,
                    List.of(
                            "Ratios round by round, a boot each; medians of " + values.number("windows")
                                    + " windows in a boot.",
                            "An igb interrupts every " + values.number("moderation-us")
                                    + " us at most; QEMU's is asked for a quarter, as it keeps four times what it is told."));
            Plot plot = new Plot(
                    "This card, of QEMU's own",
                    Plot.Axis.of("figure"),
                    Plot.Axis.of("ratio"),
                    List.of(Plot.Series.bars("ratio", false, names, ratios)));
            return new Result(List.of(answer), List.of(plot), List.of());
        }

        /// A value for each round; NaN where a boot did not give one.
        private List<Double> medians(Map<String, List<GuestMeasurement.Found>> boots, String chip, Figure figure) {
            String name = figure.name().replace(RATE, values.word("offered-kpps"));
            return boots.getOrDefault(chip, List.of()).stream()
                    .map(found -> found.figure(name).map(Spread::median).orElse(Double.NaN))
                    .toList();
        }
    }
}
