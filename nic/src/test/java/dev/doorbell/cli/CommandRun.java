package dev.doorbell.cli;

import dev.doorbell.cli.lab.LabCommand;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.Experiment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/// One command, run in this process, with what it printed.
record CommandRun(int status, List<String> out, List<String> err) {
    static CommandRun of(String... args) {
        return of(streams -> Main.run(args, streams), args);
    }

    /// `lab` with a test's experiments instead of the real ones.
    static CommandRun lab(List<Experiment> experiments, String... args) {
        return of(streams -> Main.run(args, streams, Map.of("lab", each -> LabCommand.over(experiments, each))), args);
    }

    private static CommandRun of(ToIntFunction<Streams> command, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = command.applyAsInt(new Streams(stream(out), stream(err), Main.verbose(args)));
        return new CommandRun(status, lines(out), lines(err));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
