package dev.doorbell.vfiouser;

import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// A server on its own thread, with the loop that a card has: work, timers, and sleep in ppoll when there
/// is nothing.
final class ServerThread {
    private final WallTimeline time = new WallTimeline();
    private final Path folder;
    private final VfioUserServer server;
    private final int wake = ServerBench.eventfd();
    private final ConcurrentLinkedQueue<BooleanSupplier> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::loop, "server");
    private volatile boolean running = true;

    ServerThread(ToyFunction function) {
        try {
            folder = java.nio.file.Files.createTempDirectory("doorbell");
            server = new VfioUserServer(path(), function, time);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        thread.setDaemon(true);
    }

    String path() {
        return folder.resolve("s").toString();
    }

    void start() {
        thread.start();
    }

    private void loop() {
        Poller poller = new Poller(1 + VfioUserServer.POLL_SLOTS);
        while (running) {
            int work = server.doWork() + time.runDue() + runTasks();
            if (work > 0 || server.hasPendingWork()) continue;
            poller.set(0, wake, Poller.POLLIN);
            server.fill(poller, 1);
            poller.poll(tasks.isEmpty() ? Math.min(time.untilNextNs(), 1_000_000_000L) : 50_000);
            EventFd.drain(wake);
        }
        server.close();
    }

    /// Runs what was asked for; what answers false stays for the next cycle.
    private int runTasks() {
        BooleanSupplier task = tasks.peek();
        if (task == null || !task.getAsBoolean()) return 0;
        tasks.poll();
        return 1;
    }

    /// Runs something on the server's thread and waits for it.
    void run(Runnable action) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        keepTrying(() -> {
            try {
                action.run();
                done.complete(true);
            } catch (AssertionError failed) {
                done.completeExceptionally(failed);
            }
            return true;
        });
        try {
            done.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Runs something on the server's thread, once a cycle, until it answers true.
    void keepTrying(BooleanSupplier step) {
        tasks.add(step);
        EventFd.signal(wake);
    }

    /// Ends the server. Idempotent.
    void stop() {
        if (!running) return;
        running = false;
        EventFd.signal(wake);
        try {
            if (thread.isAlive()) thread.join(20_000);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        if (thread.isAlive()) throw new AssertionError("the server does not end");
        if (thread.getState() == Thread.State.NEW) server.close();
        Files.close(wake);
    }
}
