package dev.doorbell.lab.experiment;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.Moderation;
import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.DrivenCard;
import dev.doorbell.lab.world.ServingProcess;
import dev.doorbell.time.WallTimeline;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// `latency` in real time: frames to a plug that sends them back, one at a time, with a driver that
/// sleeps until the card interrupts.
final class LatencyAcrossSocket {
    private record Setting(String title, Moderation moderation) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting("none", Moderation.NONE),
            new Setting("ITR 20000/s", Moderation.throttled(20_000)),
            new Setting("ITR 8000/s", Moderation.throttled(8_000)),
            new Setting("ITR 1000/s", Moderation.throttled(1_000)),
            new Setting("delays 32, absolute 128 us", new Moderation(0, 32, 128, 32, 128)));
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final double LEAST_TAIL = 0.0001; // the curves end there, too
    private static final String CARD = "loop";
    private static final long MOST_NS = 10_000_000_000L;

    private final Values values;
    private final Watcher watcher;
    private final WallTimeline time = new WallTimeline();
    private final List<Histogram> trips = new ArrayList<>();
    private long sent;
    private long received;

    LatencyAcrossSocket(Values values, Watcher watcher) {
        this.values = values;
        this.watcher = watcher;
    }

    Result run() throws ExperimentException {
        if (watcher.stopped()) throw new ExperimentException("stopped before the first step");
        for (int i = 0; i < SETTINGS.size(); i++) trips.add(new Histogram(MOST_NS, 3));
        int rounds = (int) values.number("rounds");
        long arrived;
        try (ServingProcess process =
                ServingProcess.start(List.of(new ServingProcess.Card(CARD, "e1000", "loopback")))) {
            warmUp(process);
            for (int round = 0; round < rounds; round++)
                for (int i = 0; i < SETTINGS.size(); i++) {
                    int done = round * SETTINGS.size() + i;
                    watcher.step(done, rounds * SETTINGS.size(), SETTINGS.get(i).title());
                    if (watcher.stopped()) throw new ExperimentException("stopped after " + done + " steps");
                    measure(process, SETTINGS.get(i), trips.get(i));
                }
            arrived = process.stop().backend(CARD, CARD + "-net", "transmit_frames");
        }
        return result(arrived);
    }

    private void warmUp(ServingProcess process) throws ExperimentException {
        measure(process, SETTINGS.getFirst(), new Histogram(MOST_NS, 3));
    }

    private void measure(ServingProcess process, Setting setting, Histogram trips) throws ExperimentException {
        DrivenCard.Settings settings = new DrivenCard.Settings(
                setting.moderation(), DoorbellPolicy.IMMEDIATE, (int) values.number("frame-bytes"));
        try (DrivenCard card = DrivenCard.start(process, CARD, settings)) {
            long untilNs = time.nowNs() + values.number("for-ms") * 1_000_000;
            while (time.nowNs() - untilNs < 0 && !watcher.stopped())
                trips.recordValue(Math.min(MOST_NS, card.roundTrip()));
            DrivenCard.Totals totals = card.stop();
            sent += totals.sent();
            received += totals.received();
        }
    }

    private Result result(long arrived) {
        List<Column> columns = new ArrayList<>(List.of(Column.of("moderation"), Column.of("round trips")));
        columns.add(Column.of("min", "us"));
        for (double percentile : PERCENTILES) columns.add(Column.of(percentile + " %", "us"));
        columns.addAll(List.of(Column.of("max", "us"), Column.of("mean", "us")));
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < SETTINGS.size(); i++) {
            Histogram histogram = trips.get(i);
            List<Cell> cells =
                    new ArrayList<>(List.of(Cell.of(SETTINGS.get(i).title()), Cell.of(histogram.getTotalCount())));
            cells.add(Cell.of(histogram.getMinValue() / 1e3));
            for (double percentile : PERCENTILES) cells.add(Cell.of(histogram.getValueAtPercentile(percentile) / 1e3));
            cells.addAll(List.of(Cell.of(histogram.getMaxValue() / 1e3), Cell.of(histogram.getMean() / 1e3)));
            rows.add(cells);
        }
        ResultTable answer = new ResultTable(
                "socket",
                "Round trips of one frame through the plug, across a socket",
                columns,
                rows,
                List.of(
                        "From the call that sends to the frame in the hands of the interrupt's handler; one at a time.",
                        "Frames: " + sent + " sent, " + arrived + " at the plug, " + received
                                + " received, warming up included."));
        return new Result(List.of(answer), List.of(plot()), List.of());
    }

    private Plot plot() {
        RoundTripPlot plot = new RoundTripPlot(LEAST_TAIL);
        for (int i = 0; i < SETTINGS.size(); i++) plot.add(SETTINGS.get(i).title(), trips.get(i));
        return plot.plot();
    }
}
