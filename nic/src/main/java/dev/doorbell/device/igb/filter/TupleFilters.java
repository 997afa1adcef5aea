package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.FTQF_1588;
import static dev.doorbell.register.IgbBits.FTQF_MASK_DST;
import static dev.doorbell.register.IgbBits.FTQF_MASK_PROTO;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SPORT;
import static dev.doorbell.register.IgbBits.FTQF_MASK_SRC;
import static dev.doorbell.register.IgbBits.FTQF_PROTOCOL_MASK;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_EN;
import static dev.doorbell.register.IgbBits.FTQF_QUEUE_SHIFT;
import static dev.doorbell.register.IgbBits.FTQF_VF_BP;
import static dev.doorbell.register.IgbBits.FTQF_VF_SHIFT;
import static dev.doorbell.register.IgbBits.IMIREXT_ACK;
import static dev.doorbell.register.IgbBits.IMIREXT_CTRL_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_FIN;
import static dev.doorbell.register.IgbBits.IMIREXT_PSH;
import static dev.doorbell.register.IgbBits.IMIREXT_RST;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_BP;
import static dev.doorbell.register.IgbBits.IMIREXT_SIZE_MASK;
import static dev.doorbell.register.IgbBits.IMIREXT_SYN;
import static dev.doorbell.register.IgbBits.IMIREXT_URG;
import static dev.doorbell.register.IgbBits.IMIR_PORT_BP;
import static dev.doorbell.register.IgbBits.IMIR_PORT_IM_EN;
import static dev.doorbell.register.IgbBits.IMIR_PRIORITY_SHIFT;
import static dev.doorbell.register.IgbRegister.DAQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIR;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.SAQF;
import static dev.doorbell.register.IgbRegister.SPQF;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// The 5-tuple filters (2-tuple ones are those that compare no address and no source port). Kept as a
/// list of those that do anything: a filter has no enable bit, an idle one has no action.
///
/// Any IP packet is looked at; a field that a packet does not have (a port of a fragment, an IPv4
/// address of IPv6) equals nothing. Addresses and ports stand in the registers as on the wire, the
/// first byte in bits 7:0. Among filters that match, the highest priority names the queue (the lowest
/// number where they are equal); an immediate interrupt and a time stamp are owed when any of them
/// asks. Where no source says so, this is inferred from the field's names and from the chip's
/// siblings.
final class TupleFilters {
    private static final int FILTERS = FTQF.spec().count();
    private static final int QUEUE_MASK = IgbRegister.QUEUES - 1;
    private static final int POOL_MASK = 7;
    private static final int PORT_MASK = 0xFFFF;
    private static final int NO_PRIORITY = -1;
    /// IMIREXT's bits in the order of the TCP header's, FIN first.
    private static final int[] FLAG = {IMIREXT_FIN, IMIREXT_SYN, IMIREXT_RST, IMIREXT_PSH, IMIREXT_ACK, IMIREXT_URG};

    private final RegisterFile registers;
    private final int[] working = new int[FILTERS];
    private int workingCount;
    private boolean stale = true;
    private int queue;
    private boolean immediate;
    private boolean stamps;

    TupleFilters(RegisterFile registers) {
        this.registers = registers;
        for (IgbRegister register : new IgbRegister[] {FTQF, IMIR})
            registers.onWrite(register, (offset, written) -> {
                registers.store(offset, written);
                stale = true;
            });
    }

    void reset() {
        stale = true;
    }

    /// Looks at a frame; the other methods then tell what was found.
    ///
    /// @param layer2Bytes its length without FCS
    /// @param pools       pools it goes to; 0 when no pools are in use
    void look(FrameHeaders headers, int layer2Bytes, int pools) {
        queue = QueueFilters.NO_QUEUE;
        immediate = false;
        stamps = false;
        if (stale) collect();
        if (workingCount == 0 || headers.ipVersion() == 0) return;
        int best = NO_PRIORITY;
        for (int i = 0; i < workingCount; i++) {
            int filter = working[i];
            if (!matches(filter, headers, layer2Bytes, pools)) continue;
            int control = registers.get(FTQF, filter);
            int port = registers.get(IMIR, filter);
            if ((port & IMIR_PORT_IM_EN) != 0) immediate = true;
            if ((control & FTQF_1588) != 0) stamps = true;
            int priority = port >>> IMIR_PRIORITY_SHIFT;
            if ((control & FTQF_QUEUE_EN) == 0 || priority <= best) continue;
            best = priority;
            queue = control >>> FTQF_QUEUE_SHIFT & QUEUE_MASK; // ten bits in the headers; there are 16 queues
        }
    }

    /// Queue of the best match, or [QueueFilters#NO_QUEUE].
    int queue() {
        return queue;
    }

    boolean immediate() {
        return immediate;
    }

    boolean stamps() {
        return stamps;
    }

    private boolean matches(int filter, FrameHeaders headers, int layer2Bytes, int pools) {
        int control = registers.get(FTQF, filter);
        return matchesPool(control, pools)
                && ((control & FTQF_MASK_PROTO) != 0 || headers.ipProtocol() == (control & FTQF_PROTOCOL_MASK))
                && matchesAddresses(filter, control, headers)
                && matchesPorts(filter, control, headers)
                && matchesExtension(registers.get(IMIREXT, filter), headers, layer2Bytes);
    }

    private static boolean matchesPool(int control, int pools) {
        if (pools == 0 || (control & FTQF_VF_BP) != 0) return true;
        return (pools >>> (control >>> FTQF_VF_SHIFT & POOL_MASK) & 1) != 0;
    }

    private boolean matchesAddresses(int filter, int control, FrameHeaders headers) {
        int masks = FTQF_MASK_SRC | FTQF_MASK_DST;
        if ((control & masks) == masks) return true;
        if (headers.ipVersion() != 4) return false;
        long addresses = headers.ipv4Addresses();
        int source = Integer.reverseBytes((int) (addresses >>> 32));
        int destination = Integer.reverseBytes((int) addresses);
        return ((control & FTQF_MASK_SRC) != 0 || source == registers.get(SAQF, filter))
                && ((control & FTQF_MASK_DST) != 0 || destination == registers.get(DAQF, filter));
    }

    private boolean matchesPorts(int filter, int control, FrameHeaders headers) {
        int target = registers.get(IMIR, filter);
        boolean anySource = (control & FTQF_MASK_SPORT) != 0;
        boolean anyDestination = (target & IMIR_PORT_BP) != 0;
        if (anySource && anyDestination) return true;
        if (headers.protocol() == 0) return false;
        int ports = Integer.reverseBytes(headers.ports());
        return (anySource || (ports & PORT_MASK) == (registers.get(SPQF, filter) & PORT_MASK))
                && (anyDestination || ports >>> 16 == (target & PORT_MASK));
    }

    /// A packet shorter than SIZE, and with at least one of the flags asked for.
    private static boolean matchesExtension(int extension, FrameHeaders headers, int layer2Bytes) {
        if ((extension & IMIREXT_SIZE_BP) == 0 && layer2Bytes >= (extension & IMIREXT_SIZE_MASK)) return false;
        if ((extension & IMIREXT_CTRL_BP) != 0) return true;
        int flags = headers.tcpFlags();
        for (int bit = 0; bit < FLAG.length; bit++)
            if ((flags >>> bit & 1) != 0 && (extension & FLAG[bit]) != 0) return true;
        return false;
    }

    private void collect() {
        stale = false;
        workingCount = 0;
        for (int i = 0; i < FILTERS; i++) {
            boolean acts = (registers.get(FTQF, i) & (FTQF_QUEUE_EN | FTQF_1588)) != 0
                    || (registers.get(IMIR, i) & IMIR_PORT_IM_EN) != 0;
            if (acts) working[workingCount++] = i;
        }
    }
}
