package dev.doorbell.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command talks to: results to `out`, everything else to `err`.
record Streams(PrintStream out, PrintStream err) {
    /// For a command that nobody listens to.
    static Streams silent() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Streams(nowhere, nowhere);
    }
}
