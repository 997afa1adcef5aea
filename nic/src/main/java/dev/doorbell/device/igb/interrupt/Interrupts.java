package dev.doorbell.device.igb.interrupt;

import static dev.doorbell.register.IgbBits.GPIE_LL_INTERVAL_MASK;
import static dev.doorbell.register.IgbBits.GPIE_LL_INTERVAL_SHIFT;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.GPIE_NSICR;
import static dev.doorbell.register.IgbBits.ICR_ALL;
import static dev.doorbell.register.IgbBits.ICR_INT_ASSERTED;
import static dev.doorbell.register.IgbBits.ICR_RXDMT0;
import static dev.doorbell.register.IgbBits.ICR_RXDW;
import static dev.doorbell.register.IgbBits.ICR_TS;
import static dev.doorbell.register.IgbBits.ICR_TXDW;
import static dev.doorbell.register.IgbBits.IVAR_VALID;
import static dev.doorbell.register.IgbBits.IVAR_VECTOR;
import static dev.doorbell.register.IgbRegister.GPIE;
import static dev.doorbell.register.IgbRegister.IAM;
import static dev.doorbell.register.IgbRegister.ICR;
import static dev.doorbell.register.IgbRegister.ICS;
import static dev.doorbell.register.IgbRegister.IMC;
import static dev.doorbell.register.IgbRegister.IMS;
import static dev.doorbell.register.IgbRegister.IVAR0;
import static dev.doorbell.register.IgbRegister.IVAR_MISC;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;

/// Causes, masks and throttles of the card: the front of this package.
///
/// The other units tell it what happened, when the guest can see it in memory; it decides which
/// vector, and when.
///
/// Causes lie in two layers. ICR with its mask IMS holds what the chip's ancestors had. EICR with its
/// mask EIMS ([ExtendedCauses]) holds vectors with GPIE.MULTIPLE_MSIX, where IVAR gives queues, TCP
/// timer and the sum of ICR a vector each; without it EICR holds 16 causes that IVAR gives to queues,
/// and both layers drive one line, throttled by EITR0, that the slot turns into INTA, MSI or MSI-X
/// message 0. A queue's cause is in ICR (TXDW, RXDW, RXDMT0) only without MULTIPLE_MSIX: with it the
/// vector alone tells, once. // inferred; the stock drivers unmask none of the three there
///
/// One thread: the card's loop.
public final class Interrupts {
    private static final int QUEUES_PER_IVAR = 8;
    private static final int TRANSMIT_SHIFT = 8; // in IVAR's half of a queue
    private static final int OTHER_SHIFT = 8; // in IVAR_MISC

    private final RegisterFile registers;
    private final CreditClock creditClock;
    private final ExtendedCauses extended;
    private int causes; // ICR
    private int mask; // IMS

    /// @param messages   MSI-X messages that the card can send: vectors beyond are counted
    /// @param leastGapNs least gap between two messages of a vector whatever the guest programs; 0
    ///     leaves it to the guest
    public Interrupts(
            RegisterFile registers,
            Timeline time,
            PciPort port,
            CounterTable<IgbCounter> counters,
            InterruptGaps gaps,
            int messages,
            long leastGapNs) {
        this.registers = registers;
        creditClock = new CreditClock(time);
        extended = new ExtendedCauses(registers, time, port, counters, gaps, creditClock, messages, leastGapNs);
        registers.onRead(ICR, (offset, stored) -> acknowledge());
        registers.onWrite(ICR, (offset, written) -> clear(written));
        registers.onRead(ICS, (offset, stored) -> pending());
        registers.onWrite(ICS, (offset, written) -> raise(written & ICR_ALL));
        registers.onRead(IMS, (offset, stored) -> mask);
        registers.onWrite(IMS, (offset, written) -> change(causes, mask | (written & ICR_ALL)));
        registers.onRead(IMC, (offset, stored) -> mask);
        registers.onWrite(IMC, (offset, written) -> change(causes, mask & ~written));
        registers.onWrite(GPIE, (offset, written) -> writeMode(written));
        registers.onWrite(IVAR_MISC, (offset, written) -> writeMiscellaneousVectors(written));
    }

    /// After power-on: everything, EITR too.
    public void powerOn() {
        softwareReset();
        extended.powerOn();
    }

    /// CTRL.RST: no cause, no mask, nothing pending; EITR keeps its values.
    public void softwareReset() {
        causes = 0;
        mask = 0;
        extended.reset();
        creditInterval(registers.get(GPIE));
    }

    /// Causes that belong to no queue: bits of ICR, routed by IVAR_MISC.OTHER. TS is one that ICR
    /// shows though neither ICS nor IMS has it on this chip. // Linux igb_ethtool.c: the writable
    /// causes
    public void raise(int icrCauses) {
        change(causes | (icrCauses & (ICR_ALL | ICR_TS)), mask);
    }

    /// Descriptors of receive queue `queue` can be seen: RXDW, or the queue's vector.
    ///
    /// @param immediate a low-latency filter matched: EITR does not hold it back
    public void received(int queue, boolean immediate) {
        queueEvent(queue, 0, ICR_RXDW, immediate);
    }

    /// Free descriptors of receive queue `queue` fell to SRRCTL.RDMTS: RXDMT0, or the queue's vector.
    public void receiveLow(int queue) {
        queueEvent(queue, 0, ICR_RXDMT0, false);
    }

    /// Write-backs of transmit queue `queue` can be seen: TXDW, or the queue's vector.
    public void transmitted(int queue) {
        queueEvent(queue, TRANSMIT_SHIFT, ICR_TXDW, false);
    }

    /// The TCP timer expired: the vector of IVAR_MISC's first byte, or EICR's own bit.
    public void tcpTimer() {
        if (extended.hasVectors()) route(registers.get(IVAR_MISC), false);
        else extended.raiseTcpTimer();
    }

    private void queueEvent(int queue, int shift, int cause, boolean immediate) {
        int half = queue < QUEUES_PER_IVAR ? 0 : 16;
        int entry = registers.get(IVAR0, queue % QUEUES_PER_IVAR) >>> (half + shift);
        if (!extended.hasVectors()) {
            if (immediate) extended.hurry();
            raise(cause);
        }
        route(entry, immediate);
    }

    /// Sets the cause that an entry of IVAR names.
    private void route(int entry, boolean immediate) {
        if ((entry & IVAR_VALID) != 0) extended.raiseVector(entry & IVAR_VECTOR, immediate);
    }

    /// A read of ICR. Whether it clears, and masks what IAM names, is a table: always with
    /// GPIE.NSICR; without it only while the interrupt is asserted, or, clearing alone, when nothing
    /// is unmasked. // I210, 8.8.10
    private int acknowledge() {
        int value = pending();
        boolean act = actsOnAccess(value);
        if (act || mask == 0) change(0, act ? mask & ~registers.get(IAM) : mask);
        return value;
    }

    private void clear(int written) {
        int left = actsOnAccess(pending()) ? mask & ~registers.get(IAM) : mask;
        change(causes & ~written, left);
    }

    private boolean actsOnAccess(int value) {
        return (registers.get(GPIE) & GPIE_NSICR) != 0 || (mask != 0 && (value & ICR_INT_ASSERTED) != 0);
    }

    /// ICR without a side effect. INT_ASSERTED is the line: a cause that EITR still holds back has
    /// not interrupted, and a handler on a shared line that reads it must not take it away. With
    /// vectors there is no line: any unmasked cause counts.
    private int pending() {
        boolean asserted = extended.hasVectors() ? (causes & mask) != 0 : extended.line();
        return causes | (asserted ? ICR_INT_ASSERTED : 0);
    }

    private void change(int newCauses, int newMask) {
        int before = causes & mask;
        causes = newCauses;
        mask = newMask;
        int after = causes & mask;
        if (!extended.hasVectors()) extended.other(after != 0);
        else if ((after & ~before) != 0) otherEvent();
    }

    private void otherEvent() {
        route(registers.get(IVAR_MISC) >>> OTHER_SHIFT, false);
    }

    private void writeMode(int written) {
        int before = registers.get(GPIE);
        registers.store(GPIE, written);
        int now = registers.get(GPIE);
        creditInterval(now);
        if (((before ^ now) & GPIE_MULTIPLE_MSIX) == 0) return;
        extended.modeChanged();
        restate();
    }

    /// Causes of ICR that stand interrupt in the new way, too.
    private void restate() {
        boolean standing = (causes & mask) != 0;
        if (!extended.hasVectors()) extended.other(standing);
        else if (standing) otherEvent();
    }

    private void writeMiscellaneousVectors(int written) {
        int before = registers.get(IVAR_MISC) >>> OTHER_SHIFT;
        registers.store(IVAR_MISC, written);
        if (registers.get(IVAR_MISC) >>> OTHER_SHIFT != before && extended.hasVectors()) restate();
    }

    private void creditInterval(int gpie) {
        extended.settleCredits();
        creditClock.interval((gpie >>> GPIE_LL_INTERVAL_SHIFT) & GPIE_LL_INTERVAL_MASK);
    }
}
