package dev.doorbell.lab.report;

import dev.doorbell.lab.Plot;
import java.util.ArrayList;
import java.util.List;

/// Where values lie along an axis, and where it has its ticks.
final class Ruler {
    /// A mark on the axis.
    ///
    /// @param at from 0 to 1
    record Tick(double at, String label) {}

    private static final double[] NICE = {1, 2, 5, 10};
    private static final int MOST_DECADES_IN_STEPS = 3; // further decades have no marks inside
    private static final int MOST_NINES = 7;

    private final Plot.Scale scale;
    private final double from; // on the axis, as `place` has it
    private final double to;
    private final List<Tick> ticks = new ArrayList<>();

    /// @param values    what must lie on it; those that cannot are passed over
    /// @param mostTicks about how many there is room for, 2 or more
    /// @param fromZero  whether a linear axis has 0 on it in any case, as bars need
    Ruler(Plot.Scale scale, List<Double> values, int mostTicks, boolean fromZero) {
        this.scale = scale;
        List<Double> places =
                values.stream().map(this::place).filter(Double::isFinite).toList();
        double least = places.stream().mapToDouble(x -> x).min().orElse(0);
        double most = places.stream().mapToDouble(x -> x).max().orElse(1);
        switch (scale) {
            case LINEAR -> {
                // From 0, unless all the values are far from it and close together.
                if (fromZero || (least > 0 && least <= most / 2)) least = Math.min(0, least);
                if (fromZero || (most < 0 && most >= least / 2)) most = Math.max(0, most);
                if (least == most) {
                    double room = least == 0 ? 1 : Math.abs(least) / 2;
                    most += room;
                    if (least != 0) least -= room;
                }
                double step = niceStep((most - least) / mostTicks);
                from = Math.floor(least / step + 1e-9) * step;
                to = Math.ceil(most / step - 1e-9) * step;
                linearTicks(step);
            }
            case LOGARITHMIC -> {
                boolean inSteps = most - least <= MOST_DECADES_IN_STEPS && mostTicks >= 6;
                from = logarithmicBound(least, -1, inSteps);
                double bound = logarithmicBound(most, 1, inSteps);
                to = bound > from ? bound : from + 1;
                logarithmicTicks(inSteps, mostTicks);
            }
            case NINES -> {
                from = 0;
                to = Math.clamp(Math.ceil(most - 1e-9), 1, MOST_NINES);
                ninesTicks(mostTicks);
            }
            default -> throw new AssertionError(scale);
        }
    }

    List<Tick> ticks() {
        return ticks;
    }

    /// Whether the value has a place here.
    boolean has(double value) {
        double at = at(value);
        return at >= -1e-6 && at <= 1 + 1e-6;
    }

    /// Where the value lies, from 0 to 1.
    double at(double value) {
        return (place(value) - from) / (to - from);
    }

    /// Where a bar begins: at 0, or where the axis does.
    double base() {
        return scale == Plot.Scale.LINEAR ? Math.clamp(at(0), 0, 1) : 0;
    }

    private double place(double value) {
        return switch (scale) {
            case LINEAR -> value;
            case LOGARITHMIC -> value > 0 ? StrictMath.log10(value) : Double.NaN;
            case NINES -> value >= 0 && value < 100 ? -StrictMath.log10(1 - value / 100) : Double.NaN;
        };
    }

    private static double niceStep(double least) {
        double decade = StrictMath.pow(10, Math.floor(StrictMath.log10(least)));
        for (double nice : NICE) if (nice * decade >= least * (1 - 1e-9)) return nice * decade;
        return 10 * decade;
    }

    private void linearTicks(double step) {
        double most = Math.max(Math.abs(from), Math.abs(to));
        double unit = most >= 1e10 ? 1e9 : most >= 1e7 ? 1e6 : most >= 1e4 ? 1e3 : 1;
        String suffix = unit == 1e9 ? "G" : unit == 1e6 ? "M" : unit == 1e3 ? "k" : "";
        int count = (int) Math.round((to - from) / step);
        for (int i = 0; i <= count; i++) {
            double value = from + i * step;
            if (Math.abs(value) < step / 1e6) value = 0;
            String label = value == 0 ? "0" : digits(value / unit, step / unit) + suffix;
            ticks.add(new Tick((double) i / count, label));
        }
    }

    /// As many decimals as the step has.
    private static String digits(double value, double step) {
        if (Math.abs(step) < 1e-6) return Numbers.brief(value);
        int places = (int) Math.max(0, -Math.floor(StrictMath.log10(step) + 1e-9));
        return new java.math.BigDecimal(value)
                .setScale(places, java.math.RoundingMode.HALF_UP)
                .toPlainString();
    }

    /// The next whole decade, or the next 1, 2 or 5 of one.
    ///
    /// @param way -1 down, 1 up
    private static double logarithmicBound(double place, int way, boolean inSteps) {
        double decade = Math.floor(place + 1e-9);
        if (!inSteps) return way < 0 ? decade : Math.ceil(place - 1e-9);
        double bound = decade;
        for (double nice : NICE) {
            double step = decade + StrictMath.log10(nice);
            if (way < 0 && step <= place + 1e-9) bound = step;
            if (way > 0 && step >= place - 1e-9) return step;
        }
        return bound;
    }

    private void logarithmicTicks(boolean inSteps, int mostTicks) {
        int first = (int) Math.floor(from + 1e-9);
        int last = (int) Math.ceil(to - 1e-9);
        int every = Math.max(1, (last - first + mostTicks - 1) / mostTicks);
        for (int decade = first; decade <= last; decade += every) {
            for (double nice : NICE) {
                if (nice == 10 || (nice > 1 && !inSteps)) continue;
                double place = decade + StrictMath.log10(nice);
                if (place < from - 1e-9 || place > to + 1e-9) continue;
                double value = nice * StrictMath.pow(10, decade);
                ticks.add(new Tick((place - from) / (to - from), Numbers.suffixed(value)));
            }
        }
    }

    private void ninesTicks(int mostTicks) {
        ticks.add(new Tick(0, "0"));
        if (to <= mostTicks - 2) ticks.add(new Tick(at(50), "50"));
        for (int nines = 1; nines <= to; nines++) {
            String label = nines == 1 ? "90" : nines == 2 ? "99" : "99." + "9".repeat(nines - 2);
            ticks.add(new Tick(nines / to, label));
        }
    }
}
