package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.GuestMeasurement;
import dev.doorbell.lab.world.Spread;
import java.util.ArrayList;
import java.util.List;

/// `mitigation` in a stock Linux guest: its e1000 driver over InterruptThrottleRate, with this card and
/// with QEMU's own e1000 in turn.
final class MitigationInGuest {
    /// The driver's parameter: 0 off, 1 dynamic, 3 dynamic but conservative, else interrupts per second.
    private static final List<String> THROTTLE_RATES = List.of("0", "1", "3", "1000", "4000", "8000", "20000");

    private static final String ALL = "all";

    private static final Spread NONE = new Spread(Double.NaN, Double.NaN, Double.NaN);

    private record Row(String throttleRate, GuestMeasurement.Found ours, GuestMeasurement.Found qemus) {}

    private final Values values;
    private final Watcher watcher;
    private final List<Row> rows = new ArrayList<>();

    MitigationInGuest(Values values, Watcher watcher) {
        this.values = values;
        this.watcher = watcher;
    }

    /// One of the rates, or all in turn.
    static Parameter parameter() {
        List<String> words = new ArrayList<>(List.of(ALL));
        words.addAll(THROTTLE_RATES);
        String help = "InterruptThrottleRate of a guest's driver";
        return Parameter.word("throttle-rate", help, ALL, words.toArray(String[]::new));
    }

    Result run() throws ExperimentException {
        GuestMeasurement guest = GuestMeasurement.open(watcher);
        String asked = values.word("throttle-rate");
        List<String> rates = asked.equals(ALL) ? THROTTLE_RATES : List.of(asked);
        int steps = rates.size() * 2;
        for (String rate : rates) {
            List<String> words = words(rate);
            watcher.step(rows.size() * 2, steps, "this card, InterruptThrottleRate=" + rate);
            GuestMeasurement.Found ours = guest.ours("e1000", words, watcher);
            watcher.step(rows.size() * 2 + 1, steps, "QEMU's e1000, InterruptThrottleRate=" + rate);
            rows.add(new Row(rate, ours, guest.qemus("e1000", words, watcher)));
        }
        return new Result(
                List.of(table("guest", "Transmit: pktgen in the guest, 60 bytes", "transmit"), receiveTable()),
                List.of(
                        plot("Transmit", "transmit.kpps", "kpps"),
                        plot("Interrupts while transmitting", "transmit.interrupts_per_s", "/s")),
                List.of(
                        "Stock e1000 driver in stock Linux on stock QEMU, without hardware virtualisation (TCG); a boot for"
                                + " each figure, this card and QEMU's in turn.",
                        "0: no throttle; 1: dynamic; 3: dynamic, conservative; else interrupts per second. QEMU's own card"
                                + " keeps 128 us between two interrupts whatever the guest asks.",
                        "Published for QEMU's e1000 without and with mitigation (L. Rizzo, qemu-devel, 2012-07-24; other"
                                + " machines): 20 and 140 kpps with KVM, 9 and 56 without."));
    }

    private List<String> words(String throttleRate) {
        long seconds = Math.max(1, values.number("for-ms") / 1000);
        return List.of(
                "--driver",
                "e1000:InterruptThrottleRate=" + throttleRate,
                "--only",
                "transmit,receive",
                "--rates",
                values.word("offered-kpps"),
                "--windows",
                values.word("rounds"),
                "--seconds",
                String.valueOf(seconds));
    }

    private ResultTable receiveTable() {
        String offered = values.word("offered-kpps");
        return table(
                "guest-receive",
                "Receive: " + offered + " kpps offered, 60 bytes",
                "receive_at_offered_kpps." + offered);
    }

    private ResultTable table(String name, String title, String figure) {
        List<Column> columns = new ArrayList<>(List.of(Column.of("InterruptThrottleRate")));
        columns.addAll(Spread.columns("this card", "kpps"));
        columns.addAll(List.of(Column.of("exits", "/packet"), Column.of("interrupts", "/s")));
        columns.addAll(Spread.columns("QEMU's e1000", "kpps"));
        columns.addAll(List.of(Column.of("interrupts", "/s"), Column.of("this card", "of QEMU's")));
        List<List<Cell>> cells = new ArrayList<>();
        for (Row row : rows) {
            Spread ours = row.ours().figure(figure + ".kpps").orElse(NONE);
            Spread qemus = row.qemus().figure(figure + ".kpps").orElse(NONE);
            List<Cell> line = new ArrayList<>(List.of(Cell.of(row.throttleRate())));
            line.addAll(ours.cells());
            line.add(Cell.of(median(row.ours(), figure + ".exits_per_packet")));
            line.add(Cell.of(median(row.ours(), figure + ".interrupts_per_s")));
            line.addAll(qemus.cells());
            line.add(Cell.of(median(row.qemus(), figure + ".interrupts_per_s")));
            line.add(Cell.of(ours.median() / qemus.median()));
            cells.add(line);
        }
        return new ResultTable(
                name,
                title,
                columns,
                cells,
                List.of(
                        "Medians of " + values.number("rounds")
                                + " windows; the far end of the tap counts what is sent, the guest what it receives.",
                        "Exits: accesses to this card's registers, each of which left the guest; QEMU does not tell its"
                                + " own."));
    }

    private static double median(GuestMeasurement.Found found, String figure) {
        return found.figure(figure).orElse(NONE).median();
    }

    private Plot plot(String title, String figure, String unit) {
        List<String> names = rows.stream().map(Row::throttleRate).toList();
        return new Plot(
                title,
                Plot.Axis.of("InterruptThrottleRate"),
                Plot.Axis.of(unit),
                List.of(
                        Plot.Series.bars(
                                "this card",
                                false,
                                names,
                                rows.stream()
                                        .map(row -> median(row.ours(), figure))
                                        .toList()),
                        Plot.Series.bars(
                                "QEMU's e1000",
                                false,
                                names,
                                rows.stream()
                                        .map(row -> median(row.qemus(), figure))
                                        .toList())));
    }
}
