package dev.doorbell.lab.experiment;

import dev.doorbell.driver.exercise.CopyPlan;
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
import dev.doorbell.lab.world.CopyingCard;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How long one kick can keep DMA going with nobody touching the card: what a kernel that is replaced under running
/// devices has to live with.
public final class LiveUpdate implements Experiment {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int STANDARD_BYTES = 1514;
    private static final int SAMPLES = 100;

    /// One way to copy.
    ///
    /// @param published what others reached that way; empty where nobody said
    private record Way(String name, CopyPlan plan, String published) {}

    @Override
    public String name() {
        return "live-update";
    }

    @Override
    public String question() {
        return "How long does one kick keep an 82576 copying memory, with no access and no interrupt?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("rate-mbps", "the rate limiter's rate, Layer-2 bits", 1, 1, 1000),
                Parameter.number("frame-bytes", "Layer-2 bytes of a jumbo frame, without FCS", 9200, 1514, 9724),
                Parameter.number("for-s", "how long the kick is to last, virtual", 300, 1, 300));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.VIRTUAL);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        long bitsPerSecond = values.number("rate-mbps") * 1_000_000;
        int jumbo = (int) values.number("frame-bytes");
        CopyPlan limited = CopyPlan.ofTime(jumbo, 1, bitsPerSecond, values.number("for-s") * SECOND_NS);
        List<Way> ways = List.of(
                new Way("limiter and jumbo frames", limited, "5 minutes"),
                new Way(
                        "limiter",
                        CopyPlan.ofTime(STANDARD_BYTES, 1, bitsPerSecond, values.number("for-s") * SECOND_NS),
                        ""),
                new Way("jumbo frames", CopyPlan.ofBytes(jumbo, 1, 0, limited.regionBytes()), "about 1 second"));
        List<List<Cell>> rows = new ArrayList<>();
        List<Plot.Series> series = new ArrayList<>();
        for (Way way : ways) {
            if (watcher.stopped()) throw new ExperimentException("live-update was stopped");
            watcher.step(rows.size(), ways.size(), way.name());
            rows.add(copy(way, series));
        }
        return new Result(
                List.of(table(rows)),
                List.of(new Plot("Bytes copied since the kick", Plot.Axis.log("time, s"), Plot.Axis.of("MB"), series)),
                List.of(
                        "The port keeps the rate of its link, 1 Gb/s. Accesses and interrupts are counted from the kick's"
                                + " doorbell to its last frame; the driver only looks at memory meanwhile.",
                        "Published: cover letter of the rate limiter's series for QEMU, a VFIO selftest in a guest."));
    }

    private static List<Cell> copy(Way way, List<Plot.Series> series) {
        CopyPlan plan = way.plan();
        List<Double> seconds = new ArrayList<>();
        List<Double> megabytes = new ArrayList<>();
        try (CopyingCard card = new CopyingCard(plan)) {
            card.kick(Math.max(1, plan.kickFrames() / SAMPLES), (ns, frames) -> {
                seconds.add(ns / 1e9);
                megabytes.add((double) frames * plan.frameBytes() / 1e6);
            });
            double took = card.copyNs() / 1e9;
            series.add(Plot.Series.line(way.name(), seconds, megabytes));
            return List.of(
                    Cell.of(way.name()),
                    plan.bitsPerSecond() == 0 ? Cell.NONE : Cell.of(plan.bitsPerSecond() / 1e6),
                    Cell.of(plan.frameBytes()),
                    Cell.of(card.frames()),
                    Cell.of(took),
                    Cell.of((double) card.frames() * plan.frameBytes() * 8 / 1e6 / took),
                    Cell.of(card.accesses()),
                    Cell.of(card.interrupts()),
                    Cell.of(card.wrong()),
                    Cell.of(way.published()));
        }
    }

    private static ResultTable table(List<List<Cell>> rows) {
        return new ResultTable(
                "kick",
                "One kick, one queue",
                List.of(
                        Column.of("with"),
                        Column.of("limit", "Mb/s"),
                        Column.of("frame", "bytes"),
                        Column.of("frames"),
                        Column.of("lasted", "s"),
                        Column.of("rate", "Mb/s"),
                        Column.of("accesses"),
                        Column.of("interrupts"),
                        Column.of("wrong frames"),
                        Column.of("published")),
                rows,
                List.of("A ring holds 4095 frames: that is what a kick is bounded by."));
    }
}
