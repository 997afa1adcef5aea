package dev.doorbell.cli.lab;

import dev.doorbell.cli.terminal.Version;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/// The sources that this was built from, where the launcher that built them says where they lie.
final class Sources {
    private static final String DIRTY = "-dirty";

    private Sources() {}

    /// What tells this code from any other: version and commit, and a check sum of the jar where
    /// the commit alone does not tell.
    static String code() {
        String commit = commit();
        String code = Version.version() + (commit.isEmpty() ? "" : " " + commit);
        return commit.isEmpty() || commit.endsWith(DIRTY) ? code + jar() : code;
    }

    private static String jar() {
        CodeSource source = Sources.class.getProtectionDomain().getCodeSource();
        if (source == null) return "";
        try {
            Path jar = Path.of(source.getLocation().toURI());
            if (!Files.isRegularFile(jar)) return ""; // classes in a folder: a test's
            CRC32C sum = new CRC32C();
            sum.update(Files.readAllBytes(jar));
            return String.format(Locale.ROOT, " jar %08x", sum.getValue());
        } catch (IOException | URISyntaxException e) {
            return "";
        }
    }

    /// Their commit, with `-dirty` behind where something is changed; empty where there is none
    /// to know.
    static String commit() {
        String home = System.getenv("DOORBELL_HOME");
        if (home == null || !Files.exists(Path.of(home, ".git"))) return "";
        try {
            Process git = new ProcessBuilder(
                            List.of("git", "-C", home, "describe", "--always", "--dirty", "--abbrev=12"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return ""; // no git here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
