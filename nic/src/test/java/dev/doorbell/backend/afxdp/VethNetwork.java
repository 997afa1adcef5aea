package dev.doorbell.backend.afxdp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.SystemCall;
import dev.doorbell.linux.SystemCallException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace that the test's thread is in until this is closed, with pairs of veth
/// interfaces. It has no name and goes with the thread. Needs root and iproute2; a test without them is
/// skipped.
public final class VethNetwork implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final SystemCall UNSHARE = SystemCall.of("unshare");
    private static final SystemCall SETNS = SystemCall.of("setns");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private int outsideFd;

    /// Enters a namespace of its own.
    public VethNetwork() {
        outsideFd = Files.open("/proc/thread-self/ns/net", Files.O_RDONLY, 0);
        int result = outsideFd < 0 ? outsideFd : UNSHARE.call(CLONE_NEWNET);
        if (result < 0) close();
        assumeTrue(result >= 0, "no network namespace here: " + Errno.name(result) + " (needs root)");
        if (run(List.of("ip", "link", "set", "lo", "up")) != 0) {
            close();
            assumeTrue(false, "no iproute2 here");
        }
    }

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
        String count = Integer.toString(queues);
        ip(
                "link",
                "add",
                names.getFirst(),
                "numrxqueues",
                count,
                "numtxqueues",
                count,
                "type",
                "veth",
                "peer",
                "name",
                names.getLast(),
                "numrxqueues",
                count,
                "numtxqueues",
                count);
        for (String name : names) {
            ip("link", "set", name, "addrgenmode", "none", "mtu", Integer.toString(mtuBytes));
            ip("link", "set", name, "up");
        }
    }

    /// `ip ARGUMENTS` inside.
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        require(command);
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
        if (outsideFd < 0) return;
        try {
            SystemCallException.check("setns(2)", SETNS.call(outsideFd, CLONE_NEWNET));
        } catch (SystemCallException e) {
            throw new UncheckedIOException(e);
        } finally {
            Files.close(outsideFd);
            outsideFd = -1;
        }
    }
}
