package dev.doorbell.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel lets a thread sleep up to 50 us longer than it asked, to save wake-ups. A moderation timer
/// counts in microseconds, so a card's thread asks for none of that (proc(5), timerslack_ns).
public final class TimerSlack {
    private static final Path THREAD = Path.of("/proc/thread-self");

    private TimerSlack() {}

    /// For the calling thread. Where it cannot be done, timers are less exact, and that is all.
    public static void remove() {
        try {
            Path thread = Files.readSymbolicLink(THREAD).getFileName(); // PID/task/TID
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), "1");
        } catch (IOException e) {
            return;
        }
    }
}
