package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.device.CardTotal;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `drive --set doorbells=` across a real socket: every frame leaves whatever tells the card of it.
class DriveDoorbellsTest {
    private static final int FRAMES = 5000;

    private final Path folder;
    private final Service service;

    DriveDoorbellsTest(@TempDir Path folder) throws OptionException, IOException {
        this.folder = folder;
        List<String> cards = List.of(
                "e1000,id=a,netdev=na,paravirt=on,socket=" + socket("a"),
                "e1000,id=b,netdev=nb,socket=" + socket("b"),
                "igb,id=c,netdev=nc,socket=" + socket("c"));
        service = Service.open(
                Wiring.parse(cards, List.of("null,id=na", "null,id=nb", "null,id=nc"), List.of()), Streams.silent());
        service.start();
    }

    @AfterEach
    void end() {
        service.end();
    }

    private Path socket(String id) {
        return folder.resolve(id + ".sock");
    }

    private CommandRun drive(String card, String words) {
        return CommandRun.of(("drive --socket " + socket(card) + " " + words).split(" ", -1));
    }

    private static long field(String json, String name) {
        return Long.parseLong(json.replaceFirst(".*\"" + name + "\":(\\d+).*", "$1"));
    }

    @ParameterizedTest
    @CsvSource({
        "a, 0, immediate",
        "a, 0, batch",
        "a, 0, deferred --set itr-per-s=8000",
        "a, 0, paravirtual",
        "b, 1, deferred --set itr-per-s=8000",
        "c, 2, immediate",
        "c, 2, deferred --set itr-per-s=8000"
    })
    void everyFrameLeaves(String card, int part, String setting) {
        CommandRun run = drive(card, "transmit --json --count " + FRAMES + " --set doorbells=" + setting);

        assertEquals(0, run.status(), run.err()::toString);
        String answer = run.out().getFirst();
        assertEquals(FRAMES, field(answer, "frames"));
        assertEquals(FRAMES, service.parts().get(part).card().total(CardTotal.TRANSMIT_FRAMES));
        long doorbells = field(answer, "doorbells");
        if (setting.equals("immediate")) assertThat(doorbells).isGreaterThanOrEqualTo(FRAMES);
        else assertThat(doorbells).isLessThanOrEqualTo(FRAMES / 16); // batches hold 32
        if (setting.startsWith("deferred"))
            assertThat(field(answer, "interrupts")).isPositive();
    }

    @Test
    void pageThatACardDoesNotHaveIsRefused() {
        for (String card : List.of("b", "c")) {
            CommandRun run = drive(card, "transmit --count 1 --set doorbells=paravirtual");

            assertThat(run.status()).isNotZero();
            assertThat(run.err()).hasSize(1);
            assertThat(run.err().getFirst()).contains("paravirtual needs an e1000 with paravirt=on");
        }
    }
}
