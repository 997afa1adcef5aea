package dev.doorbell.device.igb.link;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// The MAC's view of the link.
public final class Link {
    /// @param autoNegotiationNs time from the start of auto-negotiation to the link
    /// @param speedChanged      called after the link went up at another speed than before
    public Link(
            RegisterFile registers,
            Timeline time,
            Interrupts interrupts,
            CounterTable<IgbCounter> counters,
            long autoNegotiationNs,
            Runnable speedChanged) {}

    /// Whether the far end is there: the cable is plugged and the backend has another end.
    public void partner(boolean present) {}

    /// The guest wrote CTRL; it is stored already.
    public void controlWritten(int written) {}

    /// After power-on: the PHY too.
    public void powerOn() {}

    /// CTRL.RST: the MAC, neither the PHY nor its link.
    public void softwareReset() {}

    /// STATUS.LU: frames can leave.
    public boolean up() {
        return true;
    }

    /// Whether what is transmitted comes back to the receiver instead of going to the wire: RCTL.LBM (MAC or SerDes
    /// with its codes), or the PHY's loopback bit.
    public boolean loopsBack() {
        return false;
    }

    /// 10, 100 or 1000. What a rate factor and the line rate are relative to.
    public int speedMbps() {
        return 1000;
    }

    /// Time of one byte on the wire: 8, 80 or 800 ns.
    public long byteTimeNs() {
        return 8000 / speedMbps();
    }
}
