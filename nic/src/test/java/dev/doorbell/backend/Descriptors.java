package dev.doorbell.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Counts open taps, sockets and event descriptors of this process: what a backend could leak. Pipes and
/// files, which the JVM opens and closes as it likes (for child processes, say), are left out.
public final class Descriptors {
    private Descriptors() {}

    public static long count() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(Descriptors::isOurs).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOurs(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("socket:") || target.startsWith("anon_inode:") || target.equals("/dev/net/tun");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
