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
                Parameter.number("itr-per-s", "interrupts per second of the moderated rows", 8000, 60, 1_000_000),
                Parameter.number("frame-bytes", "Layer-2 bytes of a frame without FCS", 60, 14, 1514),
                Parameter.number("for-ms", "length of a measurement in real time", 500, 1, 600_000),
                Parameter.number("rounds", "measurements of each row in real time, in turn", 3, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.SOCKET);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        return switch (venue) {
            case SOCKET -> new DeferralAcrossSocket(values, watcher).run();
            case VIRTUAL, GUEST -> throw new ExperimentException("deferral does not run in " + venue);
        };
    }
}
