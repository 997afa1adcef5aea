package dev.doorbell.device.igb.statistics;

import static dev.doorbell.register.IgbRegister.BPRC;
import static dev.doorbell.register.IgbRegister.BPTC;
import static dev.doorbell.register.IgbRegister.GORCH;
import static dev.doorbell.register.IgbRegister.GORCL;
import static dev.doorbell.register.IgbRegister.GOTCH;
import static dev.doorbell.register.IgbRegister.GOTCL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.HGORCH;
import static dev.doorbell.register.IgbRegister.HGORCL;
import static dev.doorbell.register.IgbRegister.HGOTCH;
import static dev.doorbell.register.IgbRegister.HGOTCL;
import static dev.doorbell.register.IgbRegister.HGPTC;
import static dev.doorbell.register.IgbRegister.MPRC;
import static dev.doorbell.register.IgbRegister.MPTC;
import static dev.doorbell.register.IgbRegister.PFVFMPRC;
import static dev.doorbell.register.IgbRegister.PRC1023;
import static dev.doorbell.register.IgbRegister.PRC127;
import static dev.doorbell.register.IgbRegister.PRC1522;
import static dev.doorbell.register.IgbRegister.PRC255;
import static dev.doorbell.register.IgbRegister.PRC511;
import static dev.doorbell.register.IgbRegister.PRC64;
import static dev.doorbell.register.IgbRegister.PTC1023;
import static dev.doorbell.register.IgbRegister.PTC127;
import static dev.doorbell.register.IgbRegister.PTC1522;
import static dev.doorbell.register.IgbRegister.PTC255;
import static dev.doorbell.register.IgbRegister.PTC511;
import static dev.doorbell.register.IgbRegister.PTC64;
import static dev.doorbell.register.IgbRegister.PVFGORC;
import static dev.doorbell.register.IgbRegister.PVFGORLBC;
import static dev.doorbell.register.IgbRegister.PVFGOTC;
import static dev.doorbell.register.IgbRegister.PVFGOTLBC;
import static dev.doorbell.register.IgbRegister.PVFGPRC;
import static dev.doorbell.register.IgbRegister.PVFGPRLBC;
import static dev.doorbell.register.IgbRegister.PVFGPTC;
import static dev.doorbell.register.IgbRegister.PVFGPTLBC;
import static dev.doorbell.register.IgbRegister.PVFMPRC;
import static dev.doorbell.register.IgbRegister.RPTHC;
import static dev.doorbell.register.IgbRegister.RQDPC;
import static dev.doorbell.register.IgbRegister.TORH;
import static dev.doorbell.register.IgbRegister.TORL;
import static dev.doorbell.register.IgbRegister.TOTH;
import static dev.doorbell.register.IgbRegister.TOTL;
import static dev.doorbell.register.IgbRegister.TPR;
import static dev.doorbell.register.IgbRegister.TPT;

import dev.doorbell.device.CountRegisters;
import dev.doorbell.device.FrameTally;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import java.util.List;

/// The chip's statistics registers, global and per pool. Lengths are those on the wire, with the FCS.
///
/// Each global one sticks at all ones; a guest's read clears it, a pair is cleared by reading its
/// high half. The pools' run freely: a read leaves them, they wrap, and only writing 0 clears them,
/// as drivers of virtual functions and of VMDq expect. What comes from the wire or goes there and
/// what is looped between queues of this card count apart; a frame that goes both ways counts in
/// both. The host counters count either. // inferred: drivers show the two side by side
///
/// Good frames are tallied and reach the registers by [#settle], which has to come before every read of a guest's.
public final class Statistics {
    /// Kinds of destination address.
    public static final int UNICAST = FrameTally.UNICAST;

    public static final int MULTICAST = FrameTally.MULTICAST;
    public static final int BROADCAST = FrameTally.BROADCAST;

    private static final FrameTally.Targets RECEIVED = new FrameTally.Targets(
            List.of(GPRC, TPR, RPTHC),
            List.of(GORCL, GORCH, TORL, TORH, HGORCL, HGORCH),
            MPRC,
            BPRC,
            List.of(PRC64, PRC127, PRC255, PRC511, PRC1023, PRC1522));
    private static final FrameTally.Targets TRANSMITTED = new FrameTally.Targets(
            List.of(GPTC, TPT, HGPTC),
            List.of(GOTCL, GOTCH, TOTL, TOTH, HGOTCL, HGOTCH),
            MPTC,
            BPTC,
            List.of(PTC64, PTC127, PTC255, PTC511, PTC1023, PTC1522));
    private static final IgbRegister[] OF_POOLS = {
        PVFGPRC, PVFGPTC, PVFGORC, PVFGOTC, PVFMPRC, PFVFMPRC, PVFGPRLBC, PVFGPTLBC, PVFGORLBC, PVFGOTLBC
    };

    /// The count's 12 bits. // Linux igb_main.c
    private static final int QUEUE_DROPS_LIMIT = 0xFFF;

    private final RegisterFile registers;
    private final CountRegisters counts;
    private final FrameTally received;
    private final FrameTally transmitted;

    public Statistics(RegisterFile registers) {
        this.registers = registers;
        counts = new CountRegisters(registers);
        received = new FrameTally(counts, RECEIVED);
        transmitted = new FrameTally(counts, TRANSMITTED);
        counts.clearPairWithHigh(GORCL, GORCH);
        counts.clearPairWithHigh(GOTCL, GOTCH);
        counts.clearPairWithHigh(TORL, TORH);
        counts.clearPairWithHigh(TOTL, TOTH);
        counts.clearPairWithHigh(HGORCL, HGORCH);
        counts.clearPairWithHigh(HGOTCL, HGOTCH);
        for (IgbRegister counter : OF_POOLS)
            registers.onWrite(counter, (offset, written) -> {
                if (written == 0)
                    registers.set(
                            counter,
                            (offset - counter.spec().offset()) / counter.spec().stride(),
                            0);
            });
    }

    /// A good frame that passed the filters. Once per frame, however many queues it is copied to.
    ///
    /// @param cast [#UNICAST], [#MULTICAST] or [#BROADCAST]
    public void received(int lengthWithFcsBytes, int cast) {
        received.add(lengthWithFcsBytes, cast);
    }

    /// A frame that came in and went no further (filtered, too long, a pause frame): only the
    /// totals count it.
    public void seen(int lengthWithFcsBytes) {
        count(TPR);
        counts.add(TORL, TORH, lengthWithFcsBytes);
    }

    /// With pools in use: a copy of a frame for a queue of `pool` (0 to 7) is in guest memory.
    ///
    /// @param looped it came from a queue of this card, not from the wire
    public void poolReceived(int pool, int lengthWithFcsBytes, int cast, boolean looped) {
        if (looped) toHost(lengthWithFcsBytes);
        run(looped ? PVFGPRLBC : PVFGPRC, pool, 1);
        run(looped ? PVFGORLBC : PVFGORC, pool, lengthWithFcsBytes);
        if (cast != MULTICAST) return;
        run(PVFMPRC, pool, 1);
        run(PFVFMPRC, pool, 1); // drivers disagree about its place
    }

    /// A frame that went out to the wire.
    public void transmitted(int lengthWithFcsBytes, int cast) {
        transmitted.add(lengthWithFcsBytes, cast);
    }

    /// Brings the registers up to date, before the guest reads any.
    public void settle() {
        received.settle();
        transmitted.settle();
    }

    /// Before the registers are reset: what they do not show yet is gone, too.
    public void reset() {
        received.clear();
        transmitted.clear();
    }

    /// With pools in use: a frame of a queue of `pool` went out, to the wire or, `looped`, to
    /// another queue of this card.
    public void poolTransmitted(int pool, int lengthWithFcsBytes, boolean looped) {
        if (looped) fromHost(lengthWithFcsBytes);
        run(looped ? PVFGPTLBC : PVFGPTC, pool, 1);
        run(looped ? PVFGOTLBC : PVFGOTC, pool, lengthWithFcsBytes);
    }

    private void toHost(int bytes) {
        count(RPTHC);
        counts.add(HGORCL, HGORCH, bytes);
    }

    private void fromHost(int bytes) {
        count(HGPTC);
        counts.add(HGOTCL, HGOTCH, bytes);
    }

    /// One more of what a 32-bit counter counts.
    public void count(IgbRegister counter) {
        counts.count(counter);
    }

    /// One more of what element `index` of a counter counts.
    public void count(IgbRegister counter, int index) {
        int was = registers.get(counter, index);
        int limit = counter == RQDPC ? QUEUE_DROPS_LIMIT : -1;
        if (was != limit) registers.set(counter, index, was + 1);
    }

    private void run(IgbRegister counter, int pool, int amount) {
        registers.set(counter, pool, registers.get(counter, pool) + amount);
    }
}
