package dev.doorbell.backend.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.Descriptors;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.NetworkNamespace;
import dev.doorbell.linux.Poller;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/// What tests on veth interfaces share: a namespace of their own, backends that are closed in the end,
/// and a look at the descriptors that are left then.
abstract class VethTest {
    /// Two interfaces that are each other's wire, once made by [NetworkNamespace#veth].
    static final String LEFT = "left";

    static final String RIGHT = "right";
    static final long PATIENCE_NS = 5_000_000_000L;

    final long openBefore = Descriptors.count();
    final NetworkNamespace network;
    final WallTimeline timeline = new WallTimeline();
    final List<AutoCloseable> opened = new ArrayList<>();

    VethTest() {
        try {
            XskMap.create(1).close();
        } catch (SystemCallException e) {
            assumeTrue(false, "no XDP here: " + Errno.name(e.errno()) + " (needs CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW)");
        }
        network = NetworkNamespace.enter();
    }

    @AfterEach
    final void nothingLeaks() throws Exception {
        for (AutoCloseable each : opened) each.close();
        network.close();
        assertThat(Descriptors.count()).isEqualTo(openBefore);
    }

    static BackendOptions.AfXdp options(String ifname, String more) {
        String text = "af-xdp,id=x,ifname=" + ifname + (more.isEmpty() ? "" : ",") + more;
        try {
            return (BackendOptions.AfXdp) BackendOptions.parse(text);
        } catch (OptionException e) {
            throw new IllegalArgumentException(e);
        }
    }

    final AfXdpBackend open(String ifname, String more) throws IOException {
        AfXdpBackend backend = AfXdpBackend.open(options(ifname, more), timeline);
        opened.add(backend);
        return backend;
    }

    /// Opens it and waits until its link is up.
    final AfXdpBackend openUp(String ifname, String more) throws IOException {
        AfXdpBackend backend = open(ifname, more);
        await("link up of " + ifname, backend::linkUp);
        return backend;
    }

    /// Lets time pass until something is so.
    final void await(String what, BooleanSupplier condition) {
        long untilNs = timeline.nowNs() + PATIENCE_NS;
        Poller pause = new Poller(1);
        while (!condition.getAsBoolean()) {
            assertThat(timeline.nowNs() - untilNs).as(what).isNegative();
            pause.poll(1_000_000);
            timeline.runDue();
        }
    }
}
