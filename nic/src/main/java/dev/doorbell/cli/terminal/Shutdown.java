package dev.doorbell.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// SIGINT and SIGTERM: the command that runs is asked to stop, and the process leaves when it has, with the
/// command's own exit code. Asked for by the process's main method; commands run elsewhere never see a
/// signal.
public final class Shutdown {
    private static final int PATIENCE_SECONDS = 10;
    private static final CountDownLatch LEFT = new CountDownLatch(1);

    private static Runnable stop = () -> {}; // guarded by the class
    private static volatile boolean signalled;
    private static volatile int status;

    private Shutdown() {}

    /// From now on signals reach [#onSignal] and [#signalled]. Once per process, whose main method must end
    /// with [#leaveTo].
    public static void watch() {
        Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::signal, "shutdown"));
    }

    private static void signal() {
        synchronized (Shutdown.class) {
            signalled = true;
            stop.run();
        }
        try {
            if (LEFT.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                Runtime.getRuntime().halt(status); // the JVM would say 130 or 143: stopping is no failure
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What ends the command at work; it must not wait.
    public static synchronized void onSignal(Runnable action) {
        stop = action;
        if (signalled) action.run();
    }

    /// Whether a signal came: for commands that look now and then.
    public static boolean signalled() {
        return signalled;
    }

    /// The command is over.
    ///
    /// @return whether the process is already on its way out, with `exitStatus`
    public static boolean leaveTo(int exitStatus) {
        status = exitStatus;
        LEFT.countDown();
        return signalled();
    }
}
