package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sweep that is killed with SIGKILL, between points and while it writes one, ends with the
/// bytes of one that was not.
@Timeout(300)
class KilledSweepTest {
    private static final int POINTS = 30;

    @TempDir
    private Path folder = Path.of("");

    private Process start(Path out) throws IOException {
        return start(out, POINTS);
    }

    private Process start(Path out, int points) throws IOException {
        String gravities = IntStream.range(0, points).mapToObj(String::valueOf).collect(Collectors.joining(","));
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SweepProcess.class.getName()));
        words.addAll(List.of("lab", "run", "sweep", "--of", "fall", "--set", "for-s=100", "--venue", "virtual"));
        words.addAll(List.of("--grid", "gravity=" + gravities, "--jobs", "2", "--seed", "3"));
        words.addAll(List.of("--out", out.toString(), "--tables", out.toString()));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start();
    }

    private void end(Process process) throws Exception {
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> said());
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void terminatedSweepSaysWhatIsKept() throws Exception {
        Path points = folder.resolve("sweep-fall.points/virtual");
        Process process = start(folder, 5000);

        await(process, points, "point-", 3);
        process.destroy(); // SIGTERM, which goes the way of SIGINT
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));

        assertEquals(1, process.exitValue());
        assertThat(said())
                .containsPattern("sweep-fall virtual: gave up with \\d+ of 5000 points done; they are kept in " + points
                        + ", and the same words go on from there")
                .contains("gave up: nothing is complete");
        assertThat(folder.resolve("sweep-fall.csv")).doesNotExist();
    }

    /// Kills the process as soon as `count` files have appeared whose names begin so.
    private static void killAt(Process process, Path points, String prefix, int count) throws Exception {
        await(process, points, prefix, count);
        process.destroyForcibly();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    }

    private static void await(Process process, Path points, String prefix, int count) throws Exception {
        Files.createDirectories(points);
        try (WatchService watch = points.getFileSystem().newWatchService()) {
            points.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            int seen = 0;
            while (seen < count && process.isAlive()) {
                WatchKey key = watch.poll(1, TimeUnit.SECONDS);
                if (key == null) continue;
                for (WatchEvent<?> event : key.pollEvents())
                    if (String.valueOf(event.context()).startsWith(prefix)) seen++;
                key.reset();
            }
        }
    }

    @Test
    void killedSweepEndsAsOneThatWasNot() throws Exception {
        Path whole = folder.resolve("whole");
        end(start(whole));
        Path out = folder.resolve("killed");
        Path points = out.resolve("sweep-fall.points/virtual");

        killAt(start(out), points, "point-", 5); // between points, or at any moment after
        killAt(start(out), points, ".point-", 4); // just as a file begins to be written
        killAt(start(out), points, ".point-", 3);
        long left = count(points);
        end(start(out));

        assertThat(left).isBetween(5L, (long) POINTS);
        assertThat(said()).contains(" of " + POINTS + " points were there already");
        assertEquals(POINTS, count(points));
        for (String file : List.of("sweep-fall.csv", "sweep-fall.txt"))
            assertEquals(Files.readString(whole.resolve(file)), Files.readString(out.resolve(file)), file);
        for (int i = 0; i < POINTS; i++) {
            String name = String.format("sweep-fall.points/virtual/point-%05d.txt", i);
            assertEquals(Files.readString(whole.resolve(name)), Files.readString(out.resolve(name)), name);
        }
    }

    private static long count(Path points) throws IOException {
        try (Stream<Path> files = Files.list(points)) {
            return files.filter(file -> file.getFileName().toString().startsWith("point-"))
                    .count();
        }
    }
}
