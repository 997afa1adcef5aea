package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.PacedQueues;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// How exact the 82576's transmit rate limiter is: the average over rates and frame sizes, the distance of every two
/// frames, what an idle queue may catch up, and all queues at once.
public final class RateLimiter implements Experiment {
    private static final long LINK_BPS = 1_000_000_000;
    private static final int[] RATES_MBPS = {1, 10, 100, 300, 700, 1000};
    private static final int[] FRAME_BYTES = {64, 512, 1514, 9000};
    private static final int[] WINDOWS_KB = {0, 4, 20};
    private static final int[] IDLE_US = {0, 500, 2000, 20_000};
    private static final int[] QUEUE_RATES_MBPS = {1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500};
    private static final int LONGEST_BYTES = 9000;
    private static final int CATCH_UP_BYTES = 1514;
    private static final int CATCH_UP_MBPS = 100;
    private static final int CATCH_UP_FRAMES = 60;
    private static final int SPACING_MBPS = 300; // no whole number of nanoseconds a byte
    private static final int PARTS_PER_NS = 4;
    private static final long MS = 1_000_000;
    private static final int STEPS = 4;

    @Override
    public String name() {
        return "trl";
    }

    @Override
    public String question() {
        return "How exact is the 82576's transmit rate limiter?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("frames", "frames of each row of accuracy, and of the spacing", 500, 2, 100_000),
                Parameter.number("for-ms", "time that all queues send at once, virtual", 200, 30, 60_000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.VIRTUAL);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        List<ResultTable> tables = new ArrayList<>();
        List<Plot> plots = new ArrayList<>();
        int frames = (int) values.number("frames");
        step(watcher, 0, "rates and frame sizes");
        tables.add(accuracy(frames));
        step(watcher, 1, "spacing");
        spacing(frames, seed, tables, plots);
        step(watcher, 2, "catching up");
        catchUp(tables, plots);
        step(watcher, 3, "all queues at once");
        tables.add(together(values.number("for-ms") * MS));
        return new Result(
                tables,
                plots,
                List.of(
                        "A rate is of Layer-2 bytes without FCS. The factor is link / rate, rounded down to 2^-14 as"
                                + " drivers do, so the programmed rate lies a little above the wanted one.",
                        "The rules of spacing and of the window are after the X550's block: inferred for this chip."));
    }

    private static void step(Watcher watcher, int done, String what) throws ExperimentException {
        if (watcher.stopped()) throw new ExperimentException("trl was stopped");
        watcher.step(done, STEPS, what);
    }

    private static double factor(double mbps) {
        return Math.floor(LINK_BPS / (mbps * 1e6) * (1 << 14)) / (1 << 14);
    }

    /// Exact distance of a frame's start from the next one's.
    private static double spacingNs(int frameBytes, double mbps) {
        return Math.max(64, frameBytes) * 8 * factor(mbps);
    }

    private static ResultTable accuracy(int frames) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int mbps : RATES_MBPS)
            for (int bytes : FRAME_BYTES)
                try (PacedQueues queues = new PacedQueues(1, bytes)) {
                    queues.limit(0, mbps * 1_000_000L);
                    queues.keepFull(0, bytes, frames);
                    long[] at = queues.startsNs(0);
                    double exactNs = spacingNs(bytes, mbps);
                    double averageNs = (double) (at[frames - 1] - at[0]) / (frames - 1);
                    double rate = bytes * 8000.0 / averageNs;
                    double latest = 0;
                    for (int i = 1; i < frames; i++) latest = Math.max(latest, at[i] - at[0] - i * exactNs);
                    rows.add(List.of(
                            Cell.of(mbps),
                            Cell.of(bytes),
                            Cell.of(exactNs),
                            Cell.of(averageNs),
                            Cell.of(rate),
                            Cell.of((rate / mbps - 1) * 1000),
                            Cell.of((rate / (bytes * 8000.0 / exactNs) - 1) * 1000),
                            Cell.of(latest)));
                }
        return new ResultTable(
                "accuracy",
                "One queue that is never empty, the average over " + frames + " frames",
                List.of(
                        Column.of("wanted", "Mb/s"),
                        Column.of("frame", "bytes"),
                        Column.of("exact spacing", "ns"),
                        Column.of("average spacing", "ns"),
                        Column.of("rate", "Mb/s"),
                        Column.of("error of wanted", "per mille"),
                        Column.of("error of programmed", "per mille"),
                        Column.of("latest start", "ns")),
                rows,
                List.of(
                        "Latest start: the most that any frame left after its exact time; starts are whole nanoseconds."));
    }

    /// Frames of random lengths: each gap follows from the frame before it.
    private static void spacing(int frames, long seed, List<ResultTable> tables, List<Plot> plots) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] lengths = new int[frames];
        for (int i = 0; i < frames; i++) lengths[i] = 64 + random.nextInt(1514 - 64 + 1);
        int[] counts = new int[2 * PARTS_PER_NS];
        int beyond = 0;
        try (PacedQueues queues = new PacedQueues(1, LONGEST_BYTES)) {
            queues.limit(0, SPACING_MBPS * 1_000_000L);
            queues.keepFull(0, lengths);
            long[] at = queues.startsNs(0);
            for (int i = 1; i < frames; i++) {
                double off = at[i] - at[i - 1] - spacingNs(lengths[i - 1], SPACING_MBPS);
                int part = (int) Math.floor(off * PARTS_PER_NS) + PARTS_PER_NS;
                if (part < 0 || part >= counts.length) beyond++;
                else counts[part]++;
            }
        }
        List<List<Cell>> rows = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (int part = 0; part < counts.length; part++) {
            double from = (double) (part - PARTS_PER_NS) / PARTS_PER_NS;
            double share = 100.0 * counts[part] / (frames - 1);
            rows.add(List.of(Cell.of(from), Cell.of(from + 1.0 / PARTS_PER_NS), Cell.of(counts[part]), Cell.of(share)));
            names.add(String.valueOf(from));
            shares.add(share);
        }
        tables.add(new ResultTable(
                "spacing",
                "Gaps against the exact ones, frames of 64 to 1514 bytes at " + SPACING_MBPS + " Mb/s",
                List.of(Column.of("from", "ns"), Column.of("to", "ns"), Column.of("gaps"), Column.of("share", "%")),
                rows,
                List.of(beyond + " gaps lie outside; a start is rounded up to a nanosecond, and no error adds up.")));
        plots.add(new Plot(
                "Gaps against the exact ones",
                Plot.Axis.of("deviation, ns, from"),
                Plot.Axis.of("gaps, %"),
                List.of(Plot.Series.bars("gaps", false, names, shares))));
    }

    private static void catchUp(List<ResultTable> tables, List<Plot> plots) {
        List<List<Cell>> rows = new ArrayList<>();
        List<Plot.Series> series = new ArrayList<>();
        for (int kb : WINDOWS_KB)
            for (int idleUs : IDLE_US)
                try (PacedQueues queues = new PacedQueues(1, CATCH_UP_BYTES)) {
                    queues.limit(0, CATCH_UP_MBPS * 1_000_000L);
                    queues.window(kb);
                    queues.keepFull(0, CATCH_UP_BYTES, 1);
                    queues.idle(idleUs * 1000L);
                    queues.keepFull(0, CATCH_UP_BYTES, CATCH_UP_FRAMES);
                    long[] at = queues.startsNs(0);
                    long burstNs = at[1];
                    int atOnce = 0;
                    while (atOnce < CATCH_UP_FRAMES && at[1 + atOnce] == burstNs) atOnce++;
                    double afterNs = (double) (at[CATCH_UP_FRAMES] - at[CATCH_UP_FRAMES - 10]) / 10;
                    rows.add(List.of(
                            Cell.of(kb),
                            Cell.of(idleUs),
                            Cell.of(atOnce),
                            Cell.of(byRule(kb, idleUs * 1000L)),
                            Cell.of(CATCH_UP_BYTES * 8000.0 / afterNs)));
                    if (idleUs == IDLE_US[IDLE_US.length - 1]) series.add(left("window of " + kb + " KB", at, burstNs));
                }
        tables.add(new ResultTable(
                "catch-up",
                "Frames of " + CATCH_UP_BYTES + " bytes that leave at once after idleness, at " + CATCH_UP_MBPS
                        + " Mb/s",
                List.of(
                        Column.of("window", "KB"),
                        Column.of("idle", "us"),
                        Column.of("at once", "frames"),
                        Column.of("by the rule", "frames"),
                        Column.of("rate after", "Mb/s")),
                rows,
                List.of("The window is MMW_SIZE; Linux writes 20. Idle: from the start of the frame before.")));
        plots.add(new Plot(
                "What leaves after 20 ms of idleness",
                Plot.Axis.of("time, ms"),
                Plot.Axis.of("bytes, thousands"),
                series));
    }

    private static Plot.Series left(String name, long[] at, long fromNs) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 1; i < at.length; i++) {
            x.add((at[i] - fromNs) / 1e6);
            y.add(i * CATCH_UP_BYTES / 1e3);
        }
        return Plot.Series.line(name, x, y);
    }

    /// The rule in doubles, apart from the card's arithmetic.
    private static int byRule(int windowKb, long idleNs) {
        double frameNs = spacingNs(CATCH_UP_BYTES, CATCH_UP_MBPS);
        double windowNs = windowKb * 1024 * 8 * factor(CATCH_UP_MBPS);
        double stampNs = frameNs; // of the first frame, which started at 0
        double nowNs = Math.max((double) idleNs, frameNs);
        int frames = 0;
        while (stampNs <= nowNs) {
            if (windowKb == 0) stampNs = nowNs + frameNs;
            else if (stampNs + frameNs >= nowNs - windowNs) stampNs += frameNs;
            else stampNs = nowNs - windowNs + frameNs;
            frames++;
        }
        return frames;
    }

    private static ResultTable together(long ns) {
        List<List<Cell>> rows = new ArrayList<>();
        int count = QUEUE_RATES_MBPS.length;
        try (PacedQueues queues = new PacedQueues(count, CATCH_UP_BYTES)) {
            for (int queue = 0; queue < count; queue++) queues.limit(queue, QUEUE_RATES_MBPS[queue] * 1_000_000L);
            queues.keepAllFull(CATCH_UP_BYTES, ns);
            for (int queue = 0; queue < count; queue++) {
                long[] at = queues.startsNs(queue);
                int gaps = at.length - 1;
                double rate = (double) gaps * CATCH_UP_BYTES * 8000 / (at[gaps] - at[0]);
                rows.add(List.of(
                        Cell.of(queue),
                        Cell.of(QUEUE_RATES_MBPS[queue]),
                        Cell.of(at.length),
                        Cell.of(rate),
                        Cell.of((rate / QUEUE_RATES_MBPS[queue] - 1) * 1000)));
            }
        }
        return new ResultTable(
                "together",
                "Sixteen queues at once, frames of " + CATCH_UP_BYTES + " bytes",
                List.of(
                        Column.of("queue"),
                        Column.of("wanted", "Mb/s"),
                        Column.of("frames"),
                        Column.of("rate", "Mb/s"),
                        Column.of("error of wanted", "per mille")),
                rows,
                List.of("The port itself takes no time here, so that only the limits hold frames back."));
    }
}
