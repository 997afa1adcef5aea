package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.doorbell.backend.afxdp.VethNetwork;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.device.CardTotal;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A card with a loop beside its own, on a real interface: what its guest sends leaves, and nothing stays.
@Tag("real")
@Timeout(60)
class ThreadedCardTest {
    private final Path folder;

    ThreadedCardTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /// On four queues.
    @Test
    void cardWithTwoThreadsSendsAndEnds() throws IOException, OptionException {
        try (VethNetwork network = new VethNetwork()) {
            String ifname = network.pair(4, 1500).getFirst();
            Path socket = folder.resolve("nic0");
            Wiring wiring = Wiring.parse(
                    List.of("igb,id=nic0,netdev=n0,threads=2,doorbells=shared,socket=" + socket),
                    List.of("af-xdp,id=n0,queues=4,ifname=" + ifname),
                    List.of());
            Service service = Service.open(wiring, Streams.silent());
            service.start();
            assertThat(threadsBeside("nic0")).isEqualTo(1);
            CommandRun run =
                    CommandRun.of(("drive --socket " + socket + " transmit --count 20000 --queues 4").split(" ", -1));
            assertEquals(0, run.status(), run.err()::toString);
            Service.Part part = service.parts().getFirst();
            service.end();
            assertEquals(20_000, part.card().total(CardTotal.TRANSMIT_FRAMES));
            assertFalse(service.failed());
            assertThat(threadsBeside("nic0")).isZero();
        }
    }

    /// What never started ends as well.
    @Test
    void serviceThatWasNeverStartedGivesEverythingBack() throws IOException, OptionException {
        try (VethNetwork network = new VethNetwork()) {
            String ifname = network.pair(2, 1500).getFirst();
            Wiring wiring = Wiring.parse(
                    List.of("igb,id=nic0,netdev=n0,threads=2,socket=" + folder.resolve("nic0")),
                    List.of("af-xdp,id=n0,queues=2,ifname=" + ifname),
                    List.of());
            Service.open(wiring, Streams.silent()).end(); // the first time loads what stays open
            long before = openDescriptors();
            Service.open(wiring, Streams.silent()).end();
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    private static long openDescriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static long threadsBeside(String card) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("card " + card + " queues "))
                .count();
    }
}
