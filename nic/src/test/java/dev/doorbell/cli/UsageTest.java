package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each wrong command line ends with exit code 2 and one line that says what is wrong and what to do.
class UsageTest {
    private static final String IGB = "--device igb,id=a,socket=/nowhere/a.sock,netdev=n0";
    private static final String CARD = "--device e1000,id=a,socket=/nowhere/a.sock,netdev=n0";

    static Stream<Arguments> wrongCommandLines() {
        return Stream.of(
                wrong("", "no command given; try doorbell --help"),
                wrong("serv", "'serv' (did you mean serve?); try doorbell --help"),
                wrong("lab rum", "(did you mean run?); try doorbell lab --help"),
                wrong("fly", "'fly'; try doorbell --help"),
                wrong("serve", "'--device=CARD'; try doorbell serve --help"),
                wrong("serve " + CARD + " --http :80", "'--http'"),
                wrong("serve --device virtio,id=a", "no such card; there are igb, e1000 and e1000-82545em"),
                wrong("serve --device igb", "--device igb: needs id="),
                wrong("serve " + CARD + ",msix=on", "--device e1000: has no option msix; it takes"),
                wrong("serve " + CARD + ",line-rate=on", "has no option line-rate; it takes"),
                wrong("serve " + CARD + ",tx-rate=1M", "has no option tx-rate; it takes"),
                wrong("serve " + IGB + ",msix=maybe", "--device igb: msix=maybe: expected on or off"),
                wrong("serve " + IGB + ",line-rate=1G", "line-rate=1G: expected on or off"),
                wrong("serve " + IGB + ",doorbells=loud", "doorbells=loud: expected trapped or shared"),
                wrong("serve " + IGB + ",tx-rate=", "option tx-rate is empty"),
                wrong("serve " + IGB + ",tx-rate=fast", "tx-rate=fast: expected a number"),
                wrong("serve " + IGB + ",tx-rate=1M:", "tx-rate='': expected a number"),
                wrong("serve " + IGB + ",tx-rate=10M:1k", "tx-rate=1k: expected 0 or 1M to 1G"),
                wrong("serve " + IGB + ",tx-rate=2G", "tx-rate=2G: expected 0 or 1M to 1G"),
                wrong("serve " + IGB + ",tx-rate=1M" + ":1M".repeat(16), "tx-rate= has 17 rates: there are 16 queues"),
                wrong("serve " + IGB + ",colour=red", "--device igb: has no option colour; it takes"),
                wrong("serve --device e1000", "needs id="),
                wrong("serve --device e1000,id=a", "needs socket="),
                wrong("serve --device e1000,id=a,socket=/s", "needs netdev="),
                wrong("serve --device e1000,id=a,socket=/s,netdev=n,colour=red", "has no option colour; it takes"),
                wrong("serve --device e1000,id=a,socket=/s,netdev=n,id=b", "id is given twice"),
                wrong("serve " + CARD + ",mac=01:00:5e:00:00:01", "is no station's address"),
                wrong("serve " + CARD + ",mac=00:00:00:00:00:00", "is no station's address"),
                wrong("serve " + CARD + ",mac=52:54", "mac=52:54 is no address"),
                wrong("serve " + CARD + ",interrupt-gap-us=-1", "interrupt-gap-us=-1: expected"),
                wrong("serve " + CARD + ",doorbells=shared", "doorbells=shared needs a card with MSI-X"),
                wrong("serve " + CARD, "--device a: there is no --netdev with id=n0"),
                wrong("serve " + CARD + " --netdev warp,id=n0", "--netdev warp: no such backend"),
                wrong("serve " + CARD + " --netdev null,id=n0 --netdev null,id=n0", "two are called id=n0"),
                wrong("serve " + CARD + " --netdev null,id=n0 --netdev null,id=n1", "--netdev n1: no --device uses it"),
                wrong("serve " + CARD + " " + CARD + " --netdev null,id=n0", "two are called id=a"),
                wrong(
                        "serve " + CARD + " --device e1000,id=b,socket=/nowhere/a.sock,netdev=n1 --netdev null,id=n0"
                                + " --netdev null,id=n1",
                        "a has socket=/nowhere/a.sock already"),
                wrong(
                        "serve " + CARD + " --device e1000,id=b,socket=/b,netdev=n0 --netdev null,id=n0",
                        "a has netdev=n0 already; cards share a network by --netdev hubport"),
                wrong(
                        "serve " + CARD + " --netdev null,id=n0 --object filter-dump,id=f,netdev=n9,file=/x",
                        "there is no --netdev with id=n9"),
                wrong("serve " + IGB + ",threads=0", "threads=0: expected"),
                wrong("serve " + IGB + ",threads=17", "threads=17: expected"),
                wrong("serve " + IGB + ",threads=two", "threads=two: expected"),
                wrong("serve " + CARD + ",threads=2", "threads=2 needs a card with several queues, igb"),
                wrong(
                        "serve " + IGB + ",threads=2 --netdev null,id=n0",
                        "--device a: threads=2, but --netdev n0 has one queue: a thread needs one of its own"),
                wrong(
                        "serve " + IGB + ",threads=3 --netdev af-xdp,id=n0,ifname=eth0,queues=2",
                        "threads=3, but --netdev n0 has 2 queues"),
                wrong("serve " + IGB + " --netdev null,id=n0 --threads 2", "--threads=2: no card can use them"),
                wrong(
                        "serve " + CARD + " --netdev af-xdp,id=n0,ifname=eth0,queues=2 --threads 2",
                        "--threads=2: no card can use them"),
                wrong("serve " + IGB + " --netdev null,id=n0 --threads 0", "--threads=0: expected a number, 1 to 16"),
                wrong("serve " + IGB + " --netdev null,id=n0 --threads 17", "--threads=17: expected a number, 1 to 16"),
                wrong("serve " + IGB + " --netdev null,id=n0 --threads x", "--threads=x: expected a number, 1 to 16"),
                wrong("af-xdp-open -- true", "'--ifname=IF'; try doorbell af-xdp-open --help"),
                wrong("af-xdp-open --ifname lo", "COMMAND"),
                wrong("af-xdp-open --ifname lo --queues 0 -- true", "--queues=0: expected 1 to 1024"),
                wrong("af-xdp-open --ifname lo --queues many -- true", "--queues=many: expected a number"),
                wrong("af-xdp-open --ifname lo --start-queue 1024 -- true", "--start-queue=1024: expected 0 to 1023"),
                wrong("af-xdp-open --ifname lo --mode fast -- true", "--mode=fast: expected native or skb"),
                wrong("af-xdp-open --ifname lo --busy-poll-us 0 -- true", "--busy-poll-us=0: expected 1 to 1000000"),
                wrong("af-xdp-open --ifname lo --busy-poll-budget 8 -- true", "means nothing without --busy-poll-us"),
                wrong(
                        "af-xdp-open --ifname lo --busy-poll-us 9 --busy-poll-budget 65536 -- true",
                        "expected 1 to 65535"),
                wrong(
                        "af-xdp-open --ifname lo --locked-memory lots -- true",
                        "--locked-memory=lots: expected a number"),
                wrong("af-xdp-open --ifname lo --first-fd 2 -- true", "--first-fd=2: expected 3 to"),
                wrong("af-xdp-open --ifname lo --first-fd 9T -- true", "--first-fd=9T: expected 3 to"),
                wrong("af-xdp-open --ifname lo --user root -- true", "--user=root: root is not without privileges"),
                wrong("af-xdp-open --ifname lo --user 0 -- true", "--user=0: root is not without privileges"),
                wrong("af-xdp-open --ifname lo --user nobody-at-all -- true", "--user=nobody-at-all: no such user"),
                wrong("af-xdp-open --ifname lo --user 1x -- true", "--user=1x: no such user"),
                wrong("serve " + CARD + " --netdev null,id=n0 --stats 0", "--stats=0: expected a period"),
                wrong("serve " + CARD + " --netdev null,id=n0 --stats soon", "--stats=soon: expected"));
    }

    private static Arguments wrong(String commandLine, String says) {
        return Arguments.of(commandLine, says);
    }

    @ParameterizedTest
    @MethodSource("wrongCommandLines")
    void wrongCommandLineIsOneLineAndExitCode2(String commandLine, String says) {
        CommandRun run = CommandRun.of(commandLine.isEmpty() ? new String[0] : commandLine.split(" ", -1));

        assertEquals(2, run.status());
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size(), () -> String.join("\n", run.err()));
        assertThat(run.err().getFirst()).startsWith("doorbell: ").contains(says);
    }

    @Test
    void verboseAddsTheStack() {
        CommandRun run = CommandRun.of("serve", "--device", "warp", "--verbose");

        assertEquals(2, run.status());
        assertThat(run.err()).hasSizeGreaterThan(3);
        assertThat(run.err().get(1)).contains("OptionException");
    }

    @Test
    void socketThatCannotBeMadeIsOneLineAndExitCode1() {
        CommandRun run = CommandRun.of(
                "serve", "--device", "e1000,id=a,socket=/nowhere/a.sock,netdev=n0", "--netdev", "null,id=n0");

        assertEquals(1, run.status());
        assertEquals(List.of(), run.out());
        assertEquals(1, run.err().size());
        assertThat(run.err().getFirst()).contains("/nowhere/a.sock").contains("ENOENT");
    }

    @Test
    void helpListsEveryCommand() {
        CommandRun run = CommandRun.of("--help");

        assertEquals(0, run.status());
        String text = String.join("\n", run.out());
        for (String command : List.of("serve", "vm", "lab", "af-xdp-open", "test", "bench"))
            assertTrue(text.contains("\n  " + command + " "), command);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"serve", "vm", "lab", "lab list", "lab run", "af-xdp-open"})
    void helpOfACommandHasExamples(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" ", -1));

        assertEquals(0, run.status());
        assertThat(String.join("\n", run.out()))
                .startsWith("Usage: doorbell " + command)
                .contains("Examples:");
    }

    @Test
    void versionIsOneLine() {
        CommandRun run = CommandRun.of("--version");

        assertEquals(0, run.status());
        assertEquals(1, run.out().size());
        assertThat(run.out().getFirst()).startsWith("doorbell ");
    }
}
