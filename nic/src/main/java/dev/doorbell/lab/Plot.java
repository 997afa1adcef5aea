package dev.doorbell.lab;

import java.util.ArrayList;
import java.util.List;

/// A drawing of a result.
public record Plot(String title, Axis x, Axis y, List<Series> series) {
    /// @param label       with its unit: `interrupts/s`
    /// @param logarithmic whether each step multiplies; values are above 0 then
    public record Axis(String label, boolean logarithmic) {
        public static Axis of(String label) {
            return new Axis(label, false);
        }

        public static Axis log(String label) {
            return new Axis(label, true);
        }
    }

    /// How points are drawn.
    public enum Shape {
        LINE,
        POINTS,
        BARS
    }

    /// Points that belong together.
    ///
    /// @param published whether these are figures of others, drawn so that nobody takes them for
    /// ours
    /// @param x         for bars 0, 1, 2 ...: their names are in `names`
    /// @param names     of the bars; empty for the other shapes
    public record Series(
            String name, Shape shape, boolean published, List<Double> x, List<Double> y, List<String> names) {
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            names = List.copyOf(names);
            if (x.size() != y.size()) throw new IllegalArgumentException(name + ": x and y differ in length");
        }

        public static Series line(String name, List<Double> x, List<Double> y) {
            return new Series(name, Shape.LINE, false, x, y, List.of());
        }

        public static Series bars(String name, boolean published, List<String> names, List<Double> y) {
            List<Double> x = new ArrayList<>();
            for (int i = 0; i < y.size(); i++) x.add((double) i);
            return new Series(name, Shape.BARS, published, x, y, names);
        }
    }
}
