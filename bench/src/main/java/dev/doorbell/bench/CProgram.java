package dev.doorbell.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A C source of this jar, compiled where it is run; gone with this object.
final class CProgram implements AutoCloseable {
    private final Path folder;
    private final Path source;
    private final Path binary;

    /// @param resource the source, beside this class
    /// @param words    more words for the compiler, such as `-shared`
    /// @throws Benchmark.UnavailableException without a C compiler, or without the headers it needs
    CProgram(String resource, String... words)
            throws IOException, InterruptedException, Benchmark.UnavailableException {
        folder = Files.createTempDirectory("doorbell-bench-c");
        source = folder.resolve(resource);
        binary = folder.resolve("program");
        try (InputStream in = CProgram.class.getResourceAsStream(resource)) {
            if (in == null) throw new IOException(resource + " is not in the jar");
            Files.copy(in, source);
            List<String> command = new ArrayList<>(List.of("cc", "-O2", "-o", binary.toString(), source.toString()));
            command.addAll(List.of(words));
            output(command);
        } catch (IOException e) {
            close();
            throw new Benchmark.UnavailableException("no C compiler to compare with: " + e.getMessage());
        }
    }

    Path binary() {
        return binary;
    }

    /// What a command prints.
    ///
    /// @throws IOException when it cannot be started, or ends with an error
    static List<String> output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(command.getFirst() + " ended with " + process.exitValue());
        return output.lines().toList();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(source);
        Files.deleteIfExists(binary);
        Files.delete(folder);
    }
}
