package dev.doorbell.device.igb.filter;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.register.RegisterFile;

/// Where a transmitted frame goes when pools are in use: to the wire, to other pools of this card, or nowhere.
public final class TransmitSwitch {
    public static final int TO_WIRE = 1;
    public static final int TO_POOLS = 2;

    public TransmitSwitch(
            RegisterFile registers,
            ReceiveFilters filters,
            Interrupts interrupts,
            Statistics statistics,
            CounterTable<IgbCounter> counters) {}

    /// @param queue the transmit queue it came from
    /// @return bits [#TO_WIRE] and [#TO_POOLS]; 0: an anti-spoof rule dropped it, and counted it
    public int destinations(FrameBatch batch, int frame, int queue) {
        return TO_WIRE;
    }

    /// Whether any frame can go anywhere but to the wire: false lets the transmitter skip asking.
    public boolean active() {
        return false;
    }
}
