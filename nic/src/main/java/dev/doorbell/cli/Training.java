package dev.doorbell.cli;

import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.cli.terminal.Version;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The run from which the launcher makes the cache of loaded classes (JEP 514): what is used here is
/// quick to start later. Serves a card of each chip, drives them, reads the help; prints nothing and
/// leaves nothing behind.
final class Training {
    private Training() {}

    static void main(String[] args) throws OptionException, IOException {
        Shutdown.watch();
        Streams silent = Streams.silent();
        for (String[] words : new String[][] {{"--help"}, {"--version"}, {"serve", "--help"}, {"drive", "bad"}})
            Main.run(words, silent);
        Path folder = Files.createTempDirectory("doorbell");
        List<Path> sockets = List.of(folder.resolve("igb.sock"), folder.resolve("e1000.sock"));
        Wiring wiring = Wiring.parse(
                List.of(device("igb", sockets.get(0)), device("e1000", sockets.get(1))),
                List.of("loopback,id=igb", "loopback,id=e1000"),
                List.of());
        try (Service service = Service.open(wiring, silent)) {
            Shutdown.onSignal(service::stop);
            service.start();
            for (Path socket : sockets) {
                drive(socket, "loopback", "--for", "200ms");
                drive(socket, "registers");
            }
            new StatsLines(service, silent.out()).print();
            service.end();
            service.countersAsJson(Version.version());
        } finally {
            Files.deleteIfExists(folder);
            Shutdown.leaveTo(Exit.DONE);
        }
    }

    private static String device(String chip, Path socket) {
        return chip + ",id=" + chip + ",netdev=" + chip + ",socket="
                + socket.toString().replace(",", ",,");
    }

    private static void drive(Path socket, String... words) {
        List<String> line = new ArrayList<>(List.of("drive", "--socket", socket.toString()));
        line.addAll(List.of(words));
        Main.run(line.toArray(String[]::new), Streams.silent());
    }
}
