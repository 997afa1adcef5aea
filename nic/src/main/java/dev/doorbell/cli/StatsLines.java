package dev.doorbell.cli;

import dev.doorbell.device.e1000.E1000Counter;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line per card per period: what happened since the line before.
final class StatsLines {
    private final List<Service.Part> parts;
    private final PrintStream out;
    private final long[][] before;
    private @Nullable Table table; // from the first line on
    private long beforeNs = System.nanoTime();

    StatsLines(Service service, PrintStream out) {
        parts = service.parts();
        this.out = out;
        before = new long[parts.size()][E1000Counter.values().length];
    }

    void print() {
        Table rows = table == null ? header() : table;
        table = rows;
        long nowNs = System.nanoTime();
        double seconds = (nowNs - beforeNs) / 1e9;
        beforeNs = nowNs;
        for (int i = 0; i < parts.size(); i++) line(rows, i, seconds);
        out.flush();
    }

    private Table header() {
        return new Table(
                out,
                "card",
                "sent frames/s",
                "sent Mb/s",
                "received frames/s",
                "received Mb/s",
                "doorbells/s",
                "registers/s",
                "interrupts/s");
    }

    private void line(Table rows, int card, double seconds) {
        double doorbells = rate(card, E1000Counter.TRANSMIT_DOORBELLS, seconds)
                + rate(card, E1000Counter.RECEIVE_DOORBELLS, seconds);
        double registers =
                rate(card, E1000Counter.REGISTER_READS, seconds) + rate(card, E1000Counter.REGISTER_WRITES, seconds);
        rows.row(
                parts.get(card).options().id(),
                rate(card, E1000Counter.TRANSMIT_FRAMES, seconds),
                rate(card, E1000Counter.TRANSMIT_BYTES, seconds) * 8 / 1e6,
                rate(card, E1000Counter.RECEIVE_FRAMES, seconds),
                rate(card, E1000Counter.RECEIVE_BYTES, seconds) * 8 / 1e6,
                doorbells,
                registers,
                rate(card, E1000Counter.INTERRUPTS, seconds));
    }

    private double rate(int card, E1000Counter counter, double seconds) {
        long now = parts.get(card).card().get(counter);
        long was = before[card][counter.ordinal()];
        before[card][counter.ordinal()] = now;
        return (now - was) / seconds;
    }
}
