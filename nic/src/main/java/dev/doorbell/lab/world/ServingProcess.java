package dev.doorbell.lab.world;

import dev.doorbell.lab.ExperimentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Cards of ours in a process of their own, behind temporary sockets: `serve`, as a user starts it.
///
/// Gone with this object, sockets and folder too, also when this JVM is told to end.
public final class ServingProcess implements AutoCloseable {
    /// A card that is served, on a backend of its own.
    ///
    /// @param id     tells it from the others
    /// @param device its words without id, socket and netdev: `e1000,interrupt-gap-us=0`
    /// @param netdev its backend's words without id: `null`; the backend's id is [#netdevId]
    public record Card(String id, String device, String netdev) {
        public String netdevId() {
            return id + "-net";
        }
    }

    /// As the launcher starts `serve`.
    private static final List<String> JVM_WORDS = List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx64m",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-Xlog:disable",
            "--enable-native-access=ALL-UNNAMED");
    private static final String MAIN = "dev.doorbell.cli.Main"; // by name: the lab does not know that room
    private static final String READY = "ready socket=";
    private static final String OVER = ""; // no line of its output is empty
    private static final int PATIENCE_SECONDS = 60;

    private final List<Card> cards;
    private final Path folder;
    private final Path errors;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread undo = new Thread(this::endAndClear, "end of the serving process");

    private ServingProcess(List<Card> cards, Path folder, List<String> before) throws IOException {
        this.cards = List.copyOf(cards);
        this.folder = folder;
        errors = folder.resolve("errors");
        process = new ProcessBuilder(command(before))
                .redirectError(errors.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(undo);
        Thread reader = new Thread(this::read, "output of the serving process");
        reader.setDaemon(true);
        reader.start();
    }

    /// Serves cards, and waits until all can be reached.
    ///
    /// @throws ExperimentException when that fails, with what the process said
    public static ServingProcess start(List<Card> cards) throws ExperimentException {
        return start(cards, List.of());
    }

    /// As [#start(List)].
    ///
    /// @param before words of a command that becomes the one after them, such as one that enters a
    ///     network namespace
    public static ServingProcess start(List<Card> cards, List<String> before) throws ExperimentException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("doorbell-lab");
            ServingProcess started = new ServingProcess(cards, folder, before);
            try {
                for (int i = 0; i < cards.size(); i++) started.awaitReady();
                return started;
            } catch (ExperimentException e) {
                started.close();
                throw e;
            }
        } catch (IOException e) {
            if (folder != null) clear(folder);
            throw new ExperimentException("no serving process: " + e.getMessage(), e);
        }
    }

    /// The words that start `serve` as the launcher does, from the classes of this process.
    static List<String> serve() {
        List<String> words = java(MAIN);
        words.add("serve");
        return words;
    }

    /// The words that start a class of this process's as the launcher starts a command.
    static List<String> java(String mainClass) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(JVM_WORDS);
        String classPath = System.getProperty("java.class.path");
        words.addAll(List.of("-cp", classPath));
        String cache = classPath.replaceFirst("\\.jar$", ".aot"); // the launcher puts it beside its jar
        if (!cache.equals(classPath) && Files.isReadable(Path.of(cache))) words.add("-XX:AOTCache=" + cache);
        words.add(mainClass);
        return words;
    }

    private List<String> command(List<String> before) {
        List<String> words = new ArrayList<>(before);
        words.addAll(serve());
        for (Card card : cards) {
            String place = ",id=" + card.id() + ",netdev=" + card.netdevId() + ",socket=" + escaped(socket(card.id()));
            words.addAll(List.of("--device", card.device() + place));
            words.addAll(List.of("--netdev", card.netdev() + ",id=" + card.netdevId()));
        }
        return words;
    }

    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine())
                if (!line.isEmpty()) lines.add(line);
        } catch (IOException e) {
            lines.add("its output cannot be read: " + e.getMessage());
        } finally {
            lines.add(OVER);
        }
    }

    private void awaitReady() throws ExperimentException {
        String line = nextLine();
        if (line == null) throw failure("did not get ready within " + PATIENCE_SECONDS + " s");
        if (!line.startsWith(READY)) throw failure("ended before it was ready");
    }

    private @Nullable String nextLine() throws ExperimentException {
        try {
            return lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExperimentException("interrupted", e);
        }
    }

    /// An exception that says what happened to the process, with its own last words.
    public ExperimentException failure(String what) {
        String said = "";
        try (Stream<String> all = Files.lines(errors)) {
            said = all.reduce((first, second) -> second)
                    .map(last -> ": " + last)
                    .orElse("");
        } catch (IOException | java.io.UncheckedIOException e) {
            said = "";
        }
        return new ExperimentException("the serving process " + what + said);
    }

    /// Where a card can be reached.
    public Path socket(String id) {
        return folder.resolve(id + ".sock");
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /// Stops it as a user does.
    ///
    /// @return its final counters
    /// @throws ExperimentException when it ends otherwise than it should, or leaves a socket behind
    public ServedCounts stop() throws ExperimentException {
        process.toHandle().destroy(); // SIGTERM; Process.destroy() would close its output as well
        String last = "";
        for (String line = nextLine(); !OVER.equals(line); line = nextLine()) {
            if (line == null) throw failure("does not end");
            last = line;
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw failure("does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExperimentException("interrupted", e);
        }
        if (process.exitValue() != 0) throw failure("ended with status " + process.exitValue());
        for (Card card : cards)
            if (Files.exists(socket(card.id()))) throw failure("left " + socket(card.id()) + " behind");
        return ServedCounts.parse(last);
    }

    /// Ends it whatever state it is in, and removes its folder; harmless after [#stop].
    @Override
    public void close() {
        endAndClear();
        try {
            Runtime.getRuntime().removeShutdownHook(undo);
        } catch (IllegalStateException e) { // it is running already
            return;
        }
    }

    private void endAndClear() {
        process.destroyForcibly().onExit().join();
        clear(folder);
    }

    private static void clear(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        } catch (IOException e) { // a temporary folder that stays harms nobody
            return;
        }
    }
}
