package dev.doorbell.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.Experiments;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Same values, same seed: the same result, whoever runs it, beside whatever else and wherever.
class DeterminismTest {
    /// Shorter than by default, where an experiment has such a parameter: equal is equal.
    private static final Map<String, String> SHORT =
            Map.of("for-ms", "20", "for-s", "1", "minutes", "1", "rounds", "1");

    @Test
    void everyVirtualExperimentIsTheSameOnOtherThreadsInAnotherOrderAndLocale() throws Exception {
        List<Experiment> experiments = new ArrayList<>();
        for (Experiment experiment : Experiments.all())
            if (experiment.venues().contains(Venue.VIRTUAL)) experiments.add(experiment);
        Map<String, String> alone = new TreeMap<>();
        for (Experiment experiment : experiments) alone.put(experiment.name(), text(experiment));

        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG")); // other digits, another decimal point
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Collections.reverse(experiments);
            Map<String, Future<String>> running = new TreeMap<>();
            for (Experiment experiment : experiments)
                running.put(experiment.name(), threads.submit(() -> text(experiment)));
            for (Map.Entry<String, Future<String>> entry : running.entrySet())
                assertEquals(alone.get(entry.getKey()), entry.getValue().get(), entry.getKey());
        } finally {
            Locale.setDefault(locale);
        }
    }

    /// Everything that a result says: records write out all they hold, numbers to the last bit.
    private static String text(Experiment experiment) throws Exception {
        Map<String, String> asked = new HashMap<>();
        for (Parameter parameter : experiment.parameters()) {
            String shorter = SHORT.get(parameter.name());
            if (shorter != null && Long.parseLong(shorter) >= parameter.least()) asked.put(parameter.name(), shorter);
        }
        Values values = Values.of(experiment.parameters(), asked);
        return experiment.run(Venue.VIRTUAL, values, 7, Watcher.NONE).toString();
    }
}
