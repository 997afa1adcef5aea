package dev.doorbell.lab;

import dev.doorbell.option.OptionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value for each parameter of an experiment, checked. Immutable.
public final class Values {
    private final Map<String, String> values;

    private Values(Map<String, String> values) {
        this.values = values;
    }

    /// The defaults, with what was asked for in their place.
    ///
    /// @param asked by name; numbers may have suffixes (`64k`)
    /// @throws OptionException for a name that no parameter has (with the nearest), or a value
    /// that is out of bounds
    public static Values of(List<Parameter> parameters, Map<String, String> asked) throws OptionException {
        Map<String, String> values = defaultsOf(parameters);
        for (Map.Entry<String, String> entry : asked.entrySet()) {
            if (!values.containsKey(entry.getKey())) throw new OptionException("no parameter " + entry.getKey());
            values.put(entry.getKey(), entry.getValue());
        }
        return new Values(values);
    }

    /// Defaults of them all.
    public static Values defaults(List<Parameter> parameters) {
        return new Values(defaultsOf(parameters));
    }

    private static Map<String, String> defaultsOf(List<Parameter> parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : parameters) values.put(parameter.name(), parameter.defaultValue());
        return values;
    }

    public long number(String name) {
        return Long.parseLong(word(name));
    }

    public String word(String name) {
        String value = values.get(name);
        if (value == null) throw new IllegalArgumentException("no parameter " + name);
        return value;
    }

    /// By name, in the order of the parameters.
    public Map<String, String> asMap() {
        return java.util.Collections.unmodifiableMap(values);
    }
}
