package dev.doorbell.bench;

import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// One measured quantity: several samples of it, taken in one run on one machine.
///
/// @param name       what was measured; budgets know it by this name
/// @param unit       of the samples
/// @param more       whether more is better (a rate) or less (a cost)
/// @param samples    in ascending order, at least one
/// @param bytesPerOp bytes allocated per operation, null where that was not measured
/// @param goal       what a peer reached in the same run, null where there is none
record Figure(
        String name,
        String unit,
        boolean more,
        List<Double> samples,
        @Nullable Double bytesPerOp,
        @Nullable Double goal) {
    Figure {
        if (samples.isEmpty()) throw new IllegalArgumentException(name + " has no samples");
        samples = samples.stream().sorted().toList();
    }

    /// Something that is better when it is less.
    static Figure cost(String name, String unit, double[] samples, @Nullable Double bytesPerOp) {
        return new Figure(name, unit, false, boxed(samples), bytesPerOp, null);
    }

    /// Something per second.
    static Figure rate(String name, String unit, double[] samples) {
        return new Figure(name, unit, true, boxed(samples), null, null);
    }

    /// The same figure, to be compared with what a peer reached.
    Figure withGoal(double peer) {
        return new Figure(name, unit, more, samples, bytesPerOp, peer);
    }

    private static List<Double> boxed(double[] samples) {
        return DoubleStream.of(samples).boxed().toList();
    }

    double minimum() {
        return samples.getFirst();
    }

    double maximum() {
        return samples.getLast();
    }

    double median() {
        int middle = samples.size() / 2;
        if (samples.size() % 2 == 1) return samples.get(middle);
        return (samples.get(middle - 1) + samples.get(middle)) / 2;
    }

    /// The median against a goal for it: 1 meets it, less is better than asked.
    double ratioTo(double wanted) {
        return more ? wanted / median() : median() / wanted;
    }
}
