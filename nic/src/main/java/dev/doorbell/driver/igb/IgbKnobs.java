package dev.doorbell.driver.igb;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.NetworkDriver;
import java.util.ArrayList;
import java.util.List;

/// What can be turned on an 82576 while it runs: each vector's throttle, or all at once, and the doorbells.
final class IgbKnobs {
    private IgbKnobs() {}

    static List<Knob> of(NetworkDriver driver, IgbVectors vectors) {
        List<Knob> knobs = new ArrayList<>();
        knobs.add(throttle(
                "itr-per-s",
                "most interrupts a second of each vector; reads the first (EITR)",
                () -> vectors.perSecond(0),
                value -> vectors.moderate((int) value)));
        for (int i = 0; i < vectors.count(); i++) {
            int vector = i;
            knobs.add(throttle(
                    "vector" + i + "-itr-per-s",
                    "most interrupts a second of vector " + i + " (EITR" + i + "), "
                            + (i == 0 ? "link changes" : "queues"),
                    () -> vectors.perSecond(vector),
                    value -> vectors.moderate(vector, (int) value)));
        }
        knobs.add(Knob.choice(
                "doorbells",
                DoorbellPolicy.class,
                "when the card is told of frames to send",
                driver::doorbellPolicy,
                driver::doorbells));
        return List.copyOf(knobs);
    }

    private static Knob throttle(
            String name,
            String help,
            java.util.function.LongSupplier reading,
            java.util.function.LongConsumer turning) {
        return Knob.number(
                name,
                "1/s",
                help,
                IgbDriverOptions.LEAST_INTERRUPTS_PER_SECOND,
                IgbDriverOptions.MOST_INTERRUPTS_PER_SECOND,
                reading,
                turning);
    }
}
