package dev.doorbell.backend.afxdp;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.linux.xdp.XdpPort;
import dev.doorbell.linux.xdp.XdpStatistics;

/// What the kernel counts about a socket, folded into a backend's counters so that no loss is silent.
/// One thread.
final class KernelCounts {
    private final XdpStatistics statistics = new XdpStatistics();
    private long receiveDropped;
    private long receiveInvalid;
    private long receiveRingFull;
    private long fillRingEmpty;
    private long transmitInvalid;

    /// Adds what came since the last time.
    void fold(XdpPort socket, CounterTable<BackendCounter> counters) {
        if (socket.fd() < 0 || socket.statistics(statistics) < 0) return;
        counters.add(BackendCounter.RECEIVE_DROPPED_KERNEL, statistics.receiveDropped - receiveDropped);
        counters.add(BackendCounter.RECEIVE_BAD_CHUNKS, statistics.receiveInvalid - receiveInvalid);
        counters.add(BackendCounter.RECEIVE_DROPPED_RING_FULL, statistics.receiveRingFull - receiveRingFull);
        counters.add(BackendCounter.RECEIVE_FILL_RING_EMPTY, statistics.fillRingEmpty - fillRingEmpty);
        counters.add(BackendCounter.TRANSMIT_DROPPED_INVALID, statistics.transmitInvalid - transmitInvalid);
        receiveDropped = statistics.receiveDropped;
        receiveInvalid = statistics.receiveInvalid;
        receiveRingFull = statistics.receiveRingFull;
        fillRingEmpty = statistics.fillRingEmpty;
        transmitInvalid = statistics.transmitInvalid;
    }
}
