package dev.doorbell.backend;

import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.Timeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A learning switch between the cards of one process.
///
/// Frames to a known station go to its port, all others to every port but the one they came from. Each port
/// has a bounded queue; a frame that finds it full is dropped and counted at that port, as in any switch.
/// All ports of one hub belong to one loop thread: the first call binds the hub to its thread, and a call
/// from another thread is refused.
public final class Hub {
    /// Ports at most.
    public static final int MAX_PORTS = 64;
    /// Stations remembered at most.
    public static final int MAX_STATIONS = 4096;

    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long GROUP_BIT = 1L << 40; // first bit on the wire: multicast or broadcast

    private final Timeline timeline;
    private final MacTable stations = new MacTable(MAX_STATIONS);
    private final @Nullable HubPort[] ports = new HubPort[MAX_PORTS];
    private final MemorySegment addresses = Arena.ofAuto().allocate(16);
    private @Nullable Thread owner;

    public Hub(Timeline timeline) {
        this.timeline = timeline;
    }

    /// Adds a port.
    ///
    /// @throws IllegalStateException when all are taken
    public HubPort plug() {
        for (int i = 0; i < MAX_PORTS; i++) {
            if (ports[i] != null) continue;
            HubPort port = new HubPort(this, i);
            ports[i] = port;
            return port;
        }
        throw new IllegalStateException("a hub has " + MAX_PORTS + " ports");
    }

    void unplug(HubPort port) {
        if (ports[port.number()] != port) return;
        ports[port.number()] = null;
        stations.forgetPort(port.number());
    }

    /// Whether a port has anybody to talk to.
    boolean hasOthers(HubPort than) {
        for (HubPort port : ports) if (port != null && port != than) return true;
        return false;
    }

    /// Carries one frame from a port to where it belongs.
    void forward(HubPort from, FrameBatch batch, int frame) {
        checkThread();
        batch.copyTo(frame, 0, 12, addresses, 0);
        long destination = mac(0);
        long source = mac(6);
        long nowNs = timeline.nowNs();
        if ((source & GROUP_BIT) == 0) stations.learn(source, from.number(), nowNs);
        int known = (destination & GROUP_BIT) == 0 ? stations.find(destination, nowNs) : MacTable.UNKNOWN;
        HubPort only = known == MacTable.UNKNOWN ? null : ports[known];
        if (only != null) {
            if (only != from) only.deliver(batch, frame); // else: its own segment has seen it already
            return;
        }
        for (HubPort port : ports) if (port != null && port != from) port.deliver(batch, frame);
    }

    /// A wiring mistake must not become a data race.
    void checkThread() {
        Thread current = Thread.currentThread();
        if (owner == null) owner = current;
        else if (!current.equals(owner))
            throw new IllegalStateException("the ports of one hub belong to one loop thread");
    }

    private long mac(long at) {
        return Integer.toUnsignedLong(addresses.get(BE32, at)) << 16
                | Short.toUnsignedLong(addresses.get(BE16, at + 4));
    }
}
