package dev.doorbell.lab.world;

import dev.doorbell.lab.ExperimentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Two ends of a cable in a network namespace of their own, with nobody else on it. Gone with this
/// object, with everybody who is in there, also when this JVM is told to end.
public final class VethPair implements AutoCloseable {
    /// The end that is measured.
    public static final String NEAR = "near";
    /// The end where traffic comes from, and goes to.
    public static final String FAR = "far";

    private static final int TRANSMITTED_COLUMN = 10; // of /proc/net/dev, proc_net(5), after the name

    private final String namespace;
    private final Thread undo = new Thread(this::remove, "end of a cable");

    private VethPair(String namespace) {
        this.namespace = namespace;
    }

    /// @throws ExperimentException without root, or without ip(8)
    public static VethPair open() throws ExperimentException {
        VethPair pair = new VethPair("doorbell-lab-" + ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(pair.undo);
        try {
            pair.run(List.of("ip", "netns", "add", pair.namespace));
            pair.inside("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>&- || :");
            pair.inside("ip link add " + NEAR + " type veth peer name " + FAR);
            for (String end : List.of(NEAR, FAR)) pair.inside("ip link set " + end + " up");
            return pair;
        } catch (ExperimentException e) {
            pair.close();
            throw new ExperimentException(
                    "a veth pair in a network namespace needs root and ip(8), run it as root: " + e.getMessage(), e);
        }
    }

    private void inside(String command) throws ExperimentException {
        List<String> words = new ArrayList<>(enter());
        words.addAll(List.of("sh", "-c", command));
        run(words);
    }

    private void run(List<String> command) throws ExperimentException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) throw new ExperimentException(said);
        } catch (IOException e) {
            throw new ExperimentException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExperimentException("interrupted", e);
        }
    }

    /// The words before a command that is to run beside the cable; they become the command.
    public List<String> enter() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /// Frames that the kernel has counted as sent by an end.
    ///
    /// @param pid of a process in there
    public static long transmitted(long pid, String end) throws ExperimentException {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "net", "dev"))) {
                String[] words = line.strip().split("[:\\s]+", -1);
                if (words[0].equals(end)) return Long.parseLong(words[TRANSMITTED_COLUMN]);
            }
        } catch (IOException e) {
            throw new ExperimentException("the kernel's counts cannot be read: " + e.getMessage(), e);
        }
        throw new ExperimentException("no interface " + end);
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
