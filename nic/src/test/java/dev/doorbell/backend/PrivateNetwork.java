package dev.doorbell.backend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace of one test, with a bridge in it. Needs root and iproute2; a test without them is
/// skipped.
final class PrivateNetwork implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "dbb" + ProcessHandle.current().pid() % 100_000 + "-" + NUMBER.getAndIncrement();

    PrivateNetwork() {
        int result = run(List.of("ip", "netns", "add", name));
        assumeTrue(result == 0, "no network namespace here (needs root and iproute2)");
        ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        ip("link", "set", "br0", "addrgenmode", "none");
        ip("link", "set", "br0", "up");
    }

    /// A name for an interface, unique on this machine until it is moved in here.
    String interfaceName(String suffix) {
        return name + suffix;
    }

    /// Moves an interface of the machine into this network, plugs it into the bridge and takes it up.
    void adopt(String ifname) {
        require(List.of("ip", "link", "set", ifname, "netns", name));
        ip("link", "set", ifname, "addrgenmode", "none");
        ip("link", "set", ifname, "master", "br0");
        ip("link", "set", ifname, "up");
    }

    /// `ip ARGUMENTS` inside.
    void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        require(command);
    }

    @Override
    public void close() {
        run(List.of("ip", "netns", "del", name));
    }

    private static void require(List<String> command) {
        int result = run(command);
        if (result != 0) throw new IllegalStateException(String.join(" ", command) + " ended with " + result);
    }

    private static int run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command) // no pipes: they would be descriptors of this process
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor();
        } catch (IOException e) {
            return 127;
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
