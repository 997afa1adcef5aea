package dev.doorbell.lab.report;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A report with one of everything, for tests and for the eye. Its figures are made up.
final class SampleReport {
    static final String HOSTILE = "</title><script>alert(\"1\")</script> & 'more' \u0000\uD800 <b>";

    private SampleReport() {}

    static Report report() {
        List<Parameter> parameters = List.of(
                Parameter.number("frame-bytes", "Layer 2 without FCS", 60, 14, 9216),
                Parameter.word("card", "which", "e1000", "e1000", "igb"));
        Machine machine = new Machine("0.1.0", "0123456789ab", "JDK 25", "Linux 6.12", "A <processor>", 2, "");
        return new Report(
                        "deferral",
                        "What do fewer doorbells bring, and " + HOSTILE + "?",
                        "deferral",
                        Values.defaults(parameters),
                        1,
                        machine,
                        List.of())
                .with(new Report.Finding(
                        Venue.VIRTUAL, new Result(List.of(table(), many()), plots(), List.of(HOSTILE))))
                .with(new Report.Finding(Venue.SOCKET, new Result(List.of(table()), List.of(), List.of())));
    }

    private static ResultTable table() {
        List<String> names = names();
        double[][] values = {
            {20, 20, 2.05, 41_000}, {36.2, 37, 1.02, 7800}, {140.4, 200, .031, 7813}, {161, Double.NaN, 0, 7813}
        };
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            List<Cell> row = new ArrayList<>(List.of(Cell.of(names.get(i))));
            for (double value : values[i]) row.add(Cell.of(value));
            rows.add(row);
        }
        return new ResultTable(
                "policies",
                "Transmit at full load, hardware virtualisation",
                List.of(
                        Column.of("set-up"),
                        Column.of("measured", "kpps"),
                        Column.of("published", "kpps"),
                        Column.of("exits per packet"),
                        Column.of("interrupts", "/s")),
                rows,
                List.of("Published: Rizzo, freebsd-net, 27 December 2012."));
    }

    private static ResultTable many() {
        List<Column> columns = new ArrayList<>(List.of(Column.of("name")));
        for (int i = 1; i < 20; i++) columns.add(Column.of("a column's title " + i, "us"));
        List<List<Cell>> rows = new ArrayList<>();
        for (int row = 0; row < 50; row++) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of("row, \"" + row + "\"")));
            for (int i = 1; i < 20; i++) cells.add(Cell.of(row * i / 7.0));
            rows.add(cells);
        }
        return new ResultTable("many", "Many columns and rows", columns, rows, List.of());
    }

    private static List<String> names() {
        return List.of(
                "standard card, standard driver",
                "moderated card, standard driver",
                "moderated card, deferring driver",
                "paravirtual page");
    }

    private static List<Plot> plots() {
        Plot bars = new Plot(
                "Throughput by doorbell policy",
                Plot.Axis.of("set-up"),
                Plot.Axis.of("kpps"),
                List.of(
                        Plot.Series.bars("this card", false, names(), List.of(20.0, 36.2, 140.4, 161.0)),
                        Plot.Series.bars("Rizzo 2012", true, names().subList(0, 3), List.of(20.0, 37.0, 200.0))));
        List<Double> itr = List.of(500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0, 100_000.0);
        Plot lines = new Plot(
                "Throughput over the interrupt throttle",
                Plot.Axis.log("interrupts/s allowed"),
                Plot.Axis.of("kpps"),
                List.of(
                        Plot.Series.line("transmit", itr, List.of(140.0, 139.0, 131.0, 120.0, 97.0, 70.0, 20.0)),
                        Plot.Series.line("receive", itr, List.of(90.0, 96.0, 99.0, 92.0, 80.0, Double.NaN, 30.0)),
                        Plot.Series.line("emulation", itr, List.of(56.0, 56.0, 54.0, 50.0, 44.0, 30.0, 9.0)),
                        Plot.Series.points("July 2012, with mitigation", List.of(4000.0), List.of(140.0))
                                .asPublished(),
                        Plot.Series.line("another's, also far away", itr.subList(0, 3), List.of(100.0, 110.0, 105.0))
                                .asPublished()));
        return List.of(bars, lines, latency(), rate(), empty());
    }

    private static Plot latency() {
        List<Double> percentiles = List.of(0.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 99.999, 100.0);
        return new Plot(
                "Round-trip time",
                Plot.Axis.nines("percentile"),
                Plot.Axis.log("us"),
                List.of(
                        Plot.Series.line(
                                "at once",
                                percentiles,
                                List.of(9.0, 12.0, 13.0, 15.0, 22.0, 61.0, 340.0, 2100.0, 9000.0)),
                        Plot.Series.line(
                                "8000 interrupts/s",
                                percentiles,
                                List.of(11.0, 70.0, 101.0, 121.0, 128.0, 190.0, 700.0, 2500.0, 9900.0))));
    }

    private static Plot rate() {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            x.add(i / 1000.0);
            y.add(99_850_000 + random.nextInt(300_000) + (i > 9000 && i < 9200 ? -40_000_000.0 : 0.0));
        }
        return new Plot(
                "Rate while the kernel is replaced",
                Plot.Axis.of("s"),
                Plot.Axis.of("bits/s"),
                List.of(Plot.Series.steps("queue 0", x, y)));
    }

    private static Plot empty() {
        return new Plot(
                HOSTILE,
                Plot.Axis.log(HOSTILE),
                Plot.Axis.of(HOSTILE),
                List.of(Plot.Series.line(HOSTILE, List.of(0.0, -1.0), List.of(Double.NaN, Double.POSITIVE_INFINITY))));
    }
}
