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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An [AfXdpLoop] beside a cable.
public final class AfXdpProcess implements AutoCloseable {
    /// What a run moved.
    public record Moved(long frames, long ns) {
        public double kpps() {
            return frames * 1e6 / ns;
        }
    }

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private AfXdpProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Starts one, and waits until its socket is there.
    ///
    /// @param end  [VethPair#NEAR] or [VethPair#FAR]
    /// @param mode how its program is attached: `skb` or `native`
    public static AfXdpProcess start(VethPair pair, String end, String mode) throws ExperimentException {
        List<String> words = new ArrayList<>(pair.enter());
        words.addAll(ServingProcess.java(AfXdpLoop.class.getName()));
        words.addAll(List.of(end, mode));
        try {
            Path errors = Files.createTempFile("doorbell-lab", ".err");
            Process process =
                    new ProcessBuilder(words).redirectError(errors.toFile()).start();
            AfXdpProcess started = new AfXdpProcess(process, errors);
            try {
                if (!AfXdpLoop.READY.equals(started.line())) throw started.failure();
                return started;
            } catch (ExperimentException e) {
                started.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ExperimentException("no AF_XDP process: " + e.getMessage(), e);
        }
    }

    /// Begins a run; [#await] has what it moved.
    public void begin(AfXdpLoop.Work work, int batchFrames, long ms) throws ExperimentException {
        try {
            process.getOutputStream()
                    .write((work + " " + batchFrames + " " + ms + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw failure();
        }
    }

    public Moved await() throws ExperimentException {
        String line = line();
        if (line == null) throw failure();
        String[] parts = line.split(" ", -1);
        return new Moved(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    private @Nullable String line() throws ExperimentException {
        try {
            return output.readLine();
        } catch (IOException e) {
            throw failure();
        }
    }

    /// The first line that says why, if any: a Java stack begins with it.
    private ExperimentException failure() {
        try (Stream<String> lines = Files.lines(errors)) {
            String said = lines.filter(line -> !line.isBlank()).findFirst().orElse("it said nothing");
            return new ExperimentException("the AF_XDP process ended: " + said);
        } catch (IOException e) {
            return new ExperimentException("the AF_XDP process ended", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /// Ends it, whatever state it is in.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) { // a temporary file that stays harms nobody
            return;
        }
    }
}
