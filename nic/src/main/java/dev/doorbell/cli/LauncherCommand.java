package dev.doorbell.cli;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Streams;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Commands that the launcher script does itself, because they need the sources; here only so that help
/// lists them.
abstract class LauncherCommand implements Callable<Integer> {
    private final String name;

    @Unmatched
    @SuppressWarnings("UnusedVariable") // whatever they are, the answer is the same
    private List<String> words = List.of();

    LauncherCommand(String name) {
        this.name = name;
    }

    @Override
    public Integer call() throws CommandFailure {
        throw new CommandFailure(
                "the jar holds no sources to " + name + ": run ./doorbell " + name + " in the folder of the sources");
    }

    @Command(name = "test", description = "Run every test this machine can run, and say which it skipped and why.")
    static final class Test extends LauncherCommand {
        Test(Streams streams) {
            super("test");
        }
    }

    @Command(name = "bench", description = "Measure, as ratios against peers where peers exist.")
    static final class Bench extends LauncherCommand {
        Bench(Streams streams) {
            super("bench");
        }
    }
}
