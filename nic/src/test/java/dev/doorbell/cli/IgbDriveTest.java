package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.device.CardTotal;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `drive` on an igb that this process serves, and `dma-copy`.
class IgbDriveTest {
    private final Path folder;
    private final Service service;

    IgbDriveTest(@TempDir Path folder) throws OptionException, IOException {
        this.folder = folder;
        Wiring wiring = Wiring.parse(
                List.of(
                        "igb,id=a,netdev=n0,socket=" + socket("a"),
                        "igb,id=b,netdev=n1,doorbells=shared,socket=" + socket("b"),
                        "e1000,id=c,netdev=n2,socket=" + socket("c")),
                List.of("loopback,id=n0", "null,id=n1", "null,id=n2"),
                List.of());
        service = Service.open(wiring, Streams.silent());
        service.start();
    }

    @AfterEach
    void end() {
        service.end();
        assertFalse(Files.exists(socket("a")) || Files.exists(socket("b")) || Files.exists(socket("c")));
    }

    private Path socket(String id) {
        return folder.resolve(id + ".sock");
    }

    private CommandRun drive(String card, String words) {
        return CommandRun.of(("drive --socket " + socket(card) + " " + words).split(" ", -1));
    }

    private static String field(CommandRun run, String name) {
        return run.out().getFirst().replaceFirst(".*\"" + name + "\":([^,}]+)[,}].*", "$1");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 60, 1514, 9000})
    void loopbackBringsEveryFrameBack(int frameBytes) {
        CommandRun run = drive("a", "loopback --count 300 --json --frame " + frameBytes);

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(1, run.out().size());
        assertThat(run.out().getFirst()).contains("\"frames\":300,").contains("\"missing\":0,\"damaged\":0");
        assertEquals(List.of(), run.err());
    }

    @ParameterizedTest
    @CsvSource({"a, 1", "a, 16", "b, 3"})
    void transmitReachesTheBackendOnEveryQueue(String card, int queues) {
        CommandRun run = drive(card, "transmit --count 1000 --queues " + queues);

        assertEquals(0, run.status(), run.err()::toString);
        Service.Part part = service.parts().get(card.equals("a") ? 0 : 1);
        assertEquals(1000, part.card().total(CardTotal.TRANSMIT_FRAMES));
    }

    @Test
    void sharedDoorbellsCostNoMessage() {
        CommandRun trapped = drive("a", "transmit --count 3200 --json");
        CommandRun shared = drive("b", "transmit --count 3200 --json");

        assertEquals(0, shared.status(), shared.err()::toString);
        assertThat(Long.parseLong(field(trapped, "messages"))).isGreaterThanOrEqualTo(100);
        assertThat(Long.parseLong(field(shared, "doorbells"))).isGreaterThanOrEqualTo(100);
        assertEquals("0", field(shared, "messages"));
    }

    @Test
    void registersShowWhatWasSet() {
        CommandRun run = drive("a", "registers --set FCTTV=7");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out()).contains("FCTTV\t\t0x00170\t0x00000007");
        assertThat(run.out()).anyMatch(line -> line.startsWith("RTTBCNRC\t"));
    }

    @ParameterizedTest
    @CsvSource({"a, 60, 1", "a, 1514, 4", "a, 9724, 16", "b, 2000, 2"})
    void copyIsVerified(String card, int frameBytes, int queues) {
        CommandRun run = drive(
                card, "dma-copy --json --bytes " + 500 * frameBytes + " --frame " + frameBytes + " --queues " + queues);

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals("500", field(run, "frames"));
        assertEquals("1", field(run, "kicks"));
        assertEquals("0", field(run, "wrong_frames"));
        assertEquals("0", field(run, "messages_while_copying"));
        assertEquals(1, run.err().size());
        assertThat(run.err().getFirst()).startsWith("doorbell: ").contains("in one kick of 500 frames");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"}) // the limiter's registers work by message, whatever the doorbells are
    void pacedCopyTakesItsTimeInOneKick(String card) {
        CommandRun run = drive(card, "dma-copy --json --frame 1250 --rate 10M --for 200ms");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.err().getFirst())
                .contains("one kick of 200 frames of 1250 bytes on one queue, which last 200 ms");
        assertEquals("200", field(run, "frames"));
        // The first frame leaves at once, and 20 KiB may catch up; a busy host is late now and then.
        assertThat(Double.parseDouble(field(run, "seconds"))).isBetween(0.17, 2.0);
        assertThat(run.out().getFirst()).contains("\"samples\":[{\"seconds\":0.0,\"bytes\":0},{");
    }

    @Test
    void copyIsRepeatedUntilTheTimeIsOver() {
        CommandRun run = drive("a", "dma-copy --json --bytes 100k --for 100ms");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(Long.parseLong(field(run, "kicks"))).isGreaterThan(1);
        assertEquals("0", field(run, "wrong_frames"));
    }

    @Test
    void resultForPeopleHasAPlotAndATable() {
        CommandRun run = drive("a", "dma-copy --bytes 1M");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).contains(" MB |").contains("*");
        assertThat(run.out()).anyMatch(line -> line.contains("0 B +----"));
        assertThat(run.out()).anyMatch(line -> line.startsWith("dma-copy\t1000754\t"));
        assertThat(run.out()).anyMatch(line -> line.startsWith("GPTC"));
    }

    static Stream<Arguments> wrongWords() {
        return Stream.of(
                Arguments.of("a", "transmit --queues 0", "--queues=0: expected 1 to 16"),
                Arguments.of("a", "transmit --queues 17", "--queues=17: expected 1 to 16"),
                Arguments.of("a", "loopback --queues 2", "loopback checks the order of one queue"),
                Arguments.of("a", "transmit --frame 9725", "--frame=9725: this card sends at most 9724"),
                Arguments.of("a", "registers --set ITRR=1", "no such knob or register; did you mean ITR"),
                Arguments.of("a", "knobs --set itr-per-s=122", "itr-per-s=122: expected 0 or 123 to 1000000 1/s"),
                Arguments.of("a", "knobs --set vector9-itr-per-s=200", "did you mean vector0-itr-per-s"),
                Arguments.of("c", "dma-copy", "dma-copy needs an igb; the card at "),
                Arguments.of("a", "dma-copy --frame 59", "--frame=59: expected 60 to 9724"),
                Arguments.of("a", "dma-copy --frame 9725", "--frame=9725: expected 60 to 9724"),
                Arguments.of("a", "dma-copy --queues 17", "--queues=17: expected 1 to 16"),
                Arguments.of("a", "dma-copy --rate 999k", "--rate=999k: expected 1000000 to 1000000000"),
                Arguments.of("a", "dma-copy --rate 1.1G", "--rate=1.1G: expected 1000000 to 1000000000"),
                Arguments.of("a", "dma-copy --bytes 2Gi", "--bytes=2Gi: expected 1 to 1073741824"),
                Arguments.of("a", "dma-copy --bytes 0", "--bytes=0: expected 1 to"),
                Arguments.of("a", "dma-copy --for 0", "--for=0: expected a time above 0"),
                Arguments.of("a", "dma-copy --count 5", "--count: dma-copy is told how much by --bytes or --for"),
                Arguments.of("a", "dma-copy --set FCTTV=7", "--set: not with dma-copy"));
    }

    @ParameterizedTest
    @MethodSource("wrongWords")
    void wrongWordsAreOneLineAndExitCode2(String card, String words, String says) {
        CommandRun run = drive(card, words);

        assertEquals(2, run.status(), run.err()::toString);
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size(), run.err()::toString);
        assertThat(run.err().getFirst()).startsWith("doorbell: ").contains(says);
    }
}
