package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Venue;
import dev.doorbell.output.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `lab list`: what experiments there are.
@Command(
        name = "list",
        description = "List the experiments: what each asks, where it runs and what can be varied.",
        footer = {"", "Examples:", "  doorbell lab list", "  doorbell lab list --json"})
final class LabListCommand implements Callable<Integer> {
    private static final String SWEEP_QUESTION = "What does any other answer over a grid of its parameters?";

    private final List<Experiment> experiments;
    private final Streams streams;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    LabListCommand(List<Experiment> experiments, Streams streams) {
        this.experiments = experiments;
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (json) streams.out().println(asJson());
        else print(streams.out());
        return Exit.DONE;
    }

    private void print(PrintStream out) {
        for (Experiment experiment : experiments) {
            out.println(experiment.name() + ": " + experiment.question());
            out.println("  runs in  " + venues(experiment));
            int names = longest(
                    experiment.parameters().stream().map(Parameter::name).toList());
            int defaults = longest(experiment.parameters().stream()
                    .map(Parameter::defaultValue)
                    .toList());
            for (Parameter parameter : experiment.parameters())
                out.println("  " + padded(parameter.name(), names) + "  " + padded(parameter.defaultValue(), defaults)
                        + "  " + parameter.help() + " (" + parameter.range() + ")");
            out.println();
        }
        out.println("sweep: " + SWEEP_QUESTION);
        out.println("  doorbell lab run sweep --of EXPERIMENT --grid NAME=VALUE,VALUE...");
    }

    private static int longest(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String padded(String text, int chars) {
        return text + " ".repeat(chars - text.length());
    }

    private static String venues(Experiment experiment) {
        return experiment.venues().stream().sorted().map(Venue::word).collect(Collectors.joining(", "));
    }

    private String asJson() {
        Json out = new Json().beginObject().beginArray("experiments");
        for (Experiment experiment : experiments) {
            out.beginObject()
                    .field("name", experiment.name())
                    .field("question", experiment.question())
                    .beginArray("venues");
            experiment.venues().stream().sorted().map(Venue::word).forEach(out::value);
            out.end().beginArray("parameters");
            for (Parameter parameter : experiment.parameters()) parameter(parameter, out);
            out.end().end();
        }
        return out.end().end().toString();
    }

    private static void parameter(Parameter parameter, Json out) {
        out.beginObject()
                .field("name", parameter.name())
                .field("help", parameter.help())
                .field("default", parameter.defaultValue());
        if (parameter.isWord()) {
            out.beginArray("words");
            parameter.words().forEach(out::value);
            out.end();
        } else {
            out.field("unit", parameter.unit())
                    .field("least", parameter.least())
                    .field("most", parameter.most());
        }
        out.end();
    }
}
