package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.DTXCTL_SPOOF_INT;
import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.DTXSWC_MAC_SPOOF_MASK;
import static dev.doorbell.register.IgbBits.DTXSWC_VLAN_SPOOF_MASK;
import static dev.doorbell.register.IgbBits.DTXSWC_VLAN_SPOOF_SHIFT;
import static dev.doorbell.register.IgbBits.ICR_DOUTSYNC;
import static dev.doorbell.register.IgbBits.MRQC_POOLS;
import static dev.doorbell.register.IgbRegister.DTXCTL;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.SSVPC;
import static dev.doorbell.register.IgbRegister.WVBR;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Where a transmitted frame goes when pools are in use: to the wire, to other pools of this card, or
/// nowhere.
///
/// A frame that a pool forges is dropped: one whose source address is not the pool's, or whose VLAN
/// it is not in (DTXSWC says of which pools). An untagged frame is in no VLAN and passes; so it is
/// inferred from the chip's siblings. Drivers read WVBR, on a timer or when ICR.DOUTSYNC tells them.
public final class TransmitSwitch {
    public static final int TO_WIRE = 1;
    public static final int TO_POOLS = 2;

    private static final int POOL_MASK = PoolSelector.POOLS - 1;

    private final RegisterFile registers;
    private final ReceiveFilters filters;
    private final Interrupts interrupts;
    private final Statistics statistics;
    private final CounterTable<IgbCounter> counters;
    private final FrameHeaders headers = new FrameHeaders();

    public TransmitSwitch(
            RegisterFile registers,
            ReceiveFilters filters,
            Interrupts interrupts,
            Statistics statistics,
            CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.filters = filters;
        this.interrupts = interrupts;
        this.statistics = statistics;
        this.counters = counters;
    }

    /// Whether any frame can go anywhere but to the wire: false lets the transmitter skip asking.
    public boolean active() {
        return switches() || (registers.get(DTXSWC) & (DTXSWC_MAC_SPOOF_MASK | DTXSWC_VLAN_SPOOF_MASK)) != 0;
    }

    private boolean switches() {
        return (registers.get(DTXSWC) & DTXSWC_LOOPBACK_EN) != 0 && (registers.get(MRQC) & MRQC_POOLS) != 0;
    }

    /// To be called once per frame: an offender is counted.
    ///
    /// @param queue the transmit queue it came from
    /// @return bits [#TO_WIRE] and [#TO_POOLS]; 0: an anti-spoof rule dropped it
    public int destinations(FrameBatch batch, int frame, int queue) {
        filters.parse(headers, batch, frame);
        if (!headers.isEthernet()) return TO_WIRE; // the transmitter judges lengths
        int pool = queue & POOL_MASK;
        if (forges(pool)) {
            caught(pool);
            return 0;
        }
        if (!switches()) return TO_WIRE;
        boolean local = headers.isTagged() && filters.vlans().isLocal(headers.vlanTag());
        return local ? TO_POOLS : byAddress(headers.destination());
    }

    private int byAddress(long destination) {
        if (EthernetAddress.isGroup(destination)) return TO_WIRE | TO_POOLS;
        if (filters.stations().isStation(destination)) return TO_POOLS;
        return filters.hash().hitsStations(destination) ? TO_WIRE | TO_POOLS : TO_WIRE;
    }

    private boolean forges(int pool) {
        int control = registers.get(DTXSWC) >>> pool;
        boolean checksAddress = (control & 1) != 0;
        boolean checksVlan = (control >>> DTXSWC_VLAN_SPOOF_SHIFT & 1) != 0;
        if (checksAddress && (filters.stations().poolsOfStation(headers.source()) >>> pool & 1) == 0) return true;
        return checksVlan && headers.isTagged() && (filters.vlans().pools(headers.vlanTag()) >>> pool & 1) == 0;
    }

    private void caught(int pool) {
        counters.increment(IgbCounter.TRANSMIT_FORGED);
        statistics.count(SSVPC);
        registers.set(WVBR, registers.get(WVBR) | 1 << pool);
        if ((registers.get(DTXCTL) & DTXCTL_SPOOF_INT) != 0) interrupts.raise(ICR_DOUTSYNC);
    }
}
