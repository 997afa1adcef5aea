package dev.doorbell.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The sources that this was built from, where the launcher that built them says where they lie.
final class Sources {
    private Sources() {}

    /// Their commit, with `-dirty` behind where something is changed; empty where there is none to know.
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
