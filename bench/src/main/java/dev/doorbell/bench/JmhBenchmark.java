package dev.doorbell.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/// A JMH class, run in a JVM of its own: nanoseconds and allocated bytes per operation.
///
/// @param name        on the command line
/// @param description one line
/// @param type        the JMH class
/// @param parameters  values of its parameters that differ from machine to machine
record JmhBenchmark(String name, String description, Class<?> type, Map<String, List<String>> parameters)
        implements Benchmark {
    /// As `serve` runs, without its small code cache: JMH's own code is in there, too.
    private static final String[] JVM_WORDS = {
        "-XX:+UseSerialGC",
        "-Xms64m",
        "-Xmx64m",
        "-da",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow"
    };

    /// A parameter that stands in the benchmark's own name.
    private static final String CHIP = "chip";

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    @Override
    public List<Figure> run(Settings settings) throws RunnerException {
        int milliseconds = settings.quick() ? 200 : 1000;
        int iterations = settings.quick() ? 3 : 5;
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + type.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.milliseconds(milliseconds))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(milliseconds))
                .addProfiler(GCProfiler.class)
                .jvmArgs(JVM_WORDS)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach((key, values) -> options.param(key, values.toArray(String[]::new)));
        List<Figure> figures = new ArrayList<>();
        Collection<RunResult> results = new Runner(options.build()).run();
        for (RunResult result : results) figures.add(figure(result));
        return figures;
    }

    private Figure figure(RunResult result) {
        Statistics statistics = result.getPrimaryResult().getStatistics();
        double[] samples = new double[(int) statistics.getN()];
        int count = 0;
        for (var sample = statistics.getRawData(); sample.hasNext(); ) {
            Map.Entry<Double, Long> value = sample.next();
            for (long i = 0; i < value.getValue(); i++) samples[count++] = value.getKey();
        }
        return Figure.cost(name(result.getParams()), result.getPrimaryResult().getScoreUnit(), samples, bytes(result));
    }

    private String name(BenchmarkParams params) {
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        StringBuilder full = new StringBuilder(name).append(' ').append(method);
        for (String key : new TreeSet<>(params.getParamsKeys()))
            if (!key.equals(CHIP))
                full.append(' ')
                        .append(key)
                        .append('=')
                        .append(params.getParam(key).toLowerCase(Locale.ROOT));
        return full.toString();
    }

    private static @Nullable Double bytes(RunResult result) {
        for (String key : result.getSecondaryResults().keySet())
            if (key.endsWith(ALLOCATION))
                return result.getSecondaryResults().get(key).getScore();
        return null;
    }
}
