package dev.doorbell.cli;

import dev.doorbell.cli.terminal.Exit;
import dev.doorbell.cli.terminal.Shutdown;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.cli.terminal.Version;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.Quantity;
import dev.doorbell.serve.DeviceOptions;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `serve`: cards on sockets, until SIGINT or SIGTERM.
@Command(
        name = "serve",
        description = "Serve cards on vfio-user sockets until SIGINT or SIGTERM.",
        sortOptions = false,
        footer = {
            "",
            "A card: igb (82576), e1000 (82540EM) or e1000-82545em, then",
            "  id=NAME              its name in lines and counters",
            "  socket=PATH          where it listens",
            "  netdev=ID            its backend",
            "  mac=ADDRESS          52:54:00:12:34:56 unless told, the next card the next address",
            "  interrupt-gap-us=N   least gap between two interrupts, whatever the guest programs",
            "  of an e1000:",
            "  paravirt=on|off      whether it shares a page with a driver that knows how (FreeBSD's lem, drive), which",
            "                       saves most doorbells and interrupts; off unless told",
            "  of an igb:",
            "  threads=N            1 unless told; up to as many as its backend has queues, the work of which they share",
            "  msix=on|off          whether it offers MSI-X; on unless told",
            "  line-rate=on|off     whether its port sends no faster than its link; off unless told",
            "  tx-rate=RATE[:RATE]  bits/s of transmit queue 0, 1 ... 15: 1M to 1G, 0 leaves the queue to the guest",
            "  doorbells=trapped|shared",
            "                       whether a guest's doorbell is a message or a store to memory; trapped unless told",
            "A backend: tap, stream, dgram, hubport, loopback or null, then id=ID and QEMU's options of it; or",
            "  af-xdp,id=ID,ifname=IF[,mode=native|skb][,force-copy=on|off][,queues=N][,start-queue=N]",
            "         [,inhibit=on,sock-fds=FD:FD...|map-path=PATH[,map-start-index=N]]",
            "         [,ring-entries=N][,wakeup=on|off][,busy-poll-us=N[,busy-poll-budget=N]][,tx-checksum=card|kernel]",
            "                       an AF_XDP socket per queue of a host interface; docs/af-xdp.md",
            "  passt,id=ID[,mtu=][,tcp-ports=][,...]",
            "                       starts passt(1): a network for a guest of a user without privileges",
            "  pcap,id=ID,rx-file=PATH,tx-file=PATH[,timing=recorded|fast][,speed=][,repeat=][,delay-ms=]",
            "                       replays a capture (pcap, pcapng), records what the card sends, or both",
            "An object: filter-dump,id=,netdev=,file=PATH or",
            "  filter-fault,id=,netdev=,seed=,loss=,duplicate=,reorder=,corrupt=,delay-us=",
            "",
            "Prints `ready socket=PATH` per card once it can be reached, and the final counters as one JSON object.",
            "",
            "Examples:",
            "  doorbell serve --device e1000,id=nic0,socket=/run/nic0.sock,netdev=n0 --netdev tap,id=n0,ifname=tap0",
            "  doorbell serve --device igb,id=nic0,socket=/run/nic0.sock,netdev=n0 \\",
            "    --netdev af-xdp,id=n0,ifname=ens6,queues=2",
            "  doorbell serve --device igb,id=nic0,socket=/run/nic0.sock,netdev=n0,tx-rate=100M:10M --netdev null,id=n0",
            "  qemu-system-x86_64 ... -device \\",
            "    '{\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"/run/nic0.sock\"}}'"
        })
final class ServeCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(
            names = "--device",
            required = true,
            paramLabel = "CARD",
            description = "A card, as igb,id=NAME,socket=PATH,netdev=ID[,...]; repeat it for more.")
    private List<String> devices = List.of();

    @Option(
            names = "--netdev",
            paramLabel = "BACKEND",
            description = "Where a card's frames go, as TYPE,id=ID[,...]; one per card.")
    private List<String> netdevs = List.of();

    @Option(names = "--object", paramLabel = "OBJECT", description = "Something around a backend; see below.")
    private List<String> objects = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of each igb that says nothing itself, up to as many as its backend has queues.")
    private String threads = "";

    @Option(names = "--stats", paramLabel = "SECONDS", description = "Print a line per card every so many seconds.")
    private String stats = "";

    ServeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws OptionException, IOException, InterruptedException {
        Wiring wiring = Wiring.parse(devices, netdevs, objects, threads.isEmpty() ? 1 : threads(threads));
        long statsNs = stats.isEmpty() ? 0 : period(stats);
        try (Service service = Service.open(wiring, streams)) {
            Shutdown.onSignal(service::stop);
            service.start();
            for (DeviceOptions device : wiring.devices()) streams.out().println("ready socket=" + device.socket());
            streams.out().flush();
            StatsLines lines = new StatsLines(service, streams.out());
            while (!service.await(statsNs)) lines.print();
            boolean failed = service.failed();
            service.end(); // the counters are final only then
            streams.out().println(service.countersAsJson(Version.version()));
            return failed ? Exit.FAILED : Exit.DONE;
        }
    }

    private static int threads(String text) throws OptionException {
        boolean number = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int count = number ? Integer.parseInt(text) : 0;
        if (count < 1 || count > DeviceOptions.MAX_THREADS)
            throw new OptionException("--threads=" + text + ": expected a number, 1 to " + DeviceOptions.MAX_THREADS);
        return count;
    }

    /// A bare number counts seconds, as the option's name says.
    static long period(String text) throws OptionException {
        boolean bare = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        long ns = Quantity.timeNs("--stats", bare ? text + "s" : text);
        if (ns < 1_000_000) throw new OptionException("--stats=" + text + ": expected a period of 1ms or more");
        return ns;
    }
}
