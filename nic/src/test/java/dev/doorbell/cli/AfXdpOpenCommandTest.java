package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.afxdp.VethNetwork;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Interfaces;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XdpLink;
import dev.doorbell.linux.bpf.XdpProgram;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.linux.process.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `af-xdp-open` as root, as nobody and in between: what the command may do, what it has open, what
/// stays behind.
@Tag("real")
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AfXdpOpenCommandTest {
    private static final String NOBODY = "nobody";
    private static final String NONE = "0000000000000000";
    private static final long ORDINARY_SIGNALS =
            0x7FFF_FFFF; // 32 is the C library's own, ignored by how Java starts us
    private static final String REPORT = "cat /proc/self/status; ls -l /proc/$$/fd";

    private final SharedApplication application;
    private final List<Process> started = new ArrayList<>();
    private final Path folder;
    private VethNetwork network;
    private String near = "";
    private String far = "";

    AfXdpOpenCommandTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        network = new VethNetwork(); // or all are skipped
        network.close();
        application = new SharedApplication();
    }

    @BeforeAll
    static void needsTheRights() throws SystemCallException {
        try {
            XskMap.create(1).close();
        } catch (SystemCallException e) {
            assumeTrue(e.errno() != Errno.EPERM, "needs CAP_BPF and CAP_NET_ADMIN");
            throw e;
        }
        assumeTrue(Account.byName(NOBODY).isPresent(), "no user " + NOBODY + " here");
    }

    @AfterAll
    void remove() throws IOException {
        application.close();
    }

    @BeforeEach
    void connect() {
        network = new VethNetwork();
        List<String> names = network.pair(2, 1500);
        near = names.getFirst();
        far = names.getLast();
    }

    @AfterEach
    void nothingStays() throws Exception {
        for (Process process : started) process.destroyForcibly().waitFor();
        started.clear();
        assertEquals(0, programs());
        network.close();
    }

    /// Programs on our interfaces.
    private int programs() throws IOException, InterruptedException {
        Path file = folder.resolve("shown");
        assertEquals(
                0,
                new ProcessBuilder("ip", "link")
                        .redirectOutput(file.toFile())
                        .start()
                        .waitFor());
        return (int) Files.readAllLines(file).stream()
                .filter(line -> line.contains("prog/xdp"))
                .count();
    }

    private record Run(int status, List<String> out, List<String> err) {
        /// The values of a line such as `CapEff:` of `/proc/PID/status`.
        String value(String field) {
            return out.stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .map(line -> line.substring(field.length() + 1).strip().replace('\t', ' '))
                    .findFirst()
                    .orElse("none");
        }

        /// What is open, by number, of `ls -l /proc/PID/fd`.
        Map<Integer, String> open() {
            Map<Integer, String> open = new TreeMap<>();
            for (String line : out) {
                String[] words = line.split(" ", -1);
                if (words.length > 3 && words[words.length - 2].equals("->"))
                    open.put(Integer.parseInt(words[words.length - 3]), words[words.length - 1]);
            }
            return open;
        }
    }

    /// The words of `af-xdp-open` on our interface.
    private String[] open(String options, String... command) {
        List<String> words = new ArrayList<>(List.of("af-xdp-open", "--ifname", near));
        if (!options.isEmpty()) words.addAll(List.of(options.split(" ", -1)));
        words.add("--");
        words.addAll(List.of(command));
        return words.toArray(String[]::new);
    }

    private Process start(List<String> before, String... words) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(application.command(List.of(words)));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static Run finish(Process process) throws IOException, InterruptedException {
        List<String> out = lines(process.getInputStream().readAllBytes());
        List<String> err = lines(process.getErrorStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
        return new Run(process.exitValue(), out, err);
    }

    private static List<String> lines(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    private Run run(List<String> before, String... words) throws IOException, InterruptedException {
        return finish(start(before, words));
    }

    /// A command that is refused with one line, which begins so.
    private void assertRefused(int status, String line, List<String> before, String... words)
            throws IOException, InterruptedException {
        Run run = run(before, words);
        assertEquals(status, run.status(), () -> String.join("\n", run.err()));
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1).first().asString().startsWith("doorbell: " + line);
        assertEquals(0, programs());
    }

    private static void assertWithoutPrivileges(Run run) {
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) assertEquals(NONE, run.value(set), set);
        assertEquals("1", run.value("NoNewPrivs"));
    }

    @Test
    void commandHasTheSocketsAndTheLinkAndNothingElse() throws Exception {
        Account nobody = Account.byName(NOBODY).orElseThrow();
        List<String> withMoreOpen = List.of("bash", "-c", "exec 7</dev/null 8<>/dev/zero; exec \"$0\" \"$@\"");
        String script = REPORT + "; echo \"word: {sock-fds},{sock-fds} $1\"; echo \"variable: $DOORBELL_SOCK_FDS\";"
                + " echo \"home: $HOME\"; echo \"other: $2 $3\"; ip link show " + near;
        Path words = Files.writeString(folder.resolve("words"), "--no-option-of-ours");
        Run run = run(
                withMoreOpen,
                open(
                        "--queues 2 --locked-memory 4Mi --busy-poll-us 20 --user nobody",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        "@{sock-fds}",
                        "@" + words,
                        "--verbose"));

        assertEquals(0, run.status(), () -> String.join("\n", run.err()));
        assertWithoutPrivileges(run);
        assertEquals(NONE, run.value("CapBnd"));
        String uid = Integer.toUnsignedString(nobody.uid());
        String gid = Integer.toUnsignedString(nobody.gid());
        assertEquals(String.join(" ", uid, uid, uid, uid), run.value("Uid"));
        assertEquals(String.join(" ", gid, gid, gid, gid), run.value("Gid"));
        assertThat(run.value("Groups").split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        nobody.groups().stream().map(Integer::toUnsignedString).toList());
        assertEquals(NONE, run.value("SigBlk"));
        assertThat(Long.parseUnsignedLong(run.value("SigIgn"), 16) & ORDINARY_SIGNALS)
                .isEqualTo(Signals.ignored() & ORDINARY_SIGNALS);
        assertThat(run.open().keySet()).containsExactly(0, 1, 2, 100, 101, 102);
        assertThat(run.open().get(100)).startsWith("socket:");
        assertThat(run.open().get(101))
                .startsWith("socket:")
                .isNotEqualTo(run.open().get(100));
        assertEquals("anon_inode:bpf_link", run.open().get(102));
        assertEquals("100:101,100:101 @100:101", run.value("word"));
        assertEquals("100:101", run.value("variable"));
        assertEquals("@" + words + " --verbose", run.value("other"));
        assertEquals(nobody.home(), run.value("home"));
        assertThat(run.out()).anyMatch(line -> line.contains("prog/xdp"));
        assertThat(run.err()).isEmpty();
    }

    /// `setpriv` words: nobody, with these capabilities in the ambient set.
    private static List<String> nobodyWith(String capabilities) throws SystemCallException {
        Account nobody = Account.byName(NOBODY).orElseThrow();
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid", Integer.toString(nobody.uid())));
        words.addAll(List.of("--regid", Integer.toString(nobody.gid()), "--clear-groups"));
        if (!capabilities.isEmpty()) words.addAll(List.of("--inh-caps", capabilities, "--ambient-caps", capabilities));
        return words;
    }

    @Test
    void ordinaryUserWithCapabilitiesKeepsNoneForTheCommand() throws Exception {
        Run run = run(
                nobodyWith("+net_raw,+net_admin,+bpf"),
                open("--locked-memory 0 --first-fd 40", "sh", "-c", REPORT + "; ip link show " + near));

        assertEquals(0, run.status(), () -> String.join("\n", run.err()));
        assertWithoutPrivileges(run);
        assertThat(run.open().keySet()).containsExactly(0, 1, 2, 40, 41);
        assertThat(run.out()).anyMatch(line -> line.contains("prog/xdp"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'CAP_NET_RAW, CAP_NET_ADMIN, CAP_BPF are not there'",
        "'+net_raw,+net_admin', 'CAP_BPF is not there'",
        "'+net_raw,+bpf', 'CAP_NET_ADMIN is not there'",
        "'+net_admin,+bpf', 'CAP_NET_RAW is not there'"
    })
    void missingCapabilityIsNamed(String capabilities, String missing) throws Exception {
        String line = "opening sockets on " + near + " needs CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF, and " + missing;
        assertRefused(1, line, nobodyWith(capabilities), open("--locked-memory 0", "true"));
    }

    @Test
    void anotherUserNeedsTheRightToBecomeIt() throws Exception {
        Path passwd = Path.of("/etc/passwd");
        assumeTrue(Files.readString(passwd).contains("\ndaemon:"), "no user daemon here");
        String[] words = open("--locked-memory 0 --user daemon", "true");
        Run run = run(nobodyWith("+net_raw,+net_admin,+bpf"), words);

        assertEquals(1, run.status());
        assertThat(run.err())
                .containsExactly("doorbell: setgroups(2): EPERM; becoming daemon needs CAP_SETUID and CAP_SETGID");
    }

    @Test
    void callerOfSudoIsWhoRunsTheCommand() throws Exception {
        List<String> sudo = List.of("env", "SUDO_UID=54321", "SUDO_GID=54322");
        Run run = run(sudo, open("--locked-memory 0", "sh", "-c", REPORT));

        assertEquals(0, run.status(), () -> String.join("\n", run.err()));
        assertWithoutPrivileges(run);
        assertEquals("54321 54321 54321 54321", run.value("Uid"));
        assertEquals("54322 54322 54322 54322", run.value("Gid"));
        assertEquals("54322", run.value("Groups"));
    }

    @Test
    void rootMustSayWhoRunsTheCommand() throws Exception {
        String line = "run as root, and not by sudo: say who runs COMMAND, as in --user nobody";
        assertRefused(2, line, List.of("env", "-u", "SUDO_UID"), open("", "true"));
        assertRefused(2, line, List.of("env", "SUDO_UID=0", "SUDO_GID=0"), open("", "true"));
        assertRefused(2, line, List.of("env", "SUDO_UID=x", "SUDO_GID=0"), open("", "true"));
        assertRefused(2, "--user=root: root is not without privileges", List.of(), open("--user root", "true"));
        assertRefused(2, "--user=nobody-at-all: no such user", List.of(), open("--user nobody-at-all", "true"));
    }

    @Test
    void exitCodeAndSignalsAreTheCommandsOwn() throws Exception {
        assertEquals(
                7,
                run(List.of(), open("--user nobody --locked-memory 0", "sh", "-c", "exit 7"))
                        .status());
        for (int signal : new int[] {1, 2, 3, 15}) {
            if (signal == Signals.SIGINT && !Signals.interruptsCount()) continue;
            String kill = "kill -" + signal + " $$; exit 0";
            assertEquals(
                    128 + signal,
                    run(List.of(), open("--user nobody --locked-memory 0", "sh", "-c", kill))
                            .status(),
                    "signal " + signal);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM"})
    void programGoesWithTheCommandHoweverItEnds(String signal) throws Exception {
        Process process =
                start(List.of(), open("--user nobody --locked-memory 0", "sh", "-c", "echo started; exec sleep 600"));
        assertEquals("started", process.inputReader(StandardCharsets.UTF_8).readLine());
        assertEquals(1, programs());

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();

        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, programs());
    }

    @Test
    void interfaceOrQueueThatCannotBeHadIsRefused() throws Exception {
        String user = "--user nobody --locked-memory 0";
        String[] other = open(user, "true");
        other[2] = "none0";
        assertRefused(1, "none0: no such interface in this network namespace; ip link lists them", List.of(), other);
        String[] tooLong = open(user, "true");
        tooLong[2] = "a-name-of-16-chars";
        assertRefused(1, "a-name-of-16-chars: no such interface", List.of(), tooLong);
        String line = "queues 1 to 2 of " + near + ": it has 2, from 0 on; more by: ethtool -L " + near + " combined 3";
        assertRefused(1, line, List.of(), open(user + " --queues 2 --start-queue 1", "true"));
        assertRefused(1, "queue 2 of " + near + ": it has 2", List.of(), open(user + " --start-queue 2", "true"));
        network.ip("link", "set", near, "down");
        assertRefused(1, near + " is down; first: ip link set " + near + " up", List.of(), open(user, "true"));
    }

    @Test
    void interfaceWithAProgramKeepsItAndIsRefused() throws Exception {
        try (XskMap map = XskMap.create(1);
                XdpProgram program = XdpProgram.load(map);
                XdpLink link = program.attach(Interfaces.index(near), XdpProgram.Mode.SKB)) {
            for (String mode : new String[] {"", " --mode skb", " --mode native"}) {
                Run run = run(List.of(), open("--user nobody --locked-memory 0" + mode, "true"));
                assertEquals(1, run.status());
                assertThat(run.err())
                        .hasSize(1)
                        .first()
                        .asString()
                        .startsWith("doorbell: " + near + " has an XDP program already, which stays: take it away (")
                        .endsWith("inhibit=on,map-path=");
                assertEquals(1, programs());
            }
            assertThat(link.fd()).isNotNegative();
        }
    }

    /// What a command sees of the interface.
    private String shown(String options) throws IOException, InterruptedException {
        Run run = run(List.of(), open(options, "ip", "link", "show", near));
        assertThat(run.err()).isEmpty();
        return run.out().getFirst();
    }

    @Test
    void modeIsTheOneAskedForOrWhatTheDriverHas() throws Exception {
        String options = "--user nobody --locked-memory 0";
        assertThat(shown(options)).contains(" xdp ");
        assertThat(shown(options + " --mode skb")).contains(" xdpgeneric ");
        network.ip("link", "set", "lo", "up"); // which has no native mode
        near = "lo";
        Run fallen = run(List.of(), open(options, "ip", "link", "show", "lo"));
        assertThat(fallen.err()).containsExactly("doorbell: lo refuses native mode (EOPNOTSUPP); it is skb mode then");
        assertThat(fallen.out().getFirst()).contains(" xdpgeneric ");
        String line = "lo refuses native mode (EOPNOTSUPP): its driver has none, or the MTU is too large for it; use";
        assertRefused(1, line, List.of(), open(options + " --mode native", "true"));
    }

    @Test
    void commandThatCannotBeExecutedIsOneLineAndNothingStays() throws Exception {
        String user = "--user nobody --locked-memory 0";
        assertRefused(1, "no-such-command: no such command in PATH", List.of(), open(user, "no-such-command"));
        assertRefused(1, "/nowhere/x: no such command", List.of(), open(user, "/nowhere/x"));
        assertRefused(1, "/etc is not executable", List.of(), open(user, "/etc"));
        Path shut = Files.createDirectory(folder.resolve("shut"));
        Path script = Files.writeString(shut.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        String line = "nobody may not execute " + script + ": EACCES";
        assertRefused(1, line, List.of(), open(user, script.toString()));
        Path none = Files.writeString(application.open("odd").resolve("none"), "no program");
        Files.setPosixFilePermissions(none, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertRefused(1, "execve(2) " + none + ": ENOEXEC", List.of(), open(user, none.toString()));
    }

    @Test
    void descriptorInUseIsRefused() throws Exception {
        String[] words = open("--user nobody --locked-memory 0 --first-fd 64", "true");
        List<String> taken = List.of("bash", "-c", "exec 65</dev/null; exec \"$0\" \"$@\"");
        assertRefused(1, "descriptor 65 is in use: EBUSY; say where others are free by --first-fd", taken, words);
    }

    @Test
    void lockedMemoryIsRaisedAsFarAsTheLimitLets() throws Exception {
        List<String> limited = new ArrayList<>(List.of("prlimit", "--memlock=1048576:2097152"));
        limited.addAll(List.of("setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource"));
        String shown = "grep locked /proc/$$/limits";

        Run within = run(limited, open("--user nobody --locked-memory 2Mi", "sh", "-c", shown));
        assertThat(within.out().getFirst()).containsPattern("2097152 +2097152");
        assertThat(within.err()).isEmpty();

        Run less = run(limited, open("--user nobody --locked-memory 0", "sh", "-c", shown));
        assertThat(less.out().getFirst()).containsPattern("1048576 +2097152");

        String line =
                "the hard limit of locked memory is 2097152 bytes, and raising it to 3145728 needs CAP_SYS_RESOURCE";
        assertRefused(
                1,
                line + "; or say less by --locked-memory",
                limited,
                open("--user nobody --locked-memory 3Mi", "true"));

        Run unasked = run(limited, open("--user nobody", "sh", "-c", shown));
        assertEquals(0, unasked.status());
        assertThat(unasked.out().getFirst()).containsPattern("2097152 +2097152");
        assertThat(unasked.err()).hasSize(1).first().asString().endsWith("; going on with what there is");
    }

    /// Two cards on the two ends: what each driver sends arrives at the other.
    @Test
    void cardServedByNobodySendsAndReceivesAndLeavesNothingWhenKilled() throws Exception {
        Path sockets = application.open("sockets");
        List<String> card = List.of(
                application.launcher().toString(),
                "serve",
                "--device",
                "igb,id=a,netdev=n0,socket=" + sockets.resolve("a.sock"),
                "--netdev",
                "af-xdp,id=n0,ifname=" + near + ",queues=2,inhibit=on,sock-fds={sock-fds}");
        List<String> withJava = List.of("env", "JAVA_HOME=" + System.getProperty("java.home"));
        Process nobodys = start(withJava, open("--queues 2 --user nobody", card.toArray(String[]::new)));
        assertEquals(
                "ready socket=" + sockets.resolve("a.sock"),
                nobodys.inputReader(StandardCharsets.UTF_8).readLine());
        assertEquals(
                NOBODY,
                Files.getOwner(Path.of("/proc/" + nobodys.pid() + "/status")).getName());
        Process roots = start(
                List.of(),
                "serve",
                "--device",
                "e1000,id=b,netdev=n0,socket=" + sockets.resolve("b.sock"),
                "--netdev",
                "af-xdp,id=n0,ifname=" + far + ",mode=skb");
        assertEquals(
                "ready socket=" + sockets.resolve("b.sock"),
                roots.inputReader(StandardCharsets.UTF_8).readLine());
        assertEquals(2, programs());

        assertEquals(0, transfer(sockets.resolve("a.sock"), sockets.resolve("b.sock")));
        assertEquals(0, transfer(sockets.resolve("b.sock"), sockets.resolve("a.sock")));

        assertThat(nobodys.errorReader(StandardCharsets.UTF_8).readLine())
                .contains("is stale and not this user's to renew");
        nobodys.destroyForcibly();
        assertTrue(nobodys.waitFor(30, TimeUnit.SECONDS));
        assertEquals(1, programs());
    }

    /// @return the receiver's exit status
    private static int transfer(Path from, Path to) throws InterruptedException {
        CommandRun[] receiver = new CommandRun[1];
        Thread receiving = new Thread(() -> receiver[0] =
                CommandRun.of(("drive --socket " + to + " receive --count 1000 --for 20s --json").split(" ", -1)));
        receiving.start();
        do {
            CommandRun sender =
                    CommandRun.of(("drive --socket " + from + " transmit --count 500 --rate 20M").split(" ", -1));
            assertEquals(0, sender.status(), sender.err()::toString);
        } while (receiving.isAlive());
        receiving.join();
        String frames = receiver[0].out().getFirst().replaceFirst(".*\"frames\":(\\d+),.*", "$1");
        assertThat(Integer.parseInt(frames)).isGreaterThanOrEqualTo(1000);
        return receiver[0].status();
    }
}
