package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.ETQF_1588;
import static dev.doorbell.register.IgbBits.ETQF_IMM_INT;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.ETQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.IMIRVP_EN;
import static dev.doorbell.register.IgbBits.RFCTL_SYNQFP;
import static dev.doorbell.register.IgbBits.SYNQF_EN;
import static dev.doorbell.register.IgbBits.SYNQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbRegister.IMIRVP;
import static dev.doorbell.register.IgbRegister.RFCTL;
import static dev.doorbell.register.IgbRegister.SYNQF;
import static dev.doorbell.register.IgbRegister.VLAPQF;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Filters that name a queue before any hash does, ask for an immediate interrupt or mark a frame for
/// a time stamp. In order: ethertype, then SYN and 5-tuple as RFCTL.SYNQFP orders them, then VLAN
/// priority.
final class QueueFilters {
    static final int NO_QUEUE = -1;

    private static final int QUEUE_MASK = 7; // of those filters whose field has three bits
    private static final int VLAN_QUEUE_MASK = 3;
    private static final int VLAN_VALID = 1 << 3;
    private static final int PRIORITY_MASK = 7;
    private static final int TAG_PRIORITY_SHIFT = 13;
    /// An ETQF match in place in the descriptor's packet type: the mark, and the filter's number.
    private static final int PACKET_TYPE_ETQF = 1 << 15;

    private static final int PACKET_TYPE_ETQF_SHIFT = 4;

    private final RegisterFile registers;
    private final EthertypeFilters ethertypes;
    private final TupleFilters tuples;
    private int ethertypeQueue;
    private int queue;
    private boolean stamps;

    QueueFilters(RegisterFile registers) {
        this.registers = registers;
        ethertypes = new EthertypeFilters(registers);
        tuples = new TupleFilters(registers);
    }

    void reset() {
        ethertypes.reset();
        tuples.reset();
    }

    /// Looks at a frame. Packet type and immediate interrupt go into the verdict, the rest is told by
    /// the other methods.
    ///
    /// @param layer2Bytes its length without FCS
    /// @param pools       pools it goes to; 0 when no pools are in use
    void look(FrameHeaders headers, int layer2Bytes, int pools, Verdict verdict) {
        ethertypeQueue = NO_QUEUE;
        stamps = false;
        int number = ethertypes.match(headers.etherType());
        if (number == EthertypeFilters.NONE) verdict.packetType = PacketTypes.of(headers);
        else ethertypeMatched(number, verdict);
        tuples.look(headers, layer2Bytes, pools);
        verdict.immediate |= tuples.immediate();
        stamps |= tuples.stamps();
        queue = tuples.queue();
        lookForSyn(headers, verdict);
        if (headers.isTagged()) lookAtPriority(headers.vlanTag() >>> TAG_PRIORITY_SHIFT, verdict);
    }

    private void ethertypeMatched(int number, Verdict verdict) {
        int actions = ethertypes.actions(number);
        verdict.packetType = PACKET_TYPE_ETQF | number << PACKET_TYPE_ETQF_SHIFT;
        if ((actions & ETQF_IMM_INT) != 0) verdict.immediate = true;
        if ((actions & ETQF_1588) != 0) stamps = true;
        if ((actions & ETQF_QUEUE_EN) != 0) ethertypeQueue = actions >>> ETQF_QUEUE_SHIFT & QUEUE_MASK;
    }

    /// A TCP segment that opens a connection: SYN without ACK.
    private void lookForSyn(FrameHeaders headers, Verdict verdict) {
        int filter = registers.get(SYNQF);
        if ((filter & SYNQF_EN) == 0) return;
        int flags = headers.tcpFlags();
        if ((flags & (FrameHeaders.TCP_SYN | FrameHeaders.TCP_ACK)) != FrameHeaders.TCP_SYN) return;
        verdict.immediate = true;
        boolean first = (registers.get(RFCTL) & RFCTL_SYNQFP) != 0;
        if (first || queue == NO_QUEUE) queue = filter >>> SYNQF_QUEUE_SHIFT & QUEUE_MASK;
    }

    private void lookAtPriority(int priority, Verdict verdict) {
        int threshold = registers.get(IMIRVP);
        if ((threshold & IMIRVP_EN) != 0 && priority >= (threshold & PRIORITY_MASK)) verdict.immediate = true;
        if (queue != NO_QUEUE) return;
        int entry = registers.get(VLAPQF) >>> (4 * priority);
        if ((entry & VLAN_VALID) != 0) queue = entry & VLAN_QUEUE_MASK;
    }

    /// Queue that an ethertype filter names, or [#NO_QUEUE]. It comes before every other.
    int ethertypeQueue() {
        return ethertypeQueue;
    }

    /// Queue that another filter names, or [#NO_QUEUE].
    int queue() {
        return queue;
    }

    /// Whether a filter marked the frame for a time stamp.
    boolean stamps() {
        return stamps;
    }
}
