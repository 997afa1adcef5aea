package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.model.Assumptions;
import dev.doorbell.lab.model.Calibration;
import dev.doorbell.lab.model.Costs;
import dev.doorbell.lab.model.FullLoad;
import dev.doorbell.lab.model.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// [Deferral] in virtual time: a prediction of December's figures by a model that knows July's only.
final class DeferralModel {
    private static final DeferralRow[] ROWS = DeferralRow.values();
    private static final List<Alternative> ALTERNATIVES = List.of(
            new Alternative("as assumed", a -> a),
            new Alternative("A1: entering a handler costs an exit (hardware)", a -> a.withEntryPerExit(1)),
            new Alternative("A3: an access costs a wake-up (emulation)", a -> a.withAccessPerWake(1)),
            new Alternative("A4: the host's share is a quarter", a -> a.withHostShare(0.25)),
            new Alternative("A4: the host's share is three quarters", a -> a.withHostShare(0.75)),
            new Alternative("A5: 651 interrupts/s", a -> a.withInterruptsPerSecond(651)),
            new Alternative("A5: 2000 interrupts/s", a -> a.withInterruptsPerSecond(2000)),
            new Alternative("A5: 4000 interrupts/s", a -> a.withInterruptsPerSecond(4000)),
            new Alternative("A5: 6800 interrupts/s", a -> a.withInterruptsPerSecond(6800)));

    private final int perSecond;
    private final int frameBytes;
    private final long forNs;
    private final Steps steps;

    /// Something else that could have been assumed.
    private record Alternative(String title, Function<Assumptions, Assumptions> change) {}

    DeferralModel(Values values, Watcher watcher) {
        perSecond = (int) values.number(Deferral.ITR);
        frameBytes = (int) values.number(Deferral.FRAME);
        forNs = values.number(Deferral.FOR) * 1_000_000;
        steps = new Steps(watcher, 2 * ROWS.length + ALTERNATIVES.size());
    }

    Result run() throws ExperimentException {
        Assumptions assumed = Assumptions.DEFAULT;
        Costs hardware = Calibration.hardware(assumed);
        Costs emulation = Calibration.emulation(assumed);
        ResultTable onHardware = predict("hardware", "Hardware virtualisation", hardware, row -> row.hardwareKpps);
        ResultTable emulated = predict("emulation", "Full emulation", emulation, row -> row.emulationKpps);
        return new Result(
                List.of(onHardware, emulated, costs(hardware, emulation), sensitivity()),
                List.of(plot(onHardware), plot(emulated)),
                notes());
    }

    private ResultTable predict(String name, String title, Costs costs, Function<DeferralRow, Double> published)
            throws ExperimentException {
        List<List<Cell>> rows = new ArrayList<>();
        double firstKpps = Double.NaN;
        for (DeferralRow row : ROWS) {
            steps.next(name + ": " + row.title);
            FullLoad.Outcome outcome = row.run(costs, perSecond, frameBytes, forNs);
            Usage usage = outcome.usage();
            if (row == DeferralRow.STANDARD) firstKpps = usage.kpps();
            double ratio = usage.kpps() / firstKpps;
            double published1 = published.apply(row);
            double publishedRatio = published1 / published.apply(DeferralRow.STANDARD);
            rows.add(List.of(
                    Cell.of(row.title),
                    Cell.of(usage.kpps()),
                    Cell.of(usage.exitsPerPacket()),
                    Cell.of(usage.doorbellsPerPacket()),
                    Cell.of(usage.interruptsPerSecond()),
                    Cell.of(published1),
                    Cell.of(errorPercent(usage.kpps(), published1)),
                    Cell.of(ratio),
                    Cell.of(publishedRatio),
                    Cell.of(errorPercent(ratio, publishedRatio)),
                    Cell.of(outcome.lost())));
        }
        return new ResultTable(
                name,
                title + ": full load, one packet a call, predicted from July 2012 and beside December 2012",
                List.of(
                        Column.of("set-up"),
                        Column.of("sent", "kpps"),
                        Column.of("exits", "/packet"),
                        Column.of("doorbells", "/packet"),
                        Column.of("interrupts", "/s"),
                        Column.of("published", "kpps"),
                        Column.of("error", "%"),
                        Column.of("ratio"),
                        Column.of("published ratio"),
                        Column.of("error of ratio", "%"),
                        Column.of("lost", "packets")),
                rows,
                List.of());
    }

    private static double errorPercent(double ours, double published) {
        return 100 * (ours / published - 1);
    }

    private static ResultTable costs(Costs hardware, Costs emulation) {
        return new ResultTable(
                "costs",
                "Where the model's costs come from",
                List.of(
                        Column.of("cost"),
                        Column.of("hardware", "ns"),
                        Column.of("from"),
                        Column.of("emulation", "ns"),
                        Column.of("derived from")),
                List.of(
                        cost(
                                "guest, packet",
                                hardware.guestPacketNs(),
                                "fitted, A4",
                                emulation.guestPacketNs(),
                                "fitted"),
                        cost("exit", hardware.exitNs(), "fitted", emulation.exitNs(), "A3"),
                        cost(
                                "interrupt entry",
                                hardware.interruptEntryNs(),
                                "A1",
                                emulation.interruptEntryNs(),
                                "fitted"),
                        cost("host, packet", hardware.hostPacketNs(), "A4", emulation.hostPacketNs(), "hardware's, A4"),
                        cost("host, wake-up", hardware.hostWakeNs(), "A4", emulation.hostWakeNs(), "hardware's, A4")),
                List.of());
    }

    private static List<Cell> cost(String name, long hardwareNs, String from, long emulationNs, String derived) {
        return List.of(Cell.of(name), Cell.of(hardwareNs), Cell.of(from), Cell.of(emulationNs), Cell.of(derived));
    }

    /// What the predicted ratios would have been with other assumptions, calibrated anew on July for each.
    private ResultTable sensitivity() throws ExperimentException {
        List<List<Cell>> rows = new ArrayList<>();
        for (Alternative alternative : ALTERNATIVES) {
            steps.next(alternative.title);
            Assumptions assumed = alternative.change.apply(Assumptions.DEFAULT);
            int rate = assumed.equals(Assumptions.DEFAULT) ? perSecond : assumed.interruptsPerSecond();
            Costs hardware = Calibration.hardware(assumed);
            Costs emulation = Calibration.emulation(assumed);
            rows.add(List.of(
                    Cell.of(alternative.title),
                    Cell.of(ratio(hardware, DeferralRow.MODERATED, rate)),
                    Cell.of(ratio(hardware, DeferralRow.DEFERRING, rate)),
                    Cell.of(ratio(emulation, DeferralRow.MODERATED, rate)),
                    Cell.of(ratio(emulation, DeferralRow.DEFERRING, rate))));
        }
        rows.add(List.of(
                Cell.of("published, December 2012"),
                Cell.of(37.0 / 20),
                Cell.of(200.0 / 20),
                Cell.of(28 / 6.3),
                Cell.of(34 / 6.3)));
        return new ResultTable(
                "sensitivity",
                "Ratios to the standard card and driver, had something else been assumed",
                List.of(
                        Column.of("assumption"),
                        Column.of("hardware, moderated"),
                        Column.of("hardware, deferring"),
                        Column.of("emulation, moderated"),
                        Column.of("emulation, deferring")),
                rows,
                List.of());
    }

    private double ratio(Costs costs, DeferralRow row, int rate) {
        long shortNs = Math.min(forNs, 100_000_000);
        double standard = DeferralRow.STANDARD
                .run(costs, rate, frameBytes, shortNs)
                .usage()
                .kpps();
        return row.run(costs, rate, frameBytes, shortNs).usage().kpps() / standard;
    }

    private static Plot plot(ResultTable table) {
        List<String> names = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> published = new ArrayList<>();
        for (int i = 0; i < ROWS.length; i++) {
            names.add(ROWS[i].title);
            ours.add(amount(table.rows().get(i).get(1)));
            published.add(amount(table.rows().get(i).get(5)));
        }
        return new Plot(
                table.title(),
                Plot.Axis.of("set-up"),
                Plot.Axis.of("kpps"),
                List.of(
                        Plot.Series.bars("model", false, names, ours),
                        Plot.Series.bars("December 2012", true, names, published)));
    }

    private static double amount(Cell cell) {
        return cell instanceof Cell.Amount number ? number.value() : Double.NaN;
    }

    private static List<String> notes() {
        Assumptions assumed = Assumptions.DEFAULT;
        return List.of(
                "Four fitted numbers (hardware: packet, exit; emulation: packet, interrupt entry) from July's four "
                        + "figures (20, 140, 9 and 56 kpps). They predict the six published cells above, five of which "
                        + "July does not contain, and the rows that nobody published.",
                "Assumed: A1, entering a handler is free on hardware, beside exits to user space. A2, July's moderated "
                        + "sender rang once per interrupt: had it rung for each packet, 1/140 ms would hold an exit "
                        + "that 1/20 ms says takes six times as long. A3, emulation has no world switch: an access "
                        + "costs nothing, the handler's entry the rest. A4, on hardware host and guest share a packet "
                        + "half and half; waking the host costs as much; the host is the same on both.",
                String.format(
                        Locale.ROOT,
                        "A5, the moderated card interrupts at most %d times a second, the most that its manual "
                                + "suggests. From about 6800 on July's figures would make the emulated guest the "
                                + "faster one.",
                        assumed.interruptsPerSecond()),
                "The host works on the processor that exited, as QEMU did in 2012; for shared doorbells it has a "
                        + "processor of its own. December's deferring driver on hardware (200 kpps) is faster than "
                        + "July's own figure for few exits a packet (140): machines or guests differed, and the "
                        + "model cannot know that.");
    }
}
