package dev.doorbell.lab.world;

import dev.doorbell.lab.ExperimentException;
import java.io.IOException;
import java.util.Map;

/// What a serving process has counted, as its last line says: every number by the names around it.
/// Immutable.
public final class ServedCounts {
    private final Map<String, Double> numbers;

    private ServedCounts(Map<String, Double> numbers) {
        this.numbers = Map.copyOf(numbers);
    }

    /// Reads the JSON object that `serve` prints when it stops.
    ///
    /// @throws ExperimentException when it is none
    static ServedCounts parse(String json) throws ExperimentException {
        try {
            return new ServedCounts(JsonNumbers.parse(json));
        } catch (IOException e) {
            throw new ExperimentException("the serving process ended with no counters but: " + json, e);
        }
    }

    /// A counter of a card.
    ///
    /// @param label as [dev.doorbell.device.NetworkCard]'s table has it
    public long card(String card, String label) throws ExperimentException {
        return number(card + ".card." + label);
    }

    /// A counter of a card's backend.
    ///
    /// @param netdev its id
    /// @param label  as [dev.doorbell.backend.BackendCounter] has it
    public long backend(String card, String netdev, String label) throws ExperimentException {
        return number(card + ".backends." + netdev + "." + label);
    }

    /// A counter of a card's socket.
    ///
    /// @param label as [dev.doorbell.vfiouser.VfioUserCounter] has it
    public long socket(String card, String label) throws ExperimentException {
        return number(card + ".vfio_user." + label);
    }

    private long number(String name) throws ExperimentException {
        Double value = numbers.get(name);
        if (value == null) throw new ExperimentException("the serving process does not count " + name);
        return value.longValue();
    }
}
