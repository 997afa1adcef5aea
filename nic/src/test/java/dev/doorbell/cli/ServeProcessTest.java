package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `doorbell` as a process of its own: signals, exit codes, and what is left behind.
@Timeout(60)
class ServeProcessTest {
    private final Path folder;
    private final List<Process> started = new ArrayList<>();

    ServeProcessTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.doorbell.cli.Main"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private Process serve(String netdev) throws IOException {
        return start("serve", "--device", "e1000,id=a,netdev=n0,socket=" + socket(), "--netdev", netdev + ",id=n0");
    }

    private Path socket() {
        return folder.resolve("a.sock");
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static List<String> errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static int exit(Process process) throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
        return process.exitValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void signalEndsCleanlyWithTheCounters(String name) throws IOException, InterruptedException {
        assumeTrue(
                !name.equals("INT") || Signals.interruptsCount(),
                "SIGINT is ignored here, as shells do for what runs beside them");
        Process process = serve("null");
        BufferedReader out = reader(process);
        assertEquals("ready socket=" + socket(), out.readLine());
        assertTrue(Files.exists(socket()));

        signal(process, name);

        String counters = out.readLine();
        assertEquals(null, out.readLine(), "the counters come last");
        assertEquals(0, exit(process));
        assertFalse(Files.exists(socket()));
        assertThat(fields(counters)).contains("version", "cards", "card", "transmit_frames", "vfio_user", "clients");
        assertEquals(List.of(), errors(process));
    }

    /// Names of all fields, which also proves that it is one JSON object.
    private static List<String> fields(String json) throws IOException {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertEquals(JsonToken.START_OBJECT, parser.nextToken());
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken())
                if (token == JsonToken.FIELD_NAME) names.add(parser.currentName());
        }
        return names;
    }

    @Test
    void socketOfSomebodyElseIsLeftAlone() throws IOException, InterruptedException {
        Process first = serve("null");
        reader(first).readLine();

        Process second = serve("null");

        assertEquals(1, exit(second));
        assertThat(errors(second)).hasSize(1).first().asString().contains("EADDRINUSE");
        assertTrue(Files.exists(socket()), "it is the first one's");
        assertTrue(first.isAlive());
    }

    @Test
    void socketLeftByACrashIsReplaced() throws IOException, InterruptedException {
        Process first = serve("null");
        reader(first).readLine();
        first.destroyForcibly().waitFor();
        assertTrue(Files.exists(socket()));

        assertEquals("ready socket=" + socket(), reader(serve("null")).readLine());
    }

    @Test
    void statsPrintALinePerCardPerPeriod() throws IOException {
        Process process = start(
                "serve",
                "--device",
                "e1000,id=a,netdev=n0,socket=" + socket(),
                "--netdev",
                "null,id=n0",
                "--device",
                "e1000,id=b,netdev=n1,socket=" + folder.resolve("b.sock"),
                "--netdev",
                "null,id=n1",
                "--stats",
                "0.1");
        BufferedReader out = reader(process);

        assertEquals("ready socket=" + socket(), out.readLine());
        assertEquals("ready socket=" + folder.resolve("b.sock"), out.readLine());
        assertThat(out.readLine()).startsWith("card\tsent frames/s");
        assertThat(out.readLine()).startsWith("a\t0");
        assertThat(out.readLine()).startsWith("b\t0");
        assertThat(out.readLine()).startsWith("a\t0");
    }

    @Test
    @Tag("real")
    void tapIsGoneAfterASignal() throws IOException, InterruptedException {
        assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "needs root, or the right to open /dev/net/tun");
        String ifname = "dbt" + ProcessHandle.current().pid();
        Path device = Path.of("/sys/class/net", ifname);
        Process process = serve("tap,ifname=" + ifname);
        BufferedReader out = reader(process);
        String ready = out.readLine();
        assumeTrue(ready != null, "needs CAP_NET_ADMIN");
        assertTrue(Files.exists(device));

        signal(process, "TERM");

        assertEquals(0, exit(process));
        assertFalse(Files.exists(device));
    }

    @Test
    void demoShowsLessExitsWithModerationAndEndsWithZero() throws IOException, InterruptedException {
        Process process = start("demo", "--seconds", "1");
        List<String> lines = reader(process).lines().toList();

        assertEquals(0, exit(process), () -> String.join("\n", lines));
        assertThat(lines).anyMatch(l -> l.startsWith("interrupts")).anyMatch(l -> l.startsWith("paced, at once\t"));
        assertThat(lines.getLast()).startsWith("Exits per frame: ");
    }
}
