package dev.doorbell.cli;

import dev.doorbell.device.CardTotal;
import dev.doorbell.output.Table;
import dev.doorbell.serve.Service;
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
        before = new long[parts.size()][CardTotal.values().length];
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
        rows.row(
                parts.get(card).options().id(),
                rate(card, CardTotal.TRANSMIT_FRAMES, seconds),
                rate(card, CardTotal.TRANSMIT_BYTES, seconds) * 8 / 1e6,
                rate(card, CardTotal.RECEIVE_FRAMES, seconds),
                rate(card, CardTotal.RECEIVE_BYTES, seconds) * 8 / 1e6,
                rate(card, CardTotal.DOORBELLS, seconds),
                rate(card, CardTotal.REGISTER_ACCESSES, seconds),
                rate(card, CardTotal.INTERRUPTS, seconds));
    }

    private double rate(int card, CardTotal total, double seconds) {
        long now = parts.get(card).card().total(total);
        long was = before[card][total.ordinal()];
        before[card][total.ordinal()] = now;
        return (now - was) / seconds;
    }
}
