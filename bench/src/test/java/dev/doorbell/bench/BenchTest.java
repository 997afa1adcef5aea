package dev.doorbell.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.backend.NullBackend;
import dev.doorbell.device.CardTotal;
import dev.doorbell.time.WallTimeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BenchTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int run(String... words) throws Exception {
        return Bench.run(
                words,
                new PrintStream(output, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    @Test
    void everyBenchmarkIsListed() throws Exception {
        assertEquals(0, run("list"));
        String list = output.toString(StandardCharsets.UTF_8);
        for (String name : new String[] {
            "registers",
            "descriptors",
            "frames",
            "socket",
            "serve",
            "igb-registers",
            "igb-descriptors",
            "igb-frames",
            "igb-socket",
            "af-xdp",
            "af-xdp-card",
            "rate-limiter"
        }) assertTrue(list.lines().anyMatch(line -> line.startsWith(name + " ")), list);
    }

    @Test
    void aWrongWordIsUsageInOneLine() throws Exception {
        assertEquals(2, run("no-such"));
        assertEquals(2, run("--json"));
        assertEquals(2, errors.toString(StandardCharsets.UTF_8).lines().count());
        assertTrue(output.toString(StandardCharsets.UTF_8).isEmpty());
    }

    @Test
    void aCardSendsWhatItsDoorbellSays() {
        for (Chip chip : Chip.values())
            try (LocalCard card = LocalCard.open(chip, new WallTimeline(), new NullBackend(), 60)) {
                for (int i = 0; i < 10; i++) card.send(64);
                card.send(1);
                assertEquals(641, card.card.total(CardTotal.TRANSMIT_FRAMES), chip.name());
            }
    }
}
