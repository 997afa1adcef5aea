package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
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

/// `doorbell serve --netdev passt` as a process of its own: passt ends with it, however it ends.
@Timeout(60)
class ServePasstTest {
    @TempDir
    Path folder = Path.of("");

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process serve(String netdev) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.doorbell.cli.Main",
                        "serve",
                        "--device",
                        "igb,id=a,netdev=n0,socket=" + folder.resolve("a.sock"),
                        "--netdev",
                        netdev + ",id=n0")
                .start();
        started.add(process);
        return process;
    }

    private static ProcessHandle onlyChild(Process process) {
        List<ProcessHandle> children = process.children().toList();
        assertThat(children).hasSize(1);
        return children.getFirst();
    }

    private String standIn() throws IOException {
        Path program = folder.resolve("passt");
        Files.writeString(program, "#!/bin/sh\necho hello\nexec cat <&3 >&3\n");
        assertTrue(program.toFile().setExecutable(true));
        return "passt,path=" + program;
    }

    private static void assertEnds(ProcessHandle child) throws Exception {
        child.onExit().get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void passtEndsWithUs(String signal) throws Exception {
        Process process = serve(standIn());
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("ready socket=" + folder.resolve("a.sock"), out.readLine());
        assertEquals("doorbell: netdev n0: passt: hello", process.errorReader().readLine());
        ProcessHandle child = onlyChild(process);

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();

        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
        assertEquals(signal.equals("TERM") ? 0 : 137, process.exitValue());
        assertEnds(child);
        assertThat(process.errorReader().readLine()).as("further words").isNull();
    }

    @Test
    @Tag("real")
    void realPasstEndsWithUsAfterSigkill() throws Exception {
        Process process = serve("passt");
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (line == null) {
            String why = process.errorReader().readLine();
            assertThat(why).startsWith("doorbell: netdev n0: passt ");
            assumeTrue(false, why);
        }
        ProcessHandle child = onlyChild(process);
        process.destroyForcibly().waitFor();
        assertEnds(child);
    }

    @Test
    void passtThatIsNotInstalledIsOneLineAndExitOne() throws Exception {
        Process process = serve("passt,path=no-such-passt");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the process does not end");
        assertEquals(1, process.exitValue());
        assertThat(process.errorReader().lines())
                .containsExactly("doorbell: netdev n0: no-such-passt is not installed: apt-get install passt, "
                        + "or name the program with path=");
    }
}
