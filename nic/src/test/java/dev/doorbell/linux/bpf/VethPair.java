package dev.doorbell.linux.bpf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Files;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Two interfaces that are each other's wire, of one test. Needs root and iproute2; a test without them is skipped.
final class VethPair implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "dbx" + ProcessHandle.current().pid() % 1_000_000 + "n" + NUMBER.getAndIncrement();

    VethPair(int queues) {
        List<String> add = new ArrayList<>(List.of("ip", "link", "add", near(), "numrxqueues", "" + queues));
        add.addAll(List.of("numtxqueues", "" + queues, "type", "veth", "peer", "name", far()));
        add.addAll(List.of("numrxqueues", "" + queues, "numtxqueues", "" + queues));
        assumeTrue(run(add) == 0, "no veth interfaces here (needs root and iproute2)");
        for (String ifname : List.of(near(), far())) {
            ip("link", "set", ifname, "addrgenmode", "none");
            ip("link", "set", ifname, "up");
        }
    }

    String near() {
        return name + "a";
    }

    String far() {
        return name + "b";
    }

    int index(String ifname) {
        try {
            String text = java.nio.file.Files.readString(java.nio.file.Path.of("/sys/class/net", ifname, "ifindex"));
            return Integer.parseInt(text.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the kernel says of an interface: `... xdp ...` or `xdpgeneric` and the program's number while it has one.
    String show(String ifname) {
        return output("ip", "link", "show", ifname);
    }

    static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        int result = run(command);
        if (result != 0) throw new IllegalStateException(String.join(" ", command) + " ended with " + result);
    }

    @Override
    public void close() {
        run(List.of("ip", "link", "delete", near()));
    }

    static int run(List<String> command) {
        try {
            return new ProcessBuilder(command) // no pipes: they would be descriptors of this process
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return 127;
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    static String output(String... command) {
        try {
            File file = File.createTempFile("doorbell", ".out");
            try {
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(file)
                        .start()
                        .waitFor();
                return java.nio.file.Files.readString(file.toPath());
            } finally {
                Files.unlink(file.getPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
