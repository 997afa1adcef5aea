package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The backends and filters of a process, from their options to their counters. The room's front class.
///
/// The constructor checks that all names fit together; [#open] makes one backend, with its filters around
/// it in the order in which they were given, the first one nearest to the card. Not for several threads at
/// once, but what it opens may each go to a loop of its own, except that all ports of a hub need one loop:
/// [#loopOf].
public final class Backends implements AutoCloseable {
    private final Map<String, BackendOptions> netdevs = new LinkedHashMap<>();
    private final List<FilterOptions> filters;
    private final Map<Integer, Hub> hubs = new HashMap<>();
    private final Map<Integer, Timeline> hubTimelines = new HashMap<>();
    private final Map<String, CountedBackend> opened = new LinkedHashMap<>();
    private final Map<String, CounterTable<BackendCounter>> counters = new LinkedHashMap<>();

    /// @throws OptionException when two have one name, or a filter decorates what is not there
    public Backends(List<BackendOptions> netdevs, List<FilterOptions> filters) throws OptionException {
        for (BackendOptions netdev : netdevs)
            if (this.netdevs.put(netdev.id(), netdev) != null)
                throw new OptionException("--netdev id=" + netdev.id() + " is given twice: name each backend anew");
        Set<String> names = new HashSet<>(this.netdevs.keySet());
        for (FilterOptions filter : filters) {
            if (!names.add(filter.id()))
                throw new OptionException("--object id=" + filter.id() + " is a name in use: choose another one");
            if (!this.netdevs.containsKey(filter.netdev()))
                throw new OptionException("--object id=" + filter.id() + ": netdev=" + filter.netdev()
                        + " does not exist; there " + listing());
        }
        this.filters = List.copyOf(filters);
    }

    /// The loop that a backend's card must run on: backends with equal answers share one.
    ///
    /// @throws OptionException when there is no such backend
    public String loopOf(String id) throws OptionException {
        return options(id) instanceof BackendOptions.HubPort port ? "hub " + port.hubId() : id;
    }

    /// Opens a backend and its filters, for one card.
    ///
    /// @param timeline      of the loop that will use it
    /// @param epochOffsetNs added to the timeline's time to give nanoseconds since 1970, for dumps
    /// @throws OptionException when there is no such backend or it is taken
    /// @throws IOException     when this machine refuses; the message is one line that says what to do
    public CountedBackend open(String id, Timeline timeline, long epochOffsetNs) throws OptionException, IOException {
        BackendOptions options = options(id);
        if (opened.containsKey(id))
            throw new OptionException("netdev=" + id + " is used by two cards: give each a --netdev of its own");
        List<FilterOptions> around =
                filters.stream().filter(f -> f.netdev().equals(id)).toList();
        CountedBackend backend = bareOrAdvice(options, around, timeline);
        Map<String, CounterTable<BackendCounter>> tables = new LinkedHashMap<>();
        tables.put(id, backend.counters());
        boolean done = false;
        try {
            for (FilterOptions filter : around.reversed()) {
                backend = decorated(backend, filter, timeline, epochOffsetNs);
                tables.put(filter.id(), backend.counters());
            }
            done = true;
        } finally {
            if (!done) backend.close();
        }
        opened.put(id, backend);
        counters.putAll(tables);
        return backend;
    }

    private CountedBackend bareOrAdvice(BackendOptions options, List<FilterOptions> around, Timeline timeline)
            throws IOException {
        try {
            return bare(options, around, timeline);
        } catch (SystemCallException e) {
            throw new IOException(advice(options, e), e);
        }
    }

    private CountedBackend bare(BackendOptions options, List<FilterOptions> around, Timeline timeline)
            throws IOException {
        boolean onPlainWire = around.stream().anyMatch(f -> f instanceof FilterOptions.Fault);
        return switch (options) {
            case BackendOptions.Tap tap -> {
                boolean offloads = tap.vnetHeader() && !onPlainWire;
                yield tap.fd() >= 0
                        ? TapBackend.adopt(tap.fd(), offloads, timeline)
                        : TapBackend.attach(tap.ifname(), offloads, timeline);
            }
            case BackendOptions.Stream stream -> new StreamBackend(stream, timeline);
            case BackendOptions.Dgram dgram -> DgramBackend.open(dgram, timeline);
            case BackendOptions.HubPort port -> hub(port.hubId(), timeline).plug();
            case BackendOptions.Loopback loopback -> new LoopbackBackend();
            case BackendOptions.Null nowhere -> new NullBackend();
        };
    }

    private static CountedBackend decorated(
            CountedBackend inner, FilterOptions filter, Timeline timeline, long epochOffsetNs) throws IOException {
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

    private Hub hub(int number, Timeline timeline) {
        Timeline known = hubTimelines.putIfAbsent(number, timeline);
        if (known != null && !known.equals(timeline))
            throw new IllegalArgumentException("the ports of hub " + number + " belong to one loop: see loopOf");
        return hubs.computeIfAbsent(number, n -> new Hub(timeline));
    }

    private BackendOptions options(String id) throws OptionException {
        BackendOptions options = netdevs.get(id);
        if (options == null) throw new OptionException("netdev=" + id + " does not exist; there " + listing());
        return options;
    }

    private String listing() {
        if (netdevs.isEmpty()) return "is no --netdev at all";
        return (netdevs.size() == 1 ? "is " : "are ") + String.join(", ", netdevs.keySet());
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

    /// The counters of all that was opened, by the name of the backend or filter; any thread may read them.
    public Map<String, CounterTable<BackendCounter>> counters() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    }

    /// Closes all that was opened. Idempotent.
    @Override
    public void close() {
        List<CountedBackend> all = new ArrayList<>(opened.values());
        for (CountedBackend backend : all.reversed()) backend.close();
    }
}
