package dev.doorbell.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What tests ask the kernel about descriptors, through `/proc` and not through the code under test.
public final class TestFiles {
    private static final int O_CLOEXEC = 02000000;

    private TestFiles() {}

    /// What this process has open, by kind. The JVM opens
    /// jars, libraries and devices when it likes: left out.
    public static List<String> open() {
        try (Stream<Path> numbers = java.nio.file.Files.list(Path.of("/proc/self/fd"))) {
            return numbers.map(TestFiles::target)
                    .filter(Objects::nonNull)
                    .filter(target -> !target.matches(".*\\.(jar|so[.\\d]*|class)|.*/modules|/dev/.*random|/proc/.*"))
                    .map(target -> target.replaceAll("\\[\\d+]", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String target(Path number) {
        try {
            return java.nio.file.Files.readSymbolicLink(number).toString();
        } catch (IOException e) {
            return null; // closed meanwhile
        }
    }

    public static boolean closesOnExec(int fd) {
        try {
            return java.nio.file.Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
                    .anyMatch(flags -> (flags & O_CLOEXEC) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean isOpen(int fd) {
        return java.nio.file.Files.exists(Path.of("/proc/self/fd/" + fd), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    /// A socket that is neither bound nor connected.
    public static int tcpSocket() {
        return Sockets.create(SocketAddress.AF_INET, Sockets.SOCK_STREAM);
    }
}
