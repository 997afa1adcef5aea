package dev.doorbell.lab.world;

import dev.doorbell.lab.ExperimentException;
import dev.doorbell.lab.Watcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A stock Linux guest on stock QEMU, with a card of ours or of QEMU's own, measured by the script
/// `guest/measure` of the checkout.
///
/// Needs root, for a tap in a network namespace; QEMU and the guest are fetched on first use.
public final class GuestMeasurement {
    /// What one boot found.
    public static final class Found {
        private final Map<String, Double> numbers;

        private Found(Map<String, Double> numbers) {
            this.numbers = Map.copyOf(numbers);
        }

        /// A figure, such as `transmit.kpps`, with its spread over the windows; empty when it was not
        /// measured.
        public Optional<Spread> figure(String name) {
            Double least = numbers.get(name + ".minimum");
            Double median = numbers.get(name + ".median");
            Double most = numbers.get(name + ".maximum");
            if (least == null || median == null || most == null) return Optional.empty();
            return Optional.of(new Spread(least, median, most));
        }
    }

    private static final String HOME = "DOORBELL_HOME"; // the launcher says where the sources are
    private static final long LOOK_MS = 200;
    private static final int LOOKS = 10 * 60 * 5; // ten minutes: no boot takes that long
    private static final int PATIENCE_SECONDS = 30;

    private final Path scripts;

    private GuestMeasurement(Path scripts) {
        this.scripts = scripts;
    }

    /// Finds the scripts, and fetches QEMU and the guest where they are missing.
    ///
    /// @throws ExperimentException when this machine cannot: what is missing and what to do
    public static GuestMeasurement open(Watcher watcher) throws ExperimentException {
        Path scripts = scripts();
        if (!isRoot()) throw new ExperimentException("a guest's tap and network namespace need root: run it as root");
        if (!Files.exists(Path.of("/dev/net/tun")))
            throw new ExperimentException("this kernel has no /dev/net/tun for the guest's tap: load the module tun");
        GuestMeasurement guest = new GuestMeasurement(scripts);
        guest.output(List.of(scripts.resolve("fetch").toString()), watcher);
        return guest;
    }

    /// The folder `guest/` of the checkout: the launcher's, or in or above the current folder.
    private static Path scripts() throws ExperimentException {
        String home = System.getenv(HOME);
        for (Path at = Path.of(home == null ? "" : home).toAbsolutePath(); at != null; at = at.getParent())
            if (Files.isExecutable(at.resolve("guest/measure"))) return at.resolve("guest");
        throw new ExperimentException("the jar holds no guest: run ./doorbell lab in the folder of the sources");
    }

    private static boolean isRoot() throws ExperimentException {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            throw new ExperimentException("cannot tell who runs this: " + e.getMessage(), e);
        }
    }

    /// Boots a guest with a card of ours, from the classes of this process.
    ///
    /// @param device the card's words without id, socket and netdev
    /// @param words  more for `guest/measure`
    public Found ours(String device, List<String> words, Watcher watcher) throws ExperimentException {
        StringBuilder serve = new StringBuilder("exec");
        for (String word : ServingProcess.serve())
            serve.append(" '").append(word.replace("'", "'\\''")).append('\'');
        serve.append(" --device ").append(device).append(",id=nic0,socket=$SOCKET,netdev=n0");
        serve.append(" --netdev tap,id=n0,ifname=$TAP --stats 0.25"); // which tells exits
        List<String> all = new ArrayList<>(List.of("--serve", serve.toString()));
        all.addAll(words);
        return measure(all, watcher);
    }

    /// Boots a guest with a card of QEMU's own.
    ///
    /// @param device such as `e1000`
    public Found qemus(String device, List<String> words, Watcher watcher) throws ExperimentException {
        List<String> all = new ArrayList<>(List.of("--device", device));
        all.addAll(words);
        return measure(all, watcher);
    }

    private Found measure(List<String> words, Watcher watcher) throws ExperimentException {
        List<String> command =
                new ArrayList<>(List.of(scripts.resolve("measure").toString()));
        command.addAll(words);
        String json = output(command, watcher);
        try {
            return new Found(JsonNumbers.parse(json));
        } catch (IOException e) {
            throw new ExperimentException("guest/measure printed no JSON but: " + json.strip(), e);
        }
    }

    /// Runs a script to its end.
    ///
    /// @return its standard output
    private String output(List<String> command, Watcher watcher) throws ExperimentException {
        Path out = null;
        Path errors = null;
        try {
            out = Files.createTempFile("doorbell-lab", ".out");
            errors = Files.createTempFile("doorbell-lab", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = await(process, watcher);
            if (watcher.stopped()) throw new ExperimentException("stopped while a guest was measured");
            String name = "guest/" + Path.of(command.getFirst()).getFileName();
            if (!ended) throw new ExperimentException(name + " did not end in time: " + lastLine(errors));
            if (process.exitValue() != 0)
                throw new ExperimentException(name + " failed: " + lastLine(errors) + "; guest/README.md helps");
            return Files.readString(out);
        } catch (IOException e) {
            throw new ExperimentException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExperimentException("interrupted", e);
        } finally {
            delete(out);
            delete(errors);
        }
    }

    /// Waits for the end, asking now and then whether to give up; a script that is told to end cleans up
    /// after itself.
    private static boolean await(Process process, Watcher watcher) throws InterruptedException {
        Thread undo = new Thread(process::destroy, "end of a guest");
        Runtime.getRuntime().addShutdownHook(undo);
        try {
            for (int i = 0; i < LOOKS && !watcher.stopped(); i++)
                if (process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) return true;
            process.destroy();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
            return false;
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(undo);
            } catch (IllegalStateException e) { // it is running already
                process.destroy();
            }
        }
    }

    /// Whether a script says it itself, not a console or a program that it shows.
    private static boolean isWord(String line) {
        return line.startsWith("guest/");
    }

    private static String lastLine(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.reduce((last, line) -> isWord(last) && !isWord(line) ? last : line)
                    .orElse("it said nothing");
        } catch (IOException e) {
            return "what it said cannot be read";
        }
    }

    private static void delete(@org.jspecify.annotations.Nullable Path file) {
        try {
            if (file != null) Files.deleteIfExists(file);
        } catch (IOException e) { // a temporary file that stays harms nobody
            return;
        }
    }
}
