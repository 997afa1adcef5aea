package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `demo` with either card: whatever is true of frames a second, every part ends and loses nothing.
@Timeout(60)
class DemoTest {
    @ParameterizedTest
    @ValueSource(strings = {"e1000", "igb", "igb,doorbells=shared", "igb,msix=off"})
    void everyCardShowsItself(String device) {
        CommandRun run = CommandRun.of("demo", "--seconds", "1", "--device", device);

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(List.of(), run.err());
        assertThat(run.out().getFirst()).contains("(" + device + ")");
        assertThat(run.out()).anyMatch(line -> line.startsWith("paced, at once"));
        assertThat(run.out().getLast()).startsWith("Exits per frame: ");
    }

    @Test
    void cardThatIsNoneIsRefused() {
        CommandRun run = CommandRun.of("demo", "--device", "warp");

        assertEquals(2, run.status());
        assertEquals(1, run.err().size());
        assertThat(run.err().getFirst()).contains("no such card");
    }
}
