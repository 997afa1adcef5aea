package dev.doorbell.lab.experiment;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
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
import dev.doorbell.lab.model.FullLoad.Outcome;
import dev.doorbell.lab.model.FullLoad.Sender;
import dev.doorbell.lab.model.HostPlace;
import dev.doorbell.lab.model.July2012;
import dev.doorbell.lab.world.CardPlan;
import java.util.ArrayList;
import java.util.List;

/// [Mitigation] in virtual time, on the real card with the real driver and a modelled guest.
final class MitigationModel {
    private static final int[] THROTTLES = {20_000, 8000, 5580, 2000, 651};

    private final Values values;
    private final int frameBytes;
    private final long forNs;
    private final long arrivalsPerSecond;
    private final Costs hardware = Calibration.hardware(Assumptions.DEFAULT);
    private final Costs emulation = Calibration.emulation(Assumptions.DEFAULT);
    private final List<Setting> settings;
    private final Steps steps;

    private record Setting(String title, Moderation moderation) {}

    /// A run with both presets.
    @FunctionalInterface
    private interface Run {
        Outcome with(Costs costs, Moderation moderation);
    }

    MitigationModel(Values values, Watcher watcher) {
        this.values = values;
        frameBytes = (int) values.number(Mitigation.FRAME);
        forNs = values.number(Mitigation.FOR) * 1_000_000;
        arrivalsPerSecond = values.number(Mitigation.RX_RATE) * 1000;
        settings = settings();
        steps = new Steps(watcher, 4 + 4 * settings.size());
    }

    private List<Setting> settings() {
        List<Setting> rows = new ArrayList<>();
        rows.add(new Setting("no moderation", Moderation.NONE));
        for (int perSecond : THROTTLES)
            rows.add(new Setting("itr-per-s=" + perSecond, Moderation.throttled(perSecond)));
        rows.add(new Setting("delays of 32 us, absolute 64 us", new Moderation(0, 32, 64, 32, 64)));
        rows.add(new Setting("delays of 64 us, absolute 256 us", new Moderation(0, 64, 256, 64, 256)));
        rows.add(new Setting("those and itr-per-s=5580", new Moderation(5580, 64, 256, 64, 256)));
        Moderation asked = asked();
        if (!asked.equals(Moderation.NONE)) rows.add(new Setting("as asked", asked));
        return rows;
    }

    private Moderation asked() {
        return new Moderation(
                (int) values.number(Mitigation.ITR),
                (int) values.number(Mitigation.RX_DELAY),
                (int) values.number(Mitigation.RX_ABSOLUTE),
                (int) values.number(Mitigation.TX_DELAY),
                (int) values.number(Mitigation.TX_ABSOLUTE));
    }

    Result run() throws ExperimentException {
        ResultTable transmit =
                grid("transmit", "Transmit at full load, one packet a call, a doorbell each", this::transmit);
        ResultTable receive = grid("receive", "Receive: " + arrivalsPerSecond + " frames/s arrive", this::receive);
        return new Result(
                List.of(transmit, receive, july()),
                List.of(plot(transmit), plot(receive)),
                List.of(
                        "The model is calibrated on July's four figures, so the last table shows that driver and card "
                                + "do in the model what the arithmetic says, no more. What predicts is in "
                                + "`lab run deferral`, with costs and assumptions; docs/lab-model.md has both.",
                        "Received frames are worked on outside of the handler, with interrupts on: the time that a "
                                + "guest spends in handlers is lost to its packets. A guest that falls behind leaves "
                                + "the card no descriptors, and a card without descriptors interrupts less. What the "
                                + "card drops it counts; lost are only packets that nobody counted."));
    }

    private FullLoad load(Costs costs, Moderation moderation) {
        CardPlan plan = CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), frameBytes);
        return new FullLoad(costs, HostPlace.EXITING_PROCESSOR, plan, DoorbellPolicy.IMMEDIATE, frameBytes, forNs);
    }

    private Outcome transmit(Costs costs, Moderation moderation) {
        return load(costs, moderation).send(Sender.EACH_PACKET);
    }

    private Outcome receive(Costs costs, Moderation moderation) {
        return load(costs, moderation).receive(arrivalsPerSecond);
    }

    /// July's own set-ups: without moderation a doorbell and an interrupt each packet, with it one of both a gap.
    private ResultTable july() throws ExperimentException {
        Moderation moderated = Moderation.throttled(Assumptions.DEFAULT.interruptsPerSecond());
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(julyRow("hardware, no moderation", hardware, Moderation.NONE, July2012.HARDWARE_KPPS));
        rows.add(julyRow("hardware, moderated", hardware, moderated, July2012.HARDWARE_MODERATED_KPPS));
        rows.add(julyRow("emulation, no moderation", emulation, Moderation.NONE, July2012.EMULATION_KPPS));
        rows.add(julyRow("emulation, moderated", emulation, moderated, July2012.EMULATION_MODERATED_KPPS));
        return new ResultTable(
                "july",
                "July 2012: what the model is calibrated on",
                List.of(
                        Column.of("set-up"),
                        Column.of("sent", "kpps"),
                        Column.of("published", "kpps"),
                        Column.of("error", "%"),
                        Column.of("exits", "/packet"),
                        Column.of("interrupts", "/s"),
                        Column.of("lost", "packets")),
                rows,
                List.of("Moderated senders ring once per interrupt here; see docs/lab-model.md, A2."));
    }

    private List<Cell> julyRow(String title, Costs costs, Moderation moderation, double published)
            throws ExperimentException {
        steps.next(title);
        boolean each = moderation.equals(Moderation.NONE);
        CardPlan plan = CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), frameBytes);
        Outcome outcome = new FullLoad(
                        costs, HostPlace.EXITING_PROCESSOR, plan, DoorbellPolicy.BATCH, frameBytes, forNs)
                .send(each ? Sender.EACH_PACKET : Sender.EACH_INTERRUPT);
        return List.of(
                Cell.of(title),
                Cell.of(outcome.usage().kpps()),
                Cell.of(published),
                Cell.of(100 * (outcome.usage().kpps() / published - 1)),
                Cell.of(outcome.usage().exitsPerPacket()),
                Cell.of(outcome.usage().interruptsPerSecond()),
                Cell.of(outcome.lost()));
    }

    private ResultTable grid(String name, String title, Run run) throws ExperimentException {
        List<List<Cell>> rows = new ArrayList<>();
        for (Setting setting : settings) {
            List<Cell> cells = new ArrayList<>();
            cells.add(Cell.of(setting.title));
            long lost = 0;
            for (Costs costs : List.of(hardware, emulation)) {
                steps.next(name + ", " + costs.name() + ": " + setting.title);
                Outcome outcome = run.with(costs, setting.moderation);
                cells.add(Cell.of(outcome.usage().kpps()));
                cells.add(Cell.of(outcome.usage().exitsPerPacket()));
                cells.add(Cell.of(outcome.usage().interruptsPerSecond()));
                lost += outcome.lost();
            }
            cells.add(Cell.of(lost));
            rows.add(cells);
        }
        return new ResultTable(
                name,
                title,
                List.of(
                        Column.of("setting"),
                        Column.of("hardware", "kpps"),
                        Column.of("exits", "/packet"),
                        Column.of("interrupts", "/s"),
                        Column.of("emulation", "kpps"),
                        Column.of("exits", "/packet"),
                        Column.of("interrupts", "/s"),
                        Column.of("lost", "packets")),
                rows,
                List.of());
    }

    private Plot plot(ResultTable table) {
        List<String> names = settings.stream().map(Setting::title).toList();
        return new Plot(
                table.title(),
                Plot.Axis.of("setting"),
                Plot.Axis.of("kpps"),
                List.of(
                        Plot.Series.bars("hardware", false, names, column(table, 1)),
                        Plot.Series.bars("emulation", false, names, column(table, 4))));
    }

    private static List<Double> column(ResultTable table, int at) {
        List<Double> found = new ArrayList<>();
        for (List<Cell> row : table.rows())
            found.add(row.get(at) instanceof Cell.Amount number ? number.value() : Double.NaN);
        return found;
    }
}
