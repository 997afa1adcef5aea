package dev.doorbell.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// What tests ask the kernel about a descriptor, through `/proc` and not through the code under test.
final class TestFiles {
    private static final int O_CLOEXEC = 02000000;

    private TestFiles() {}

    static boolean closesOnExec(int fd) {
        try {
            return java.nio.file.Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
                    .anyMatch(flags -> (flags & O_CLOEXEC) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
