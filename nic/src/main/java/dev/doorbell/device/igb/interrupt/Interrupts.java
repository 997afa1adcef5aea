package dev.doorbell.device.igb.interrupt;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// Causes, masks and throttles of the card: the front of this package.
///
/// The other units tell it what happened, when the guest can see it in memory; it decides which vector, and when.
public final class Interrupts {
    /// @param leastGapNs least gap between two messages of a vector whatever the guest programs; 0 leaves it to the
    ///     guest
    public Interrupts(
            RegisterFile registers,
            Timeline time,
            PciPort port,
            CounterTable<IgbCounter> counters,
            InterruptGaps gaps,
            long leastGapNs) {}

    /// After power-on: everything, EITR too.
    public void powerOn() {}

    /// CTRL.RST: no cause, no mask, nothing pending; EITR keeps its values.
    public void softwareReset() {}

    /// Causes that belong to no queue: bits of ICR, routed by IVAR_MISC.OTHER.
    public void raise(int icrCauses) {}

    /// Descriptors of receive queue `queue` can be seen: RXDW, or the queue's vector.
    ///
    /// @param immediate a low-latency filter matched: EITR does not hold it back
    public void received(int queue, boolean immediate) {}

    /// Free descriptors of receive queue `queue` fell to SRRCTL.RDMTS: RXDMT0, or the queue's vector.
    public void receiveLow(int queue) {}

    /// Write-backs of transmit queue `queue` can be seen: TXDW, or the queue's vector.
    public void transmitted(int queue) {}
}
