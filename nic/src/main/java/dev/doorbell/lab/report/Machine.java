package dev.doorbell.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a result was made with, as its pages and JSON say; the text of a result has none of it.
///
/// @param version of Doorbell
/// @param commit  of its sources; empty where it is not known
/// @param cpu     model
/// @param cores   that this process may use
/// @param made    when, UTC, to the second: `2026-11-21 16:00:00`; empty for results that are to
/// be the same every time
public record Machine(String version, String commit, String jdk, String kernel, String cpu, int cores, String made) {
    /// This one.
    public static Machine here(String version, String commit, String made) {
        String jdk = System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
        String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
        int cores = Runtime.getRuntime().availableProcessors();
        return new Machine(version, commit, jdk, kernel, processor(), cores, made);
    }

    /// Doorbell's version, with the commit where it is known.
    public String doorbell() {
        return commit.isEmpty() ? version : version + " (" + commit + ")";
    }

    private static String processor() {
        String architecture = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException e) {
            return architecture;
        }
    }
}
