package dev.doorbell.cli;

import dev.doorbell.cli.drive.DriveCommand;
import dev.doorbell.cli.lab.LabCommand;
import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Failures;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.cli.terminal.Version;
import dev.doorbell.lab.Experiments;
import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// Entry point of the jar: finds the command, runs it, turns whatever happens into one line and an
/// exit code.
public final class Main {
    private static final int HELP_WIDTH = 110;

    private static final Map<String, Function<Streams, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("demo", DemoCommand::new);
        COMMANDS.put("serve", ServeCommand::new);
        COMMANDS.put("vm", VmCommand::new);
        COMMANDS.put("drive", DriveCommand::new);
        COMMANDS.put("lab", streams -> LabCommand.over(Experiments.all(), streams));
        COMMANDS.put("af-xdp-open", AfXdpOpenCommand::new);
        COMMANDS.put("test", LauncherCommand.Test::new);
        COMMANDS.put("bench", LauncherCommand.Bench::new);
    }

    private Main() {}

    /// Runs one command and exits with its status: 0 done, 1 failed while running, 2 usage.
    public static void main(String[] args) {
        Shutdown.watch();
        int status = run(args, new Streams(System.out, System.err, verbose(args)));
        System.out.flush();
        if (!Shutdown.leaveTo(status)) System.exit(status);
    }

    /// As [#main], inside a process that goes on.
    static int run(String[] args, Streams streams) {
        return run(args, streams, COMMANDS);
    }

    /// As [#run(String[], Streams)] with commands of the caller's.
    ///
    /// @param commands by name; each makes picocli's object for the command
    static int run(String[] args, Streams streams, Map<String, Function<Streams, Object>> commands) {
        CommandLine root = new CommandLine(new Root());
        // The model of a command costs milliseconds: only the one that is asked for is built.
        Function<Streams, Object> asked = args.length > 0 ? commands.get(args[0]) : null;
        if (asked != null) root.addSubcommand(args[0], asked.apply(streams));
        else commands.forEach((name, command) -> root.addSubcommand(name, command.apply(streams)));
        root.setExpandAtFiles(false); // a word may begin with @, of QEMU's or of another program's
        root.setUsageHelpWidth(HELP_WIDTH);
        root.setOut(writer(streams.out())).setErr(writer(streams.err()));
        root.setParameterExceptionHandler((e, words) -> {
            streams.complain(wrongWord(e), e);
            return Exit.USAGE;
        });
        root.setExecutionExceptionHandler((e, command, result) -> {
            streams.complain(Failures.line(e), e);
            return e instanceof OptionException ? Exit.USAGE : Exit.FAILED;
        });
        return root.execute(args);
    }

    private static String wrongWord(CommandLine.ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String line = e.getMessage();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            Set<String> words = new LinkedHashSet<>(command.subcommands().keySet());
            words.addAll(command.optionsMap().keySet());
            List<String> near = Nearest.to(unmatched.getUnmatched().getFirst(), words);
            if (!near.isEmpty()) line += " (did you mean " + String.join(" or ", near) + "?)";
        }
        return line + "; try " + command.qualifiedName() + " --help";
    }

    static boolean verbose(String[] words) {
        for (String word : words) {
            if (word.equals("--")) return false; // the rest is another program's
            if (word.equals("--verbose")) return true;
        }
        return false;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Command(
            name = "doorbell",
            description = "Intel network cards that run as a process and plug into stock QEMU over vfio-user.",
            synopsisSubcommandLabel = "COMMAND",
            versionProvider = Version.class,
            footer = {
                "",
                "Exit codes: 0 done, 1 failed while running, 2 usage.",
                "Each command explains itself: doorbell COMMAND --help"
            })
    @SuppressWarnings("UnusedVariable") // picocli acts on the switches; verbose is looked up before it can
    static final class Root implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli fills it
        private CommandSpec spec;

        @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
        private boolean version;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Print this help and exit.")
        private boolean help;

        @Option(
                names = "--verbose",
                scope = ScopeType.INHERIT,
                description = "Add the stack to the line that says what went wrong.")
        private boolean verbose;

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
        }
    }
}
