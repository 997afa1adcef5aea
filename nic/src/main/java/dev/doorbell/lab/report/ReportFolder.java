package dev.doorbell.lab.report;

import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Where results' files go: a folder that is known to take files before anything runs. A file
/// appears whole or not at all.
public final class ReportFolder {
    private final Path folder;

    private ReportFolder(Path folder) {
        this.folder = folder;
    }

    /// Makes the folder where it is not there, and tries it.
    ///
    /// @param option that named it, for messages: `--out`
    /// @throws OptionException when it cannot be made or written
    public static ReportFolder open(String option, String path) throws OptionException {
        try {
            Path folder = Path.of(path);
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".doorbell", ".try"));
            return new ReportFolder(folder);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new OptionException(option + " " + Words.oneLine(path) + ": " + reason(e)
                    + "; name a folder that can be made and written");
        }
    }

    public Path path() {
        return folder;
    }

    /// Writes NAME.csv (and NAME-TABLE.csv for each further table), NAME.json and NAME.html.
    public void write(Report report) throws IOException {
        for (Report.NamedTable table : report.tables()) {
            String name = table.first() ? report.name() : report.name() + "-" + table.name();
            write(name + ".csv", CsvReport.of(table.table()));
        }
        write(report.name() + ".json", JsonReport.of(report) + "\n");
        write(report.name() + ".html", HtmlReport.of(report));
    }

    /// Writes a file beside its place and moves it there.
    public void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Path beside = Files.createTempFile(folder, "." + name, ".new");
        try {
            Files.writeString(beside, text, StandardCharsets.UTF_8);
            Files.setPosixFilePermissions(beside, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof AccessDeniedException) return "permission denied";
        if (e instanceof FileAlreadyExistsException) return "there is a file of that name";
        if (e instanceof FileSystemException file && file.getReason() != null) return file.getReason();
        return Words.oneLine(String.valueOf(e.getMessage()));
    }
}
