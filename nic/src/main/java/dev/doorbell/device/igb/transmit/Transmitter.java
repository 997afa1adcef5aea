package dev.doorbell.device.igb.transmit;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.rate.TransmitArbiter;
import dev.doorbell.device.igb.receive.ReceiveFifo;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// The transmit side: the front of this package.
public final class Transmitter {
    public Transmitter(
            RegisterFile registers,
            Timeline time,
            PciPort port,
            FrameBackend backend,
            Interrupts interrupts,
            Statistics statistics,
            Link link,
            FlowControl flow,
            TransmitArbiter arbiter,
            TransmitSwitch pools,
            ReceiveFifo loopback,
            SystemClock clock,
            CounterTable<IgbCounter> counters) {}

    /// Does what is due.
    ///
    /// @return descriptors processed, and one for anything else that changed
    public int doWork() {
        return 0;
    }

    /// Forgets rings and packets. The registers hold their new values already.
    public void reset() {}

    /// Whether reads are kept or under way in the memory: they must not be released.
    public boolean isWaiting() {
        return false;
    }
}
