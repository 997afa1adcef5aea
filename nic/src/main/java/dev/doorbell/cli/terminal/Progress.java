package dev.doorbell.cli.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A line on the error stream that says how far a long command has come: rewritten in place on a
/// terminal, a new one now and then elsewhere.
public final class Progress {
    private static final long TERMINAL_NS = 250_000_000L;
    private static final long LOG_NS = 10_000_000_000L;

    private final PrintStream err;
    private final boolean terminal;
    private long shownNs;
    private int shownChars;

    /// @param fromNs when the command began
    public Progress(PrintStream err, long fromNs) {
        this.err = err;
        terminal = err.equals(System.err) && isTerminal();
        shownNs = fromNs;
    }

    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev/pts");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /// Whether a line is due.
    public boolean due(long nowNs) {
        return nowNs - shownNs >= (terminal ? TERMINAL_NS : LOG_NS);
    }

    public void show(long nowNs, String line) {
        shownNs = nowNs;
        if (!terminal) {
            err.println(line);
            return;
        }
        err.print("\r" + line + " ".repeat(Math.max(0, shownChars - line.length())));
        err.flush();
        shownChars = line.length();
    }

    /// Takes the line away: what follows begins in its place.
    public void clear() {
        if (shownChars > 0) err.print("\r" + " ".repeat(shownChars) + "\r");
        err.flush();
        shownChars = 0;
    }

    /// Leaves the line as it is.
    public void end() {
        if (shownChars > 0) err.println();
        shownChars = 0;
    }
}
