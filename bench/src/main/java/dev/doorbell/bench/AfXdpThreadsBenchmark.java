package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.util.ArrayList;
import java.util.List;

/// Our AF_XDP backend with two queues: one thread that also calls the kernel for both, against two
/// that share the calls. Frames per second, their ratios round by round, and what the card's thread
/// spends on a frame.
final class AfXdpThreadsBenchmark implements Benchmark {
    private static final String NAME = "af-xdp-threads";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "two queues of an AF_XDP backend over veth, transmit: one thread and two";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        int samples = settings.samples();
        double[][] thousands = new double[2][samples];
        double[][] cardNs = new double[2][samples];
        double[] otherNs = new double[samples];
        int[] seen = new int[2];
        try (VethPair pair = Benchmark.cable(0, AfXdpThreadsLoop.QUEUES)) {
            List<String> command = new ArrayList<>(pair.enter());
            command.addAll(AfXdpThreadsLoop.command(samples, settings.windowNs()));
            for (String line : CProgram.output(command)) {
                String[] words = line.split(" ", -1);
                int threads = Integer.parseInt(words[0]);
                int sample = seen[threads - 1]++;
                double frames = Double.parseDouble(words[1]);
                thousands[threads - 1][sample] = frames * 1e6 / Double.parseDouble(words[2]);
                cardNs[threads - 1][sample] = Double.parseDouble(words[3]) / frames;
                if (threads == 2) otherNs[sample] = Double.parseDouble(words[4]) / frames;
            }
        }
        double[] ratios = new double[samples];
        for (int i = 0; i < samples; i++) ratios[i] = thousands[1][i] / thousands[0][i];
        return List.of(
                Figure.rate(NAME + " one", "kframes/s", thousands[0]),
                Figure.rate(NAME + " two", "kframes/s", thousands[1]),
                Figure.rate(NAME + " two against one", "ratio", ratios),
                Figure.cost(NAME + " one, card's thread", "ns/frame", cardNs[0], null),
                Figure.cost(NAME + " two, card's thread", "ns/frame", cardNs[1], null),
                Figure.cost(NAME + " two, other thread", "ns/frame", otherNs, null));
    }
}
