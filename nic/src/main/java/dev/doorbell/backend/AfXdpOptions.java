package dev.doorbell.backend;

import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import java.util.ArrayList;
import java.util.List;

/// Reads the options of `--netdev af-xdp`: QEMU's, with QEMU's rules of exclusion, and a few of our
/// own.
final class AfXdpOptions {
    /// Sockets of one backend.
    static final int MAX_QUEUES = 64;
    /// Highest number of a queue, and of an entry of a map.
    static final int MAX_QUEUE_NUMBER = 65_535;
    /// A batch of the cards fits; the kernel takes no budget below 32.
    static final int LEAST_RING_ENTRIES = 64;
    static final int MOST_RING_ENTRIES = 16_384;
    static final int DEFAULT_RING_ENTRIES = 512;
    static final int MAX_BUSY_POLL_US = 1_000_000;
    /// SO_BUSY_POLL_BUDGET takes 16 bits; the kernel's own default is 64.
    static final int MAX_BUSY_POLL_BUDGET = 65_535;

    static final int DEFAULT_BUSY_POLL_BUDGET = 64;
    /// PATH_MAX without the closing zero.
    static final int MAX_PATH_BYTES = 4095;

    private AfXdpOptions() {}

    static BackendOptions.AfXdp parse(OptionString o, String id) throws OptionException {
        String ifname = o.required("ifname", "an interface of this host");
        BackendOptions.checkInterfaceName(o, ifname);
        String mode = o.has("mode") ? o.oneOf("mode", "", "native", "skb") : "";
        boolean forceCopy = o.flag("force-copy", false);
        int queues = o.number("queues", 1, 1, MAX_QUEUES);
        int startQueue = o.number("start-queue", 0, 0, MAX_QUEUE_NUMBER);
        boolean inhibit = o.flag("inhibit", false);
        o.exclusive("sock-fds", "map-path");
        boolean given = o.has("sock-fds") || o.has("map-path");
        if (inhibit && !given)
            throw o.refuse("inhibit=on needs sock-fds= (inherited sockets) or map-path= (a pinned map)");
        if (!inhibit && given)
            throw o.refuse((o.has("sock-fds") ? "sock-fds=" : "map-path=") + " needs inhibit=on: add it");
        if (o.has("map-start-index") && !o.has("map-path"))
            throw o.refuse("map-start-index= needs map-path= (a pinned map)");
        List<Integer> socketFds = o.has("sock-fds") ? socketFds(o, queues) : List.of();
        String mapPath = o.text("map-path").orElse("");
        if (mapPath.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_PATH_BYTES)
            throw o.refuse("map-path= is longer than " + MAX_PATH_BYTES + " bytes: use a shorter one");
        int mapStartIndex = o.number("map-start-index", 0, 0, MAX_QUEUE_NUMBER);
        int ringEntries = o.number("ring-entries", DEFAULT_RING_ENTRIES, LEAST_RING_ENTRIES, MOST_RING_ENTRIES);
        if (Integer.bitCount(ringEntries) != 1)
            throw o.refuse("ring-entries=" + ringEntries + " is no power of two: write "
                    + Integer.highestOneBit(ringEntries) + " or " + 2 * Integer.highestOneBit(ringEntries));
        int busyPollUs = o.number("busy-poll-us", 0, 0, MAX_BUSY_POLL_US);
        if (o.has("busy-poll-budget") && busyPollUs == 0)
            throw o.refuse("busy-poll-budget= needs busy-poll-us= (how long to poll)");
        int budget = o.number("busy-poll-budget", DEFAULT_BUSY_POLL_BUDGET, 1, MAX_BUSY_POLL_BUDGET);
        return new BackendOptions.AfXdp(
                id,
                ifname,
                mode,
                forceCopy,
                queues,
                startQueue,
                inhibit,
                socketFds,
                mapPath,
                mapStartIndex,
                ringEntries,
                o.flag("wakeup", true),
                busyPollUs,
                budget,
                o.oneOf("tx-checksum", "card", "card", "kernel").equals("kernel"));
    }

    /// Descriptors apart by colons, one a queue.
    private static List<Integer> socketFds(OptionString o, int queues) throws OptionException {
        String[] words = o.required("sock-fds", "descriptors").split(":", -1);
        List<Integer> fds = new ArrayList<>();
        for (String word : words) {
            boolean number =
                    !word.isEmpty() && word.length() <= 9 && word.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!number) throw o.refuse("sock-fds= holds what is no descriptor's number: write 3 or 3:4:5");
            int fd = Integer.parseInt(word);
            if (fds.contains(fd)) throw o.refuse("sock-fds= names descriptor " + fd + " twice: one a queue");
            fds.add(fd);
        }
        if (fds.size() != queues)
            throw o.refuse("sock-fds= names " + fds.size() + " sockets for queues=" + queues + ": one a queue");
        return List.copyOf(fds);
    }
}
