package dev.doorbell.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// [FrameBenchmark] over every backend that this machine has, each compared with C at the same kernel
/// interface, in one run.
final class FramesAndPeers implements Benchmark {
    private final List<Sink> sinks =
            Stream.of(Sink.values()).filter(Sink::available).toList();

    @Override
    public String name() {
        return "frames";
    }

    @Override
    public String description() {
        return "one frame from the doorbell to a backend, against a C program at the same kernel interface";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        Map<String, Figure> peers = new HashMap<>();
        List<Figure> figures = new ArrayList<>();
        try (CPeer peer = new CPeer()) {
            for (Sink sink : sinks)
                if (sink != Sink.NULL)
                    for (int bytes : FrameBenchmark.FRAME_BYTES)
                        for (int perDoorbell : FrameBenchmark.PER_DOORBELL) {
                            Figure figure = peer.measure(sink, bytes, perDoorbell, settings.quick());
                            peers.put(FrameBenchmark.name(sink, bytes, perDoorbell), figure);
                            figures.add(figure);
                        }
        } catch (UnavailableException e) {
            System.err.println(e.why());
        }
        List<String> names = sinks.stream().map(Sink::name).toList();
        JmhBenchmark card = new JmhBenchmark(name(), description(), FrameBenchmark.class, Map.of("backend", names));
        for (Figure figure : card.run(settings)) {
            Figure peer = peers.get(figure.name());
            figures.add(peer == null ? figure : figure.withGoal(peer.median()));
        }
        return figures;
    }
}
