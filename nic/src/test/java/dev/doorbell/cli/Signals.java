package dev.doorbell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How this process was started to treat signals; its children inherit what is ignored, and a JVM leaves it so.
final class Signals {
    static final int SIGINT = 2;

    private Signals() {}

    /// Signals that are ignored: signal n is bit n - 1. Shells ignore SIGINT for what they run in the background.
    static long ignored() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(each -> each.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return Long.parseUnsignedLong(line.substring("SigIgn:".length()).trim(), 16);
    }

    /// Whether a SIGINT would end a child that does nothing about it.
    static boolean interruptsCount() throws IOException {
        return (ignored() & 1L << (SIGINT - 1)) == 0;
    }
}
