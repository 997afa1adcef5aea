package dev.doorbell.lab.world;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.doorbell.lab.ExperimentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a serving process has counted, as its last line says: every number by the names around it.
/// Immutable.
public final class ServedCounts {
    private final Map<String, Long> numbers;

    private ServedCounts(Map<String, Long> numbers) {
        this.numbers = Map.copyOf(numbers);
    }

    /// Reads the JSON object that `serve` prints when it stops.
    ///
    /// @throws ExperimentException when it is none
    static ServedCounts parse(String json) throws ExperimentException {
        Map<String, Long> found = new HashMap<>();
        List<String> path = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String name = parser.currentName();
                if (token == JsonToken.START_OBJECT) path.add(name == null ? "" : name);
                else if (token == JsonToken.END_OBJECT) path.removeLast();
                else if (token == JsonToken.VALUE_STRING && "id".equals(name))
                    path.set(path.size() - 1, parser.getText()); // an object of an array is called by its id
                else if (token == JsonToken.VALUE_NUMBER_INT) found.put(dotted(path) + name, parser.getLongValue());
            }
        } catch (IOException e) {
            throw new ExperimentException("the serving process ended with no counters but: " + json, e);
        }
        return new ServedCounts(found);
    }

    private static String dotted(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String name : path) if (!name.isEmpty()) text.append(name).append('.');
        return text.toString();
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
        Long value = numbers.get(name);
        if (value == null) throw new ExperimentException("the serving process does not count " + name);
        return value;
    }
}
