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
        throw new OptionException("owner: report");
    }

    /// Defaults of them all.
    public static Values defaults(List<Parameter> parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : parameters) values.put(parameter.name(), parameter.defaultValue());
        return new Values(values);
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
