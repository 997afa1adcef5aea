package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Plot;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Draws round trips by percentile, each nine as far from the next, so that the tail is seen in full.
final class RoundTripPlot {
    private static final double STEP = 0.8; // each point has a fifth less of the trips above it

    private final double leastTail;
    private final List<Plot.Series> curves = new ArrayList<>();

    /// @param leastTail share of the trips above a curve's last point: 0.001 for 99.9 %
    RoundTripPlot(double leastTail) {
        this.leastTail = leastTail;
    }

    /// Adds the curve of trips in nanoseconds.
    void add(String name, Histogram tripsNs) {
        List<Double> percentiles = new ArrayList<>();
        List<Double> us = new ArrayList<>();
        for (double tail = 1; tail >= leastTail; tail *= STEP) {
            double percentile = 100 * (1 - tail);
            percentiles.add(percentile);
            us.add(Math.max(1, tripsNs.getValueAtPercentile(percentile)) / 1e3); // the axis knows no 0
        }
        curves.add(Plot.Series.line(name, percentiles, us));
    }

    Plot plot() {
        return new Plot("Round trips by percentile", Plot.Axis.nines("percentile"), Plot.Axis.log("us"), curves);
    }
}
