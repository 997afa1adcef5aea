package dev.doorbell.bench;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of the sources, with the launcher in it.
///
/// @param folder above `bench/target`, where this class was loaded from
record Home(Path folder) {
    static Home find() throws URISyntaxException {
        Path jar = Path.of(
                Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path target = jar.getParent();
        Path bench = target == null ? null : target.getParent();
        Path folder = bench == null ? null : bench.getParent();
        return new Home(folder == null ? Path.of(".") : folder);
    }

    /// The launcher.
    Path launcher() throws Benchmark.UnavailableException {
        Path launcher = folder.resolve("doorbell");
        if (Files.isExecutable(launcher)) return launcher;
        throw new Benchmark.UnavailableException("no launcher " + launcher);
    }
}
