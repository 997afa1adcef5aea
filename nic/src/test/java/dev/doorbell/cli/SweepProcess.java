package dev.doorbell.cli;

import dev.doorbell.cli.lab.LabCommand;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.lab.TinyExperiment;
import java.util.List;
import java.util.Map;

/// `lab` with the tests' experiment as a process of its own, for tests that kill it.
final class SweepProcess {
    private SweepProcess() {}

    public static void main(String[] args) {
        Shutdown.watch();
        Streams streams = new Streams(System.out, System.err, false);
        int status =
                Main.run(args, streams, Map.of("lab", each -> LabCommand.over(List.of(new TinyExperiment()), each)));
        System.out.flush();
        if (!Shutdown.leaveTo(status)) System.exit(status);
    }
}
