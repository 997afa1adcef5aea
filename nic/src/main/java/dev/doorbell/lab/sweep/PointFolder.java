package dev.doorbell.lab.sweep;

import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.ResultTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A folder with the finished points of one sweep, and a file that says which sweep that is. A
/// point's file appears whole, with its bytes on the disk, or not at all. One process uses the
/// folder at a time.
///
/// Different points may be read and written by different threads.
final class PointFolder implements Closeable {
    private static final String LABEL = "sweep.txt";
    private static final long MOST_BYTES = 64L << 20; // of a file that may be a point's

    private final Path folder;
    private final String sweep; // a digest of what the sweep is
    private final FileChannel lock;

    private PointFolder(Path folder, String sweep, FileChannel lock) {
        this.folder = folder;
        this.sweep = sweep;
        this.lock = lock;
    }

    /// Makes the folder, or finds what is in it.
    ///
    /// @param label what the sweep is, lines of `name value`
    /// @param anew  whether the points of another sweep may go
    /// @throws ExperimentException when it belongs to another sweep or process
    static PointFolder open(Path folder, List<String> label, boolean anew) throws ExperimentException {
        FileChannel lock = null;
        try {
            Files.createDirectories(folder);
            lock = locked(folder);
            PointFolder points =
                    new PointFolder(folder, HexFormat.of().formatHex(Grid.digest(String.join("\n", label))), lock);
            points.take(label, anew);
            return points;
        } catch (IOException e) {
            close(lock);
            throw new ExperimentException(folder + ": cannot keep points there: " + e.getMessage(), e);
        } catch (ExperimentException e) {
            close(lock);
            throw e;
        }
    }

    private static FileChannel locked(Path folder) throws IOException, ExperimentException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(); // until the channel closes
            if (lock != null) return channel;
        } catch (OverlappingFileLockException e) {
            // this process has it: said below
        }
        channel.close();
        throw new ExperimentException(folder + ": another sweep writes there; wait for it, or take another --out");
    }

    private static void close(@org.jspecify.annotations.Nullable FileChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException e) {
            // nothing was written through it
        }
    }

    private void take(List<String> label, boolean anew) throws IOException, ExperimentException {
        String ours = String.join("\n", label) + "\n";
        String there = label();
        if (!there.equals(ours)) {
            if (!anew && (!there.isEmpty() || hasPoints()))
                throw new ExperimentException(folder + " holds the points of another sweep (" + difference(there, label)
                        + "); take another --out, or --anew to begin again there");
            clear("point-.*|\\.point-.*");
            write(LABEL, ours.getBytes(StandardCharsets.UTF_8));
        } else {
            clear("\\.point-.*"); // begun by somebody who was killed
        }
    }

    private String label() throws IOException {
        try {
            byte[] bytes = read(folder.resolve(LABEL));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) return new byte[0];
        return Files.readAllBytes(file);
    }

    /// The first line that is not as it would be, for the message.
    private static String difference(String there, List<String> label) {
        List<String> lines = there.lines().toList();
        for (int i = 0; i < label.size(); i++) {
            String line = i < lines.size() ? lines.get(i) : "nothing";
            if (!line.equals(label.get(i))) return "it has " + brief(line) + ", this one " + brief(label.get(i));
        }
        return "it says more";
    }

    private static String brief(String line) {
        String printable = line.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 80 ? printable : printable.substring(0, 77) + "...";
    }

    private boolean hasPoints() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("point-"));
        }
    }

    private void clear(String names) throws IOException {
        List<Path> stale;
        try (Stream<Path> files = Files.list(folder)) {
            stale = files.filter(file -> file.getFileName().toString().matches(names))
                    .toList();
        }
        for (Path file : stale) Files.delete(file);
    }

    Path path() {
        return folder;
    }

    /// Whether there is a file of that point's name, whatever is in it.
    boolean has(Grid.Point point) {
        return Files.exists(folder.resolve(name(point)));
    }

    /// What was kept of the point; empty when there is nothing, or nothing to be trusted.
    Optional<ResultTable> read(Grid.Point point) throws ExperimentException {
        if (!has(point)) return Optional.empty();
        try {
            return PointFile.decode(head(point), read(folder.resolve(name(point))));
        } catch (IOException e) {
            throw new ExperimentException(folder + ": cannot read " + name(point) + ": " + e.getMessage(), e);
        }
    }

    void write(Grid.Point point, ResultTable table) throws ExperimentException {
        try {
            write(name(point), PointFile.encode(head(point), table));
        } catch (IOException e) {
            throw new ExperimentException(folder + ": cannot write " + name(point) + ": " + e.getMessage(), e);
        }
    }

    private List<String> head(Grid.Point point) {
        return List.of("doorbell sweep point 1", sweep, point.toString(), "seed " + point.seed());
    }

    private static String name(Grid.Point point) {
        return String.format(Locale.ROOT, "point-%05d.txt", point.index());
    }

    /// The bytes are on the disk before the name is.
    private void write(String name, byte[] bytes) throws IOException {
        Path beside = folder.resolve("." + name + ".new");
        try (FileChannel file = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) file.write(rest);
            file.force(true);
        }
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    @Override
    public void close() {
        close(lock);
    }
}
