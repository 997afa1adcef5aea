package dev.doorbell.guest;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace of its own for one test: the world outside the card. Closing it kills what still runs inside
/// and deletes it with every interface in it. Needs root.
public final class NetworkNamespace implements AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /// Makes one without IPv6, so that nothing is sent that the test did not ask for.
    public static NetworkNamespace create() {
        NetworkNamespace made =
                new NetworkNamespace("doorbell-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet());
        host("ip", "netns", "add", made.name).succeeded();
        made.run("sysctl", "-q", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
        made.run("ip", "link", "set", "lo", "up").succeeded();
        return made;
    }

    /// As `ip netns` knows it.
    public String name() {
        return name;
    }

    /// Makes a persistent tap in here, up, with this address (`192.0.2.1/24`).
    public void addTap(String interfaceName, String address) {
        run("ip", "tuntap", "add", interfaceName, "mode", "tap").succeeded();
        raise(interfaceName, address);
    }

    /// Moves an interface from the namespace of this process in here and gives it an address. Whoever has a tap open
    /// keeps it.
    public void take(String interfaceName, String address) {
        host("ip", "link", "set", interfaceName, "netns", name).succeeded();
        raise(interfaceName, address);
    }

    private void raise(String interfaceName, String address) {
        run("ip", "addr", "add", address, "dev", interfaceName).succeeded();
        run("ip", "link", "set", interfaceName, "up").succeeded();
    }

    /// Runs a program in here and waits for it, 20 s at most.
    public Result run(String... words) {
        return run(COMMAND_LIMIT, words);
    }

    /// Runs a program in here and waits for it.
    public Result run(Duration limit, String... words) {
        return execute(limit, command(List.of(words)));
    }

    /// Runs a program of the guest's cache in here (`iperf3`, `trafgen`, `tcpdump`): it need not be installed.
    public Result tool(Duration limit, String program, String... words) {
        List<String> all = new ArrayList<>(
                List.of(GuestRequirements.folder().resolve("tool").toString(), program));
        all.addAll(List.of(words));
        return execute(limit, command(all));
    }

    /// The words that run a program in here, for a caller who starts it.
    public List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(words);
        return all;
    }

    /// One of an interface's counters, such as `rx_packets`. A tap's `rx` is what the card transmitted.
    public long statistic(String interfaceName, String counter) {
        return Long.parseLong(run("cat", "/sys/class/net/" + interfaceName + "/statistics/" + counter)
                .succeeded());
    }

    @Override
    public void close() {
        host("ip", "netns", "pids", name)
                .text()
                .lines()
                .map(Long::parseLong)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .forEach(ProcessHandle::destroyForcibly);
        host("ip", "netns", "del", name).succeeded();
    }

    private static Result host(String... words) {
        return execute(COMMAND_LIMIT, List.of(words));
    }

    private static Result execute(Duration limit, List<String> words) {
        String shown = String.join(" ", words);
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            FutureTask<byte[]> output =
                    new FutureTask<>(() -> process.getInputStream().readAllBytes());
            Thread.ofVirtual().start(output);
            try {
                byte[] bytes = output.get(limit.toNanos(), TimeUnit.NANOSECONDS);
                return new Result(shown, process.waitFor(), bytes);
            } catch (TimeoutException e) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                throw new AssertionError("not done after " + limit.toSeconds() + " s: " + shown, e);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException | ExecutionException e) {
            throw new AssertionError("cannot run: " + shown, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running: " + shown, e);
        }
    }
}
