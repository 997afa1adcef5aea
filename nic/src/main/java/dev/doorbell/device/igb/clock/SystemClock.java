package dev.doorbell.device.igb.clock;

import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// SYSTIM and what is stamped with it.
public final class SystemClock {
    public SystemClock(RegisterFile registers, Timeline time, Interrupts interrupts) {}

    /// Software reset.
    public void reset() {}

    /// A frame whose first data descriptor asked for a stamp leaves now. Taken when TSYNCTXCTL is enabled and holds no
    /// older stamp.
    public void stampTransmit() {}

    /// A received frame that the filters marked for stamping was judged a PTP message of the kind asked for.
    ///
    /// @param sourceId   first 8 bytes of the source port identity, network order
    /// @param sequenceId of the PTP header
    /// @return whether it was stamped (no older stamp was held): the descriptor's TS bit
    public boolean stampReceive(long sourceId, int sequenceId) {
        return false;
    }
}
