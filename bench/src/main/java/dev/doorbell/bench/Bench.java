package dev.doorbell.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `./doorbell bench [NAME...] [--json FILE] [--quick]`, and `./doorbell bench list`.
///
/// The table goes to standard output, progress to standard error. Exit codes: 0 done, 1 a benchmark
/// failed or allocated more than its budget, 2 usage. A slow machine is no failure.
public final class Bench {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final String HELP = """
            Usage: ./doorbell bench [NAME...] [--json FILE] [--quick]
                   ./doorbell bench list
            Measures, and compares with goals as ratios: below 1 is better than the goal.

                  --json FILE   the figures as one JSON object, too
                  --quick       fewer and shorter samples: shows that it works, not how well
              -h, --help        this text

            Exit code 1 means that something failed or allocated more than its budget; a slow machine is no failure.""";

    private static final List<Benchmark> ALL = List.of(
            new JmhBenchmark(
                    "registers",
                    "one register access, in the file, at the card, through the slot",
                    RegisterBenchmark.class,
                    Map.of()),
            new JmhBenchmark(
                    "descriptors",
                    "one transmit descriptor: fetched and written back",
                    DescriptorBenchmark.class,
                    Map.of()),
            new FramesAndPeers(),
            new SocketBenchmark(),
            new JmhBenchmark(
                    "igb-registers",
                    "the same at an igb",
                    RegisterBenchmark.class,
                    Map.of("chip", List.of(Chip.IGB.name()))),
            new JmhBenchmark(
                    "igb-descriptors",
                    "one advanced transmit descriptor: fetched and written back",
                    DescriptorBenchmark.class,
                    Map.of("chip", List.of(Chip.IGB.name()))),
            new JmhBenchmark(
                    "igb-frames",
                    "one frame from an igb's doorbell to a null backend",
                    FrameBenchmark.class,
                    Map.of("chip", List.of(Chip.IGB.name()))),
            new IgbSocketBenchmark(),
            new AfXdpBenchmark(),
            new AfXdpCardBenchmark(),
            new AfXdpThreadsBenchmark(),
            new ForwardBenchmark(),
            new RateLimiterBenchmark(),
            new ReadyBenchmark());

    private Bench() {}

    public static void main(String[] words) throws Exception {
        System.exit(run(words, System.out, System.err));
    }

    static int run(String[] words, PrintStream out, PrintStream err) throws Exception {
        List<String> names = new ArrayList<>();
        Path json = null;
        boolean quick = false;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "-h", "--help" -> {
                    out.println(HELP);
                    return DONE;
                }
                case "--quick" -> quick = true;
                case "--json" -> {
                    if (++i == words.length) return usage(err, "--json needs a file");
                    json = Path.of(words[i]);
                }
                default -> names.add(words[i]);
            }
        }
        if (names.equals(List.of("list"))) {
            for (Benchmark benchmark : ALL)
                out.println(String.format(Locale.ROOT, "%-15s %s", benchmark.name(), benchmark.description()));
            return DONE;
        }
        for (String name : names)
            if (named(name) == null)
                return usage(err, "no benchmark is called " + name + "; try ./doorbell bench list");
        List<Benchmark> chosen = names.isEmpty()
                ? ALL
                : ALL.stream().filter(b -> names.contains(b.name())).toList();
        return measure(chosen, new Benchmark.Settings(Home.find(), quick), json, out, err);
    }

    private static int measure(
            List<Benchmark> chosen, Benchmark.Settings settings, @Nullable Path json, PrintStream out, PrintStream err)
            throws Exception {
        Report report = new Report(Budgets.load(), settings.quick());
        int status = DONE;
        report.printHeader(out);
        for (Benchmark benchmark : chosen) {
            err.println("measuring " + benchmark.name());
            try {
                for (Figure figure : benchmark.run(settings)) report.add(figure, out);
            } catch (Benchmark.UnavailableException e) {
                report.skip(benchmark.name(), e.why());
            } catch (Exception e) {
                err.println("doorbell bench: " + benchmark.name() + " failed: " + e);
                status = FAILED;
            }
        }
        report.skipped().forEach(line -> err.println("skipped " + line));
        if (json != null) report.writeJson(json);
        if (!report.allocatesTooMuch()) return status;
        err.println("doorbell bench: something allocates more than its budget, marked OVER");
        return FAILED;
    }

    private static @Nullable Benchmark named(String name) {
        return ALL.stream().filter(b -> b.name().equals(name)).findFirst().orElse(null);
    }

    private static int usage(PrintStream err, String message) {
        err.println("doorbell bench: " + message);
        return USAGE;
    }
}
