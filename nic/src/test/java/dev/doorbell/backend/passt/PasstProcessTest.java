package dev.doorbell.backend.passt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.backend.Descriptors;
import dev.doorbell.backend.Frames;
import dev.doorbell.linux.Poller;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// passt as the peer of a stream: a small shell script stands in for it where it is to misbehave.
@Timeout(60)
class PasstProcessTest {
    private static final byte[] A = Frames.random(1, 60);
    private static final byte[] B = Frames.random(2, 1514);
    private static final long PATIENCE_NS = 20_000_000_000L;
    /// Sends every frame back, and ends when its socket does.
    private static final String ECHO = "exec cat <&3 >&3";

    @TempDir
    Path folder = Path.of("");

    private final VirtualTimeline timeline = new VirtualTimeline();
    private final List<String> notices = new ArrayList<>();
    private final List<CountedBackend> opened = new ArrayList<>();
    private long descriptors;
    private long children;

    @BeforeEach
    void count() {
        descriptors = Descriptors.count();
        children = ProcessHandle.current().children().count();
    }

    @AfterEach
    void nothingIsLeft() {
        for (CountedBackend backend : opened) {
            backend.close();
            backend.close(); // twice does no harm
        }
        assertThat(Descriptors.count()).isEqualTo(descriptors);
        assertThat(ProcessHandle.current().children().count()).isEqualTo(children);
        assertThat(timeline.hasDeadline()).isFalse();
    }

    private CountedBackend open(String options) throws OptionException, IOException {
        BackendOptions parsed = BackendOptions.parse("passt,id=n0" + options);
        CountedBackend backend = PasstProcess.open((BackendOptions.Passt) parsed, timeline, notices::add);
        opened.add(backend);
        return backend;
    }

    /// A program of these lines of shell.
    private CountedBackend fake(String script) throws OptionException, IOException {
        return open(",path=" + program(script));
    }

    private Path program(String script) throws IOException {
        Path program = folder.resolve("passt");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) fail("still not: " + what);
            Thread.onSpinWait();
        }
    }

    /// Waits for frames, or for the end of the connection.
    private static List<byte[]> receive(CountedBackend backend) {
        Poller poller = new Poller(1);
        poller.set(0, backend.receiveFd(), Poller.POLLIN);
        List<byte[]> frames = List.of();
        for (int part = 0; part < 100 && frames.isEmpty(); part++) { // a frame may come in pieces
            assertThat(poller.poll(PATIENCE_NS)).isEqualTo(1);
            frames = Frames.receive(backend);
        }
        return frames;
    }

    private static long child() {
        return ProcessHandle.current()
                .children()
                .mapToLong(ProcessHandle::pid)
                .max()
                .orElse(-1);
    }

    /// Waits until it has ended, which is a moment after its socket has closed.
    private static void awaitEnd(long pid) {
        await("end of " + pid, () -> {
            try {
                return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
            } catch (IOException gone) {
                return true;
            }
        });
    }

    private void look() {
        timeline.advance(PasstProcess.LOOK_NS);
    }

    @Test
    void framesGoThereAndBack() throws Exception {
        CountedBackend backend = fake(ECHO);
        assertThat(backend.linkUp()).isTrue();
        assertThat(backend.transmit(Frames.batch(A, B), 0)).isEqualTo(2);
        List<byte[]> frames = new ArrayList<>();
        while (frames.size() < 2) frames.addAll(receive(backend));
        assertThat(frames).containsExactly(A, B);
        assertThat(notices).isEmpty();
    }

    @Test
    void framesSentBeforeASlowStartAreNotLost() throws Exception {
        CountedBackend backend = fake("sleep 0.5\n" + ECHO);
        assertThat(backend.transmit(Frames.batch(A), 0)).isEqualTo(1);
        assertThat(receive(backend)).containsExactly(A);
    }

    @Test
    void programHasTheSocketItsOutputAndNothingElse() throws Exception {
        Path words = folder.resolve("words");
        CountedBackend backend = open(",mtu=1500,path="
                + program("printf '%s\\n' \"$0\" \"$@\" > " + words
                        + "\nls /proc/self/fd | tr '\\n' ' '\nread line || echo nothing to read\n" + ECHO));
        look();
        assertThat(Files.readAllLines(words))
                .containsExactly(
                        folder.resolve("passt").toString(), "--foreground", "--quiet", "--mtu", "1500", "--fd", "3");
        // 4 is how ls looks at the folder itself
        assertThat(notices).containsExactly("netdev n0: passt: 0 1 2 3 4 nothing to read");
        assertThat(backend.linkUp()).isTrue();
        ProcessHandle child = ProcessHandle.of(child()).orElseThrow();
        assertThat(Files.readString(Path.of("/proc/" + child.pid() + "/stat")).split(" ", -1)[4])
                .as("process group")
                .isEqualTo(Long.toString(child.pid()));
    }

    @Test
    void whatItPrintsIsToldLineByLine() throws Exception {
        fake("echo one\necho two >&2\nprintf 'a\\tb\\033\\n\\n'\necho Failed to send 47 bytes to syslog\n"
                + "printf '%0600d' 0\n" + ECHO);
        assertThat(notices)
                .containsExactly(
                        "netdev n0: passt: one",
                        "netdev n0: passt: two",
                        "netdev n0: passt: a b",
                        "netdev n0: passt: " + "0".repeat(512));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            echo Invalid MTU: 7; exit 1                  | ended at once, exit status 1: Invalid MTU: 7: correct the options
            exit 0                                       | ended at once, exit status 0: correct the options
            kill -9 $$                                   | ended at once, signal 9: correct the options
            printf x; exit 2                             | exit status 2: x: correct
            echo a; echo b; echo c; exit 1               | exit status 1: a; b: correct
            """)
    void programThatEndsAtOnceIsRefusedInItsOwnWords(String script, String words) {
        assertThatThrownBy(() -> fake(script))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("netdev n0: " + folder)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
        assertThat(notices).isEmpty();
    }

    @Test
    void programThatIsNotThereIsRefusedWithThePackageToInstall() throws Exception {
        assertThatThrownBy(() -> open(",path=no-such-passt"))
                .isInstanceOf(IOException.class)
                .hasMessage("netdev n0: no-such-passt is not installed: apt-get install passt, "
                        + "or name the program with path=");
        assertThatThrownBy(() -> open(",path=" + folder.resolve("none")))
                .hasMessageContainingAll("none does not exist", "correct path=");
        Files.writeString(folder.resolve("text"), "x");
        assertThatThrownBy(() -> open(",path=" + folder.resolve("text")))
                .hasMessageContainingAll("text may not be executed", "correct path=");
        assertThatThrownBy(() -> open(",path=" + folder)).hasMessageContaining("may not be executed");
    }

    @Test
    void deathTakesTheLinkDownAndAnotherIsStartedAfterAPauseThatGrows() throws Exception {
        CountedBackend backend = fake("head -c 4 <&3 >/dev/null\nsleep 0.3\nexit 7"); // reads a length, then dies
        long pauseNs = PasstProcess.FIRST_PAUSE_NS;
        for (int death = 1; death <= 9; death++) {
            assertThat(backend.transmit(Frames.batch(A), 0)).isEqualTo(1);
            long dying = child();
            assertThat(receive(backend)).isEmpty();
            awaitEnd(dying);
            assertThat(backend.linkUp()).as("death %d", death).isFalse();
            assertThat(backend.transmit(Frames.batch(A), 0)).isEqualTo(1);
            assertThat(backend.counters().get(BackendCounter.TRANSMIT_DROPPED_LINK_DOWN))
                    .isEqualTo(death);
            timeline.advance(pauseNs - 1);
            assertThat(backend.linkUp())
                    .as("a moment before its pause %d is over", death)
                    .isFalse();
            timeline.advance(1);
            assertThat(backend.linkUp()).as("restart %d", death).isTrue();
            pauseNs = Math.min(2 * pauseNs, PasstProcess.LONGEST_PAUSE_NS);
        }
        assertThat(notices)
                .hasSize(9)
                .allMatch(
                        line -> line.matches("netdev n0: passt ended, (exit status 7|signal 15); it is started again"));
        assertThat(backend.counters().get(BackendCounter.LINK_DOWNS)).isEqualTo(9);
        assertThat(backend.counters().get(BackendCounter.LINK_UPS)).isEqualTo(10);
    }

    @Test
    void oneThatLivedLongIsStartedAgainAfterTheFirstPause() throws Exception {
        CountedBackend backend = fake(ECHO);
        for (int i = 0; i < 3; i++) {
            timeline.advance(PasstProcess.SETTLED_NS);
            long dying = child();
            ProcessHandle.of(dying).orElseThrow().destroyForcibly();
            assertThat(receive(backend)).isEmpty();
            awaitEnd(dying);
            timeline.advance(PasstProcess.FIRST_PAUSE_NS);
            assertThat(backend.linkUp()).isTrue();
        }
        assertThat(notices).hasSize(3).allMatch(line -> line.contains("signal 9"));
    }

    @Test
    void programThatTalksNonsenseIsEndedAndStartedAgain() throws Exception {
        CountedBackend backend = fake("trap '' TERM\nprintf '\\0\\0\\0\\0' >&3\nexec sleep 1000");
        assertThat(receive(backend)).isEmpty();
        assertThat(backend.linkUp()).isFalse();
        assertThat(backend.counters().get(BackendCounter.PEER_BAD_LENGTHS)).isEqualTo(1);
        long stubborn = child();
        timeline.advance(PasstProcess.FIRST_PAUSE_NS); // it would not end when asked: now it is killed
        await("a new one", () -> {
            timeline.advance(PasstProcess.LONGEST_PAUSE_NS);
            return backend.linkUp() && child() != stubborn;
        });
        assertThat(notices).containsExactly("netdev n0: passt ended, signal 9; it is started again");
    }

    @Test
    void programThatIsRemovedMeanwhileIsTriedAgain() throws Exception {
        CountedBackend backend = fake(ECHO);
        Path program = folder.resolve("passt");
        Path away = folder.resolve("away");
        Files.move(program, away);
        long dying = child();
        ProcessHandle.of(dying).orElseThrow().destroyForcibly();
        assertThat(receive(backend)).isEmpty();
        awaitEnd(dying);
        timeline.advance(PasstProcess.FIRST_PAUSE_NS);
        assertThat(backend.linkUp()).isFalse();
        assertThat(backend.counters().get(BackendCounter.CONNECT_FAILURES)).isEqualTo(1);
        Files.move(away, program);
        timeline.advance(2 * PasstProcess.FIRST_PAUSE_NS);
        assertThat(backend.linkUp()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"exec sleep 1000", "trap '' TERM; exec sleep 1000"})
    void closingEndsItWhateverItWants(String script) throws Exception {
        CountedBackend backend = fake(script);
        ProcessHandle child = ProcessHandle.of(child()).orElseThrow();
        backend.close();
        assertThat(child.isAlive()).isFalse();
        assertThat(notices).isEmpty();
    }

    @Test
    void programThatPrintsWithoutEndHoldsNobody() throws Exception {
        CountedBackend backend = fake("yes &\nyes=$!\ncat <&3 >&3\nkill $yes");
        assertThat(backend.transmit(Frames.batch(A), 0)).isEqualTo(1);
        assertThat(receive(backend)).containsExactly(A);
        int before = notices.size();
        look();
        assertThat(notices.size() - before).isBetween(1, 40_000);
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void everyOptionBecomesPasstsWord() throws OptionException {
        String all =
                "passt,id=n,path=/p,quiet=off,mtu=0,address=10.0.0.2,netmask=24,mac=52:54:00:00:00:01,gateway=10.0.0.1,"
                        + "interface=eth0,outbound=1.1.1.1,outbound-if4=a,outbound-if6=b,dns=9.9.9.9,hostname=h,fqdn=h.x,"
                        + "map-host-loopback=none,map-guest-addr=1.2.3.4,dns-forward=5.6.7.8,dns-host=8.7.6.5,dhcp-dns=off,"
                        + "dhcp-search=off,tcp=off,udp=off,icmp=off,dhcp=off,ndp=off,dhcpv6=off,ra=off,freebind=on,ipv6=off,"
                        + "search=a.example,search=b.example,tcp-ports=22:2222,tcp-ports=80-82,,~81,udp-ports=53,"
                        + "param=--no-map-gw,param=--log-size=5";
        assertThat(BackendOptions.parse(all))
                .isEqualTo(new BackendOptions.Passt(
                        "n",
                        "/p",
                        List.of(
                                ("--mtu|0|--address|10.0.0.2|--netmask|24|--mac-addr|52:54:00:00:00:01|--gateway|10.0.0.1|"
                                                + "--interface|eth0|--outbound|1.1.1.1|--outbound-if4|a|--outbound-if6|b|--dns|9.9.9.9|"
                                                + "--hostname|h|--fqdn|h.x|--map-host-loopback|none|--map-guest-addr|1.2.3.4|"
                                                + "--dns-forward|5.6.7.8|--dns-host|8.7.6.5|--no-dhcp-dns|--no-dhcp-search|--no-tcp|"
                                                + "--no-udp|--no-icmp|--no-dhcp|--no-ndp|--no-dhcpv6|--no-ra|--freebind|--ipv4-only|"
                                                + "--search|a.example b.example|--tcp-ports|22:2222,80-82,~81|--udp-ports|53|"
                                                + "--no-map-gw|--log-size=5")
                                        .split("\\|", -1))));
        assertThat(BackendOptions.parse("passt,id=n,ipv4=off,tcp=on"))
                .isEqualTo(new BackendOptions.Passt("n", "passt", List.of("--quiet", "--ipv6-only")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            passt,id=n,mtu=65536                | 0 to 65535
            passt,id=n,mtu=-1                   | mtu
            passt,id=n,quiet=maybe              | on or off
            passt,id=n,path=                    | path is empty
            passt,id=n,address=                 | address is empty
            passt,id=n,param=                   | param is empty
            passt,id=n,param=a,param=           | param is empty
            passt,id=n,address=a,address=b      | address is given twice
            passt,id=n,ipv4=off,ipv6=off        | leave nothing to carry
            passt,id=n,vhost-user=on            | for virtio cards
            passt,id=n,param=--fd=7             | is how passt talks to this card: leave it out
            passt,id=n,param=--socket           | leave it out
            passt,id=n,socket=/x                | has no option socket
            null,id=n,param=x                   | has no option param
            passt                               | id
            """)
    void wrongOptionsAreRefused(String options, String words) {
        assertThatThrownBy(() -> BackendOptions.parse(options))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    private CountedBackend realPasst(String options) throws Exception {
        boolean there = false;
        for (String each : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1))
            there |= Files.isExecutable(Path.of(each, "passt"));
        assumeTrue(there, "no passt on this machine");
        boolean routed = Files.readAllLines(Path.of("/proc/net/route")).stream()
                .anyMatch(line -> line.split("\t", -1)[1].equals("00000000"));
        assumeTrue(routed, "no default route on this machine, which passt wants");
        return open(options);
    }

    @Test
    @Tag("real")
    void realPasstAnswersForItsGateway() throws Exception {
        CountedBackend backend =
                realPasst(",ipv6=off,address=10.77.0.15,netmask=255.255.255.0,gateway=10.77.0.2,mac=9a:55:9a:55:9a:55");
        byte[] request = HexFormat.of()
                .parseHex("ffffffffffff" + "525400123456" + "0806" + "0001080006040001" + "525400123456"
                        + address("10.77.0.15") + "000000000000" + address("10.77.0.2"));
        assertThat(backend.transmit(Frames.batch(request), 0)).isEqualTo(1);
        String reply = HexFormat.of().formatHex(receive(backend).getFirst());
        assertThat(reply)
                .startsWith("525400123456" + "9a559a559a55" + "0806" + "0001080006040002" + "9a559a559a55"
                        + address("10.77.0.2") + "525400123456" + address("10.77.0.15"));
        ProcessHandle passt = ProcessHandle.of(child()).orElseThrow();
        backend.close();
        assertThat(passt.isAlive()).isFalse();
        assertThat(notices).allMatch(line -> line.contains("Don't run as root")); // where the tests do
    }

    @Test
    @Tag("real")
    void realPasstSaysWhatItDoesNotLike() throws Exception {
        assertThatThrownBy(() -> realPasst(",interface=no-such-if"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("netdev n0: passt ended at once, exit status 1: ", "no-such-if", "correct");
        assertThatThrownBy(() -> realPasst(",param=--no-such-option"))
                .hasMessageContainingAll("unrecognized option", "no-such-option");
    }

    private static String address(String text) throws IOException {
        return HexFormat.of().formatHex(InetAddress.getByName(text).getAddress());
    }
}
