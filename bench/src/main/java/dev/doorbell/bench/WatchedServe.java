package dev.doorbell.bench;

import com.sun.management.ThreadMXBean;
import dev.doorbell.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `serve` with one card in a JVM of its own, which tells on request what the
/// card's thread has used. The JVM's words are the launcher's.
final class WatchedServe implements AutoCloseable {
    /// What the card's thread has used so far.
    record Watch(long cpuNs, long allocatedBytes) {}

    static final List<String> JVM_WORDS = List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx64m",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED");
    private static final String ID = "watched";
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final BufferedReader output;
    private final OutputStream input;
    private final Path socket;

    /// A card before a null backend.
    ///
    /// @param folder where its socket is made
    /// @param device a card's words, without id, socket and netdev
    WatchedServe(Path folder, String device) throws IOException {
        this(folder, device, "null", List.of());
    }

    /// Starts it and waits for its `ready` line.
    ///
    /// @param netdev a backend's words, without id
    /// @param before words that come before the JVM's, and become it
    WatchedServe(Path folder, String device, String netdev, List<String> before) throws IOException {
        socket = folder.resolve("nic.sock");
        List<String> words = new ArrayList<>(before);
        words.add(System.getProperty("java.home") + "/bin/java");
        words.addAll(JVM_WORDS);
        String profile = System.getProperty("doorbell.bench.jvm", ""); // more words, to look closer
        if (!profile.isEmpty()) words.addAll(List.of(profile.split(" ")));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), WatchedServe.class.getName()));
        words.addAll(List.of("serve", "--device", device + ",id=" + ID + ",netdev=n0,socket=" + socket));
        words.addAll(List.of("--netdev", netdev + ",id=n0"));
        process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = process.getOutputStream();
        String line = output.readLine();
        if (line != null && line.startsWith("ready ")) return;
        process.destroyForcibly();
        throw new IOException("serve said " + line + " instead of ready");
    }

    /// The other process: `serve`, and an answer to every byte on standard input.
    public static void main(String[] words) {
        Thread watch = new Thread(WatchedServe::answer, "watch");
        watch.setDaemon(true);
        watch.start();
        Main.main(words);
    }

    private static void answer() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            while (System.in.read() >= 0) {
                long card = Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().equals("card " + ID))
                        .findFirst()
                        .orElseThrow()
                        .threadId();
                System.out.println(
                        "watch " + threads.getThreadCpuTime(card) + " " + threads.getThreadAllocatedBytes(card));
                System.out.flush();
            }
        } catch (IOException e) {
            throw new IllegalStateException("standard input", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /// How often the card's thread went to sleep so far: proc_pid_status(5).
    long sleeps() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid()), "task"))) {
            for (Path task : tasks.toList())
                if (Files.readString(task.resolve("comm")).equals("card " + ID + "\n"))
                    for (String line : Files.readAllLines(task.resolve("status")))
                        if (line.startsWith("voluntary")) return Long.parseLong(line.replaceAll("\\D", ""));
        }
        throw new IOException("no thread of the card");
    }

    /// Where its card can be reached.
    Path socket() {
        return socket;
    }

    /// Asks.
    Watch watch() throws IOException {
        input.write('?');
        input.flush();
        String line = output.readLine();
        if (line == null || !line.startsWith("watch ")) throw new IOException("serve said " + line);
        String[] parts = line.split(" ", -1);
        return new Watch(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    /// Stops it as a user does.
    ///
    /// @throws IOException when it ends otherwise than it should
    void stop() throws IOException, InterruptedException {
        process.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output as well
        String line = output.readLine(); // the counters
        while (line != null) line = output.readLine();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new IOException("serve does not end");
        if (process.exitValue() != 0) throw new IOException("serve ended with " + process.exitValue());
    }

    /// Ends it whatever state it is in; harmless after [#stop].
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(socket);
    }
}
