package dev.doorbell.cli;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.NullMarked;
import picocli.CommandLine;

/// A copy of the program in a folder that every user can read: the build's own may lie in someone's
/// home.
final class SharedApplication implements AutoCloseable {
    private final Path folder;
    private final String classPath;

    SharedApplication() throws IOException {
        folder = Files.createTempDirectory("doorbell");
        allow(folder, "rwxr-xr-x");
        List<Path> parts = new ArrayList<>();
        for (Class<?> of : List.of(Main.class, CommandLine.class, Histogram.class, JsonFactory.class, NullMarked.class))
            parts.add(copy(origin(of), folder.resolve(of.getSimpleName())));
        classPath = parts.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path origin(Class<?> of) {
        try {
            return Path.of(
                    of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Path target = source.equals(from)
                        ? to
                        : to.resolve(from.relativize(source).toString());
                Files.copy(source, target);
                allow(target, Files.isDirectory(target) ? "rwxr-xr-x" : "rw-r--r--");
            }
        }
        return to;
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /// A folder in it where everybody may write.
    Path open(String name) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        allow(made, "rwxrwxrwx");
        return made;
    }

    /// A folder as of the sources, with the launcher and a build whose time nobody knows.
    ///
    /// @return the launcher
    Path launcher() throws IOException {
        Path home = folder.resolve("home");
        Path run = home.resolve("nic/target/run");
        Files.createDirectories(run);
        Files.createDirectories(home.resolve("nic/src/main"));
        Files.createFile(home.resolve("pom.xml"));
        Files.createFile(home.resolve("nic/pom.xml"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        String parts = Stream.of(classPath.split(File.pathSeparator, -1))
                .map(part -> Path.of(part).toUri().toString())
                .collect(Collectors.joining(" "));
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, parts);
        try (OutputStream jar = Files.newOutputStream(run.resolve("doorbell.jar"))) {
            new JarOutputStream(jar, manifest).finish();
        }
        Path launcher = Files.copy(Path.of("..", "doorbell"), home.resolve("doorbell"));
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : all.toList()) allow(path, "rwxr-xr-x");
        }
        return launcher;
    }

    /// The words that run a command of ours.
    List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                classPath,
                "dev.doorbell.cli.Main"));
        all.addAll(words);
        return all;
    }

    @Override
    public void close() throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException e) throws IOException {
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
