package dev.doorbell.device.igb.filter;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Judges received frames: the front of this package.
public final class ReceiveFilters {
    /// A frame that came from the wire.
    public static final int WIRE = -1;

    public ReceiveFilters(
            RegisterFile registers, Statistics statistics, SystemClock clock, CounterTable<IgbCounter> counters) {}

    /// Judges a frame into `verdict`. Length rules, addresses, VLAN, pools, ethertype, SYN and 5-tuple filters, RSS,
    /// time stamps.
    ///
    /// @param headers    parsed from the same frame
    /// @param originPool pool of the queue that sent it, or [#WIRE]
    /// @return whether any queue wants it
    public boolean judge(FrameHeaders headers, FrameBatch batch, int frame, int originPool, Verdict verdict) {
        verdict.queues = 1;
        return true;
    }

    /// Whether a VLAN tag is removed from the copy for `queue` (CTRL.VME, or with pools VMOLR and RPLOLR).
    public boolean stripsTag(int queue, Verdict verdict) {
        return false;
    }

    /// Whether the FCS is left out of the copy for `queue`.
    public boolean stripsFcs(int queue, Verdict verdict) {
        return true;
    }
}
