package dev.doorbell.lab;

import java.util.ArrayList;
import java.util.List;

/// A drawing of a result.
///
/// Where any series is of bars all are drawn as bars, lying, with `y` along the page; lines,
/// steps and points share one pair of axes. Points that are no number, or not above 0 on a
/// logarithmic axis, are left out and counted in the drawing's description.
public record Plot(String title, Axis x, Axis y, List<Series> series) {
    public Plot {
        series = List.copyOf(series);
    }

    /// How values lie along an axis.
    public enum Scale {
        LINEAR,
        /// Each step multiplies; values are above 0.
        LOGARITHMIC,
        /// Percentiles, 0 to below 100, each nine as far from the next: 0, 90, 99, 99.9 ...
        /// Latency's tail in full.
        NINES
    }

    /// @param label with its unit: `interrupts/s`
    public record Axis(String label, Scale scale) {
        public static Axis of(String label) {
            return new Axis(label, Scale.LINEAR);
        }

        public static Axis log(String label) {
            return new Axis(label, Scale.LOGARITHMIC);
        }

        /// For percentiles.
        public static Axis nines(String label) {
            return new Axis(label, Scale.NINES);
        }
    }

    /// How points are drawn.
    public enum Shape {
        /// Joined, with a mark at each while there are few.
        LINE,
        /// Each point's `y` holds until the next point's `x`: histograms, rates over time.
        STEPS,
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
            if (shape == Shape.BARS && names.size() != y.size())
                throw new IllegalArgumentException(name + ": " + y.size() + " bars, " + names.size() + " names");
        }

        public static Series line(String name, List<Double> x, List<Double> y) {
            return new Series(name, Shape.LINE, false, x, y, List.of());
        }

        public static Series steps(String name, List<Double> x, List<Double> y) {
            return new Series(name, Shape.STEPS, false, x, y, List.of());
        }

        public static Series points(String name, List<Double> x, List<Double> y) {
            return new Series(name, Shape.POINTS, false, x, y, List.of());
        }

        public static Series bars(String name, boolean published, List<String> names, List<Double> y) {
            List<Double> x = new ArrayList<>();
            for (int i = 0; i < y.size(); i++) x.add((double) i);
            return new Series(name, Shape.BARS, published, x, y, names);
        }

        /// The same figures as those of others.
        public Series asPublished() {
            return new Series(name, shape, true, x, y, names);
        }
    }
}
