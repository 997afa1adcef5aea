package dev.doorbell.lab.sweep;

import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The points of a sweep that are still to run, on a few threads; the caller's collects and
/// watches.
final class PointRuns {
    private static final long LOOK_MS = 200; // how soon somebody who gives up is heard

    /// What became of a point: a table, or a failure.
    private record Outcome(
            Grid.Point point,
            @Nullable ResultTable table,
            @Nullable Throwable failure) {}

    private final Sweep sweep;
    private final Venue venue;
    private final List<Grid.Point> points;
    private final List<Optional<ResultTable>> tables;
    private final @Nullable PointFolder kept;
    private final List<Grid.Point> todo = new ArrayList<>();
    private final int threads;
    private final AtomicInteger next = new AtomicInteger(); // index in todo
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    /// @param tables of each point, where it is known; filled by [#run]
    PointRuns(
            Sweep sweep,
            Venue venue,
            List<Grid.Point> points,
            List<Optional<ResultTable>> tables,
            @Nullable PointFolder kept,
            int threads) {
        this.sweep = sweep;
        this.venue = venue;
        this.points = points;
        this.tables = tables;
        this.kept = kept;
        for (int i = 0; i < points.size(); i++) if (tables.get(i).isEmpty()) todo.add(points.get(i));
        this.threads = Math.min(threads, todo.size());
    }

    /// Runs them all.
    ///
    /// @throws ExperimentException when one failed or somebody gave up; what is done is kept all
    /// the same
    void run(Watcher watcher) throws ExperimentException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++)
            workers.add(Thread.ofPlatform().daemon().name("sweep-" + i).start(this::work));
        try {
            collect(watcher);
        } finally {
            stopped.set(true);
            join(workers);
        }
    }

    private void work() {
        while (!stopped.get()) {
            int index = next.getAndIncrement();
            if (index >= todo.size()) return;
            outcomes.add(run(todo.get(index)));
        }
    }

    private Outcome run(Grid.Point point) {
        try {
            ResultTable table = sweep.point(venue, point, new PointWatcher());
            if (kept != null) kept.write(point, table);
            return new Outcome(point, table, null);
        } catch (ExperimentException | RuntimeException | Error e) {
            return new Outcome(point, null, e);
        }
    }

    /// A point has no progress of its own, but gives up with all the others.
    private final class PointWatcher implements Watcher {
        @Override
        public void step(int done, int total, String what) {}

        @Override
        public boolean stopped() {
            return stopped.get();
        }
    }

    private void collect(Watcher watcher) throws ExperimentException {
        int known = points.size() - todo.size();
        String what = threads == 1 ? "points" : threads + " points at a time";
        watcher.step(known, points.size(), what);
        for (int open = todo.size(); open > 0; ) {
            if (watcher.stopped()) throw gaveUp(points.size() - open);
            Outcome outcome = awaited();
            if (outcome == null) continue;
            fail(outcome);
            tables.set(outcome.point().index(), Optional.ofNullable(outcome.table()));
            open--;
            watcher.step(points.size() - open, points.size(), what);
        }
    }

    private @Nullable Outcome awaited() throws ExperimentException {
        try {
            return outcomes.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExperimentException("interrupted", e);
        }
    }

    private static void fail(Outcome outcome) throws ExperimentException {
        switch (outcome.failure()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new ExperimentException("at " + outcome.point() + ": " + e.getMessage(), e);
        }
    }

    private ExperimentException gaveUp(int done) {
        String where = kept == null
                ? "with --out DIR they would have been kept"
                : "they are kept in " + kept.path() + ", and the same words go on from there";
        return new ExperimentException("gave up with " + done + " of " + points.size() + " points done; " + where);
    }

    private static void join(List<Thread> workers) {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
