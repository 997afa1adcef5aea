package dev.doorbell.backend;

import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.backend.passt.PasstProcess;
import dev.doorbell.backend.pcap.PcapBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Opens the backends of the cards of one loop, with their filters around them. The room's front class.
///
/// The ports of a hub share one loop, so all of them must be opened by one object of this class. Used by one
/// thread at a time.
public final class Backends {
    private final Timeline timeline;
    private final long epochOffsetNs;
    private final Consumer<String> notices;
    private final Map<Integer, Hub> hubs = new HashMap<>();

    /// A backend that is open.
    ///
    /// @param backend  the outermost filter, or the backend itself; closing it closes all
    /// @param counters of the backend and of each filter by their names, the backend first; any thread may
    ///     read them
    /// @param agents   work for loops beside the card's, one a loop; retired when the backend is closed
    public record Opened(
            CountedBackend backend,
            Map<String, CounterTable<BackendCounter>> counters,
            List<? extends SideAgent> agents) {}

    /// @param timeline      of the loop
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970, for dumps
    /// @param notices       told in one line, on the loop's thread, what an operator should know
    public Backends(Timeline timeline, long epochOffsetNs, Consumer<String> notices) {
        this.timeline = timeline;
        this.epochOffsetNs = epochOffsetNs;
        this.notices = notices;
    }

    /// Opens a backend for one card with one loop.
    ///
    /// @param filters around it, the first one nearest to the network, as in QEMU
    /// @throws IOException when this machine refuses; the message is one line that says what to do
    public Opened open(BackendOptions options, List<FilterOptions> filters) throws IOException {
        return open(options, filters, 1);
    }

    /// Opens a backend for one card.
    ///
    /// @param loops loops of the card: its own and one for each agent; at most the backend's queues
    public Opened open(BackendOptions options, List<FilterOptions> filters, int loops) throws IOException {
        assert loops >= 1 && loops <= options.queues() : "loops without a queue";
        CountedBackend backend;
        try {
            backend = bare(options, filters, loops);
        } catch (SystemCallException e) {
            throw new IOException(advice(options, e), e);
        }
        List<? extends SideAgent> agents = backend instanceof AfXdpBackend sockets ? sockets.agents() : List.of();
        Map<String, CounterTable<BackendCounter>> counters = new LinkedHashMap<>();
        counters.put(options.id(), backend.counters());
        boolean done = false;
        try {
            for (FilterOptions filter : filters) {
                backend = decorated(backend, filter);
                counters.put(filter.id(), backend.counters());
            }
            done = true;
        } finally {
            if (!done) {
                backend.close();
                agents.forEach(SideAgent::close);
            }
        }
        return new Opened(backend, Collections.unmodifiableMap(counters), agents);
    }

    private CountedBackend bare(BackendOptions options, List<FilterOptions> filters, int loops) throws IOException {
        boolean onPlainWire = filters.stream().anyMatch(f -> f instanceof FilterOptions.Fault);
        return switch (options) {
            case BackendOptions.Tap tap -> {
                boolean offloads = tap.vnetHeader() && !onPlainWire;
                yield tap.fd() >= 0
                        ? TapBackend.adopt(tap.fd(), offloads, timeline)
                        : TapBackend.attach(tap.ifname(), offloads, timeline);
            }
            case BackendOptions.Stream stream -> new StreamBackend(stream, timeline);
            case BackendOptions.Dgram dgram -> DgramBackend.open(dgram, timeline);
            case BackendOptions.HubPort port ->
                hubs.computeIfAbsent(port.hubId(), number -> new Hub(timeline)).plug();
            case BackendOptions.AfXdp afXdp -> AfXdpBackend.open(afXdp, timeline, loops);
            case BackendOptions.Passt passt -> PasstProcess.open(passt, timeline, notices);
            case BackendOptions.Pcap pcap -> PcapBackend.open(pcap, timeline, epochOffsetNs, notices);
            case BackendOptions.Loopback loopback -> new LoopbackBackend();
            case BackendOptions.Null nowhere -> new NullBackend();
        };
    }

    private CountedBackend decorated(CountedBackend inner, FilterOptions filter) throws IOException {
        return switch (filter) {
            case FilterOptions.Dump dump -> {
                try {
                    yield new DumpBackend(
                            inner, Path.of(dump.file()), dump.netdev(), dump.maxBytes(), timeline, epochOffsetNs);
                } catch (IOException e) {
                    throw new IOException(
                            "--object filter-dump,id=" + dump.id() + ": " + dump.file() + " cannot be written ("
                                    + e.getClass().getSimpleName() + "): choose another file",
                            e);
                }
            }
            case FilterOptions.Fault fault -> new FaultBackend(inner, fault, timeline);
        };
    }

    /// One line for what went wrong and what to do about it.
    private static String advice(BackendOptions options, SystemCallException e) {
        String what = "netdev " + options.id() + ": " + e.getMessage();
        if (options instanceof BackendOptions.Tap tap) {
            String advice = switch (e.errno()) {
                case Errno.EPERM, Errno.EACCES ->
                    "run as root, or make a tap for this user: ip tuntap add mode tap user $USER name " + tap.ifname();
                case Errno.EBUSY -> "another process uses it, end that one or take another name";
                case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> "no /dev/net/tun: load the kernel's tun module";
                case Errno.EINVAL, Errno.ENOTTY, Errno.EBADFD -> "this is no tap, use one of mode tap";
                default -> "";
            };
            return advice.isEmpty() ? what : what + "; " + advice;
        }
        return switch (e.errno()) {
            case Errno.EADDRINUSE -> what + "; somebody else listens there, choose another address";
            case Errno.ECONNREFUSED, Errno.ENOENT -> what + "; start the other end first, or add reconnect-ms=1000";
            case Errno.EACCES, Errno.EPERM -> what + "; this user may not use that address";
            default -> what;
        };
    }
}
