package dev.doorbell.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A stock Linux guest on stock QEMU, and a way to run commands in it: `guest/run` and `guest/agent` from Java.
///
/// Its console is kept in `target/guest/NAME.log`, QEMU's own words in `target/guest/NAME.qemu.log`; the ends of both
/// are
/// part of every failure. QEMU dies with this object, and with this JVM however that ends. Any thread may use it.
public final class GuestMachine implements AutoCloseable {
    private static final int QUOTED_LINES = 25;
    private static final String ENDED = ""; // in place of a kernel's release
    private static final Duration END_LIMIT = Duration.ofSeconds(15);

    private final Path consoleLog;
    private final Path qemuLog;
    private final Process qemu;
    private final SocketChannel agent;
    private final LinkedBlockingQueue<String> ready = new LinkedBlockingQueue<>();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicInteger commands = new AtomicInteger();

    private record Pending(String command, CompletableFuture<Result> result) {}

    /// What to boot. Nothing happens before [#boot].
    public static final class Plan {
        private final String name;
        private final List<String> options = new ArrayList<>();
        private final List<String> extra = new ArrayList<>();
        private @Nullable NetworkNamespace namespace;

        private Plan(String name) {
            this.name = name;
        }

        /// Modules to load at start, in this order; parameters after colons: `e1000:debug=16`.
        public Plan modules(String... modules) {
            return append("doorbell.modules=" + String.join(",", modules));
        }

        /// Words for the kernel's command line.
        public Plan append(String words) {
            return options("--append", words);
        }

        /// A card behind this vfio-user socket; properties of `vfio-user-pci` as `name=value`.
        public Plan vfioUser(Path socket, String... properties) {
            StringBuilder word = new StringBuilder(socket.toString());
            for (String property : properties) word.append(',').append(property);
            return options("--vfio-user", word.toString());
        }

        /// Options of `guest/run`, such as `--no-memfd` or `--memory`, `1G`.
        public Plan options(String... words) {
            options.addAll(List.of(words));
            return this;
        }

        /// Words for QEMU itself.
        public Plan qemu(String... words) {
            extra.addAll(List.of(words));
            return this;
        }

        /// Runs QEMU in this namespace, for taps of its own.
        public Plan inside(NetworkNamespace where) {
            namespace = where;
            return this;
        }

        /// Boots, and returns when the guest has announced itself.
        ///
        /// @throws AssertionError when it does not in time, with the console's last lines
        public GuestMachine boot(Duration limit) {
            GuestMachine guest;
            try {
                guest = new GuestMachine(this, limit);
            } catch (IOException e) {
                throw new AssertionError("the guest " + name + " cannot be started", e);
            }
            try {
                guest.awaitReady(limit);
                return guest;
            } catch (AssertionError e) {
                guest.close();
                throw e;
            }
        }
    }

    /// @param name the log's name: letters, digits, dashes; one per test
    public static Plan named(String name) {
        return new Plan(name);
    }

    private GuestMachine(Plan plan, Duration limit) throws IOException {
        Path logs = Path.of("target", "guest");
        Files.createDirectories(logs);
        consoleLog = logs.resolve(plan.name + ".log").toAbsolutePath();
        qemuLog = logs.resolve(plan.name + ".qemu.log").toAbsolutePath();
        Files.deleteIfExists(consoleLog);
        Path scratch = Files.createTempDirectory("doorbell-guest"); // short: a socket's path has room for 107 bytes
        Path socket = scratch.resolve("agent");
        List<String> words = new ArrayList<>(List.of(
                GuestRequirements.folder().resolve("run").toString(),
                "--end-with-stdin",
                "--console",
                "file:" + consoleLog,
                "--agent",
                socket.toString()));
        words.addAll(plan.options);
        words.add("--");
        words.addAll(plan.extra);
        try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    accepted.complete(door.accept());
                } catch (IOException e) {
                    accepted.completeExceptionally(e);
                }
            });
            qemu = new ProcessBuilder(plan.namespace == null ? words : plan.namespace.command(words))
                    .redirectErrorStream(true)
                    .redirectOutput(qemuLog.toFile())
                    .start();
            var _ = qemu.onExit().thenAccept(p -> accepted.completeExceptionally(new IOException("QEMU ended")));
            try {
                agent = accepted.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                qemu.destroyForcibly();
                throw failure("QEMU did not come as far as its devices", e);
            } catch (InterruptedException e) {
                qemu.destroyForcibly();
                Thread.currentThread().interrupt();
                throw failure("interrupted", e);
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(scratch);
        }
        Thread.ofVirtual().name("guest " + plan.name).start(this::listen);
    }

    /// Waits for the guest to announce itself, as it does once after each boot.
    ///
    /// @return its kernel's release
    public String awaitReady(Duration limit) {
        try {
            String release = ready.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (release == null) throw failure("the guest was not ready within " + limit.toSeconds() + " s", null);
            if (release.equals(ENDED)) throw failure("the machine ended before the guest was ready", null);
            return release;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted", e);
        }
    }

    /// Runs shell commands in the guest, of one line or many, and waits. They may leave processes behind: done is
    /// done when the shell ends.
    ///
    /// @throws AssertionError when it is not done in time (it is then killed) or the machine ends
    public Result run(String command, Duration limit) {
        String id = "j" + commands.incrementAndGet();
        CompletableFuture<Result> result = start(id, command);
        try {
            return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            send("STOP " + id);
            throw failure("not done after " + limit.toSeconds() + " s: " + command, e);
        } catch (ExecutionException e) {
            throw failure("the machine ended before this was done: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted", e);
        }
    }

    /// Runs a command and gives its output, as [#run] with 20 s.
    ///
    /// @throws AssertionError also when the command's status is not 0
    public String ask(String command) {
        return run(command, Duration.ofSeconds(20)).succeeded();
    }

    /// Switches a network interface of the guest on, gives it an address (`192.0.2.2/24`) and waits for its link, 15 s
    /// at
    /// most: frames sent before the driver has seen the link would be late or lost.
    public void raise(String interfaceName, String address) {
        ask("""
                ip addr add %2$s dev %1$s && ip link set %1$s up || exit 1
                i=0
                while [ "$(cat /sys/class/net/%1$s/carrier)" != 1 ]; do
                    [ $i -lt 150 ] || { echo "%1$s has no link"; ip addr; dmesg | tail; exit 1; }
                    sleep 0.1; i=$((i + 1))
                done""".formatted(interfaceName, address));
    }

    /// Starts a command and returns at once. The result fails when the machine ends first.
    public CompletableFuture<Result> start(String command) {
        return start("j" + commands.incrementAndGet(), command);
    }

    private CompletableFuture<Result> start(String id, String command) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        pending.put(id, new Pending(command, result));
        send("SCRIPT " + id + " " + Base64.getEncoder().encodeToString(command.getBytes(StandardCharsets.UTF_8)));
        if (!qemu.isAlive()) failPending(); // it may have ended before the command was in the table
        return result;
    }

    private synchronized void send(String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) agent.write(bytes);
        } catch (IOException e) {
            throw failure("the machine does not listen", e);
        }
    }

    /// The agent's answers, until QEMU closes the line.
    private void listen() {
        try (BufferedReader lines = new BufferedReader(Channels.newReader(agent, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("READY")) ready.add(words[1]);
                if (words[0].equals("DONE")) {
                    StringBuilder encoded = new StringBuilder();
                    String end = "END " + words[1];
                    for (line = lines.readLine(); line != null && !line.equals(end); line = lines.readLine())
                        encoded.append(line);
                    Pending done = pending.remove(words[1]);
                    if (done != null && line != null) complete(done, words, encoded.toString());
                    if (line == null) break;
                }
            }
        } catch (IOException e) {
            // the line is down: the same as its end
        } finally {
            ready.add(ENDED);
            failPending();
        }
    }

    private void complete(Pending done, String[] words, String encoded) {
        byte[] output = Base64.getDecoder().decode(encoded);
        if (output.length == Integer.parseInt(words[3]))
            done.result.complete(new Result(done.command, Integer.parseInt(words[2]), output));
        else
            done.result.completeExceptionally(
                    new IOException(output.length + " bytes came of " + words[3] + " the guest sent"));
    }

    private void failPending() {
        for (String id : List.copyOf(pending.keySet())) {
            Pending lost = pending.remove(id);
            if (lost != null) lost.result.completeExceptionally(new IOException("the machine ended"));
        }
    }

    /// Whether QEMU runs.
    public boolean isAlive() {
        return qemu.isAlive();
    }

    /// QEMU's process id.
    public long pid() {
        return qemu.pid();
    }

    /// Kills QEMU as a crash would (SIGKILL) and waits until it is gone.
    public void kill() {
        qemu.destroyForcibly();
        awaitEnd(END_LIMIT);
    }

    /// Lets the guest switch itself off, as a person would, and waits until QEMU has ended.
    public void quit() {
        if (qemu.isAlive()) {
            var _ = start("poweroff -f");
            awaitEnd(END_LIMIT);
        }
    }

    /// Waits until QEMU has ended.
    public void awaitEnd(Duration limit) {
        try {
            if (!qemu.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS))
                throw failure("QEMU had not ended after " + limit.toSeconds() + " s", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted", e);
        }
    }

    /// The guest's console so far.
    public String console() {
        return read(consoleLog);
    }

    /// Kills QEMU if it still runs.
    @Override
    public void close() {
        kill();
        try {
            agent.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AssertionError failure(String what, @Nullable Throwable cause) {
        return new AssertionError(
                what + "\n--- " + consoleLog + ":\n" + end(read(consoleLog)) + "\n--- " + qemuLog + ":\n"
                        + end(read(qemuLog)),
                cause);
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static String end(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
    }
}
