package dev.doorbell.lab.world;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Two ends of a cable in a network namespace of their own, of as many queues each, with nobody else on
/// it: no IPv6. Gone with this object, with everybody who is in there, also when this JVM is told to end.
public final class VethPair implements AutoCloseable {
    /// The end that is measured.
    public static final String NEAR = "near";
    /// The end where traffic comes from, and goes to.
    public static final String FAR = "far";

    /// The columns of an interface in `/proc/net/dev`, proc_net(5).
    public enum Count {
        RECEIVED_FRAMES(2),
        TRANSMITTED_FRAMES(10);

        private final int column;

        Count(int column) {
            this.column = column;
        }
    }

    private final String namespace;
    private final Thread undo = new Thread(this::remove, "end of a cable");

    private VethPair(String namespace) {
        this.namespace = namespace;
    }

    /// @param owner  whose it is, for whoever finds the namespace
    /// @param number tells the pairs of this process apart
    /// @param queues of each end, each way
    /// @throws IOException without root, or without ip(8); the message says so
    public static VethPair open(String owner, int number, int queues) throws IOException {
        String count = " numtxqueues " + queues + " numrxqueues " + queues;
        VethPair pair =
                new VethPair("doorbell-" + owner + "-" + ProcessHandle.current().pid() + "-" + number);
        Runtime.getRuntime().addShutdownHook(pair.undo);
        try {
            pair.run(List.of("ip", "netns", "add", pair.namespace));
            pair.inside("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>&- || :");
            pair.inside("ip link add " + NEAR + count + " type veth peer name " + FAR + count);
            for (String end : List.of(NEAR, FAR)) pair.inside("ip link set " + end + " up");
            return pair;
        } catch (IOException e) {
            pair.close();
            throw new IOException(
                    "a veth pair in a network namespace needs root and ip(8), run it as root: " + e.getMessage(), e);
        }
    }

    private void inside(String command) throws IOException {
        List<String> words = new ArrayList<>(enter());
        words.addAll(List.of("sh", "-c", command));
        run(words);
    }

    private void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) throw new IOException(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// The words before a command that is to run beside the cable; they become the command.
    public List<String> enter() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /// What the kernel has counted at an end so far.
    ///
    /// @param pid of a process in there
    public static long count(long pid, String end, Count what) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "net", "dev"))) {
            String[] words = line.strip().split("[:\\s]+", -1);
            if (words[0].equals(end)) return Long.parseLong(words[what.column]);
        }
        throw new IOException("no interface " + end);
    }

    /// Nobody holds the namespace once everybody in there is gone, and its cable goes with it.
    private void remove() {
        String command =
                "for pid in $(ip netns pids " + namespace + "); do kill -9 $pid; done; ip netns del " + namespace;
        try {
            new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) { // without sh there was no namespace either
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(undo);
        } catch (IllegalStateException e) { // it is running already
            return;
        }
    }
}
