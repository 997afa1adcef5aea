package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.doorbell.backend.afxdp.AfXdpBackend;
import dev.doorbell.backend.pcap.PcapBackend;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.NetworkNamespace;
import dev.doorbell.linux.Tap;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames cross a backend without allocation once the JIT compiler has seen them.
class BackendAllocationTest {
    private static final int FRAMES = 16; // per call
    private static final int WARM_UP_CALLS = 5_000;
    private static final int MEASURED_CALLS = 1_000;
    /// What a round may allocate beside the calls: the compiler may throw code away and interpret for a
    /// while.
    private static final long ROUND_LIMIT_BYTES = 1024;
    /// On a busy machine the JIT compiler may come late.
    private static final int MOST_ROUNDS = 300;

    @TempDir
    Path folder = Path.of("");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final VirtualTimeline timeline = new VirtualTimeline();
    private final FrameBatch outgoing = new FrameBatch(FRAMES, 2 * FRAMES, 0);
    private final FrameBatch incoming = new FrameBatch(FRAMES, FRAMES, 0);

    BackendAllocationTest() {
        for (int i = 0; i < FRAMES; i++) Frames.append(outgoing, Frames.between(1, 0xFF, i), 40);
    }

    /// Sends a batch at one end and receives at the other, until a round of it allocates nothing to speak
    /// of.
    private void assertAllocatesNothing(FrameBackend from, FrameBackend to) {
        Runnable call = () -> {
            from.transmit(outgoing, 0);
            timeline.advance(1000);
            incoming.clear();
            to.receive(incoming);
        };
        for (int i = 0; i < WARM_UP_CALLS; i++) call.run();
        assertThat(incoming.size()).as("frames do arrive").isPositive();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && leastBytes > ROUND_LIMIT_BYTES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED_CALLS; i++) call.run();
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(leastBytes).as("bytes in %d calls", MEASURED_CALLS).isLessThanOrEqualTo(ROUND_LIMIT_BYTES);
    }

    @Test
    void loopback() {
        LoopbackBackend loopback = new LoopbackBackend();
        assertAllocatesNothing(loopback, loopback);
    }

    @Test
    void pcap() throws Exception {
        Path capture = folder.resolve("a");
        try (DumpBackend dump = new DumpBackend(new NullBackend(), capture, "n", 65_535, timeline, 0)) {
            for (int i = 0; i < 1000; i++) dump.transmit(outgoing, 0); // several windows
        }
        String options =
                "pcap,id=n,timing=fast,repeat=0,delay-ms=0,rx-file=" + capture + ",tx-file=" + folder.resolve("b");
        try (CountedBackend pcap =
                PcapBackend.open((BackendOptions.Pcap) BackendOptions.parse(options), timeline, 0, line -> {})) {
            assertAllocatesNothing(pcap, pcap);
        }
    }

    @Test
    void hub() {
        Hub hub = new Hub(timeline);
        assertAllocatesNothing(hub.plug(), hub.plug());
    }

    @Test
    void stream() throws IOException {
        long pair = UnixSockets.pair();
        var one = new SocketAddressOptions.Fd(UnixSockets.first(pair));
        var other = new SocketAddressOptions.Fd(UnixSockets.second(pair));
        try (StreamBackend a = new StreamBackend(new BackendOptions.Stream("a", one, false, 0), timeline);
                StreamBackend b = new StreamBackend(new BackendOptions.Stream("b", other, false, 0), timeline)) {
            assertAllocatesNothing(a, b);
        }
    }

    @Test
    void dgram() throws IOException {
        var one = new SocketAddressOptions.Unix(folder.resolve("a").toString());
        var other = new SocketAddressOptions.Unix(folder.resolve("b").toString());
        try (DgramBackend a = DgramBackend.open(new BackendOptions.Dgram("a", one, Optional.of(other)), timeline);
                DgramBackend b = DgramBackend.open(new BackendOptions.Dgram("b", other, Optional.of(one)), timeline)) {
            assertAllocatesNothing(a, b);
        }
    }

    @Test
    void filters() throws IOException {
        var faults = new FilterOptions.Fault("f", "n", 1, 0.1, 0.1, 0.1, 0.1, 500);
        FaultBackend faulty = new FaultBackend(new LoopbackBackend(), faults, timeline);
        try (DumpBackend dump = new DumpBackend(faulty, Path.of("/dev/null"), "n", 65_536, timeline, 0)) {
            assertAllocatesNothing(dump, dump);
        }
    }

    @Test
    @Tag("real")
    void tap() throws IOException {
        int probe = Tap.open("dbbprobe%d", false, false);
        assumeTrue(probe >= 0, "no tap here: " + Errno.name(probe) + " (needs /dev/net/tun and CAP_NET_ADMIN)");
        Files.close(probe);
        try (PrivateNetwork network = new PrivateNetwork();
                TapBackend a = TapBackend.attach(network.interfaceName("a"), true, timeline);
                TapBackend b = TapBackend.attach(network.interfaceName("b"), true, timeline)) {
            network.adopt(a.name());
            network.adopt(b.name());
            timeline.advance(TapBackend.LINK_CHECK_NS);
            assertAllocatesNothing(a, b);
        }
    }

    @ParameterizedTest
    @Tag("real")
    @CsvSource(textBlock = """
            mode=native, 1
            mode=skb, 1
            'mode=native,wakeup=off,busy-poll-us=5', 1
            'mode=native,queues=4', 4
            """)
    void afXdp(String variant, int queues) throws IOException, OptionException {
        for (int i = 0; i < FRAMES; i++) outgoing.queue(i, i % queues);
        try (NetworkNamespace network = NetworkNamespace.enter()) {
            network.veth("left", "right", queues, 1500);
            try (AfXdpBackend a = afXdpOf("left", variant);
                    AfXdpBackend b = afXdpOf("right", variant)) {
                while (!a.linkUp() || !b.linkUp()) timeline.advance(AfXdpBackend.CHECK_NS);
                assertAllocatesNothing(a, b);
            }
        }
    }

    private AfXdpBackend afXdpOf(String ifname, String variant) throws IOException, OptionException {
        String text = "af-xdp,id=x,ifname=" + ifname + "," + variant;
        return AfXdpBackend.open((BackendOptions.AfXdp) BackendOptions.parse(text), timeline);
    }
}
