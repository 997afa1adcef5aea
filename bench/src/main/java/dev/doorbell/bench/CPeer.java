package dev.doorbell.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small C program, `peer.c`, that sends frames through the same kernel interfaces as a card's backend:
/// what can be had at best. Compiled where it is run.
final class CPeer implements AutoCloseable {
    private final Path folder;

    /// @throws Benchmark.UnavailableException without a C compiler
    CPeer() throws IOException, InterruptedException, Benchmark.UnavailableException {
        folder = Files.createTempDirectory("doorbell-bench-peer");
        try (InputStream source = CPeer.class.getResourceAsStream("peer.c")) {
            if (source == null) throw new IOException("peer.c is not in the jar");
            Files.copy(source, file("peer.c"));
            output(List.of(
                    "cc", "-O2", "-o", file("peer").toString(), file("peer.c").toString()));
        } catch (IOException e) {
            close();
            throw new Benchmark.UnavailableException("no C compiler to compare with: " + e.getMessage());
        }
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    /// Nanoseconds per frame.
    Figure measure(Sink sink, int frameBytes, int framesPerCall, boolean quick)
            throws IOException, InterruptedException {
        String kind = sink.toString();
        List<String> lines = output(List.of(
                file("peer").toString(),
                kind,
                String.valueOf(frameBytes),
                String.valueOf(framesPerCall),
                quick ? "3" : "5",
                quick ? "200" : "1000"));
        double[] samples = lines.stream().mapToDouble(Double::parseDouble).toArray();
        String name = "C peer backend=" + kind + " bytes=" + frameBytes + " perCall=" + framesPerCall;
        return Figure.cost(name, "ns/op", samples, null);
    }

    private static List<String> output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(command.getFirst() + " ended with " + process.exitValue());
        return new ArrayList<>(output.lines().toList());
    }

    @Override
    public void close() throws IOException {
        for (String name : List.of("peer.c", "peer")) Files.deleteIfExists(file(name));
        Files.delete(folder);
    }
}
