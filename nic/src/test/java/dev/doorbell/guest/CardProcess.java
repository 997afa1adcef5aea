package dev.doorbell.guest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// `doorbell serve` as a process of its own inside a namespace, from the classes under test.
public final class CardProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String READY = "ready socket=";

    private final Path scratch;
    private final Path errors;
    private final Process process;
    private final List<Path> sockets = new ArrayList<>();
    private final List<String> output = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// Serves cards and waits until their sockets accept.
    ///
    /// @param name  of the log `target/guest/NAME.card.log`
    /// @param cards number of cards among the words
    /// @param words of the command line after `serve`; `@` stands for a scratch folder for sockets
    public static CardProcess serve(String name, NetworkNamespace where, int cards, String... words) {
        try {
            return new CardProcess(name, where, cards, words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CardProcess(String name, NetworkNamespace where, int cards, String... words) throws IOException {
        scratch = Files.createTempDirectory("doorbell-card");
        Path logs = Path.of("target", "guest");
        Files.createDirectories(logs);
        errors = logs.resolve(name + ".card.log").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.doorbell.cli.Main",
                "serve"));
        for (String word : words) command.add(word.replace("@", scratch.toString()));
        process = new ProcessBuilder(where.command(command))
                .redirectError(errors.toFile())
                .start();
        LinkedBlockingQueue<String> ready = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> readOutput(ready));
        for (int i = 0; i < cards; i++) {
            String line = await(ready);
            if (!line.startsWith(READY)) {
                close();
                throw new AssertionError("the card said: " + line + "\n" + Files.readString(errors));
            }
            sockets.add(Path.of(line.substring(READY.length()).trim()));
        }
    }

    private static String await(LinkedBlockingQueue<String> lines) {
        try {
            String line = lines.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return line == null ? "(nothing within " + LIMIT.toSeconds() + " s)" : line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void readOutput(LinkedBlockingQueue<String> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) ready.add(line);
                else
                    synchronized (output) {
                        output.add(line);
                    }
            }
        } catch (IOException e) {
            // the process is gone
        } finally {
            ready.add("(its output ended)");
            ended.countDown();
        }
    }

    /// The socket of card `index`, in the order of their `ready` lines.
    public Path socket(int index) {
        return sockets.get(index);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Descriptors that the process has open.
    public long openDescriptors() {
        try (var fds = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the process as an operator would (SIGTERM).
    ///
    /// @return every number of the final JSON object, by its path: `nic0.card.transmit_frames`
    /// @throws AssertionError when it does not end, ends with another status than 0, or left a socket behind
    public Map<String, Long> stop() {
        process.toHandle().destroy(); // Process.destroy would close its output before the counters come
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    || !ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                throw new AssertionError("serve did not end on SIGTERM");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (process.exitValue() != 0)
            throw new AssertionError("serve ended with " + process.exitValue() + "\n" + log());
        for (Path socket : sockets) if (Files.exists(socket)) throw new AssertionError(socket + " was left behind");
        synchronized (output) {
            return numbers(String.join("\n", output));
        }
    }

    /// What the process wrote to standard error.
    public String log() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    /// Every number by the names of the objects around it; an object in an array is called by its `id`.
    private static Map<String, Long> numbers(String json) {
        Map<String, Long> found = new TreeMap<>();
        List<String> path = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String name = parser.currentName();
                if (token == JsonToken.START_OBJECT) path.add(name == null ? "" : name);
                else if (token == JsonToken.END_OBJECT) path.removeLast();
                else if (token == JsonToken.VALUE_STRING && "id".equals(name))
                    path.set(path.size() - 1, parser.getText());
                else if (token == JsonToken.VALUE_NUMBER_INT) found.put(dotted(path) + name, parser.getLongValue());
            }
        } catch (IOException e) {
            throw new AssertionError("the final counters are no JSON: " + json, e);
        }
        return found;
    }

    private static String dotted(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String name : path) if (!name.isEmpty()) text.append(name).append('.');
        return text.toString();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try (var left = Files.list(scratch)) {
            for (Path file : left.toList()) Files.deleteIfExists(file);
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
