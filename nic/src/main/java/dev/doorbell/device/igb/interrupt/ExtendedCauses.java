package dev.doorbell.device.igb.interrupt;

import static dev.doorbell.register.IgbBits.EICR_OTHER;
import static dev.doorbell.register.IgbBits.EICR_QUEUES;
import static dev.doorbell.register.IgbBits.EICR_TCP_TIMER;
import static dev.doorbell.register.IgbBits.EICR_VECTORS;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_PBA_SUPPORT;
import static dev.doorbell.register.IgbRegister.EIAC;
import static dev.doorbell.register.IgbRegister.EIAM;
import static dev.doorbell.register.IgbRegister.EICR;
import static dev.doorbell.register.IgbRegister.EICS;
import static dev.doorbell.register.IgbRegister.EIMC;
import static dev.doorbell.register.IgbRegister.EIMS;
import static dev.doorbell.register.IgbRegister.EITR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.IAC;
import static dev.doorbell.register.IgbRegister.PBACL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.CountRegisters;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// EICR with its mask and its throttles, up to the message or the line.
///
/// With vectors, each event of a vector is at most one message: events wait while the mask or the
/// throttle holds them, and are one then. The message clears the bit in EICR if EIAC says so, and the
/// mask if EIAM does and GPIE.EIAME is set. Unmasking a vector whose bit stands is an event. A bit
/// that stands does not keep later events from interrupting: the stock driver's interrupt test sets
/// no EIAC and never clears EICR, and still counts on a message for every cause.
///
/// Without vectors the unmasked bits and the sum of ICR make the line's level; every rise waits for
/// EITR0.
final class ExtendedCauses {
    static final int VECTORS = 25;
    private static final int LINE = 0; // the throttle of the line

    private final RegisterFile registers;
    private final CountRegisters counts;
    private final PciPort port;
    private final CounterTable<IgbCounter> counters;
    private final Throttle[] throttles = new Throttle[VECTORS];
    private final int messages;
    private int causes; // EICR without OTHER
    private int mask; // EIMS
    private int unsent; // vectors: events that no message has told yet; a part of causes
    private int urgent; // vectors: those among them that EITR does not hold back
    private boolean other; // no vectors: the sum of ICR
    private boolean hurry; // no vectors: the next rise is not held back by EITR
    private boolean line;

    ExtendedCauses(
            RegisterFile registers,
            Timeline time,
            PciPort port,
            CounterTable<IgbCounter> counters,
            InterruptGaps gaps,
            CreditClock clock,
            int messages,
            long leastGapNs) {
        this.registers = registers;
        counts = new CountRegisters(registers);
        this.port = port;
        this.counters = counters;
        this.messages = messages;
        for (int v = 0; v < VECTORS; v++) {
            int vector = v;
            throttles[v] = new Throttle(time, "EITR" + v, () -> send(vector), gaps, clock, leastGapNs);
        }
        registers.onRead(EICR, (offset, stored) -> acknowledge());
        registers.onWrite(EICR, (offset, written) -> {
            clear(written);
            autoMask();
        });
        registers.onRead(EICS, (offset, stored) -> pending());
        registers.onWrite(EICS, (offset, written) -> writeSet(written));
        registers.onRead(EIMS, (offset, stored) -> mask);
        registers.onWrite(EIMS, (offset, written) -> unmask(written));
        registers.onRead(EIMC, (offset, stored) -> mask);
        registers.onWrite(EIMC, (offset, written) -> mask(written));
        registers.onRead(EITR, (offset, stored) -> throttle(offset).read());
        registers.onWrite(EITR, (offset, written) -> throttle(offset).write(written));
        registers.onRead(PBACL, (offset, stored) -> port.pendingMessages());
        registers.onWrite(PBACL, (offset, written) -> port.clearPendingMessages(written));
    }

    private Throttle throttle(int offset) {
        return throttles[(offset - EITR.spec().offset()) >>> 2];
    }

    /// Whether EICR's bits are vectors.
    boolean hasVectors() {
        return (registers.get(GPIE) & GPIE_MULTIPLE_MSIX) != 0;
    }

    /// Level of the line.
    boolean line() {
        return line;
    }

    /// An event of the cause that an entry of IVAR names, 0 to 31. One that EICR does not have is
    /// counted.
    void raiseVector(int vector, boolean immediate) {
        int bit = (1 << vector) & (hasVectors() ? EICR_VECTORS : EICR_QUEUES);
        if (bit == 0) counters.increment(IgbCounter.INTERRUPTS_BAD_VECTOR);
        else raise(bit, immediate);
    }

    /// Without vectors: the TCP timer's own bit.
    void raiseTcpTimer() {
        raise(EICR_TCP_TIMER, false);
    }

    private void raise(int bits, boolean immediate) {
        causes |= bits;
        if (!hasVectors()) {
            hurry |= immediate;
            settleLine();
            return;
        }
        unsent |= bits;
        if (immediate) urgent |= bits;
        settle(bits);
    }

    /// Without vectors: whether an unmasked cause of ICR stands.
    void other(boolean standing) {
        other = standing;
        settleLine();
    }

    /// Without vectors: the next cause is one that EITR does not hold back.
    void hurry() {
        hurry = true;
    }

    /// The bits of EICR mean something else now: what stood is forgotten, and nothing that waited is
    /// sent.
    void modeChanged() {
        forget();
    }

    /// No cause, no mask, nothing waits, line down.
    void reset() {
        mask = 0;
        forget();
    }

    void powerOn() {
        for (Throttle throttle : throttles) throttle.powerOn();
    }

    void settleCredits() {
        for (Throttle throttle : throttles) throttle.settleCredits();
    }

    private void forget() {
        causes = 0;
        unsent = 0;
        urgent = 0;
        other = false;
        hurry = false;
        for (Throttle throttle : throttles) throttle.cancel();
        drive(false);
    }

    private int settable() {
        return hasVectors() ? EICR_VECTORS : EICR_QUEUES | EICR_TCP_TIMER;
    }

    private int pending() {
        return causes | (other ? EICR_OTHER : 0);
    }

    /// A read clears and masks without vectors only: with them a read is harmless, and nothing but
    /// EIAC, a write or a reset clears. // I210, 8.8.1; the stock drivers never read EICR and look at
    /// EICS instead
    private int acknowledge() {
        int value = pending();
        if (!hasVectors()) clear(-1);
        autoMask();
        return value;
    }

    /// EIAM on an access to EICR, unless it acts on messages. // I210, 8.8.6 and GPIE.EIAME
    private void autoMask() {
        boolean onMessage = hasVectors() && (registers.get(GPIE) & GPIE_EIAME) != 0;
        if (!onMessage) mask(registers.get(EIAM));
    }

    private void clear(int bits) {
        causes &= ~bits;
        unsent &= causes;
        urgent &= causes;
        settleAll(bits);
    }

    private void writeSet(int written) {
        int bits = written & settable();
        mask |= bits & registers.get(EIAM);
        raise(bits, false);
    }

    private void unmask(int written) {
        if (hasVectors() && (registers.get(GPIE) & GPIE_PBA_SUPPORT) != 0) port.clearPendingMessages(written);
        int bits = written & (settable() | (hasVectors() ? 0 : EICR_OTHER)) & ~mask;
        mask |= bits;
        if (hasVectors()) unsent |= bits & causes;
        settleAll(bits);
    }

    private void mask(int bits) {
        mask &= ~bits;
        settleAll(bits);
    }

    private void settleAll(int bits) {
        if (hasVectors()) settle(bits & EICR_VECTORS);
        else settleLine();
    }

    private void settle(int bits) {
        for (int left = bits; left != 0; left &= left - 1) { // a bit each
            int bit = Integer.lowestOneBit(left);
            Throttle throttle = throttles[Integer.numberOfTrailingZeros(bit)];
            if ((unsent & mask & bit) != 0) throttle.request((urgent & bit) != 0);
            else throttle.cancel();
        }
    }

    private void settleLine() {
        boolean level = other || (causes & mask) != 0;
        if (level && !line) throttles[LINE].request(hurry);
        else if (!level) {
            hurry = false;
            throttles[LINE].cancel();
            drive(false);
        }
    }

    /// The throttle lets an interrupt go.
    private void send(int vector) {
        if (!hasVectors()) {
            hurry = false;
            drive(true);
            return;
        }
        int bit = 1 << vector;
        unsent &= ~bit;
        urgent &= ~bit;
        if ((registers.get(EIAC) & bit) != 0) causes &= ~bit;
        if ((registers.get(GPIE) & GPIE_EIAME) != 0) mask &= ~(registers.get(EIAM) & bit);
        if (vector >= messages) {
            counters.increment(IgbCounter.INTERRUPTS_BAD_VECTOR);
            return;
        }
        count();
        port.sendMessage(vector);
    }

    private void drive(boolean level) {
        if (level == line) return;
        line = level;
        if (level) count();
        port.setInterruptLine(level);
    }

    private void count() {
        counters.increment(IgbCounter.INTERRUPTS);
        counts.count(IAC);
    }
}
