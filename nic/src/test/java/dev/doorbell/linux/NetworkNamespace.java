package dev.doorbell.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A network namespace that the calling thread is in until [#close], alone: unshare(2). It has no name, so what is
/// made in it goes with the thread and its sockets whatever happens. Needs root; a test without is skipped. Commands
/// that the thread starts run inside, too.
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final SystemCall UNSHARE = SystemCall.of("unshare");
    private static final SystemCall SETNS = SystemCall.of("setns");

    private final long threadId = Thread.currentThread().threadId();
    private int outside;

    private NetworkNamespace(int outside) {
        this.outside = outside;
    }

    public static NetworkNamespace enter() {
        int outside = Files.open("/proc/thread-self/ns/net", Files.O_RDONLY, 0);
        assumeTrue(outside >= 0, "no network namespaces in this kernel");
        int result = UNSHARE.call(CLONE_NEWNET);
        if (result < 0) Files.close(outside);
        assumeTrue(result == 0, "no network namespace here (needs root): " + Errno.name(result));
        return new NetworkNamespace(outside);
    }

    /// A veth pair without addresses, both ends up: frames into one come out of the other.
    public void veth(String left, String right, int queues, int mtuBytes) {
        String count = Integer.toString(queues);
        ip(
                "link",
                "add",
                left,
                "numrxqueues",
                count,
                "numtxqueues",
                count,
                "type",
                "veth", //
                "peer",
                "name",
                right,
                "numrxqueues",
                count,
                "numtxqueues",
                count);
        for (String end : List.of(left, right)) {
            ip("link", "set", end, "mtu", Integer.toString(mtuBytes), "addrgenmode", "none");
            ip("link", "set", end, "up");
        }
    }

    /// `ip ARGUMENTS`, from iproute2.
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        int result = run(command);
        assumeTrue(result != 127, "no ip command here (iproute2)");
        if (result != 0) throw new IllegalStateException(String.join(" ", command) + " ended with " + result);
    }

    /// Back to where the thread was.
    @Override
    public void close() {
        assert Thread.currentThread().threadId() == threadId;
        if (outside < 0) return;
        int result = SETNS.call(outside, CLONE_NEWNET);
        if (result < 0) throw new IllegalStateException("setns(2): " + Errno.name(result));
        Files.close(outside);
        outside = -1;
    }

    private static int run(List<String> command) {
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
}
