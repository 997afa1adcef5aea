package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A process that moves frames through an AF_XDP socket without a pause, except while it is stopped.
abstract sealed class AfXdpProcess implements AutoCloseable permits AfXdpAnswering, AfXdpTestPmd {
    /// A tick of proc_pid_stat(5): sysconf(_SC_CLK_TCK) is 100 wherever Linux runs.
    private static final long TICK_NS = 10_000_000;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    /// Processor time, which the kernel splits by looking at every tick.
    record Cpu(long userNs, long kernelNs) {}

    private final Process process;
    final BufferedReader output;
    final OutputStream input;

    /// @param pair    where it runs
    /// @param command its words
    AfXdpProcess(VethPair pair, List<String> command, Map<String, String> environment) throws IOException {
        List<String> words = new ArrayList<>(pair.enter());
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        process = builder.start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = process.getOutputStream();
    }

    /// Reads what it says until a line that begins with `word`.
    ///
    /// @return that line
    /// @throws IOException with the last line when it ends before
    final String await(String word) throws IOException {
        String last = "nothing";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) return line;
            if (!line.isBlank()) last = line;
        }
        throw new IOException(this + " ended and said: " + last);
    }

    final void write(String text) throws IOException {
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /// Frames that it says it has moved so far. Takes it some time; it must be running.
    abstract long frames() throws IOException;

    final long pid() {
        return process.pid();
    }

    /// Stops it where it is: it uses no processor until [#resume].
    final void pause() throws IOException, InterruptedException {
        CProgram.output(List.of("kill", "-STOP", String.valueOf(pid())));
    }

    final void resume() throws IOException, InterruptedException {
        CProgram.output(List.of("kill", "-CONT", String.valueOf(pid())));
    }

    /// Processor time that all its threads have used so far, exactly.
    final long cpuNs() throws IOException {
        long ns = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(pid()), "task"))) {
            for (Path task : tasks.toList())
                ns += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
        }
        return ns;
    }

    /// What all its threads have used so far.
    final Cpu cpu() throws IOException {
        String line = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
        String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return new Cpu(Long.parseLong(words[USER_TICKS]) * TICK_NS, Long.parseLong(words[SYSTEM_TICKS]) * TICK_NS);
    }

    @Override
    public final void close() {
        process.destroyForcibly().onExit().join();
    }
}
