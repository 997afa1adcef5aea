package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.VET;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Judges received frames: the front of this package.
public final class ReceiveFilters {
    /// A frame that came from the wire, or back through MAC or PHY loopback.
    public static final int WIRE = -1;

    private final RegisterFile registers;

    public ReceiveFilters(
            RegisterFile registers, Statistics statistics, SystemClock clock, CounterTable<IgbCounter> counters) {
        this.registers = registers;
    }

    /// After a reset, or whenever registers were set without a guest's write: what was computed from them is
    /// computed anew.
    public void reset() {}

    /// Parses a frame with the VLAN types that the guest set. To be called before [#judge].
    public void parse(FrameHeaders headers, FrameBatch batch, int frame) {
        int types = registers.get(VET);
        boolean stacked = (registers.get(CTRL_EXT) & CTRL_EXT_EXT_VLAN) != 0;
        headers.parse(batch, frame, types & 0xFFFF, stacked ? types >>> 16 : FrameHeaders.NO_OUTER);
    }

    /// Judges a frame into `verdict`. Length rules, addresses, VLAN, pools, ethertype, SYN and 5-tuple filters, RSS,
    /// time stamps. To be called once per frame: it counts the frame in the chip's global statistics (received or
    /// seen, length errors) and counts a refusal.
    ///
    /// @param headers    of the frame, from [#parse]
    /// @param wireBytes  its length on the wire: padded where its sender did not, and with the FCS
    /// @param originPool pool of the queue that sent it through the pools' switch, or [#WIRE]
    /// @return whether any queue wants it
    public boolean judge(FrameHeaders headers, int wireBytes, int originPool, Verdict verdict) {
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
