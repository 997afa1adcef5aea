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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `drive` on cards that this process serves: the command, the driver, the socket, the server and the
/// card together.
class DriveTest {
    private final Path folder;
    private final Service service;

    DriveTest(@TempDir Path folder) throws OptionException, IOException {
        this.folder = folder;
        Wiring wiring = Wiring.parse(
                List.of(device("a"), device("b"), device("c")),
                List.of("hubport,id=na,hubid=0", "hubport,id=nb,hubid=0", "loopback,id=nc"),
                List.of());
        service = Service.open(wiring, Streams.silent());
        service.start();
    }

    @AfterEach
    void end() {
        service.end();
        assertFalse(Files.exists(socket("a")) || Files.exists(socket("b")) || Files.exists(socket("c")));
    }

    private String device(String id) {
        return "e1000,id=" + id + ",netdev=n" + id + ",socket=" + socket(id);
    }

    private Path socket(String id) {
        return folder.resolve(id + ".sock");
    }

    private CommandRun drive(String card, String words) {
        return CommandRun.of(("drive --socket " + socket(card) + " " + words).split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 60, 1514, 9000, 16_288})
    void loopbackBringsEveryFrameBack(int frameBytes) {
        CommandRun run = drive("c", "loopback --count 300 --json --frame " + frameBytes);

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(1, run.out().size());
        assertThat(run.out().getFirst())
                .contains("\"frames\":300,")
                .contains("\"missing\":0,\"damaged\":0")
                .contains("\"GPTC\":300")
                .contains("\"GPRC\":300");
        assertEquals(List.of(), run.err());
    }

    @Test
    void transmitReachesTheBackend() {
        CommandRun run = drive("c", "transmit --bytes 64Ki --frame 1k");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).startsWith("action");
        assertThat(run.out().get(1)).startsWith("transmit\t66\t"); // 65536 bytes in frames of 1000, rounded up
        assertEquals(66, service.parts().get(2).card().total(CardTotal.TRANSMIT_FRAMES));
    }

    @Test
    void rateIsKept() {
        CommandRun run = drive("c", "transmit --rate 1M --frame 125 --for 300ms --json");

        assertEquals(0, run.status(), run.err()::toString);
        String frames = run.out().getFirst().replaceFirst(".*\"frames\":(\\d+),.*", "$1");
        assertThat(Long.parseLong(frames)).isBetween(1L, 302L); // 1000 frames/s, never faster
    }

    @Test
    void receiveGetsWhatAnotherCardOfTheHubSends() throws InterruptedException {
        CommandRun[] receiver = new CommandRun[1];
        Thread receiving = new Thread(() -> receiver[0] = drive("b", "receive --count 10 --for 30s --json"));
        receiving.start();
        CommandRun sender;
        do sender = drive("a", "transmit --count 10");
        while (receiving.isAlive()); // it may listen only now
        receiving.join();

        assertEquals(0, sender.status(), sender.err()::toString);
        assertEquals(0, receiver[0].status(), receiver[0].err()::toString);
        String frames = receiver[0].out().getFirst().replaceFirst(".*\"frames\":(\\d+),.*", "$1");
        assertThat(Integer.parseInt(frames)).isGreaterThanOrEqualTo(10);
    }

    @Test
    void deferredDoorbellsAreRungByInterruptsAndEveryFrameGoes() {
        CommandRun run = drive("c", "transmit --count 20k --json --set doorbells=deferred --set itr-per-s=2000");

        assertEquals(0, run.status(), run.err()::toString);
        assertEquals(20_000, service.parts().get(2).card().total(CardTotal.TRANSMIT_FRAMES));
        assertThat(service.parts().get(2).card().total(CardTotal.INTERRUPTS)).isPositive();
        assertThat(service.parts().get(2).card().total(CardTotal.DOORBELLS)).isLessThan(20_000 / 32);
    }

    @Test
    void registersShowWhatWasSet() {
        CommandRun run = drive("c", "registers --set ITR=0x1F4 --set FCTTV=7");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).startsWith("register\toffset\tvalue");
        assertThat(run.out()).contains("ITR\t\t0x000C4\t0x000001F4", "FCTTV\t\t0x00170\t0x00000007");
    }

    @Test
    void knobsShowWhatWasTurnedAndTheRegistersHaveIt() {
        CommandRun run = drive("c", "knobs --set itr-per-s=8k --set rx-delay-us=64 --set doorbells=immediate");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).startsWith("knob").contains("value").contains("unit");
        assertThat(run.out()).anyMatch(line -> line.matches("itr-per-s\\s+8004\\s+1/s\\s.*0 or 60 to 3906250 1/s"));
        assertThat(run.out()).anyMatch(line -> line.matches("rx-delay-us\\s+64\\s+us\\s.*0 to 67107 us"));
        assertThat(run.out()).anyMatch(line -> line.matches("doorbells\\s+immediate\\s.*"));
        CommandRun json = drive("c", "knobs --json --set tx-abs-delay-us=7");
        assertThat(json.out().getFirst())
                .startsWith("{\"knobs\":{\"itr-per-s\":")
                .contains("\"tx-abs-delay-us\":7,")
                .endsWith("\"doorbells\":\"batch\"}}");
    }

    @Test
    void immediateDoorbellsAreOnePerFrame() {
        CommandRun run = drive("c", "loopback --count 100 --json --set doorbells=immediate");

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).matches(".*\"doorbells\":10[0-3],.*"); // and receive buffers given back
    }

    @Test
    void registersAsJsonAreOneObject() {
        CommandRun run = drive("c", "registers --json");

        assertEquals(1, run.out().size());
        assertThat(run.out().getFirst())
                .startsWith("{\"registers\":{\"CTRL\":\"0x")
                .endsWith("}}");
    }

    @Test
    void driversComeAndGo() {
        for (int i = 0; i < 5; i++)
            assertEquals(0, drive("c", "loopback --count 10").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drive transmit|drive needs one of --socket PATH and --vfio ADDRESS",
                "drive --socket s --vfio 00:03.0 transmit|--vfio ADDRESS, not both",
                "drive --vfio 3 transmit|--vfio=3: expected a PCI address such as 0000:00:03.0",
                "drive --vfio 00:03.9 dma-copy|--vfio=00:03.9: expected a PCI address"
            })
    void cardHasOnePlace(String wordsAndRefusal) {
        String[] parts = wordsAndRefusal.split("\\|", 2);
        CommandRun run = CommandRun.of(parts[0].split(" ", -1));

        assertEquals(2, run.status());
        assertThat(run.err().getFirst()).contains(parts[1]);
    }

    @Test
    void cardThatThisMachineDoesNotHaveIsOneLineAndExitCode1() {
        CommandRun run = CommandRun.of("drive", "--vfio", "ffff:ff:1f.7", "registers");

        assertEquals(1, run.status());
        assertEquals(List.of("doorbell: no PCI device ffff:ff:1f.7; lspci -D lists them"), run.err());
    }

    @Test
    void absentCardIsOneLineAndExitCode1() {
        CommandRun run = drive("nobody", "loopback");

        assertEquals(1, run.status());
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size());
        assertThat(run.err().getFirst()).contains("nobody.sock").contains("ENOENT");
    }

    static Stream<Arguments> wrongWords() {
        return Stream.of(
                Arguments.of("", "ACTION"),
                Arguments.of("fly", "drive fly: no such action; there are transmit, receive, loopback, forward,"),
                Arguments.of("forward", "forward needs --to PATH"),
                Arguments.of("forward --to x --frame 60", "--frame: forward sends frames as they arrive"),
                Arguments.of("forward --to x --rate 1M", "--rate: forward sends frames as they arrive"),
                Arguments.of("forward --to x --bytes 1M", "--bytes: forward is told how much by --count or --for"),
                Arguments.of("forward --to x --queues 2", "--queues: forward uses one queue"),
                Arguments.of("forward --to x --set ITR=1", "--set: not with forward"),
                Arguments.of("forward --to x --count 0", "--count=0: expected 1 or more"),
                Arguments.of("transmit --to x", "--to: only with forward"),
                Arguments.of("loopback --both-ways", "--both-ways: only with forward"),
                Arguments.of("transmit --queues 2", "this card has one queue"),
                Arguments.of("transmit --frame 13", "--frame=13: expected 14 to 16288"),
                Arguments.of("transmit --frame 16289", "--frame=16289: expected 14 to 16288"),
                Arguments.of("transmit --count 0", "--count=0: expected 1 or more"),
                Arguments.of("transmit --count many", "--count=many: expected"),
                Arguments.of("transmit --for 10", "--for=10: expected a number with a unit"),
                Arguments.of("transmit --for 0", "--for=0: expected a time above 0"),
                Arguments.of("transmit --rate 0", "--rate=0: expected"),
                Arguments.of("registers --set ITR", "write NAME=VALUE"),
                Arguments.of(
                        "registers --set NOPE=1", "--set NOPE=1: this card has no such knob or register; `knobs` and"),
                Arguments.of("registers --set RTDR=1", "no such knob or register; did you mean RDTR"),
                Arguments.of("knobs --set rx-delay=5", "did you mean rx-delay-us?"),
                Arguments.of("transmit --set itr-per-s=59", "itr-per-s=59: expected 0 or 60 to 3906250 1/s"),
                Arguments.of("transmit --set rx-delay-us=67108", "rx-delay-us=67108: expected 0 to 67107 us"),
                Arguments.of("transmit --set tx-delay-us=-1", "--set tx-delay-us=-1: expected a number"),
                Arguments.of("knobs --set tx-delay-us=soon", "--set tx-delay-us=soon: expected a number"),
                Arguments.of("knobs --set doorbells=loud", "doorbells=loud: expected immediate, batch, deferred or"),
                Arguments.of("registers --set STATUS=1", "STATUS cannot be written"),
                Arguments.of("registers --set ITR=0x100000000", "the value is 32 bits"));
    }

    @ParameterizedTest
    @MethodSource("wrongWords")
    void wrongWordsAreOneLineAndExitCode2(String words, String says) {
        CommandRun run =
                CommandRun.of(("drive --socket " + socket("c") + (words.isEmpty() ? "" : " " + words)).split(" ", -1));

        assertEquals(2, run.status());
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size(), run.err()::toString);
        assertThat(run.err().getFirst()).startsWith("doorbell: ").contains(says);
    }
}
