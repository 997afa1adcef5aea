package dev.doorbell.lab.experiment;

import dev.doorbell.lab.Cell;
import dev.doorbell.lab.Column;
import dev.doorbell.lab.Experiment;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Parameter;
import dev.doorbell.lab.Plot;
import dev.doorbell.lab.Result;
import dev.doorbell.lab.ResultTable;
import dev.doorbell.lab.Values;
import dev.doorbell.lab.Venue;
import dev.doorbell.lab.Watcher;
import dev.doorbell.lab.world.AfXdpLoop.Work;
import dev.doorbell.lab.world.AfXdpProcess;
import dev.doorbell.lab.world.Spread;
import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Our AF_XDP backend on a veth pair: transmit, receive and forward by mode and batch size. Real time;
/// needs root.
public final class AfXdp implements Experiment {
    private static final List<String> MODES = List.of("skb", "native");
    private static final List<Integer> BATCHES = List.of(1, 8, 32, 64);
    private static final int SENDER_BATCH = 64;
    private static final long SENDER_AHEAD_MS = 200;

    private record Row(Work work, int batch) {}

    @Override
    public String name() {
        return "af-xdp";
    }

    @Override
    public String question() {
        return "How many frames does an AF_XDP socket send, receive and forward, by mode and batch size?";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.number("for-ms", "length of a measurement", 500, 1, 600_000),
                Parameter.number("rounds", "measurements of each row, in turn", 3, 1, 1000));
    }

    @Override
    public Set<Venue> venues() {
        return EnumSet.of(Venue.SOCKET);
    }

    @Override
    public Result run(Venue venue, Values values, long seed, Watcher watcher) throws ExperimentException {
        if (venue != Venue.SOCKET) throw new ExperimentException("af-xdp does not run in " + venue);
        return new Run(values, watcher).run();
    }

    private static final class Run {
        private final Watcher watcher;
        private final long ms;
        private final int rounds;
        private final Map<String, Map<Row, List<Double>>> kpps = new LinkedHashMap<>(); // by mode
        private long sent;
        private long counted; // by the kernel
        private int steps;

        Run(Values values, Watcher watcher) {
            this.watcher = watcher;
            ms = values.number("for-ms");
            rounds = (int) values.number("rounds");
        }

        Result run() throws ExperimentException {
            for (String mode : MODES) kpps.put(mode, new LinkedHashMap<>());
            try (VethPair pair = VethPair.open("lab", 0, 1)) {
                for (int round = 0; round < rounds; round++) for (String mode : MODES) measure(pair, mode);
            } catch (IOException e) {
                throw new ExperimentException(String.valueOf(e.getMessage()), e);
            }
            return result();
        }

        private static long sentByKernel(AfXdpProcess near) throws IOException {
            return VethPair.count(near.pid(), VethPair.NEAR, VethPair.Count.TRANSMITTED_FRAMES);
        }

        private void measure(VethPair pair, String mode) throws ExperimentException, IOException {
            try (AfXdpProcess near = AfXdpProcess.start(pair, VethPair.NEAR, mode)) {
                long before = sentByKernel(near);
                near.begin(Work.TRANSMIT, SENDER_BATCH, ms); // compiles
                sent += near.await().frames();
                for (int batch : BATCHES) measure(near, mode, new Row(Work.TRANSMIT, batch));
                counted += sentByKernel(near) - before;
                try (AfXdpProcess far = AfXdpProcess.start(pair, VethPair.FAR, "native")) {
                    for (Work work : List.of(Work.RECEIVE, Work.FORWARD)) {
                        against(far, near, work, SENDER_BATCH); // compiles
                        for (int batch : BATCHES) {
                            step(work + ", " + mode + ", batches of " + batch);
                            add(mode, new Row(work, batch), against(far, near, work, batch));
                        }
                    }
                }
            }
        }

        private void measure(AfXdpProcess near, String mode, Row row) throws ExperimentException {
            step(row.work() + ", " + mode + ", batches of " + row.batch());
            near.begin(row.work(), row.batch(), ms);
            AfXdpProcess.Moved moved = near.await();
            sent += moved.frames();
            add(mode, row, moved);
        }

        /// With a sender at the far end, that begins before and ends after.
        private AfXdpProcess.Moved against(AfXdpProcess far, AfXdpProcess near, Work work, int batch)
                throws ExperimentException {
            far.begin(Work.TRANSMIT, SENDER_BATCH, ms + 2 * SENDER_AHEAD_MS);
            near.begin(work, SENDER_BATCH, SENDER_AHEAD_MS); // the sender gets going, and what is old is taken
            near.await();
            near.begin(work, batch, ms);
            AfXdpProcess.Moved moved = near.await();
            far.await();
            return moved;
        }

        private void add(String mode, Row row, AfXdpProcess.Moved moved) {
            kpps.getOrDefault(mode, Map.of())
                    .computeIfAbsent(row, r -> new ArrayList<>())
                    .add(moved.kpps());
        }

        private void step(String what) throws ExperimentException {
            int total = rounds * MODES.size() * Work.values().length * BATCHES.size();
            watcher.step(steps, total, what);
            if (watcher.stopped()) throw new ExperimentException("stopped after " + steps + " steps");
            steps++;
        }

        private Spread spread(String mode, Row row) {
            return Spread.of(kpps.getOrDefault(mode, Map.of()).getOrDefault(row, List.of(Double.NaN)));
        }

        private Result result() {
            List<Column> columns = new ArrayList<>(List.of(Column.of("work"), Column.of("batch", "frames")));
            for (String mode : MODES) columns.addAll(Spread.columns(mode, "kpps"));
            List<List<Cell>> rows = new ArrayList<>();
            List<Plot.Series> lines = new ArrayList<>();
            for (Work work : Work.values()) {
                for (int batch : BATCHES) {
                    List<Cell> cells = new ArrayList<>(List.of(Cell.of(work.toString()), Cell.of(batch)));
                    for (String mode : MODES)
                        cells.addAll(spread(mode, new Row(work, batch)).cells());
                    rows.add(cells);
                }
                for (String mode : MODES)
                    lines.add(Plot.Series.line(
                            work + ", " + mode,
                            BATCHES.stream().map(Integer::doubleValue).toList(),
                            BATCHES.stream()
                                    .map(batch ->
                                            spread(mode, new Row(work, batch)).median())
                                    .toList()));
            }
            ResultTable answer = new ResultTable(
                    "veth",
                    "AF_XDP on a veth pair, one queue, 64-byte frames",
                    columns,
                    rows,
                    List.of(
                            "Medians of " + rounds + " rounds. Frames sent in the transmit rows: " + sent
                                    + ", counted by the kernel: " + counted + ".",
                            "Receive and forward are bound by the sender there: over veth the sender's processor also"
                                    + " runs the receive path and the XDP program."));
            return new Result(
                    List.of(answer, published()),
                    List.of(new Plot("AF_XDP", Plot.Axis.log("frames in a batch"), Plot.Axis.of("kpps"), lines)),
                    List.of());
        }

        /// Figures of others, on hardware of other kinds.
        private static ResultTable published() {
            List<Column> columns = List.of(
                    Column.of("published, other hardware"),
                    Column.of("transmit", "kpps"),
                    Column.of("receive", "kpps"),
                    Column.of("forward", "kpps"));
            return new ResultTable(
                    "published",
                    "Published figures of AF_XDP, on other hardware",
                    columns,
                    List.of(
                            published(
                                    "i40e 40G, 64 B, 1 processor, run to completion (M. Karlsson, netdev 2019)",
                                    18_100,
                                    Double.NaN,
                                    6200),
                            published("i40e 40G, 64 B, 1 processor, poll() (the same)", 14_600, 8400, 5900),
                            published("i40e 40G, 64 B, 1 processor, busy poll (the same)", 21_500, 8700, 6200),
                            published(
                                    "QEMU -netdev af-xdp, ConnectX-6, zero-copy (QEMU commit cb039ef3d9, 2023)",
                                    3400,
                                    2000,
                                    1500),
                            published("QEMU -netdev af-xdp, ConnectX-6, skb (the same)", 1200, 1000, 700),
                            published("veth, one sender, skb (xdp-tutorial #110)", 995, Double.NaN, Double.NaN),
                            published("veth, one sender, native (the same)", 830, Double.NaN, Double.NaN)),
                    List.of("Not measured here; for scale only."));
        }

        private static List<Cell> published(String source, double transmit, double receive, double forward) {
            return List.of(Cell.of(source), Cell.of(transmit), Cell.of(receive), Cell.of(forward));
        }
    }
}
