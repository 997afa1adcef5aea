package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.sweep.Grid;
import dev.doorbell.lab.sweep.Sweep;
import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The words of `lab run sweep`.
final class SweepOptions {
    private static final int MOST_JOBS = 256;

    @Option(names = "--of", paramLabel = "EXPERIMENT", description = "sweep: the experiment to run over a grid.")
    private String of = "";

    @Option(
            names = "--grid",
            paramLabel = "NAME=VALUE,VALUE...",
            description = "sweep: the values of a parameter. Repeat it for more: each is tried with each.")
    private List<String> grid = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "sweep: points at a time in virtual time; as many as there are cores unless told.")
    private String jobs = "";

    @Option(names = "--anew", description = "sweep: let go of the points that another sweep has left in --out.")
    private boolean anew;

    /// Refuses what means something for `sweep` alone.
    void refuse() throws OptionException {
        if (!of.isEmpty() || !grid.isEmpty() || !jobs.isEmpty() || anew)
            throw new OptionException("--of, --grid, --jobs and --anew belong to lab run sweep");
    }

    /// The sweep that was asked for.
    ///
    /// @param out where results go; empty: nowhere, and nothing is kept
    Sweep sweep(List<Experiment> experiments, String out, Streams streams) throws OptionException {
        List<String> names = experiments.stream().map(Experiment::name).toList();
        if (of.isEmpty()) throw new OptionException("sweep: --of EXPERIMENT says of what; there are " + names);
        int index = names.indexOf(of);
        if (index < 0) throw new OptionException("--of " + of + ": no such experiment; " + Nearest.hint(of, names));
        Experiment experiment = experiments.get(index);
        int threads = jobs.isEmpty()
                ? Runtime.getRuntime().availableProcessors()
                : (int) Quantity.amountWithin("--jobs", jobs, 1, MOST_JOBS);
        Optional<Path> folder =
                out.isEmpty() ? Optional.empty() : Optional.of(Path.of(out, "sweep-" + experiment.name() + ".points"));
        return new Sweep(
                experiment,
                Grid.parse(grid, experiment.parameters()),
                threads,
                Sources.code(),
                folder,
                anew,
                streams::notice);
    }

    /// The words that ask for it again.
    String words(Sweep sweep) {
        return "sweep --of " + sweep.of().name() + " " + sweep.grid().words();
    }
}
