package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Progress;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.lab.Watcher;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// How far an experiment has come, on the error stream: a bar, the share, the time it took, the
/// time it may still take, and what it does. Tells the experiment to give up when a signal has
/// come.
final class LabProgress implements Watcher {
    private static final int BAR_CHARS = 24;
    private static final int LINE_CHARS = 100;

    private final Progress progress;
    private final String title;
    private final long fromNs = System.nanoTime();
    private int done;
    private int total;
    private String what = "";

    LabProgress(PrintStream err, String title) {
        this.title = title;
        progress = new Progress(err, fromNs);
    }

    @Override
    public void step(int done, int total, String what) {
        this.done = done;
        this.total = total;
        this.what = what;
        show();
    }

    /// Is asked often enough for the clock in the line to go on in a long step.
    @Override
    public boolean stopped() {
        show();
        return Shutdown.signalled();
    }

    void end() {
        progress.clear();
    }

    private void show() {
        long nowNs = System.nanoTime();
        if (total > 0 && progress.due(nowNs)) progress.show(nowNs, line(title, done, total, what, nowNs - fromNs));
    }

    static String line(String title, int done, int total, String what, long elapsedNs) {
        int filled = (int) ((long) BAR_CHARS * Math.clamp(done, 0, total) / total);
        String bar = "#".repeat(filled) + "-".repeat(BAR_CHARS - filled);
        long percent = 100L * Math.clamp(done, 0, total) / total;
        String rest = done > 0 && done < total ? ", about " + time(elapsedNs / done * (total - done)) + " left" : "";
        String line = String.format(
                Locale.ROOT, "[%s] %3d %% %s%s  %s: %s", bar, percent, time(elapsedNs), rest, title, what);
        return line.length() > LINE_CHARS ? line.substring(0, LINE_CHARS - 3) + "..." : line;
    }

    private static String time(long ns) {
        Duration time = Duration.ofNanos(ns);
        if (time.toMinutes() == 0) return time.toSeconds() + " s";
        return String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
