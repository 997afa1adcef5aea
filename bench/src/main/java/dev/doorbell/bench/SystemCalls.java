package dev.doorbell.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// System calls of a process, as perf(1) counts them.
final class SystemCalls {
    private SystemCalls() {}

    /// Waits for some time.
    ///
    /// @return the calls of all its threads meanwhile; null without perf, or without its tracepoints
    static @Nullable Long during(long ns, long pid) throws InterruptedException {
        String command = "exec perf stat -x, -e raw_syscalls:sys_enter -p " + pid + " -- sleep " + ns / 1e9 + " 2>&1";
        long startNs = System.nanoTime();
        try {
            for (String line : CProgram.output(List.of("sh", "-c", command)))
                if (line.contains(",raw_syscalls")) return Long.parseLong(line.split(",", -1)[0]);
        } catch (IOException | NumberFormatException e) { // none here
            TimeUnit.NANOSECONDS.sleep(ns - (System.nanoTime() - startNs));
        }
        return null;
    }
}
