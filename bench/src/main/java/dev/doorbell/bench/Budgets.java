package dev.doorbell.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What each figure should be on a small machine, from `budgets.json`: a goal for the median, to be read
/// as a ratio, and a limit for allocation, which is the same on every machine.
final class Budgets {
    /// @param median     of the figure, in its unit; null where there is no goal
    /// @param bytesPerOp at most; null where it is not limited
    record Budget(@Nullable Double median, @Nullable Double bytesPerOp) {
        static final Budget NONE = new Budget(null, null);
    }

    private final Map<String, Budget> byName;

    private Budgets(Map<String, Budget> byName) {
        this.byName = byName;
    }

    static Budgets load() throws IOException {
        try (InputStream in = Budgets.class.getResourceAsStream("budgets.json")) {
            if (in == null) throw new IOException("budgets.json is not in the jar");
            return read(in);
        }
    }

    static Budgets read(InputStream in) throws IOException {
        Map<String, Budget> byName = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(in)) {
            expect(json, json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json, json.nextToken(), JsonToken.START_OBJECT);
                byName.put(name, budget(json));
            }
        }
        return new Budgets(byName);
    }

    private static Budget budget(JsonParser json) throws IOException {
        Double median = null;
        Double bytesPerOp = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "median" -> median = json.getDoubleValue();
                case "bytesPerOp" -> bytesPerOp = json.getDoubleValue();
                default -> throw new IOException("budgets.json: what is " + key + "?");
            }
        }
        return new Budget(median, bytesPerOp);
    }

    private static void expect(JsonParser json, @Nullable JsonToken is, JsonToken should) throws IOException {
        if (is != should)
            throw new IOException("budgets.json, " + json.currentLocation() + ": " + should + " expected");
    }

    Budget of(Figure figure) {
        return byName.getOrDefault(figure.name(), Budget.NONE);
    }
}
