package dev.doorbell.lab.experiment;

import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.CardPlan;
import dev.doorbell.lab.world.Conversation;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// `latency` in virtual time: requests at random times, answered at once by a peer at the other
/// end of a wire, seen by software at the interrupt after the answer.
final class LatencyModel {
    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 100};
    private static final int[] ITR_PER_S = {20_000, 8000, 4000, 2000, 1000};
    private static final int[] RADV_US = {32, 128};
    private static final int FRAME_BYTES = 64;
    private static final double LEAST_TAIL = 0.001; // the curve ends at 99.9 %

    /// A card and how its interrupts are held back.
    private record Setting(String card, String name, CardPlan plan) {}

    private final Values values;
    private final long seed;
    private final Watcher watcher;

    LatencyModel(Values values, long seed, Watcher watcher) {
        this.values = values;
        this.seed = seed;
        this.watcher = watcher;
    }

    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        settings.add(e1000("none", Moderation.NONE));
        for (int us : RADV_US) settings.add(e1000("RDTR 16 us, RADV " + us + " us", new Moderation(0, 16, us, 0, 0)));
        for (int itr : ITR_PER_S) settings.add(e1000("ITR " + itr + "/s", Moderation.throttled(itr)));
        settings.add(igb("none", 0));
        for (int itr : ITR_PER_S) settings.add(igb("EITR " + itr + "/s", itr));
        return settings;
    }

    private static Setting e1000(String name, Moderation moderation) {
        DriverOptions options = DriverOptions.DEFAULT.withInterrupts(moderation);
        return new Setting("e1000", name, CardPlan.e1000(options, FRAME_BYTES));
    }

    private static Setting igb(String name, int perSecond) {
        IgbDriverOptions options = IgbDriverOptions.DEFAULT.withInterrupts(perSecond);
        return new Setting("igb", name, CardPlan.igb(options, FRAME_BYTES));
    }

    Result run() throws ExperimentException {
        int requests = (int) values.number("requests");
        long perSecond = values.number("requests-per-s");
        List<Setting> settings = settings();
        List<List<Cell>> rows = new ArrayList<>();
        RoundTripPlot plot = new RoundTripPlot(LEAST_TAIL);
        for (Setting setting : settings) {
            if (watcher.stopped()) throw new ExperimentException("latency was stopped");
            watcher.step(rows.size(), settings.size(), setting.card() + ", " + setting.name());
            try (Conversation conversation =
                    new Conversation(setting.plan(), values.number("wire-us") * 1000, FRAME_BYTES)) {
                conversation.run(requests, perSecond, seed);
                rows.add(row(setting, conversation));
                plot.add(setting.card() + ", " + setting.name(), conversation.roundTripsNs());
            }
        }
        return new Result(
                List.of(table(rows)),
                List.of(plot.plot()),
                List.of(
                        "Only the wire and the card take time here, no host and no guest: what exceeds two delays of the"
                                + " wire is moderation.",
                        "Requests come as a Poisson process of the seed, the same one in every row. A sent frame's report"
                                + " interrupts as well, and may be what a response waits behind."));
    }

    private static List<Cell> row(Setting setting, Conversation conversation) {
        Histogram trips = conversation.roundTripsNs();
        List<Cell> cells = new ArrayList<>(List.of(Cell.of(setting.card()), Cell.of(setting.name())));
        cells.add(Cell.of(trips.getTotalCount()));
        for (double percentile : PERCENTILES) cells.add(Cell.of(trips.getValueAtPercentile(percentile) / 1e3));
        cells.add(Cell.of(conversation.meanNs() / 1e3));
        cells.add(Cell.of(conversation.interrupts() * 1e9 / conversation.ns()));
        cells.add(Cell.of((double) conversation.interrupts() / trips.getTotalCount()));
        return cells;
    }

    private static ResultTable table(List<List<Cell>> rows) {
        return new ResultTable(
                "round-trips",
                "Round trips of " + FRAME_BYTES + "-byte requests, from the call that sends to the interrupt's handler",
                List.of(
                        Column.of("card"),
                        Column.of("moderation"),
                        Column.of("requests"),
                        Column.of("least", "us"),
                        Column.of("p50", "us"),
                        Column.of("p90", "us"),
                        Column.of("p99", "us"),
                        Column.of("p99.9", "us"),
                        Column.of("most", "us"),
                        Column.of("mean", "us"),
                        Column.of("interrupts", "1/s"),
                        Column.of("interrupts a request")),
                rows,
                List.of("Percentiles to three digits, as the histogram keeps them; the mean is exact."));
    }
}
