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

/// What holding interrupts back costs in time.
public final class Latency implements Experiment {
    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String question() {
        return "How much longer is a round trip when interrupts are held back?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("requests", "requests of each row in virtual time", 3000, 100, 1_000_000),
                Parameter.number("requests-per-s", "average rate of those requests (Poisson)", 5000, 1, 500_000),
                Parameter.number("wire-us", "delay of the wire in virtual time, one way", 5, 0, 100_000),
                Parameter.number("frame-bytes", "Layer-2 bytes of a frame in real time, without FCS", 60, 14, 1514),
                Parameter.number("for-ms", "length of a measurement in real time", 500, 1, 600_000),
                Parameter.number("rounds", "measurements of each row in real time, in turn", 3, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.VIRTUAL, Venue.SOCKET);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        return switch (venue) {
            case SOCKET -> new LatencyAcrossSocket(values, watcher).run();
            case VIRTUAL -> new LatencyModel(values, seed, watcher).run();
            case GUEST -> throw new ExperimentException("latency does not run in " + venue);
        };
    }
}
