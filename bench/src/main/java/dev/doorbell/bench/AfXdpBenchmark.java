package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Our AF_XDP backend against a plain C program and DPDK's testpmd: 64-byte frames, one queue, over a veth pair, in
/// turn. Frames per second, their ratios round by round, and in one more pass outside of the comparison: system calls,
/// what is taken in one go, and where the time goes.
final class AfXdpBenchmark implements Benchmark {
    private static final String NAME = "af-xdp";
    private static final long QUICK_WARM_UP_NS = 1_500_000_000;
    private static final long WARM_UP_NS = 4_000_000_000L;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "our AF_XDP backend against plain C and DPDK's testpmd over veth: transmit, receive, forward";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        List<Figure> figures = new ArrayList<>();
        @Nullable String missing = AfXdpTestPmd.missing();
        if (missing != null) System.err.println(missing);
        try (CProgram program = new CProgram("afxdp.c");
                CProgram skbMode = new CProgram("skbmode.c", "-shared", "-fPIC")) {
            double copyNs = AfXdpLoop.copyNs();
            for (AfXdpRow row : AfXdpRow.all()) {
                List<AfXdpContender.Start> starts = new ArrayList<>();
                starts.add(pair -> AfXdpAnswering.doorbell(pair, row));
                starts.add(pair -> AfXdpAnswering.plainC(program, pair, row));
                if (missing == null) starts.add(pair -> AfXdpTestPmd.start(skbMode, pair, row));
                figures.addAll(measure(settings, row, starts, program, copyNs));
            }
        }
        return figures;
    }

    private static List<Figure> measure(
            Settings settings, AfXdpRow row, List<AfXdpContender.Start> starts, CProgram program, double copyNs)
            throws Exception {
        List<AfXdpContender> contenders = new ArrayList<>();
        try {
            for (AfXdpContender.Start start : starts) {
                VethPair pair = Benchmark.cable(contenders.size(), 1);
                try {
                    contenders.add(AfXdpContender.start(
                            row, pair, start, program, settings.quick() ? QUICK_WARM_UP_NS : WARM_UP_NS));
                } catch (IOException | InterruptedException e) {
                    pair.close();
                    throw e;
                }
            }
            AfXdpContender.Turn[][] turns = rounds(settings, contenders);
            List<Figure> figures = new ArrayList<>();
            boolean waits = row.work() != AfXdpRow.Work.TRANSMIT; // spins without frames: its time says nothing
            for (int i = 0; i < contenders.size(); i++) {
                AfXdpContender.Watch watch = contenders.get(i).watch(2 * settings.windowNs());
                String name = NAME + " " + row + " " + contenders.get(i);
                double[] thousands = values(turns[i], turn -> turn.framesPerSecond() / 1000);
                Double bytes = i == 0 ? watch.bytesPerFrame() : null;
                figures.add(new Figure(name, "kframes/s", true, boxed(thousands), bytes, null));
                if (!waits)
                    figures.add(
                            Figure.cost(name + " CPU", "ns/frame", values(turns[i], AfXdpContender.Turn::cpuNs), null));
                addParts(figures, name, watch, row, i == 0 ? copyNs : 0);
            }
            for (int i = 1; i < contenders.size(); i++) {
                String name = NAME + " " + row;
                String whom = " against " + contenders.get(i);
                double[] ratios = new double[turns[0].length];
                for (int r = 0; r < ratios.length; r++)
                    ratios[r] = turns[0][r].framesPerSecond() / turns[i][r].framesPerSecond();
                figures.add(Figure.rate(name + whom, "ratio", ratios));
                if (waits) continue;
                double[] costs = new double[turns[0].length];
                for (int r = 0; r < costs.length; r++) costs[r] = turns[i][r].cpuNs() / turns[0][r].cpuNs();
                figures.add(Figure.rate(name + " CPU" + whom, "ratio", costs));
            }
            return figures;
        } finally {
            contenders.forEach(AfXdpContender::close);
        }
    }

    private static double[] values(AfXdpContender.Turn[] turns, ToDoubleFunction<AfXdpContender.Turn> what) {
        return Arrays.stream(turns).mapToDouble(what).toArray();
    }

    /// @return by contender and round
    private static AfXdpContender.Turn[][] rounds(Settings settings, List<AfXdpContender> contenders)
            throws IOException, InterruptedException {
        AfXdpContender.Turn[][] turns = new AfXdpContender.Turn[contenders.size()][settings.samples()];
        for (int round = 0; round < settings.samples(); round++)
            for (int turn = 0; turn < contenders.size(); turn++) {
                int i = (round + turn) % contenders.size(); // everybody comes first in turn
                turns[i][round] = contenders.get(i).turn(settings.windowNs());
            }
        return turns;
    }

    /// The time of a frame in runs is that in the kernel, that of copying, and work with rings and frames.
    private static void addParts(
            List<Figure> figures, String name, AfXdpContender.Watch watch, AfXdpRow row, double copyNs) {
        add(figures, name + " system calls", "/frame", watch.callsPerFrame());
        add(figures, name + " run", "frames", watch.framesPerRun());
        add(figures, name + " kernel", "ns/frame", watch.kernelNs());
        if (watch.busyNs() == null) { // testpmd: what it waits cannot be told from what it works
            add(figures, name + " user", "ns/frame", watch.userNs());
            return;
        }
        double copied = row.work() == AfXdpRow.Work.RECEIVE ? 0 : copyNs;
        if (copied > 0) add(figures, name + " copy", "ns/frame", copied);
        // The one has waits for frames in it, the other one waits for the processor: each is too much at worst.
        double ownNs = Math.min(watch.userNs(), watch.busyNs() - watch.kernelNs());
        add(figures, name + " rings", "ns/frame", Math.max(0, ownNs - copied));
    }

    private static void add(List<Figure> figures, String name, String unit, @Nullable Double value) {
        if (value != null) figures.add(Figure.cost(name, unit, new double[] {value}, null));
    }

    private static List<Double> boxed(double[] samples) {
        return Arrays.stream(samples).boxed().toList();
    }
}
