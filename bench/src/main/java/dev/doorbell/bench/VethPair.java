package dev.doorbell.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Two ends of a cable in a network namespace of their own, of as many queues each, with nobody else on
/// it: no IPv6. Frames go through AF_XDP only, whose frames are whole whatever offloads an end has. Gone
/// with this object, also when this JVM is interrupted.
final class VethPair implements AutoCloseable {
    /// The end that is measured.
    static final String NEAR = "near";
    /// The end where traffic comes from, and goes to.
    static final String FAR = "far";

    /// The columns of an interface in proc_net(5), `/proc/net/dev`.
    enum Count {
        RECEIVE_FRAMES(1),
        TRANSMIT_FRAMES(9);

        private final int column;

        Count(int column) {
            this.column = column;
        }
    }

    private final String namespace;
    private final Thread undo;

    private VethPair(String namespace) {
        this.namespace = namespace;
        undo = new Thread(this::remove);
        Runtime.getRuntime().addShutdownHook(undo);
    }

    /// @param number tells the pairs of this process apart
    /// @throws Benchmark.UnavailableException without root, or without ip(8)
    static VethPair open(int number) throws InterruptedException, IOException, Benchmark.UnavailableException {
        return open(number, 1);
    }

    /// @param queues of each end, each way
    static VethPair open(int number, int queues)
            throws InterruptedException, IOException, Benchmark.UnavailableException {
        String count = " numtxqueues " + queues + " numrxqueues " + queues;
        VethPair pair = new VethPair("doorbell-bench-" + ProcessHandle.current().pid() + "-" + number);
        try {
            CProgram.output(List.of("ip", "netns", "add", pair.namespace));
            pair.inside("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>&- || :");
            pair.inside("ip link add " + NEAR + count + " type veth peer name " + FAR + count);
            for (String end : List.of(NEAR, FAR)) pair.inside("ip link set " + end + " up");
            return pair;
        } catch (IOException e) {
            pair.close();
            throw new Benchmark.UnavailableException("needs root and ip(8) for a veth pair: " + e.getMessage());
        }
    }

    private void inside(String command) throws IOException, InterruptedException {
        CProgram.output(List.of("ip", "netns", "exec", namespace, "sh", "-c", command));
    }

    /// The words that run a command beside the cable; `ip` becomes the command.
    List<String> enter() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /// What an end has counted so far.
    ///
    /// @param pid of a process in there
    static long count(long pid, String end, Count what) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "net", "dev"))) {
            String[] words = line.strip().split("[:\\s]+", -1);
            if (words[0].equals(end)) return Long.parseLong(words[what.column + 1]);
        }
        throw new IOException("no interface " + end);
    }

    /// Ends whoever is in there, stopped ones too; then nobody holds the namespace, and its cable goes with it.
    private void remove() {
        String command =
                "for pid in $(ip netns pids " + namespace + "); do kill -9 $pid; done; ip netns del " + namespace;
        try {
            new ProcessBuilder("sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            System.err.println("doorbell bench: " + namespace + " stays: " + e.getMessage());
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
