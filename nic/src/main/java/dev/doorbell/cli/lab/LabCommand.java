package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.Experiment;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `lab`: experiments, what they ask and what they find.
@Command(
        name = "lab",
        description = "Experiments: a card, a driver and a world around them, measured.",
        synopsisSubcommandLabel = "list | run",
        footer = {"", "Examples:", "  doorbell lab list", "  doorbell lab run deferral", "  doorbell lab run --help"})
public final class LabCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it
    private CommandSpec spec;

    private LabCommand() {}

    /// The command with both of its own.
    public static CommandLine over(List<Experiment> experiments, Streams streams) {
        return new CommandLine(new LabCommand())
                .addSubcommand(new LabListCommand(experiments, streams))
                .addSubcommand(new LabRunCommand(experiments, streams));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "lab: list or run?");
    }
}
