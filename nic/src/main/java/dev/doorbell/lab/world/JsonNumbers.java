package dev.doorbell.lab.world;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The numbers of a JSON object by the names around them, with dots between: `nic0.card.interrupts`.
final class JsonNumbers {
    private JsonNumbers() {}

    /// @return exact to 2^53; an object of an array is called by its `id`
    /// @throws IOException when it is no JSON
    static Map<String, Double> parse(String json) throws IOException {
        Map<String, Double> found = new HashMap<>();
        List<String> path = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String name = parser.currentName();
                if (token == JsonToken.START_OBJECT) path.add(name == null ? "" : name);
                else if (token == JsonToken.END_OBJECT) path.removeLast();
                else if (token == JsonToken.VALUE_STRING && "id".equals(name) && !path.isEmpty())
                    path.set(path.size() - 1, parser.getText());
                else if (token.isNumeric()) found.put(dotted(path) + name, parser.getDoubleValue());
            }
        }
        return found;
    }

    private static String dotted(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String name : path) if (!name.isEmpty()) text.append(name).append('.');
        return text.toString();
    }
}
