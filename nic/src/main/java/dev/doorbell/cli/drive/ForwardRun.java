package dev.doorbell.cli.drive;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.exercise.Forwarder;
import dev.doorbell.driver.igb.IgbDriverOptions;
import dev.doorbell.output.Json;
import dev.doorbell.output.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// One run of `drive forward`: what arrives at one card leaves by another, and the other way round where asked
/// for. Polls memory of both, on one thread.
final class ForwardRun {
    private static final int BATCH_FRAMES = 32;
    private static final long LAST_FRAMES_NS = 2_000_000_000L;
    private static final long LOOK_NS = 50_000;
    private static final long PAUSE_NS = 50_000;

    /// One of the two cards.
    private record Side(CardPlace place, CardConnection card, NetworkDriver driver) {
        private static Side start(CardPlace place, CardConnection card) {
            NetworkDriver driver = NetworkDriver.of(
                    card, card.memory(), DriverOptions.DEFAULT, IgbDriverOptions.DEFAULT, LockSupport::parkNanos);
            driver.start();
            return new Side(place, card, driver);
        }

        /// What the card's counters have come to, by their datasheet names.
        private Map<String, Long> counters() {
            Map<String, Long> counters = new HashMap<>();
            driver.statistics().refresh();
            driver.statistics().forEach(counters::put);
            return counters;
        }
    }

    /// What became of the frames that arrived at one card.
    ///
    /// @param missed frames that found no room in the receiving card
    /// @param left   frames that it received and that were not forwarded: they came too late
    /// @param unsent frames that the sending card was given and did not send
    private record Way(Side from, Side to, long frames, long bytes, long missed, long left, long unsent) {
        private static Way of(Side from, Side to, Forwarder forwarder) {
            Map<String, Long> arrived = from.counters();
            long sent = to.counters().getOrDefault("GPTC", 0L);
            long frames = forwarder.frames();
            return new Way(
                    from,
                    to,
                    frames,
                    forwarder.bytes(),
                    arrived.getOrDefault("MPC", 0L),
                    arrived.getOrDefault("GPRC", 0L) - frames,
                    frames - sent);
        }
    }

    private final DriveLimits limits;
    private final boolean bothWays;
    private final Streams streams;
    private final boolean json;
    private long ns;
    private long lastProgressNs;

    /// @param limits frames, of both ways together, and time
    ForwardRun(DriveLimits limits, boolean bothWays, Streams streams, boolean json) {
        this.limits = limits;
        this.bothWays = bothWays;
        this.streams = streams;
        this.json = json;
    }

    /// @return whether every frame that was forwarded was sent
    boolean run(CardPlace from, CardPlace to) throws IOException, CommandFailure {
        long memoryBytes = Math.max(DriverOptions.DEFAULT.memoryBytes(), IgbDriverOptions.DEFAULT.memoryBytes());
        try (CardConnection first = from.open(memoryBytes, true);
                CardConnection second = to.open(memoryBytes, true)) {
            Side sending = Side.start(to, second); // first, so that nothing arrives that cannot leave
            NetworkDriver sender = sending.driver();
            try (sender) {
                Side receiving = Side.start(from, first);
                NetworkDriver receiver = receiving.driver();
                try (receiver) {
                    return forward(receiving, sending);
                }
            }
        }
    }

    private boolean forward(Side first, Side second) throws CommandFailure {
        Forwarder there = new Forwarder(first.driver(), second.driver(), false, BATCH_FRAMES);
        Forwarder back = new Forwarder(second.driver(), first.driver(), false, BATCH_FRAMES);
        long fromNs = System.nanoTime();
        lastProgressNs = fromNs;
        while (there.frames() + back.frames() < limits.frames() && !over(fromNs))
            idleUnless(there.forward() + (bothWays ? back.forward() : 0));
        finish(there);
        finish(back);
        ns = System.nanoTime() - fromNs;
        awaitIdle(second);
        awaitIdle(first);
        List<Way> ways = bothWays
                ? List.of(Way.of(first, second, there), Way.of(second, first, back))
                : List.of(Way.of(first, second, there));
        if (json) streams.out().println(asJson(ways, first, second));
        else asTable(ways, first, second);
        for (Way way : ways)
            if (way.unsent() > 0)
                throw new CommandFailure("forward: " + way.to().place() + " did not send " + way.unsent() + " frames");
        return true;
    }

    private boolean over(long fromNs) {
        return Shutdown.signalled() || (limits.ns() != Long.MAX_VALUE && System.nanoTime() - fromNs >= limits.ns());
    }

    /// What was received already goes on, too.
    private void finish(Forwarder forwarder) throws CommandFailure {
        long untilNs = System.nanoTime() + LAST_FRAMES_NS;
        while (forwarder.held() > 0) {
            if (System.nanoTime() - untilNs > 0) throw new CommandFailure("the card does not take the last frames");
            idleUnless(forwarder.forward());
        }
    }

    private void awaitIdle(Side side) throws CommandFailure {
        long untilNs = System.nanoTime() + LAST_FRAMES_NS;
        while (!side.driver().idle()) {
            if (System.nanoTime() - untilNs > 0)
                throw new CommandFailure("the card at " + side.place() + " does not send the last frames");
            idleUnless(0);
        }
    }

    private void idleUnless(int work) {
        if (work > 0) lastProgressNs = System.nanoTime();
        else if (System.nanoTime() - lastProgressNs > LOOK_NS) LockSupport.parkNanos(PAUSE_NS);
        else Thread.onSpinWait();
    }

    private double perSecond(double amount) {
        return amount * 1e9 / ns;
    }

    private void asTable(List<Way> ways, Side first, Side second) {
        Table table = new Table(
                streams.out(),
                "forwarded from    ",
                "frames    ",
                "seconds",
                "frames/s",
                "Mb/s  ",
                "missed",
                "left  ",
                "unsent");
        for (Way way : ways)
            table.row(
                    way.from().place(),
                    way.frames(),
                    ns / 1e9,
                    perSecond((double) way.frames()),
                    perSecond(way.bytes() * 8.0) / 1e6,
                    way.missed(),
                    way.left(),
                    way.unsent());
        for (Side side : List.of(first, second)) {
            streams.out().println();
            Table counters = new Table(streams.out(), "counter of " + side.place(), "value");
            counters.row("doorbells", side.driver().doorbells());
            counters.row("messages", side.card().messages());
            side.driver().statistics().forEach(counters::row);
        }
    }

    private String asJson(List<Way> ways, Side first, Side second) {
        long frames = ways.stream().mapToLong(Way::frames).sum();
        long bytes = ways.stream().mapToLong(Way::bytes).sum();
        Json object = new Json().beginObject().field("action", "forward").field("seconds", ns / 1e9);
        object.field("frames", frames).field("bytes", bytes);
        object.field("frames_per_second", perSecond((double) frames)).field("bits_per_second", perSecond(bytes * 8.0));
        object.beginArray("ways");
        for (Way way : ways) {
            object.beginObject()
                    .field("from", way.from().place().toString())
                    .field("to", way.to().place().toString());
            object.field("frames", way.frames()).field("bytes", way.bytes()).field("missed", way.missed());
            object.field("left", way.left()).field("unsent", way.unsent()).end();
        }
        object.end().beginArray("cards");
        for (Side side : List.of(first, second)) {
            object.beginObject().field("card", side.place().toString());
            object.field("doorbells", side.driver().doorbells())
                    .field("messages", side.card().messages());
            object.beginObject("statistics");
            side.driver().statistics().forEach((name, value) -> object.field(name, value));
            object.end().end();
        }
        return object.end().end().toString();
    }
}
