package dev.doorbell.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// SIGINT and SIGTERM: a command that runs until then is asked to stop, and the process leaves when it has,
/// with the command's own exit code.
final class Shutdown {
    private static final int PATIENCE_SECONDS = 10;
    private static final AtomicBoolean SIGNALLED = new AtomicBoolean();
    private static final CountDownLatch LEFT = new CountDownLatch(1);
    private static final AtomicInteger STATUS = new AtomicInteger();

    private Shutdown() {}

    /// Calls `stop` on SIGINT or SIGTERM, on a thread of its own. Once per process.
    static void onSignal(Runnable stop) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            SIGNALLED.set(true);
                            stop.run();
                            awaitMain();
                        },
                        "shutdown"));
    }

    private static void awaitMain() {
        try {
            if (LEFT.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                Runtime.getRuntime().halt(STATUS.get()); // the JVM would say 130 or 143: stopping is no failure
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The command is over.
    ///
    /// @return whether the process is already on its way out, with `status`
    static boolean leaveTo(int status) {
        STATUS.set(status);
        LEFT.countDown();
        return SIGNALLED.get();
    }
}
