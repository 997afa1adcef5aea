package dev.doorbell.lab.sweep;

import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Values;
import dev.doorbell.option.Nearest;
import dev.doorbell.option.OptionException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which values of which parameters are tried, each with each.
public final class Grid {
    /// A day's work already, at ten seconds a point.
    public static final int MOST_POINTS = 10_000;

    /// The values of one parameter, in the order given.
    public record Axis(Parameter parameter, List<String> values) {
        public Axis {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return parameter.name() + "=" + String.join(",", values);
        }
    }

    /// One of the grid's points.
    ///
    /// @param index  from 0, the last axis counting fastest
    /// @param at     its values of the grid's parameters
    /// @param values of all the experiment's parameters
    /// @param seed   its own: of the sweep's seed and all its values, whatever else the grid
    /// holds
    public record Point(int index, Map<String, String> at, Values values, long seed) {
        @Override
        public String toString() {
            return String.join(
                    " ",
                    at.entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .toList());
        }
    }

    private final List<Axis> axes;
    private final int points;

    private Grid(List<Axis> axes, int points) {
        this.axes = List.copyOf(axes);
        this.points = points;
    }

    /// @param texts `NAME=VALUE,VALUE...`, one for each axis
    /// @throws OptionException when a name is no parameter's, a value is none of it or is given
    /// twice, or the grid has too many points
    public static Grid parse(List<String> texts, List<Parameter> parameters) throws OptionException {
        List<String> names = parameters.stream().map(Parameter::name).toList();
        Map<String, Axis> axes = new LinkedHashMap<>();
        long points = 1;
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0) throw new OptionException("--grid " + text + ": write NAME=VALUE,VALUE...");
            String name = text.substring(0, equals);
            int index = names.indexOf(name);
            if (index < 0)
                throw new OptionException("--grid " + name + ": no such parameter; " + Nearest.hint(name, names));
            Axis axis = new Axis(parameters.get(index), values(parameters.get(index), text.substring(equals + 1)));
            if (axes.put(name, axis) != null)
                throw new OptionException("--grid " + name + " is given twice: put all its values in one");
            points = Math.min(points * axis.values().size(), Integer.MAX_VALUE);
        }
        if (axes.isEmpty()) throw new OptionException("sweep: --grid NAME=VALUE,VALUE... says what to vary");
        if (points > MOST_POINTS)
            throw new OptionException("--grid: these are " + points + " points, at most " + MOST_POINTS
                    + " are one sweep; leave out some values, or sweep twice");
        return new Grid(List.copyOf(axes.values()), (int) points);
    }

    private static List<String> values(Parameter parameter, String texts) throws OptionException {
        List<String> values = new ArrayList<>();
        for (String text : texts.split(",", -1)) {
            String value;
            try {
                value = parameter.check(text);
            } catch (OptionException e) {
                throw new OptionException("--grid " + e.getMessage());
            }
            if (values.contains(value))
                throw new OptionException("--grid " + parameter.name() + ": " + text + " is given twice: keep one");
            values.add(value);
        }
        return values;
    }

    public List<Axis> axes() {
        return axes;
    }

    /// How many points there are.
    public int size() {
        return points;
    }

    /// Every point.
    ///
    /// @param rest values of the parameters that the grid leaves alone
    List<Point> points(List<Parameter> parameters, Map<String, String> rest, long seed) throws OptionException {
        List<Point> all = new ArrayList<>();
        for (int index = 0; index < points; index++) {
            Map<String, String> at = new LinkedHashMap<>();
            int every = points;
            for (Axis axis : axes) {
                every /= axis.values().size();
                at.put(
                        axis.parameter().name(),
                        axis.values().get(index / every % axis.values().size()));
            }
            Map<String, String> asked = new LinkedHashMap<>(rest);
            asked.putAll(at);
            Values values = Values.of(parameters, asked);
            all.add(new Point(index, at, values, seedOf(values, seed)));
        }
        return all;
    }

    /// 31 bits: short enough to be written again by hand.
    static long seedOf(Values values, long seed) {
        StringBuilder text = new StringBuilder("seed=").append(seed).append('\n');
        new TreeMap<>(values.asMap())
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        byte[] digest = digest(text.toString());
        long bits = 0;
        for (int i = 0; i < 4; i++) bits = bits << 8 | (digest[i] & 0xFF);
        return bits & Integer.MAX_VALUE;
    }

    static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /// As it is given: `--grid a=1,2 --grid b=x,y`.
    public String words() {
        return String.join(" ", axes.stream().map(axis -> "--grid " + axis).toList());
    }
}
