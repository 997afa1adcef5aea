package dev.doorbell.lab.experiment;

import dev.doorbell.device.CardTotal;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
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
import dev.doorbell.lab.model.Assumptions;
import dev.doorbell.lab.model.Calibration;
import dev.doorbell.lab.model.HostPlace;
import dev.doorbell.lab.model.ModelledGuest;
import dev.doorbell.lab.model.Usage;
import dev.doorbell.lab.world.CardPlan;
import dev.doorbell.lab.world.Sink;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Traffic that just goes on: every packet's descriptor, every write-back and every interrupt by the card's own code,
/// for as long as is asked. An hour is `for-s=3600`.
public final class Steady implements Experiment {
    private static final int POINTS = 60; // of the plot, and chances to give up
    private static final long DRAIN_NS = 1_000_000_000;

    @Override
    public String name() {
        return "steady";
    }

    @Override
    public String question() {
        return "Does steady traffic stay steady, and is every packet of an hour there?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("rate-kpps", "packets that the guest sends, thousands a second", 100, 1, 10_000),
                Parameter.number("itr-per-s", "most interrupts a second", 5580, 60, 1_000_000),
                Parameter.word("doorbells", "how the driver rings", "deferred", "immediate", "batch", "deferred"),
                Parameter.number("frame-bytes", "Layer-2 bytes of a frame without FCS", 60, 14, 1514),
                Parameter.number("for-s", "seconds of traffic", 3, 1, 86_400));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.VIRTUAL);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        if (venue != Venue.VIRTUAL) throw new ExperimentException("steady does not run at " + venue);
        int frameBytes = (int) values.number("frame-bytes");
        Moderation moderation = Moderation.throttled((int) values.number("itr-per-s"));
        CardPlan plan = CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), frameBytes);
        try (ModelledGuest guest = new ModelledGuest(
                Calibration.hardware(Assumptions.DEFAULT),
                HostPlace.EXITING_PROCESSOR,
                plan,
                frameBytes,
                time -> new Sink(time, 0))) {
            guest.driver().doorbells(policy(values.word("doorbells")));
            return send(guest, values, new Steps(watcher, POINTS));
        }
    }

    private static DoorbellPolicy policy(String word) {
        return switch (word) {
            case "immediate" -> DoorbellPolicy.IMMEDIATE;
            case "batch" -> DoorbellPolicy.BATCH;
            default -> DoorbellPolicy.DEFERRED;
        };
    }

    private static Result send(ModelledGuest guest, Values values, Steps steps) throws ExperimentException {
        long perSecond = values.number("rate-kpps") * 1000;
        long packets = perSecond * values.number("for-s");
        long startNs = guest.time().nowNs();
        Usage first = guest.usage();
        Usage before = first;
        List<Double> seconds = new ArrayList<>();
        List<Double> kpps = new ArrayList<>();
        List<Double> interrupts = new ArrayList<>();
        for (int point = 0; point < POINTS; point++) {
            steps.next(point * values.number("for-s") / POINTS + " s");
            long from = packets * point / POINTS;
            sendNumbered(guest, startNs, perSecond, from, packets * (point + 1) / POINTS);
            Usage part = guest.usage().since(before);
            before = guest.usage();
            seconds.add((guest.time().nowNs() - startNs) / 1e9);
            kpps.add(part.kpps());
            interrupts.add(part.interruptsPerSecond());
        }
        Usage usage = guest.usage().since(first);
        guest.rest(guest.time().nowNs() + DRAIN_NS);
        return new Result(
                List.of(table(guest, usage)),
                List.of(over("Sent", "kpps", seconds, kpps), over("Interrupts", "interrupts/s", seconds, interrupts)),
                List.of("Sender, driver and card take turns on the processor of the preset `hardware`; costs as in "
                        + "`lab run deferral`."));
    }

    /// Packet n is due at its own time after the start: nothing adds up, however long it takes.
    private static void sendNumbered(ModelledGuest guest, long startNs, long perSecond, long from, long to) {
        for (long n = from; n < to; n++) {
            guest.rest(startNs + n / perSecond * 1_000_000_000 + n % perSecond * 1_000_000_000 / perSecond);
            guest.sendOne(Long.MAX_VALUE);
        }
    }

    private static ResultTable table(ModelledGuest guest, Usage usage) {
        List<List<Cell>> rows = List.of(List.of(
                Cell.of(usage.timeNs() / 1e9),
                Cell.of(guest.accepted()),
                Cell.of(usage.kpps()),
                Cell.of(usage.exitsPerPacket()),
                Cell.of(usage.doorbellExits()),
                Cell.of(usage.interrupts()),
                Cell.of(guest.world().total(CardTotal.TRANSMIT_BYTES)),
                Cell.of(guest.accepted() - guest.usage().sent())));
        return new ResultTable(
                "steady",
                "What the card did",
                List.of(
                        Column.of("time", "s"),
                        Column.of("packets"),
                        Column.of("sent", "kpps"),
                        Column.of("exits", "/packet"),
                        Column.of("doorbells"),
                        Column.of("interrupts"),
                        Column.of("sent", "bytes"),
                        Column.of("lost", "packets")),
                rows,
                List.of());
    }

    private static Plot over(String title, String unit, List<Double> seconds, List<Double> values) {
        return new Plot(
                title + " over time",
                Plot.Axis.of("s"),
                Plot.Axis.of(unit),
                List.of(Plot.Series.line(title, seconds, values)));
    }
}
