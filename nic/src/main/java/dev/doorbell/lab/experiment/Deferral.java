package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What each way of ringing fewer doorbells gains: the table of December 2012.
public final class Deferral implements Experiment {
    static final String ITR = "itr-per-s";
    static final String FRAME = "frame-bytes";
    static final String FOR = "for-ms";

    @Override
    public String name() {
        return "deferral";
    }

    @Override
    public String question() {
        return "What do moderation, deferred doorbells, a paravirtual page and shared doorbells gain a sender?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number(ITR, "interrupts per second of the moderated rows", 5580, 60, 1_000_000),
                Parameter.number(FRAME, "Layer-2 bytes of a frame without FCS", 60, 14, 1514),
                Parameter.number(FOR, "length of a measurement", 500, 10, 600_000),
                Parameter.number("rounds", "measurements of each row in real time, in turn", 3, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.VIRTUAL, Venue.SOCKET);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        return switch (venue) {
            case SOCKET -> new DeferralAcrossSocket(values, watcher).run();
            case VIRTUAL -> new DeferralModel(values, watcher).run();
            case GUEST -> throw new ExperimentException("deferral does not run in " + venue);
        };
    }
}
