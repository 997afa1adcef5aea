package dev.doorbell.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./doorbell serve` with one card before a null backend, as a user starts it.
final class ServeProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final BufferedReader output;
    private final Path socket;
    private final long readyNs;

    /// Starts it and waits for its `ready` line.
    ///
    /// @param folder where its socket is made
    ServeProcess(Home home, Path folder) throws IOException, Benchmark.UnavailableException {
        socket = folder.resolve("nic.sock");
        ProcessBuilder builder = new ProcessBuilder(
                home.launcher().toString(),
                "serve",
                "--device",
                "e1000,id=nic,socket=" + socket + ",netdev=n0",
                "--netdev",
                "null,id=n0");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        long startNs = System.nanoTime();
        process = builder.start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        readyNs = System.nanoTime() - startNs;
        if (line != null && line.startsWith("ready ")) return;
        process.destroyForcibly();
        throw new IOException("serve said " + line + " instead of ready");
    }

    /// Where its card can be reached.
    Path socket() {
        return socket;
    }

    /// From the start of the launcher to the `ready` line.
    long readyNs() {
        return readyNs;
    }

    /// Resident memory now: VmRSS of proc_pid_status(5). The
    /// launcher has become the JVM: it is the same process.
    double residentMiB() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
    }

    /// Processor time it has used so far, in steps of 10 ms.
    long cpuNs() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /// Stops it as a user does.
    ///
    /// @return its last line: the counters, as JSON
    /// @throws IOException when it ends otherwise than it should
    String stop() throws IOException, InterruptedException {
        process.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output as well
        String last = "";
        for (String line = output.readLine(); line != null; line = output.readLine()) last = line;
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new IOException("serve does not end");
        if (process.exitValue() != 0) throw new IOException("serve ended with " + process.exitValue());
        if (Files.exists(socket)) throw new IOException("serve left " + socket + " behind");
        return last;
    }

    /// Ends it whatever state it is in; harmless after [#stop].
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(socket);
    }
}
