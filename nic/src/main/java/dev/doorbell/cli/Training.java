package dev.doorbell.cli;

import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.TestFrames;
import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The run from which the launcher makes the cache of loaded classes (JEP 514): what is used here is quick
/// to start later. Serves a card, drives it, reads the help; prints nothing and leaves nothing behind.
final class Training {
    private static final long DRIVE_NS = 300_000_000L;

    private Training() {}

    static void main(String[] args) throws OptionException, IOException, CommandFailure {
        Shutdown.watch();
        Streams silent = Streams.silent();
        for (String[] words : new String[][] {{"--help"}, {"--version"}, {"serve", "--help"}, {"drive", "bad"}})
            Main.run(words, silent);
        Path folder = Files.createTempDirectory("doorbell");
        Path socket = folder.resolve("nic0.sock");
        Wiring wiring = Wiring.parse(
                List.of("e1000,id=nic0,netdev=n0,socket=" + socket.toString().replace(",", ",,")),
                List.of("loopback,id=n0"),
                List.of());
        try (Service service = Service.open(wiring, silent)) {
            Shutdown.onSignal(service::stop);
            service.start();
            drive(socket, DriveAction.LOOPBACK, DriverOptions.DEFAULT.withLoopback(Loopback.MAC), silent);
            drive(socket, DriveAction.REGISTERS, DriverOptions.DEFAULT, silent);
            new StatsLines(service, silent.out()).print();
            service.end();
            service.countersAsJson();
        } finally {
            Files.deleteIfExists(folder);
            Shutdown.leaveTo(Main.DONE);
        }
    }

    private static void drive(Path socket, DriveAction action, DriverOptions options, Streams streams)
            throws IOException, CommandFailure {
        DriveLimits limits = new DriveLimits(TestFrames.PADDED_BYTES, Long.MAX_VALUE, DRIVE_NS, 0);
        long memoryBytes = options.memoryBytes() + TestFrames.memoryBytes(limits.frameBytes());
        try (CardSocket card = CardSocket.connect(socket.toString(), memoryBytes)) {
            new Drive(card, options, limits, List.of(), streams, false).run(action);
        }
    }
}
