package dev.doorbell.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The drivers forward 64-byte frames between two cards, one thread for everything: frames per second by
/// batch, the ratio of each batch size to the largest in the same round, and what copying in the driver
/// costs. Each chip has a JVM of its own ([ForwardLoop]).
final class ForwardBenchmark implements Benchmark {
    private static final String NAME = "forward";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "the drivers forward 64-byte frames between two cards of this process, by batch size";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (Chip chip : List.of(Chip.IGB, Chip.E1000)) {
            Map<String, Row> rows = new LinkedHashMap<>();
            for (String line : CProgram.output(ForwardLoop.command(chip, settings.samples(), settings.windowNs()))) {
                String[] words = line.split(" ", -1);
                Row row = rows.computeIfAbsent(words[0], key -> new Row());
                row.add(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
            }
            figures.addAll(figures(NAME + " " + chip.name().toLowerCase(Locale.ROOT) + " ", rows));
        }
        return figures;
    }

    private static List<Figure> figures(String prefix, Map<String, Row> rows) {
        List<Figure> figures = new ArrayList<>();
        rows.forEach((name, row) -> figures.add(row.rate(prefix + name)));
        Row best = rows.getOrDefault(ForwardLoop.BEST, new Row());
        rows.forEach((name, row) -> {
            if (!name.equals(ForwardLoop.BEST))
                figures.add(row.ratioTo(best, prefix + name + " against " + ForwardLoop.BEST));
        });
        return figures;
    }

    /// One way to forward: its rounds.
    private static final class Row {
        private final List<Double> perSecond = new ArrayList<>();
        private long frames;
        private long allocatedBytes;

        private void add(long roundFrames, long ns, long bytes) {
            perSecond.add(roundFrames * 1e9 / ns);
            frames += roundFrames;
            allocatedBytes += bytes;
        }

        private Figure rate(String name) {
            return new Figure(name, "frames/s", true, perSecond, (double) allocatedBytes / frames, null);
        }

        private Figure ratioTo(Row other, String name) {
            double[] ratios = new double[perSecond.size()];
            for (int i = 0; i < ratios.length; i++) ratios[i] = perSecond.get(i) / other.perSecond.get(i);
            return Figure.rate(name, "ratio", ratios);
        }
    }
}
