package dev.doorbell.device.igb.rate;

import static dev.doorbell.register.IgbBits.RTTBCNRC_RF_INT_SHIFT;
import static dev.doorbell.register.IgbBits.RTTBCNRC_RF_MASK;
import static dev.doorbell.register.IgbBits.RTTBCNRC_RS_ENA;
import static dev.doorbell.register.IgbBits.RTTBCNRD_CLEAR_ALL;
import static dev.doorbell.register.IgbBits.RTTDCS_CLEAR_ALL;
import static dev.doorbell.register.IgbBits.RTTDCS_SPEED_CHG;
import static dev.doorbell.register.IgbRegister.RTTBCNRC;
import static dev.doorbell.register.IgbRegister.RTTBCNRD;
import static dev.doorbell.register.IgbRegister.RTTBCNRM;
import static dev.doorbell.register.IgbRegister.RTTBCNRS;
import static dev.doorbell.register.IgbRegister.RTTDCS;
import static dev.doorbell.register.IgbRegister.RTTDQSEL;
import static dev.doorbell.register.IgbRegister.RTTDVMRC;

import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.function.IntSupplier;

/// The guest's transmit rate limiter (TRL): a rate factor per queue behind the select register, one
/// memory window.
///
/// MIFS = PL x RF byte times of the link from the start of a frame to the start of the queue's next
/// one. PL is the frame's Layer-2 bytes without FCS, at least [#SHORTEST_BYTES]. What this chip's data
/// sheet says was not at hand: offsets, the rate factor's layout and the order of programming are
/// certain (its Linux driver), the rest is after the X550's block; docs/transmit-rate-limiter.md lists
/// every inference.
///
/// Registers for traffic classes and virtual machines (0x3474 to 0x34DF, 0x3608 to 0x368F) are known
/// by name only: storage. So are RTTBCNRM(1) to (7), which no driver uses, and RTTBCNRD but for its
/// clear-all bit.
final class TransmitRateLimiter {
    static final int QUEUES = 16;

    /// The least that a frame counts. The X550's printed range of MIFS, 76 to 9,216,012, is 64 x 1 +
    /// 12 to 9216 x 1000 + 12: it hints at the inter-packet gap being added once. Its formula does not
    /// have it, drivers compute rates without it, and with it a limited queue would miss its rate by
    /// 12 bytes in every frame: not applied.
    static final int SHORTEST_BYTES = 64;

    private static final int ONE = 1 << RTTBCNRC_RF_INT_SHIFT; // rate factor 1.0
    private static final int FASTEST_BYTE_NS = 8; // 1 Gb/s: a unit of the factor is one of CardTime

    /// Somebody may start earlier than was said.
    @FunctionalInterface
    interface Easing {
        /// @param dueBeforeNs when it might have started until now
        void eased(int queue, long dueBeforeNs);
    }

    private final RegisterFile registers;
    private final Timeline time;
    private final IntSupplier linkMbps;
    private final Easing easing;
    private final RateLimit[] limits = new RateLimit[QUEUES];
    private final int[] configuration = new int[QUEUES]; // RTTBCNRC's copies
    private final int[] machineConfiguration = new int[QUEUES]; // RTTDVMRC's copies
    private int byteNs;

    /// @param linkMbps 10, 100 or 1000
    TransmitRateLimiter(RegisterFile registers, Timeline time, IntSupplier linkMbps, Easing easing) {
        this.registers = registers;
        this.time = time;
        this.linkMbps = linkMbps;
        this.easing = easing;
        byteNs = 8000 / linkMbps.getAsInt();
        for (int queue = 0; queue < QUEUES; queue++) limits[queue] = new RateLimit();
        registers.onRead(RTTBCNRC, (offset, stored) -> configuration[selected()]);
        registers.onWrite(RTTBCNRC, (offset, written) -> configure(selected(), written));
        registers.onRead(RTTDVMRC, (offset, stored) -> machineConfiguration[selected()]);
        registers.onWrite(RTTDVMRC, (offset, written) -> machineConfiguration[selected()] = written);
        registers.onRead(RTTBCNRS, (offset, stored) -> remainingByteTimes(selected()));
        registers.onWrite(RTTBCNRD, (offset, written) -> writeDrift(written));
        registers.onWrite(RTTDCS, (offset, written) -> writeControl(written));
    }

    /// Software reset: no queue is limited. The registers hold their reset values already.
    void reset() {
        byteNs = 8000 / linkMbps.getAsInt();
        for (int queue = 0; queue < QUEUES; queue++) {
            configuration[queue] = 0;
            machineConfiguration[queue] = 0;
            limits[queue].stop();
        }
    }

    /// The limit of a queue.
    RateLimit of(int queue) {
        return limits[queue];
    }

    /// MMW_SIZE in bytes of frames; shared by all queues.
    int windowBytes() {
        return (registers.get(RTTBCNRM, 0) & RTTBCNRM.spec().writable()) << 10;
    }

    /// The link came up at another speed. Rate factors stay and stay in force: they are fractions of
    /// the link, so every limit scales with it. What a queue still has to wait, or has to its credit,
    /// stays the same in bytes of the link. RTTDCS says it happened, until the driver has cleared all.
    /// // after the X550's block
    void speedChanged() {
        followLink();
        registers.set(RTTDCS, registers.get(RTTDCS) | RTTDCS_SPEED_CHG);
    }

    private void followLink() {
        int wasNs = byteNs;
        byteNs = 8000 / linkMbps.getAsInt();
        if (byteNs == wasNs) return;
        for (int queue = 0; queue < QUEUES; queue++) if (limits[queue].isOn()) stretch(queue, wasNs);
    }

    private void stretch(int queue, int wasNs) {
        long dueNs = limits[queue].dueNs();
        limits[queue].stretch(wasNs / FASTEST_BYTE_NS, byteNs / FASTEST_BYTE_NS, time.nowNs());
        limits[queue].cost(cost(configuration[queue]));
        tellWhenEased(queue, dueNs);
    }

    private int selected() {
        return registers.get(RTTDQSEL) & (QUEUES - 1);
    }

    /// A write to a limiter that is on changes the factor from the next frame on; it does not start
    /// the time stamp anew, so that rewriting the same value, as drivers do after a link event, gives
    /// no frame for free.
    private void configure(int queue, int written) {
        followLink(); // its speed may have changed while it was down
        configuration[queue] = written & RTTBCNRC.spec().writable();
        RateLimit limit = limits[queue];
        long dueNs = limit.dueNs();
        if ((written & RTTBCNRC_RS_ENA) == 0) limit.stop();
        else if (limit.isOn()) limit.cost(cost(written));
        else limit.start(cost(written), time.nowNs());
        tellWhenEased(queue, dueNs);
    }

    /// What a byte costs. A factor below 1 (a rate above the link's) counts as 1: the nearest that the
    /// X550 allows.
    private long cost(int configured) {
        return (long) Math.max(ONE, configured & RTTBCNRC_RF_MASK) * (byteNs / FASTEST_BYTE_NS);
    }

    private void tellWhenEased(int queue, long dueBeforeNs) {
        if (limits[queue].dueNs() < dueBeforeNs) easing.eased(queue, dueBeforeNs);
    }

    /// MIFS of RTTBCNRS: strictly positive while the queue is held, hence rounded up. 0 for a queue
    /// without a limit.
    private int remainingByteTimes(int queue) {
        RateLimit limit = limits[queue];
        if (!limit.isOn()) return 0;
        long byteTimes = Math.ceilDiv(limit.waitUnits(time.nowNs()), (long) byteNs * CardTime.UNITS_PER_NS);
        return Math.clamp(byteTimes, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private void writeDrift(int written) {
        registers.store(RTTBCNRD, written & ~RTTBCNRD_CLEAR_ALL);
        if ((written & RTTBCNRD_CLEAR_ALL) != 0) clearAll();
    }

    /// Software can clear the speed-changed indication, never set it.
    private void writeControl(int written) {
        registers.set(RTTDCS, registers.get(RTTDCS) & written & RTTDCS_SPEED_CHG);
        if ((written & RTTDCS_CLEAR_ALL) != 0) clearAll();
    }

    /// RS_ENA of every queue, and the indication that it answers. The bit itself never reads as 1.
    private void clearAll() {
        registers.set(RTTDCS, registers.get(RTTDCS) & ~RTTDCS_SPEED_CHG);
        for (int queue = 0; queue < QUEUES; queue++) configure(queue, configuration[queue] & ~RTTBCNRC_RS_ENA);
    }
}
