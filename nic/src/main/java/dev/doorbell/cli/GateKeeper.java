package dev.doorbell.cli;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.CountedBackend;
import dev.doorbell.backend.FilterOptions;
import dev.doorbell.backend.Hub;
import dev.doorbell.backend.LoopbackBackend;
import dev.doorbell.backend.NullBackend;
import dev.doorbell.backend.TapBackend;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.option.OptionException;
import dev.doorbell.time.Timeline;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opens the backends of one loop's cards.
final class GateKeeper {
    private final Timeline timeline;
    private final Map<Integer, Hub> hubs = new HashMap<>();

    GateKeeper(Timeline timeline) {
        this.timeline = timeline;
    }

    CountedBackend open(BackendOptions options, List<FilterOptions> filters) throws OptionException, IOException {
        if (!filters.isEmpty())
            throw new OptionException("--object " + filters.getFirst().id() + ": not built yet");
        return switch (options) {
            case BackendOptions.Tap tap ->
                tap.fd() < 0
                        ? TapBackend.attach(tap.ifname(), tap.vnetHeader(), timeline)
                        : TapBackend.adopt(tap.fd(), tap.vnetHeader(), timeline);
            case BackendOptions.HubPort port ->
                hubs.computeIfAbsent(port.hubId(), id -> new Hub(timeline)).plug();
            case BackendOptions.Loopback loopback -> new LoopbackBackend();
            case BackendOptions.Null none -> new NullBackend();
            case BackendOptions.Stream stream ->
                throw new OptionException("--netdev stream: not built yet; there are tap, hubport, loopback and null");
            case BackendOptions.Dgram datagrams ->
                throw new OptionException("--netdev dgram: not built yet; there are tap, hubport, loopback and null");
        };
    }

    static CounterTable<BackendCounter> counters(FrameBackend backend) {
        return ((CountedBackend) backend).counters();
    }
}
