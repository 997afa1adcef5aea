package dev.doorbell.lab;

import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value for each parameter of an experiment, checked. Immutable.
public final class Values {
    private final List<Parameter> parameters;
    private final Map<String, String> values;

    private Values(List<Parameter> parameters, Map<String, String> values) {
        this.parameters = List.copyOf(parameters);
        this.values = values;
    }

    /// The defaults, with what was asked for in their place.
    ///
    /// @param asked by name; numbers may have suffixes (`64k`)
    /// @throws OptionException for a name that no parameter has (with the nearest), or a value
    /// that is out of bounds (with the bounds and the unit)
    public static Values of(List<Parameter> parameters, Map<String, String> asked) throws OptionException {
        return defaults(parameters).with(asked);
    }

    /// Defaults of them all.
    public static Values defaults(List<Parameter> parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : parameters) values.put(parameter.name(), parameter.defaultValue());
        return new Values(parameters, values);
    }

    /// These, with what was asked for in their place; as [#of].
    public Values with(Map<String, String> asked) throws OptionException {
        for (String name : asked.keySet())
            if (!values.containsKey(name))
                throw new OptionException("no parameter " + name + "; " + Nearest.hint(name, values.keySet()));
        Map<String, String> changed = new LinkedHashMap<>(values);
        for (Parameter parameter : parameters) {
            String text = asked.get(parameter.name());
            if (text != null) changed.put(parameter.name(), parameter.check(text));
        }
        return new Values(parameters, changed);
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
        return Collections.unmodifiableMap(values);
    }

    /// Those that are not their parameter's default, in the order of the parameters.
    public Map<String, String> changed() {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            String value = word(parameter.name());
            if (!value.equals(parameter.defaultValue())) changed.put(parameter.name(), value);
        }
        return changed;
    }
}
