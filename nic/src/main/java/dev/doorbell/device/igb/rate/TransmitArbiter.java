package dev.doorbell.device.igb.rate;

import dev.doorbell.device.igb.link.Link;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.List;

/// Which transmit queue may start its next frame, and when: the front of this package. Knows the rate limiter of each
/// queue and, with `line-rate=on`, when the port is free. Everything in the card's own time (nanoseconds of the
/// timeline).
///
/// A host that runs late asks late: picks are then made at their due times, one after the other, so that no time is
/// lost. Memory window (MMW) bounds the credit of a queue's own idleness only.
public final class TransmitArbiter {
    /// No queue may start by the time asked for.
    public static final int NONE = -1;

    /// @param lineRate    whether the port transmits no faster than its link
    /// @param operatorRates bits per second of queue 0, 1 and so on, 0 for the guest's own; at most 16
    public TransmitArbiter(
            RegisterFile registers, Timeline time, Link link, boolean lineRate, List<Long> operatorRates) {}

    /// Software reset: no limit but the operator's.
    public void reset() {}

    /// The link came up at another speed: rate factors are relative to it.
    public void speedChanged() {}

    /// Whether frames of `queue` are spaced: it is limited, or the port keeps its line rate. A queue that is not may
    /// send whole batches after one pick.
    public boolean paces(int queue) {
        return false;
    }

    /// The guest gave work to a queue that had none.
    ///
    /// @param atNs when: the doorbell's time
    public void backlogged(int queue, long atNs) {}

    /// The next queue that may start a frame by `nowNs`, round-robin among equals.
    ///
    /// @param backlog bit n: queue n has work and is enabled
    /// @return its number, or [#NONE]
    public int pick(int backlog, long nowNs) {
        return backlog == 0 ? NONE : Integer.numberOfTrailingZeros(backlog);
    }

    /// The picked queue's frame started, at the time that the pick was for.
    ///
    /// @param layer2Bytes without FCS and padding to 64
    public void started(int queue, int layer2Bytes) {}

    /// When [#pick] may next find one of `backlog`; `Long.MAX_VALUE` when no time will help.
    public long nextNs(int backlog) {
        return Long.MAX_VALUE;
    }
}
