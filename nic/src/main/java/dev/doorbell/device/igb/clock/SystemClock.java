package dev.doorbell.device.igb.clock;

import static dev.doorbell.register.IgbBits.ICR_TS;
import static dev.doorbell.register.IgbBits.TIMADJH_SIGN;
import static dev.doorbell.register.IgbBits.TSAUXC_DISABLE;
import static dev.doorbell.register.IgbBits.TSICR_RXTS;
import static dev.doorbell.register.IgbBits.TSICR_SYS_WRAP;
import static dev.doorbell.register.IgbBits.TSICR_TADJ;
import static dev.doorbell.register.IgbBits.TSICR_TXTS;
import static dev.doorbell.register.IgbBits.TSYNC_EN;
import static dev.doorbell.register.IgbBits.TSYNC_VALID;
import static dev.doorbell.register.IgbRegister.RXSATRH;
import static dev.doorbell.register.IgbRegister.RXSATRL;
import static dev.doorbell.register.IgbRegister.RXSTMPH;
import static dev.doorbell.register.IgbRegister.RXSTMPL;
import static dev.doorbell.register.IgbRegister.SYSTIMH;
import static dev.doorbell.register.IgbRegister.SYSTIML;
import static dev.doorbell.register.IgbRegister.TIMADJH;
import static dev.doorbell.register.IgbRegister.TIMADJL;
import static dev.doorbell.register.IgbRegister.TIMINCA;
import static dev.doorbell.register.IgbRegister.TSAUXC;
import static dev.doorbell.register.IgbRegister.TSICR;
import static dev.doorbell.register.IgbRegister.TSIM;
import static dev.doorbell.register.IgbRegister.TSYNCRXCTL;
import static dev.doorbell.register.IgbRegister.TSYNCTXCTL;
import static dev.doorbell.register.IgbRegister.TXSTMPH;
import static dev.doorbell.register.IgbRegister.TXSTMPL;

import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;

/// SYSTIM and what is stamped with it: the front of this package.
///
/// SYSTIM is a function of the card's time: the value at its last change, and INCVALUE more for
/// every INCPERIOD times 16 ns since. A change of TIMINCA or of SYSTIM starts a new period. It
/// stands still with an INCPERIOD of 0 and with TSAUXC.DISABLE. Reading SYSTIML samples it; SYSTIMH
/// then gives the sample's high half.
public final class SystemClock {
    private static final int INCREMENT_MASK = 0xFF_FFFF;
    private static final int PERIOD_SHIFT = 24;
    private static final int PERIOD_UNIT_NS = 16;
    private static final long LOW_HALF = 0xFFFF_FFFFL;

    private final RegisterFile registers;
    private final Timeline time;
    private final Interrupts interrupts;
    private final Timer wrap;
    private long base; // SYSTIM at baseNs
    private long baseNs;
    private long increment;
    private long periodNs; // 0: stands still
    private int sampledHigh;

    public SystemClock(RegisterFile registers, Timeline time, Interrupts interrupts) {
        this.registers = registers;
        this.time = time;
        this.interrupts = interrupts;
        wrap = time.timer("SYSTIM wraps", this::wrapped);
        attachTime();
        attachStamps();
    }

    /// Software reset.
    public void reset() {
        base = 0;
        sampledHigh = 0;
        restart();
    }

    /// A frame whose first data descriptor asked for a stamp leaves now. Taken when TSYNCTXCTL is
    /// enabled and holds no older stamp.
    public void stampTransmit() {
        if (!takes(TSYNCTXCTL)) return;
        store(TXSTMPL, TXSTMPH, now());
        occurred(TSICR_TXTS);
    }

    /// A received frame that the filters marked for stamping was judged a PTP message of the kind
    /// asked for.
    ///
    /// RXSATRL and RXSATRH hold the last six bytes of the identity and the sequence number as they
    /// lie on the wire, the first byte lowest. // as QEMU's model has it; no driver reads them
    ///
    /// @param sourceId   first 8 bytes of the source port identity, network order
    /// @param sequenceId of the PTP header
    /// @return whether it was stamped (no older stamp was held): the descriptor's TS bit
    public boolean stampReceive(long sourceId, int sequenceId) {
        if (!takes(TSYNCRXCTL)) return false;
        store(RXSTMPL, RXSTMPH, now());
        registers.set(RXSATRL, Integer.reverseBytes((int) (sourceId >>> 16)));
        registers.set(RXSATRH, swapped((int) sourceId) | swapped(sequenceId) << 16);
        occurred(TSICR_RXTS);
        return true;
    }

    private static int swapped(int sixteenBits) {
        return Short.toUnsignedInt(Short.reverseBytes((short) sixteenBits));
    }

    private void attachTime() {
        registers.onRead(SYSTIML, (offset, stored) -> {
            long sample = now();
            sampledHigh = (int) (sample >>> 32);
            return (int) sample;
        });
        registers.onRead(SYSTIMH, (offset, stored) -> sampledHigh);
        registers.onWrite(SYSTIML, (offset, written) -> set((now() & ~LOW_HALF) | (written & LOW_HALF)));
        registers.onWrite(SYSTIMH, (offset, written) -> {
            sampledHigh = written;
            set((now() & LOW_HALF) | (long) written << 32);
        });
        registers.onWrite(TIMINCA, (offset, written) -> changeRate(TIMINCA, written));
        registers.onWrite(TSAUXC, (offset, written) -> changeRate(TSAUXC, written));
        registers.onWrite(TIMADJH, (offset, written) -> {
            registers.store(TIMADJH, written);
            adjust(written);
        });
    }

    private void attachStamps() {
        registers.onRead(TXSTMPH, (offset, stored) -> release(TSYNCTXCTL, stored));
        registers.onRead(RXSTMPH, (offset, stored) -> release(TSYNCRXCTL, stored));
        registers.onWrite(TSIM, (offset, written) -> {
            registers.store(TSIM, written);
            tell(registers.get(TSICR));
        });
    }

    /// Drivers read the high half last: the next frame may be stamped then.
    private int release(IgbRegister control, int stamp) {
        registers.set(control, registers.get(control) & ~TSYNC_VALID);
        return stamp;
    }

    /// Whether a stamp may be taken; it is valid from now on.
    private boolean takes(IgbRegister control) {
        int state = registers.get(control);
        if ((state & (TSYNC_EN | TSYNC_VALID)) != TSYNC_EN) return false;
        registers.set(control, state | TSYNC_VALID);
        return true;
    }

    private void store(IgbRegister low, IgbRegister high, long stamp) {
        registers.set(low, (int) stamp);
        registers.set(high, (int) (stamp >>> 32));
    }

    private long now() {
        if (periodNs == 0) return base;
        return base + (time.nowNs() - baseNs) / periodNs * increment;
    }

    private void set(long value) {
        base = value;
        restart();
    }

    private void changeRate(IgbRegister register, int written) {
        base = now();
        registers.store(register, written);
        restart();
    }

    /// TIMADJL and TIMADJH are added once; the sign is TIMADJH's uppermost bit.
    private void adjust(int high) {
        long amount = (long) (high & ~TIMADJH_SIGN) << 32 | (registers.get(TIMADJL) & LOW_HALF);
        set(now() + ((high & TIMADJH_SIGN) != 0 ? -amount : amount));
        occurred(TSICR_TADJ);
    }

    private void restart() {
        baseNs = time.nowNs();
        int rate = registers.get(TIMINCA);
        boolean disabled = (registers.get(TSAUXC) & TSAUXC_DISABLE) != 0;
        increment = rate & INCREMENT_MASK;
        periodNs = disabled ? 0 : (long) (rate >>> PERIOD_SHIFT) * PERIOD_UNIT_NS;
        awaitWrap();
    }

    /// Arms the timer of the next wrap, unless it is centuries away.
    private void awaitWrap() {
        wrap.disarm();
        if (periodNs == 0 || increment == 0) return;
        long periods = Long.divideUnsigned(-1 - base, increment) + 1; // until base + periods * increment passes 2^64
        if (periods > 0 && periods <= (Long.MAX_VALUE - baseNs) / periodNs) wrap.armAt(baseNs + periods * periodNs);
    }

    private void wrapped() {
        long periods = (time.nowNs() - baseNs) / periodNs;
        base += periods * increment;
        baseNs += periods * periodNs;
        awaitWrap();
        occurred(TSICR_SYS_WRAP);
    }

    private void occurred(int cause) {
        registers.set(TSICR, registers.get(TSICR) | cause);
        tell(cause);
    }

    private void tell(int causes) {
        if ((causes & registers.get(TSIM)) != 0) interrupts.raise(ICR_TS);
    }
}
