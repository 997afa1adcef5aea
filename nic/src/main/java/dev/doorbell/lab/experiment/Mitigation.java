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

/// The table of July 2012: what a card gains that holds its interrupts back, by its throttle and by its delay timers.
public final class Mitigation implements Experiment {
    static final String ITR = "itr-per-s";
    static final String RX_DELAY = "rx-delay-us";
    static final String RX_ABSOLUTE = "rx-abs-delay-us";
    static final String TX_DELAY = "tx-delay-us";
    static final String TX_ABSOLUTE = "tx-abs-delay-us";
    static final String FRAME = "frame-bytes";
    static final String FOR = "for-ms";
    static final String RX_RATE = "rx-kpps";

    private static final int MOST_DELAY_US = 67_107;

    @Override
    public String name() {
        return "mitigation";
    }

    @Override
    public String question() {
        return "What does a card gain that holds its interrupts back?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number(ITR, "a row of your own: interrupts a second at most; 0: no limit", 0, 0, 1_000_000),
                Parameter.number(RX_DELAY, "of that row: quiet time after a frame (RDTR)", 0, 0, MOST_DELAY_US),
                Parameter.number(RX_ABSOLUTE, "of that row: longest wait of a frame (RADV)", 0, 0, MOST_DELAY_US),
                Parameter.number(TX_DELAY, "of that row: quiet time after a sent frame (TIDV)", 0, 0, MOST_DELAY_US),
                Parameter.number(TX_ABSOLUTE, "of that row: longest wait of a sent frame (TADV)", 0, 0, MOST_DELAY_US),
                Parameter.number(RX_RATE, "frames that arrive, thousands a second", 400, 1, 10_000),
                Parameter.number(FRAME, "Layer-2 bytes of a frame without FCS", 60, 14, 1514),
                Parameter.number(FOR, "length of a measurement", 200, 10, 3_600_000),
                Parameter.number("offered-kpps", "what a receiver is offered in real time", 100, 1, 10_000),
                MitigationInGuest.parameter(),
                Parameter.number("rounds", "measurements of each row in real time", 3, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.allOf(Venue.class);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        return switch (venue) {
            case VIRTUAL -> new MitigationModel(values, watcher).run();
            case SOCKET -> new MitigationAcrossSocket(values, watcher).run();
            case GUEST -> new MitigationInGuest(values, watcher).run();
        };
    }
}
