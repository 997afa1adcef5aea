package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.report.ReportFolder;
import dev.doorbell.lab.sweep.Grid;
import dev.doorbell.lab.sweep.Sweep;
import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lab run`: everything that was asked for is judged first, then it runs.
@Command(
        name = "run",
        description = "Run experiments, at each venue in turn; tables as they are found.",
        sortOptions = false,
        footer = {
            "",
            "In virtual time the same values and seed give the same bytes on any machine.",
            "A sweep with --out that was interrupted goes on when the same words are given again.",
            "",
            "Examples:",
            "  doorbell lab run deferral",
            "  doorbell lab run mitigation --venue virtual --set itr-per-s=8000 --out results",
            "  doorbell lab run mitigation --guest --out results",
            "  doorbell lab run all --venue virtual --json",
            "  doorbell lab run sweep --of deferral --grid itr-per-s=1k,2k,4k,8k --out results"
        })
final class LabRunCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final String SWEEP = "sweep";

    private final List<Experiment> experiments;
    private final Streams streams;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "Experiments that lab list shows, or all, or sweep.")
    private List<String> names = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Vary a parameter; numbers take k, M, G and Ki, Mi, Gi. Repeat it for more.")
    private List<String> settings = List.of();

    @Option(
            names = "--venue",
            paramLabel = "VENUE",
            description = {
                "virtual (a model's time), socket (real time, across a vfio-user socket)",
                "or guest (a stock guest on stock QEMU). Repeat it for more. Unless told:",
                "virtual and socket, where the experiment has them."
            })
    private List<String> venueWords = List.of();

    @Option(names = "--guest", description = "In a stock guest, too.")
    private boolean guest;

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random; 1 unless told.")
    private String seed = "1";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write NAME.csv (NAME-TABLE.csv for further tables), NAME.json and NAME.html into DIR.")
    private String out = "";

    @Option(
            names = "--tables",
            paramLabel = "DIR",
            description = "Write NAME.txt into DIR, the text that virtual time always gives.")
    private String tables = "";

    @Option(names = "--json", description = "Print one JSON object with all results instead of tables.")
    private boolean json;

    @Mixin
    private SweepOptions sweepOptions = new SweepOptions();

    LabRunCommand(List<Experiment> experiments, Streams streams) {
        this.experiments = experiments;
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException {
        long chosenSeed = Quantity.amount("--seed", seed);
        Map<String, String> asked = asked();
        boolean sweep = names.contains(SWEEP);
        if (!sweep) sweepOptions.refuse();
        List<Experiment> chosen = sweep ? List.of(sweep(asked)) : chosen();
        Set<String> known = new TreeSet<>();
        for (Experiment experiment : chosen) experiment.parameters().forEach(parameter -> known.add(parameter.name()));
        for (String name : asked.keySet())
            if (!known.contains(name))
                throw new OptionException("--set " + name + ": no such parameter; " + Nearest.hint(name, known));
        List<LabRun.Part> parts = new ArrayList<>();
        for (Experiment experiment : chosen) {
            List<Venue> venues = venues(experiment);
            if (!venues.isEmpty())
                parts.add(new LabRun.Part(experiment, words(experiment), values(experiment, asked), venues));
        }
        if (parts.isEmpty()) throw new OptionException("no experiment runs at " + venueWords);
        LabRun run = new LabRun(streams, chosenSeed, json);
        if (!out.isEmpty()) run.writeReportsTo(ReportFolder.open("--out", out));
        if (!tables.isEmpty()) run.writeTextsTo(ReportFolder.open("--tables", tables));
        return run.run(parts) ? Exit.DONE : Exit.FAILED;
    }

    private Map<String, String> asked() throws OptionException {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) throw new OptionException("--set " + setting + ": write NAME=VALUE");
            if (asked.put(setting.substring(0, equals), setting.substring(equals + 1)) != null)
                throw new OptionException("--set " + setting.substring(0, equals) + " is given twice: keep one");
        }
        return asked;
    }

    private Sweep sweep(Map<String, String> asked) throws OptionException {
        if (names.size() > 1) throw new OptionException("sweep runs alone: leave out the other names");
        Sweep sweep = sweepOptions.sweep(experiments, out, streams);
        for (Grid.Axis axis : sweep.grid().axes())
            if (asked.containsKey(axis.parameter().name()))
                throw new OptionException("--set " + axis.parameter().name() + ": --grid varies it already, keep one");
        return sweep;
    }

    private String words(Experiment experiment) {
        return experiment instanceof Sweep sweep ? sweepOptions.words(sweep) : experiment.name();
    }

    private List<Experiment> chosen() throws OptionException {
        List<Experiment> chosen = new ArrayList<>();
        for (String name : names) {
            if (name.equals(ALL))
                experiments.stream().filter(each -> !chosen.contains(each)).forEach(chosen::add);
            else if (!chosen.contains(named(name))) chosen.add(named(name));
        }
        return chosen;
    }

    private Experiment named(String name) throws OptionException {
        for (Experiment experiment : experiments) if (experiment.name().equals(name)) return experiment;
        List<String> there = Stream.concat(experiments.stream().map(Experiment::name), Stream.of(SWEEP))
                .toList();
        throw new OptionException("no experiment " + name + "; " + Nearest.hint(name, there));
    }

    /// What the experiment is told of what was asked for: its own.
    private static Values values(Experiment experiment, Map<String, String> asked) throws OptionException {
        Map<String, String> own = new LinkedHashMap<>();
        for (Parameter parameter : experiment.parameters()) {
            String text = asked.get(parameter.name());
            if (text != null) own.put(parameter.name(), text);
        }
        try {
            return Values.of(experiment.parameters(), own);
        } catch (OptionException e) {
            throw new OptionException("--set " + e.getMessage());
        }
    }

    /// Where it runs: as told, else where no guest is needed, else, when it was named, wherever
    /// it can.
    private List<Venue> venues(Experiment experiment) throws OptionException {
        EnumSet<Venue> told = EnumSet.noneOf(Venue.class);
        for (String word : venueWords) told.add(venue(word));
        EnumSet<Venue> asked = told.isEmpty() ? EnumSet.of(Venue.VIRTUAL, Venue.SOCKET) : EnumSet.copyOf(told);
        if (guest) {
            told.add(Venue.GUEST);
            asked.add(Venue.GUEST);
        }
        boolean named = !names.contains(ALL);
        for (Venue venue : told)
            if (named && !experiment.venues().contains(venue))
                throw new OptionException(experiment.name() + " does not run in " + venue.word() + "; it runs in "
                        + String.join(", ", sorted(experiment).map(Venue::word).toList()));
        asked.retainAll(experiment.venues());
        return asked.isEmpty() && named ? sorted(experiment).toList() : List.copyOf(asked);
    }

    private static Stream<Venue> sorted(Experiment experiment) {
        return experiment.venues().stream().sorted();
    }

    private static Venue venue(String word) throws OptionException {
        for (Venue venue : Venue.values()) if (venue.word().equals(word)) return venue;
        throw new OptionException("--venue " + word + ": no such venue; "
                + Nearest.hint(
                        word, Arrays.stream(Venue.values()).map(Venue::word).toList()));
    }
}
