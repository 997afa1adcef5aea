package dev.doorbell.cli.drive;

import dev.doorbell.cli.terminal.CommandFailure;
import dev.doorbell.cli.terminal.Progress;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.exercise.CopyPlan;
import dev.doorbell.driver.exercise.DmaCopy;
import dev.doorbell.option.OptionException;
import dev.doorbell.output.Json;
import dev.doorbell.output.Table;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// One run of `drive dma-copy`: kicks the card, watches memory, checks every byte, says what it came
/// to.
final class CopyRun {
    private static final long STALL_NS = 2_000_000_000L; // beyond the time that some frames take
    private static final int STALL_FRAMES = 4;
    private static final long LOOK_COUNTS_NS = 50_000_000L;
    private static final long SAMPLE_NS = 5_000_000L;
    private static final long PACED_PAUSE_NS = 2_000_000L;
    private static final long PAUSE_NS = 50_000L;

    private final CopyPlan plan;
    private final long forNs;
    private final Streams streams;
    private final boolean json;
    private final Samples samples = new Samples(SAMPLE_NS);
    private long frames;
    private long kicks;
    private long copyNs; // while the card was at work
    private long wrong;
    private long messages; // sent while the card was at work
    private boolean stalled;

    /// @param forNs the region is copied again until this time is over; 0: once
    CopyRun(CopyPlan plan, long forNs, Streams streams, boolean json) {
        this.plan = plan;
        this.forNs = forNs;
        this.streams = streams;
        this.json = json;
    }

    boolean run(CardPlace place) throws OptionException, IOException, CommandFailure {
        try (CardConnection card = place.open(plan.memoryBytes(), false)) {
            if (!DmaCopy.drives(card))
                throw new OptionException("dma-copy needs an igb; the card at " + place + " is another");
            try (DmaCopy copy = new DmaCopy(card, card.memory(), plan, LockSupport::parkNanos)) {
                copy.start();
                streams.err().println("doorbell: " + announcement());
                copyAll(card, copy);
                report(copy);
            }
        }
        if (stalled) throw new CommandFailure("dma-copy: the card stopped, " + wrong + " frames did not arrive whole");
        if (wrong > 0) throw new CommandFailure("dma-copy: " + wrong + " frames did not arrive as they were sent");
        return true;
    }

    /// What was chosen.
    private String announcement() {
        long all = plan.regionKicks();
        String kick = plan.kickFrames() + " frames of " + plan.frameBytes() + " bytes on "
                + (plan.queues() == 1 ? "one queue" : plan.queues() + " queues");
        String lasts = plan.bitsPerSecond() == 0
                ? ""
                : ", which last " + Samples.seconds(plan.nsOf(plan.kickFrames())) + " at "
                        + Table.number(plan.bitsPerSecond() / 1e6) + " Mb/s each";
        String repeat = forNs == 0 ? "" : ", again until " + Samples.seconds(forNs) + " are over";
        return Samples.bytes(plan.regionBytes()) + " in " + (all == 1 ? "one kick" : all + " kicks") + " of " + kick
                + lasts + repeat;
    }

    private void copyAll(CardConnection card, DmaCopy copy) {
        long fromNs = System.nanoTime();
        Progress progress = new Progress(streams.err(), fromNs);
        do {
            for (long kick = 0; kick < plan.regionKicks() && !stalled && !Shutdown.signalled(); kick++)
                kick(card, copy, progress, fromNs);
        } while (!stalled && !Shutdown.signalled() && System.nanoTime() - fromNs < forNs);
        samples.add(copyNs, bytes());
        progress.end();
    }

    private void kick(CardConnection card, DmaCopy copy, Progress progress, long fromNs) {
        copy.kick();
        long kickNs = System.nanoTime();
        long messagesBefore = card.messages();
        long lookedNs = kickNs;
        long quietNs = 0;
        int arrived = 0;
        while (!copy.done() && !Shutdown.signalled()) {
            long nowNs = System.nanoTime();
            if (copy.arrived() != arrived) {
                arrived = copy.arrived();
                quietNs = 0;
                samples.offer(copyNs + nowNs - kickNs, bytes(frames + arrived));
            } else {
                // A machine that stood still, and the card with it, has not looked either.
                quietNs += Math.min(nowNs - lookedNs, LOOK_COUNTS_NS);
                stalled = quietNs > STALL_NS + plan.nsOf((long) STALL_FRAMES * plan.queues());
                if (stalled) break;
            }
            lookedNs = nowNs;
            if (progress.due(nowNs))
                progress.show(nowNs, line(frames + arrived, copyNs + nowNs - kickNs, nowNs - fromNs));
            LockSupport.parkNanos(plan.bitsPerSecond() == 0 ? PAUSE_NS : PACED_PAUSE_NS);
        }
        copyNs += System.nanoTime() - kickNs;
        messages += card.messages() - messagesBefore;
        kicks++;
        frames += copy.arrived();
        // A kick that the user cut short is not checked: the card is still at it.
        if (stalled || copy.done()) wrong += copy.verify();
    }

    private long bytes() {
        return bytes(frames);
    }

    private long bytes(long count) {
        return count * plan.frameBytes();
    }

    private double bitsPerSecond() {
        return bytes() * 8e9 / copyNs;
    }

    private String line(long count, long workedNs, long elapsedNs) {
        double rate = bytes(count) * 8e9 / workedNs;
        double leftNs = forNs > 0
                ? forNs - elapsedNs
                : (plan.regionBytes() - bytes(count)) * 8e9 / (plan.bitsPerSecond() == 0 ? rate : pace());
        String of = forNs > 0 ? "" : " of " + Samples.bytes(plan.regionBytes());
        return "doorbell: " + Samples.bytes(bytes(count)) + of + ", " + Table.number(rate / 1e6) + " Mb/s, "
                + Samples.seconds(Math.max(0, (long) leftNs)) + " left";
    }

    /// Bits a second of all queues, as limited.
    private double pace() {
        return (double) plan.bitsPerSecond() * plan.queues();
    }

    private void report(DmaCopy copy) {
        copy.statistics().refresh();
        if (json) streams.out().println(asJson(copy));
        else asTable(copy);
    }

    private void asTable(DmaCopy copy) {
        samples.plot(streams.out());
        streams.out().println();
        new Table(
                        streams.out(),
                        "action    ",
                        "bytes     ",
                        "frames    ",
                        "kicks",
                        "seconds",
                        "Mb/s  ",
                        "doorbells",
                        "messages while copying",
                        "wrong frames")
                .row(
                        "dma-copy",
                        bytes(),
                        frames,
                        kicks,
                        copyNs / 1e9,
                        bitsPerSecond() / 1e6,
                        copy.doorbells(),
                        messages,
                        wrong);
        streams.out().println();
        Table counters = new Table(streams.out(), "counter of the card", "value");
        copy.statistics().forEach(counters::row);
    }

    private String asJson(DmaCopy copy) {
        Json object = new Json().beginObject().field("action", "dma-copy");
        object.field("frame_bytes", plan.frameBytes()).field("queues", plan.queues());
        object.field("rate_bits_per_second", plan.bitsPerSecond()).field("region_bytes", plan.regionBytes());
        object.field("bytes", bytes()).field("frames", frames).field("kicks", kicks);
        object.field("seconds", copyNs / 1e9).field("bits_per_second", bitsPerSecond());
        object.field("doorbells", copy.doorbells()).field("messages_while_copying", messages);
        object.field("wrong_frames", wrong);
        samples.write(object, "samples");
        object.beginObject("statistics");
        copy.statistics().forEach((name, value) -> object.field(name, value));
        return object.end().end().toString();
    }
}
