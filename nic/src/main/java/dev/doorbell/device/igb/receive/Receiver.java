package dev.doorbell.device.igb.receive;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;

/// The receive side: the front of this package.
public final class Receiver {
    public Receiver(
            RegisterFile registers,
            PciPort port,
            FrameBackend backend,
            Interrupts interrupts,
            Statistics statistics,
            Link link,
            FlowControl flow,
            ReceiveFifo fifo,
            ReceiveFilters filters,
            CounterTable<IgbCounter> counters) {}

    /// Does what is due.
    ///
    /// @return frames handled, and one for anything else that changed
    public int doWork() {
        return 0;
    }

    /// Forgets rings and frames. The registers hold their new values already.
    public void reset() {}

    /// Whether reads are kept or under way in the memory: they must not be released.
    public boolean isWaiting() {
        return false;
    }
}
