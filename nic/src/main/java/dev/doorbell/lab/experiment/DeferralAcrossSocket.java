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
import dev.doorbell.lab.world.ServedCounts;
import dev.doorbell.lab.world.ServingProcess;
import dev.doorbell.lab.world.Spread;
import java.util.ArrayList;
import java.util.List;

/// The five rows of `deferral` in real time: our driver in this process, a card of each row in a
/// serving process, single frames at full load in interrupt mode, every message counted on both
/// sides.
final class DeferralAcrossSocket {
    /// A row.
    ///
    /// @param id        of its card
    /// @param device    the card's words
    /// @param moderated whether interrupts are held back
    /// @param kvm       what was published for it in December 2012, kpps; NaN where nothing was
    /// @param emulation the same for full emulation
    private record Row(
            String id,
            String title,
            String device,
            boolean moderated,
            DoorbellPolicy policy,
            double kvm,
            double emulation) {}

    private static final List<Row> ROWS = List.of(
            new Row("standard", "standard card and driver", "e1000", false, DoorbellPolicy.IMMEDIATE, 20, 6.3),
            new Row("moderated", "moderated card", "e1000", true, DoorbellPolicy.IMMEDIATE, 37, 28),
            new Row("deferring", "moderated card, deferring driver", "e1000", true, DoorbellPolicy.DEFERRED, 200, 34),
            new Row(
                    "paravirtual",
                    "paravirtual page",
                    "e1000,paravirt=on",
                    true,
                    DoorbellPolicy.PARAVIRTUAL,
                    Double.NaN,
                    Double.NaN),
            new Row(
                    "shared",
                    "shared doorbells (igb)",
                    "igb,doorbells=shared",
                    true,
                    DoorbellPolicy.IMMEDIATE,
                    Double.NaN,
                    Double.NaN));

    /// Frames sent before going idle: one alone, few, around a report, a ring and more.
    private static final int[] BURSTS = {1, 2, 3, 7, 31, 32, 33, 100, 255, 256, 300, 1000};

    private static final long IDLE_MOST_NS = 2_000_000_000;

    private static final List<String> NOTES = List.of(
            "One sender in this process, a call for each frame; the cards in another process, before a null backend.",
            "An exit is a message to the card: in a virtual machine each would be one.",
            "Published: L. Rizzo, freebsd, 2012-12-27; other machines, a kernel's driver, a guest.");

    private final Values values;
    private final Watcher watcher;
    private final List<Measured> measured = new ArrayList<>();

    /// What a row gave, round by round.
    private static final class Measured {
        final Row row;
        final Rates.Rounds rounds = new Rates.Rounds();
        DrivenCard.Totals totals = DrivenCard.Totals.NONE;
        long idleNs;
        boolean refused; // by the driver, which has no such doorbells

        Measured(Row row) {
            this.row = row;
        }
    }

    DeferralAcrossSocket(Values values, Watcher watcher) {
        this.values = values;
        this.watcher = watcher;
    }

    Result run() throws ExperimentException {
        if (watcher.stopped()) throw new ExperimentException("stopped before the first step");
        for (Row row : ROWS) measured.add(new Measured(row));
        int rounds = (int) values.number("rounds");
        List<ServingProcess.Card> cards = ROWS.stream()
                .map(row -> new ServingProcess.Card(row.id(), row.device(), "null"))
                .toList();
        try (ServingProcess process = ServingProcess.start(cards)) {
            for (int round = 0; round < rounds; round++)
                for (int i = 0; i < ROWS.size(); i++) {
                    int done = round * ROWS.size() + i;
                    watcher.step(done, rounds * ROWS.size(), ROWS.get(i).title());
                    if (watcher.stopped()) throw new ExperimentException("stopped after " + done + " steps");
                    if (!measured.get(i).refused) measure(process, measured.get(i), round == 0);
                }
            List<String> notes = new ArrayList<>(NOTES);
            for (Measured row : measured)
                if (row.refused) notes.add("Left out, as the driver has no such doorbells: " + row.row.title() + ".");
            measured.removeIf(row -> row.refused);
            return result(process.stop(), notes);
        }
    }

    private void measure(ServingProcess process, Measured row, boolean first) throws ExperimentException {
        int perSecond = row.row.moderated() ? (int) values.number("itr-per-s") : 0;
        long ns = values.number("for-ms") * 1_000_000;
        DrivenCard.Settings settings = new DrivenCard.Settings(
                Moderation.throttled(perSecond), row.row.policy(), (int) values.number("frame-bytes"));
        try (DrivenCard card = DrivenCard.start(process, row.row.id(), settings)) {
            if (first) card.sendFor(ns, watcher::stopped); // both sides compile
            card.idle(IDLE_MOST_NS);
            row.rounds.add(card.measureSending(ns, watcher::stopped));
            card.idle(IDLE_MOST_NS);
            for (int burst : BURSTS) {
                card.send(burst);
                row.idleNs = Math.max(row.idleNs, card.idle(IDLE_MOST_NS));
            }
            row.totals = row.totals.plus(card.stop());
        } catch (IllegalArgumentException e) {
            row.refused = true;
        }
    }

    private Result result(ServedCounts counts, List<String> notes) throws ExperimentException {
        return new Result(List.of(answer(counts), agreement(counts)), List.of(plot()), notes);
    }

    private ResultTable answer(ServedCounts counts) throws ExperimentException {
        List<Column> columns = new ArrayList<>(List.of(Column.of("set-up")));
        columns.addAll(Spread.columns("rate", "kpps"));
        columns.addAll(List.of(
                Column.of("rate", "of the first"),
                Column.of("doorbells", "/packet"),
                Column.of("exits", "/packet"),
                Column.of("interrupts", "/s"),
                Column.of("sent"),
                Column.of("arrived"),
                Column.of("lost"),
                Column.of("last gone after", "ms"),
                Column.of("published, KVM", "kpps"),
                Column.of("published, emulation", "kpps")));
        double base = measured.getFirst().rounds.of(Rates::kpps).median();
        List<List<Cell>> rows = new ArrayList<>();
        for (Measured row : measured) {
            Spread kpps = row.rounds.of(Rates::kpps);
            long arrived = arrived(counts, row.row);
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(row.row.title())));
            cells.addAll(kpps.cells());
            cells.addAll(List.of(
                    Cell.of(kpps.median() / base),
                    Cell.of(row.rounds.of(Rates::doorbellsPerFrame).median()),
                    Cell.of(row.rounds.of(Rates::exitsPerFrame).median()),
                    Cell.of(row.rounds.of(Rates::interruptsPerSecond).median()),
                    Cell.of(row.totals.sent()),
                    Cell.of(arrived),
                    Cell.of(row.totals.sent() - arrived),
                    Cell.of(row.idleNs / 1e6),
                    Cell.of(row.row.kvm()),
                    Cell.of(row.row.emulation())));
            rows.add(cells);
        }
        return new ResultTable(
                "socket",
                "Single frames at full load, across a socket",
                columns,
                rows,
                List.of(
                        "Rates, doorbells, exits and interrupts: medians of " + values.number("rounds") + " rounds.",
                        "Last gone after: the longest that the last frames of a burst took once the sender was idle; "
                                + BURSTS.length + " bursts of 1 to " + BURSTS[BURSTS.length - 1] + " a round."));
    }

    private static long arrived(ServedCounts counts, Row row) throws ExperimentException {
        return counts.backend(row.id(), row.id() + "-net", "transmit_frames");
    }

    /// What the driver's side and the server's have counted, over all rounds, warming up and bursts
    /// included.
    private ResultTable agreement(ServedCounts counts) throws ExperimentException {
        List<Column> columns = List.of(
                Column.of("set-up"),
                Column.of("accesses sent"),
                Column.of("served"),
                Column.of("doorbells sent"),
                Column.of("served"),
                Column.of("interrupts taken"),
                Column.of("signalled"));
        List<List<Cell>> rows = new ArrayList<>();
        for (Measured row : measured) {
            String id = row.row.id();
            long accesses = counts.socket(id, "messages_region_read") + counts.socket(id, "messages_region_write");
            long doorbells = counts.card(id, "transmit_doorbells") + counts.card(id, "receive_doorbells");
            rows.add(List.of(
                    Cell.of(row.row.title()),
                    Cell.of(row.totals.accesses()),
                    Cell.of(accesses),
                    Cell.of(row.totals.doorbells()),
                    Cell.of(doorbells),
                    Cell.of(row.totals.interrupts()),
                    Cell.of(counts.socket(id, "interrupts"))));
        }
        return new ResultTable(
                "counts",
                "What both sides counted, all rounds together",
                columns,
                rows,
                List.of("Doorbells that are stores to shared memory are served, but never sent."));
    }

    private Plot plot() {
        List<String> names = measured.stream().map(row -> row.row.title()).toList();
        return new Plot(
                "Packets per second",
                Plot.Axis.of("set-up"),
                Plot.Axis.of("kpps"),
                List.of(
                        Plot.Series.bars(
                                "across the socket",
                                false,
                                names,
                                measured.stream()
                                        .map(row -> row.rounds.of(Rates::kpps).median())
                                        .toList()),
                        Plot.Series.bars(
                                "KVM, December 2012",
                                true,
                                names,
                                measured.stream().map(row -> row.row.kvm()).toList()),
                        Plot.Series.bars(
                                "emulation, December 2012",
                                true,
                                names,
                                measured.stream()
                                        .map(row -> row.row.emulation())
                                        .toList())));
    }
}
