package dev.doorbell.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How long a user waits for a card, and what it takes while nothing happens.
final class ReadyBenchmark implements Benchmark {
    private static final double NS_PER_MS = 1e6;

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String description() {
        return "./doorbell serve: time to its ready line, launcher included, and memory of an idle card";
    }

    @Override
    public List<Figure> run(Settings settings) throws Exception {
        Path folder = Files.createTempDirectory("doorbell-bench");
        try {
            try (ServeProcess first = new ServeProcess(settings.home(), folder)) { // builds what is stale
                first.stop();
            }
            double[] readyMs = new double[settings.samples()];
            double[] residentMiB = new double[settings.samples()];
            for (int i = 0; i < settings.samples(); i++) {
                try (ServeProcess serve = new ServeProcess(settings.home(), folder)) {
                    readyMs[i] = serve.readyNs() / NS_PER_MS;
                    Thread.sleep(500); // its start-up is over
                    residentMiB[i] = serve.residentMiB();
                    serve.stop();
                }
            }
            return List.of(
                    Figure.cost("serve ready", "ms", readyMs, null),
                    Figure.cost("serve resident idle", "MiB", residentMiB, null));
        } finally {
            Files.deleteIfExists(folder);
        }
    }
}
