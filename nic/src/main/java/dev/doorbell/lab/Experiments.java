package dev.doorbell.lab;

import dev.doorbell.lab.experiment.AfXdp;
import dev.doorbell.lab.experiment.Deferral;
import dev.doorbell.lab.experiment.GuestComparison;
import dev.doorbell.lab.experiment.Latency;
import dev.doorbell.lab.experiment.LiveUpdate;
import dev.doorbell.lab.experiment.Mitigation;
import dev.doorbell.lab.experiment.RateLimiter;
import dev.doorbell.lab.experiment.Steady;
import java.util.List;

/// Every experiment there is, in the order that `lab list` shows them.
public final class Experiments {
    private Experiments() {}

    public static List<Experiment> all() {
        return List.of(
                new Mitigation(),
                new Deferral(),
                new Latency(),
                new RateLimiter(),
                new LiveUpdate(),
                new AfXdp(),
                new GuestComparison(),
                new Steady());
    }
}
