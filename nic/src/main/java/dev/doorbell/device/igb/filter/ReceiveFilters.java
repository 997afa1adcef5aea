package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EXT_VLAN;
import static dev.doorbell.register.IgbBits.CTRL_VME;
import static dev.doorbell.register.IgbBits.MRQC_DEF_Q_SHIFT;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_MASK;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ_RSS;
import static dev.doorbell.register.IgbBits.MRQC_POOLS;
import static dev.doorbell.register.IgbBits.RCTL_BAM;
import static dev.doorbell.register.IgbBits.RCTL_MPE;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RCTL_UPE;
import static dev.doorbell.register.IgbBits.VMOLR_RSSE;
import static dev.doorbell.register.IgbBits.VMOLR_STRCRC;
import static dev.doorbell.register.IgbBits.VMOLR_STRVLAN;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RPLOLR;
import static dev.doorbell.register.IgbRegister.VET;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.FrameTally;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.frame.FrameCheckSequence;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;
import org.jspecify.annotations.Nullable;

/// Judges received frames: the front of this package.
public final class ReceiveFilters {
    /// A frame that came from the wire, or back through MAC or PHY loopback.
    public static final int WIRE = -1;

    private static final int DEF_Q_MASK = 7;
    private static final int POOL_MASK = PoolSelector.POOLS - 1;

    private final RegisterFile registers;
    private final Statistics statistics;
    private final CounterTable<IgbCounter> counters;
    private final StationAddresses stations;
    private final AddressHash hash;
    private final VlanFilter vlans;
    private final PoolSelector pools;
    private final LengthRules lengths;
    private final QueueFilters filters;
    private final ReceiveSideScaling scaling;
    private final TimeStampRules timeStamps;

    public ReceiveFilters(
            RegisterFile registers, Statistics statistics, SystemClock clock, CounterTable<IgbCounter> counters) {
        this.registers = registers;
        this.statistics = statistics;
        this.counters = counters;
        stations = new StationAddresses(registers);
        hash = new AddressHash(registers);
        vlans = new VlanFilter(registers);
        pools = new PoolSelector(registers, stations, hash, vlans);
        lengths = new LengthRules(registers, statistics);
        filters = new QueueFilters(registers);
        scaling = new ReceiveSideScaling(registers);
        timeStamps = new TimeStampRules(registers, clock);
    }

    /// After a reset, or whenever registers were set without a guest's write: what was computed from
    /// them is computed anew.
    public void reset() {
        stations.reset();
        filters.reset();
        scaling.reset();
    }

    /// The card's exact addresses, for the switch between its pools.
    StationAddresses stations() {
        return stations;
    }

    AddressHash hash() {
        return hash;
    }

    VlanFilter vlans() {
        return vlans;
    }

    /// Parses a frame with the VLAN types that the guest set. To be called before [#judge].
    public void parse(FrameHeaders headers, FrameBatch batch, int frame) {
        int types = registers.get(VET);
        boolean stacked = (registers.get(CTRL_EXT) & CTRL_EXT_EXT_VLAN) != 0;
        headers.parse(batch, frame, types & 0xFFFF, stacked ? types >>> 16 : FrameHeaders.NO_OUTER);
    }

    /// Judges a frame into `verdict`. Length rules, addresses, VLAN, pools, ethertype, SYN and
    /// 5-tuple filters, RSS, time stamps. To be called once per frame: it counts the frame in the
    /// chip's global statistics (received or seen, length errors) and counts a refusal.
    ///
    /// @param headers      of the frame, from [#parse]
    /// @param wireBytes    its length on the wire: padded where its sender did not, and with the FCS
    /// @param originPool   pool of the queue that sent it through the pools' switch, or [#WIRE]
    /// @param arrivalQueue queue of the host's card that it came by, or [FrameBatch#ANY_QUEUE]
    /// @return whether any queue wants it
    public boolean judge(FrameHeaders headers, int wireBytes, int originPool, int arrivalQueue, Verdict verdict) {
        verdict.clear();
        if (!headers.isEthernet()) {
            counters.increment(IgbCounter.RECEIVE_MALFORMED);
            return false;
        }
        boolean pooled = (registers.get(MRQC) & MRQC_POOLS) != 0;
        boolean looped = pooled && originPool != WIRE;
        verdict.cast = FrameTally.castOf(headers.destination());
        verdict.doubleTagged = headers.tagBytes() > FrameHeaders.TAG_BYTES;
        IgbCounter refusal = pooled
                ? judgeForPools(headers, wireBytes, originPool, verdict)
                : judgeForStation(headers, wireBytes, arrivalQueue, verdict);
        if (refusal != null) {
            counters.increment(refusal);
            if (!looped) statistics.seen(wireBytes);
            return false;
        }
        // The chip's global counters are the MAC's: what the pools exchange does not pass there.
        if (!looped) statistics.received(wireBytes, verdict.cast);
        verdict.stamped = !looped && timeStamps.stamp(headers, filters.stamps());
        return true;
    }

    /// One card, no pools.
    ///
    /// @return what it is refused for, if it is
    private @Nullable IgbCounter judgeForStation(
            FrameHeaders headers, int wireBytes, int arrivalQueue, Verdict verdict) {
        if (!acceptsAddress(headers, verdict)) return IgbCounter.RECEIVE_FILTERED;
        if (!vlans.passes(headers)) return IgbCounter.RECEIVE_OTHER_VLAN;
        if (!lengths.passes(headers, wireBytes)) return IgbCounter.RECEIVE_BAD_LENGTH;
        filters.look(headers, wireBytes - FrameCheckSequence.BYTES, 0, verdict);
        verdict.queues = 1 << stationQueue(headers, arrivalQueue, verdict);
        return null;
    }

    /// Whole kinds of addresses first, then the exact ones; groups by their hash last. Broadcast is a
    /// kind of its own: MPE does not let it pass.
    private boolean acceptsAddress(FrameHeaders headers, Verdict verdict) {
        int control = registers.get(RCTL);
        long destination = headers.destination();
        int kind = switch (verdict.cast) {
            case Statistics.UNICAST -> RCTL_UPE;
            case Statistics.MULTICAST -> RCTL_MPE;
            default -> RCTL_BAM;
        };
        if ((control & kind) != 0 || stations.matches(destination, headers.source())) return true;
        verdict.inexact = verdict.cast != Statistics.UNICAST && hash.hitsGroups(destination);
        return verdict.inexact;
    }

    /// The filters' queue, else that of RSS, else MRQC's default queue.
    ///
    /// Where the host's card has spread the frames already, its choice stands for that of RSS and
    /// for the default: a queue of the host's card is a queue here, with the interrupt and the
    /// processor that somebody gave to it, and a filter that an operator set there reaches the
    /// guest. That holds for queues that RETA names: to the others the guest wants no frames (it
    /// may have fewer of them than the host's card has), so their frames are spread by the hash. A
    /// flow comes by one queue of the host's and so ends in one here, in order.
    private int stationQueue(FrameHeaders headers, int arrivalQueue, Verdict verdict) {
        int mode = registers.get(MRQC);
        boolean spreads = (mode & MRQC_MRQE_MASK) == MRQC_MRQE_RSS;
        int entry = spreads ? scaling.spread(headers, verdict) : ReceiveSideScaling.NO_ENTRY;
        if (filters.ethertypeQueue() != QueueFilters.NO_QUEUE) return filters.ethertypeQueue();
        if (filters.queue() != QueueFilters.NO_QUEUE) return filters.queue();
        if (spreads && scaling.spreadsTo(arrivalQueue)) return arrivalQueue;
        return entry == ReceiveSideScaling.NO_ENTRY
                ? mode >>> MRQC_DEF_Q_SHIFT & DEF_Q_MASK
                : entry & ReceiveSideScaling.QUEUE_MASK;
    }

    private @Nullable IgbCounter judgeForPools(FrameHeaders headers, int wireBytes, int originPool, Verdict verdict) {
        if (!vlans.passes(headers)) return IgbCounter.RECEIVE_OTHER_VLAN;
        boolean looped = originPool != WIRE;
        if (!looped && headers.isTagged() && vlans.isLocal(headers.vlanTag())) return IgbCounter.RECEIVE_OTHER_VLAN;
        int selected = pools.select(headers, originPool);
        if (selected == 0) return IgbCounter.RECEIVE_NO_POOL;
        if (!lengths.passes(headers, wireBytes)) return IgbCounter.RECEIVE_BAD_LENGTH;
        int fitting = lengths.pools(headers, wireBytes, selected);
        if (fitting == 0) return IgbCounter.RECEIVE_BAD_LENGTH;
        verdict.inexact = pools.inexact();
        boolean replicates = (registers.get(VT_CTL) & VT_CTL_RPL_EN) != 0;
        verdict.replicated = replicates && (verdict.cast != Statistics.UNICAST || (fitting & fitting - 1) != 0);
        filters.look(headers, wireBytes - FrameCheckSequence.BYTES, fitting, verdict);
        verdict.queues = poolQueues(headers, fitting, looped, verdict);
        return null;
    }

    /// One queue of each pool; which queue of the host's card the frame came by plays no part, it
    /// knows nothing of pools. An ethertype filter's queue stands for all of them. Another filter's
    /// queue is taken by the pool that owns it, the other pools keep theirs: no filter carries a
    /// frame into a pool that it is not for.
    private int poolQueues(FrameHeaders headers, int selected, boolean looped, Verdict verdict) {
        boolean spreads = (registers.get(MRQC) & MRQC_MRQE_MASK) == MRQC_MRQE_VMDQ_RSS && !looped;
        int entry = spreads && (selected & pools.with(VMOLR_RSSE)) != 0
                ? scaling.spread(headers, verdict)
                : ReceiveSideScaling.NO_ENTRY;
        if (filters.ethertypeQueue() != QueueFilters.NO_QUEUE) return 1 << filters.ethertypeQueue();
        int second = entry != ReceiveSideScaling.NO_ENTRY && (entry & 1) != 0 ? selected & pools.with(VMOLR_RSSE) : 0;
        int queues = (selected & ~second) | (second << PoolSelector.POOLS);
        int named = filters.queue();
        if (named == QueueFilters.NO_QUEUE || (selected >>> (named & POOL_MASK) & 1) == 0) return queues;
        int owner = 1 << (named & POOL_MASK);
        return (queues & ~(owner | (owner << PoolSelector.POOLS))) | (1 << named);
    }

    /// Whether a VLAN tag is removed from the copy for `queue`.
    public boolean stripsTag(int queue, Verdict verdict) {
        if ((registers.get(MRQC) & MRQC_POOLS) == 0) return (registers.get(CTRL) & CTRL_VME) != 0;
        return (poolPolicy(queue, verdict) & VMOLR_STRVLAN) != 0;
    }

    /// Whether the FCS is left out of the copy for `queue`.
    public boolean stripsFcs(int queue, Verdict verdict) {
        if ((registers.get(MRQC) & MRQC_POOLS) == 0) return (registers.get(RCTL) & RCTL_SECRC) != 0;
        return (poolPolicy(queue, verdict) & VMOLR_STRCRC) != 0;
    }

    /// VMOLR of the queue's pool; RPLOLR, which has the same two bits, for replicated frames.
    private int poolPolicy(int queue, Verdict verdict) {
        return verdict.replicated ? registers.get(RPLOLR) : registers.get(VMOLR, queue & POOL_MASK);
    }
}
