package dev.doorbell.cli.terminal;

import dev.doorbell.serve.Service;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command talks to: results to `out`, everything else to `err`.
///
/// @param verbose whether a line about a failure is followed by its stack
public record Streams(PrintStream out, PrintStream err, boolean verbose) implements Service.Operator {
    /// For a command that nobody listens to.
    public static Streams silent() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Streams(nowhere, nowhere, false);
    }

    /// Says what an operator should know, on one line; any thread.
    @Override
    public void notice(String line) {
        err.println("doorbell: " + line.strip().replaceAll("\\s*\\R\\s*", "; "));
    }

    @Override
    public void cardEnded(String id, Throwable cause) {
        complain("card " + id + " ended: " + Failures.line(cause), cause);
    }

    /// Says what failed, on one line.
    public void complain(String line, Throwable e) {
        notice(line);
        if (verbose) e.printStackTrace(err);
    }
}
