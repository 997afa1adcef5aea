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
import dev.doorbell.lab.world.Rates;
import dev.doorbell.lab.world.ReplayFile;
import dev.doorbell.lab.world.ServedCounts;
import dev.doorbell.lab.world.ServingProcess;
import dev.doorbell.lab.world.Spread;
import java.util.ArrayList;
import java.util.List;

/// `mitigation` in real time: our e1000 driver in this process over the card's throttle and its delay
/// timers, sending and receiving at full load across the socket.
final class MitigationAcrossSocket {
    private record Setting(String title, Moderation moderation) {
        static Setting throttled(int perSecond) {
            return new Setting("ITR " + perSecond + "/s", Moderation.throttled(perSecond));
        }

        static Setting delayed(int us, int absoluteUs) {
            return new Setting(
                    "delays " + us + ", absolute " + absoluteUs + " us",
                    new Moderation(0, us, absoluteUs, us, absoluteUs));
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting("none", Moderation.NONE),
            Setting.throttled(20_000),
            Setting.throttled(8_000),
            Setting.throttled(4_000),
            Setting.throttled(1_000),
            Setting.delayed(32, 128),
            Setting.delayed(128, 512));

    private static final String SENDER = "sender";
    private static final String RECEIVER = "receiver";
    private static final long IDLE_MOST_NS = 2_000_000_000;

    private final Values values;
    private final Watcher watcher;
    private final long windowNs;
    private final int rounds;
    private final List<Rates.Rounds> sending = new ArrayList<>();
    private final List<Rates.Rounds> receiving = new ArrayList<>();
    private DrivenCard.Totals sent = DrivenCard.Totals.NONE;
    private long received;
    private long given; // to the driver's memory, as the card counted
    private int steps;

    MitigationAcrossSocket(Values values, Watcher watcher) {
        this.values = values;
        this.watcher = watcher;
        windowNs = values.number("for-ms") * 1_000_000;
        rounds = (int) values.number("rounds");
    }

    Result run() throws ExperimentException {
        if (watcher.stopped()) throw new ExperimentException("stopped before the first step");
        for (int i = 0; i < SETTINGS.size(); i++) {
            sending.add(new Rates.Rounds());
            receiving.add(new Rates.Rounds());
        }
        ServedCounts counts = send();
        try (ReplayFile file = ReplayFile.of((int) values.number("frame-bytes"), values.number("offered-kpps"))) {
            for (int i = 0; i < SETTINGS.size(); i++) receive(file, i);
        }
        return result(counts);
    }

    private void step(String what) throws ExperimentException {
        watcher.step(steps, SETTINGS.size() * (rounds + 1), what);
        if (watcher.stopped()) throw new ExperimentException("stopped after " + steps + " steps");
        steps++;
    }

    private DrivenCard start(ServingProcess process, String card, Setting setting) throws ExperimentException {
        int frameBytes = (int) values.number("frame-bytes");
        return DrivenCard.start(
                process, card, new DrivenCard.Settings(setting.moderation(), DoorbellPolicy.IMMEDIATE, frameBytes));
    }

    private ServedCounts send() throws ExperimentException {
        try (ServingProcess process = ServingProcess.start(List.of(new ServingProcess.Card(SENDER, "e1000", "null")))) {
            for (int round = 0; round < rounds; round++)
                for (int i = 0; i < SETTINGS.size(); i++) {
                    step("transmit, " + SETTINGS.get(i).title());
                    try (DrivenCard card = start(process, SENDER, SETTINGS.get(i))) {
                        if (round == 0 && i == 0) card.sendFor(windowNs, watcher::stopped); // both sides compile
                        card.idle(IDLE_MOST_NS);
                        sending.get(i).add(card.measureSending(windowNs, watcher::stopped));
                        card.idle(IDLE_MOST_NS);
                        sent = sent.plus(card.stop());
                    }
                }
            return process.stop();
        }
    }

    /// A process for each setting: a replay that nobody receives would go on for nothing.
    private void receive(ReplayFile file, int setting) throws ExperimentException {
        step("receive, " + SETTINGS.get(setting).title());
        try (ServingProcess process =
                ServingProcess.start(List.of(new ServingProcess.Card(RECEIVER, "e1000", file.netdev())))) {
            try (DrivenCard card = start(process, RECEIVER, SETTINGS.get(setting))) {
                card.receiveFor(windowNs, watcher::stopped); // both sides compile
                for (int round = 0; round < rounds; round++)
                    receiving.get(setting).add(card.measureReceiving(windowNs, watcher::stopped));
                received += card.stop().received();
            }
            given += process.stop().card(RECEIVER, "receive_frames");
        }
    }

    private Result result(ServedCounts counts) throws ExperimentException {
        List<Column> columns = new ArrayList<>(List.of(Column.of("moderation")));
        columns.addAll(Spread.columns("transmit", "kpps"));
        columns.addAll(List.of(Column.of("exits", "/packet"), Column.of("interrupts", "/s")));
        columns.addAll(Spread.columns("receive", "kpps"));
        columns.addAll(List.of(Column.of("exits", "/packet"), Column.of("interrupts", "/s")));
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < SETTINGS.size(); i++) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(SETTINGS.get(i).title())));
            for (Rates.Rounds way : List.of(sending.get(i), receiving.get(i))) {
                cells.addAll(way.of(Rates::kpps).cells());
                cells.add(Cell.of(way.of(Rates::exitsPerFrame).median()));
                cells.add(Cell.of(way.of(Rates::interruptsPerSecond).median()));
            }
            rows.add(cells);
        }
        long arrived = counts.backend(SENDER, SENDER + "-net", "transmit_frames");
        ResultTable answer = new ResultTable(
                "socket",
                "Single frames sent at full load, and frames received at " + values.number("offered-kpps")
                        + " kpps, across a socket",
                columns,
                rows,
                List.of(
                        "Medians of " + rounds + " rounds; exits are messages to the card.",
                        "Frames lost: " + (sent.sent() - arrived) + " of " + sent.sent() + " sent, "
                                + (given - received) + " of " + given + " received."));
        return new Result(
                List.of(answer),
                List.of(plot("Transmit", sending), plot("Receive", receiving)),
                List.of("The driver in this process, the card in another one: before a null backend, and before the"
                        + " replay of a capture."));
    }

    private static Plot plot(String title, List<Rates.Rounds> rates) {
        List<String> names = SETTINGS.stream().map(Setting::title).toList();
        return new Plot(
                title,
                Plot.Axis.of("moderation"),
                Plot.Axis.of("kpps"),
                List.of(Plot.Series.bars(
                        "across the socket",
                        false,
                        names,
                        rates.stream().map(r -> r.of(Rates::kpps).median()).toList())));
    }
}
