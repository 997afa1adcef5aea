package dev.doorbell.backend.afxdp;

import dev.doorbell.linux.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace that the test's thread is in until this is closed, with pairs of veth
/// interfaces. It has no name and goes with the thread. Needs root and iproute2; a test without them is
/// skipped.
public final class VethNetwork implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final NetworkNamespace namespace = NetworkNamespace.enter();

    /// Makes two interfaces that are each other's wire, up and silent.
    ///
    /// @return their names
    public List<String> pair(int queues, int mtuBytes) {
        String number = Integer.toString(NUMBER.getAndIncrement());
        List<String> names = List.of("dba" + number, "dbb" + number);
        remake(names, queues, mtuBytes);
        return names;
    }

    /// As [#pair] with names that are free again.
    public void remake(List<String> names, int queues, int mtuBytes) {
        namespace.veth(names.getFirst(), names.getLast(), queues, mtuBytes);
    }

    /// `ip ARGUMENTS` inside.
    public void ip(String... arguments) {
        namespace.ip(arguments);
    }

    /// Runs a command inside, which must succeed.
    public static void require(List<String> command) {
        int result = run(command);
        if (result != 0) throw new IllegalStateException(String.join(" ", command) + " ended with " + result);
    }

    /// Runs a command inside.
    ///
    /// @return its exit status
    public static int run(List<String> command) {
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

    /// Goes back to where the thread was; the namespace and its interfaces go.
    @Override
    public void close() {
        namespace.close();
    }
}
