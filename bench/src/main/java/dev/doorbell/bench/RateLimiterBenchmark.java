package dev.doorbell.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the transmit rate limiter keeps of its promise in wall time, beside a process that takes a
/// whole processor: the error of the average, and how far the gaps between frames spread.
///
/// The average has to hold whatever the host does, since late frames are made good for; the gaps show
/// how late it was.
final class RateLimiterBenchmark implements Benchmark {
    private static final int[] RATES_MBPS = {10, 100, 500};
    private static final int FRAME_BYTES = 1514;
    private static final double[] PERCENTILES = {1, 50, 99};
    private static final int NS_PER_US = 1000;

    @Override
    public String name() {
        return "rate-limiter";
    }

    @Override
    public String description() {
        return "the 82576's rate limiter in wall time beside a busy process: error of the rate, spread of the gaps";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        long windowNs = 5 * settings.windowNs();
        int mostFrames = (int) (windowNs / 1000 * RATES_MBPS[RATES_MBPS.length - 1] / FRAME_BYTES); // far enough
        List<Figure> figures = new ArrayList<>();
        try (BusyProcess busy = new BusyProcess();
                PacedCard card = new PacedCard(FRAME_BYTES, mostFrames)) {
            card.send(1_000_000_000, windowNs / 5); // the JVM compiles
            for (int mbps : RATES_MBPS) {
                figures.addAll(figures(mbps, card.send(mbps * 1_000_000L, windowNs)));
                busy.check();
            }
        }
        return figures;
    }

    private static List<Figure> figures(int mbps, long[] leftNs) {
        String name = "rate-limiter " + mbps + " Mb/s";
        int gaps = leftNs.length - 1;
        double exactNs = FRAME_BYTES * 8000.0 / mbps;
        double averageNs = (double) (leftNs[gaps] - leftNs[0]) / gaps;
        double permille = Math.abs(exactNs / averageNs - 1) * 1000;
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.cost(name + " error", "per mille", new double[] {permille}, null));
        long[] sorted = new long[gaps];
        for (int i = 0; i < gaps; i++) sorted[i] = leftNs[i + 1] - leftNs[i];
        Arrays.sort(sorted);
        for (double percent : PERCENTILES) {
            double us = (double) sorted[(int) Math.round((gaps - 1) * percent / 100)] / NS_PER_US;
            figures.add(Figure.cost(name + " gap p" + (int) percent, "us", new double[] {us}, null));
        }
        figures.add(Figure.cost(
                name + " gap longest", "us", new double[] {(double) sorted[gaps - 1] / NS_PER_US}, null));
        return figures;
    }

    /// A process that does nothing as fast as it can.
    private static final class BusyProcess implements AutoCloseable {
        private final Process process;

        private BusyProcess() throws IOException {
            process = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        }

        private void check() throws IOException {
            if (!process.isAlive()) throw new IOException("the busy process ended");
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
