package dev.doorbell.serve;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.FilterOptions;
import dev.doorbell.option.OptionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `--device`, `--netdev` and `--object` say together, judged before anything is opened.
///
/// @param devices  the cards, in the order of the command line
/// @param backends the backend of each card, in the same order
/// @param filters  the decorators of each card's backend, in the same order, innermost first
/// @param threads  loops of each card, in the same order: its own, and those beside it
public record Wiring(
        List<DeviceOptions> devices,
        List<BackendOptions> backends,
        List<List<FilterOptions>> filters,
        List<Integer> threads) {
    /// Reads the three options; cards have one loop unless told otherwise.
    ///
    /// @throws OptionException with one line about the first thing that does not fit
    public static Wiring parse(List<String> deviceWords, List<String> netdevWords, List<String> objectWords)
            throws OptionException {
        return parse(deviceWords, netdevWords, objectWords, 1);
    }

    /// @param threadsOfAll loops of a card that says nothing itself, as far as it has queues for them;
    ///     1 or more
    public static Wiring parse(
            List<String> deviceWords, List<String> netdevWords, List<String> objectWords, int threadsOfAll)
            throws OptionException {
        Map<String, BackendOptions> netdevs = new LinkedHashMap<>();
        for (String word : netdevWords) {
            BackendOptions backend = BackendOptions.parse(word);
            if (netdevs.put(backend.id(), backend) != null)
                throw new OptionException("--netdev: two are called id=" + backend.id() + ": rename one");
        }
        Map<String, FilterOptions> objects = new LinkedHashMap<>();
        for (String word : objectWords) {
            FilterOptions filter = FilterOptions.parse(word);
            if (objects.put(filter.id(), filter) != null)
                throw new OptionException("--object: two are called id=" + filter.id() + ": rename one");
            if (!netdevs.containsKey(filter.netdev()))
                throw new OptionException(
                        "--object " + filter.id() + ": there is no --netdev with id=" + filter.netdev());
        }
        List<DeviceOptions> devices = new ArrayList<>();
        List<BackendOptions> backends = new ArrayList<>();
        List<List<FilterOptions>> filters = new ArrayList<>();
        List<Integer> threads = new ArrayList<>();
        for (String word : deviceWords) {
            DeviceOptions device = DeviceOptions.parse(word, devices.size());
            for (DeviceOptions other : devices) different(device, other);
            devices.add(device);
            backends.add(netdevOf(device, netdevs));
            threads.add(threads(device, backends.getLast(), threadsOfAll));
            filters.add(objects.values().stream()
                    .filter(f -> f.netdev().equals(device.netdev()))
                    .toList());
        }
        for (String id : netdevs.keySet())
            if (devices.stream().noneMatch(d -> d.netdev().equals(id)))
                throw new OptionException("--netdev " + id + ": no --device uses it: add netdev=" + id + " to one");
        if (threadsOfAll > 1 && threads.stream().allMatch(t -> t == 1))
            throw new OptionException("--threads=" + threadsOfAll
                    + ": no card can use them; it takes an igb on --netdev af-xdp,queues=" + threadsOfAll);
        return new Wiring(devices, backends, filters, threads);
    }

    /// Loops of a card: each has whole queues of the backend, so there is none without a queue.
    private static int threads(DeviceOptions device, BackendOptions backend, int threadsOfAll) throws OptionException {
        int asked = device.threads();
        if (asked > backend.queues())
            throw new OptionException(
                    "--device " + device.id() + ": threads=" + asked + ", but --netdev " + backend.id()
                            + " has " + (backend.queues() == 1 ? "one queue" : backend.queues() + " queues")
                            + ": a thread needs one of its own, as --netdev af-xdp,queues=" + asked + " has them");
        if (asked != DeviceOptions.THREADS_UNSAID) return asked;
        return device.card().hasSeveralQueues() ? Math.min(threadsOfAll, backend.queues()) : 1;
    }

    private static BackendOptions netdevOf(DeviceOptions device, Map<String, BackendOptions> netdevs)
            throws OptionException {
        BackendOptions backend = netdevs.get(device.netdev());
        if (backend == null)
            throw new OptionException("--device " + device.id() + ": there is no --netdev with id=" + device.netdev());
        return backend;
    }

    private static void different(DeviceOptions one, DeviceOptions other) throws OptionException {
        if (one.id().equals(other.id()))
            throw new OptionException("--device: two are called id=" + one.id() + ": rename one");
        if (one.socket().equals(other.socket()))
            throw new OptionException(
                    "--device " + one.id() + ": " + other.id() + " has socket=" + one.socket() + " already");
        if (one.netdev().equals(other.netdev()))
            throw new OptionException("--device " + one.id() + ": " + other.id() + " has netdev=" + one.netdev()
                    + " already; cards share a network by --netdev hubport");
    }

    /// Cards that must share a thread: those on one hub. Every other card has its own.
    ///
    /// @return indexes of the cards of each loop
    public List<List<Integer>> loops() {
        Map<Integer, List<Integer>> hubs = new LinkedHashMap<>();
        List<List<Integer>> loops = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            List<Integer> loop;
            if (backends.get(i) instanceof BackendOptions.HubPort port) {
                loop = hubs.get(port.hubId());
                if (loop == null) {
                    loop = new ArrayList<>();
                    hubs.put(port.hubId(), loop);
                    loops.add(loop);
                }
            } else {
                loop = new ArrayList<>();
                loops.add(loop);
            }
            loop.add(i);
        }
        return loops;
    }
}
