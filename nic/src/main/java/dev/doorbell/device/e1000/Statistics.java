package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Register.BPRC;
import static dev.doorbell.register.E1000Register.BPTC;
import static dev.doorbell.register.E1000Register.GORCH;
import static dev.doorbell.register.E1000Register.GORCL;
import static dev.doorbell.register.E1000Register.GOTCH;
import static dev.doorbell.register.E1000Register.GOTCL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.MPRC;
import static dev.doorbell.register.E1000Register.MPTC;
import static dev.doorbell.register.E1000Register.PRC1023;
import static dev.doorbell.register.E1000Register.PRC127;
import static dev.doorbell.register.E1000Register.PRC1522;
import static dev.doorbell.register.E1000Register.PRC255;
import static dev.doorbell.register.E1000Register.PRC511;
import static dev.doorbell.register.E1000Register.PRC64;
import static dev.doorbell.register.E1000Register.PTC1023;
import static dev.doorbell.register.E1000Register.PTC127;
import static dev.doorbell.register.E1000Register.PTC1522;
import static dev.doorbell.register.E1000Register.PTC255;
import static dev.doorbell.register.E1000Register.PTC511;
import static dev.doorbell.register.E1000Register.PTC64;
import static dev.doorbell.register.E1000Register.TORH;
import static dev.doorbell.register.E1000Register.TORL;
import static dev.doorbell.register.E1000Register.TOTH;
import static dev.doorbell.register.E1000Register.TOTL;
import static dev.doorbell.register.E1000Register.TPR;
import static dev.doorbell.register.E1000Register.TPT;

import dev.doorbell.device.CountRegisters;
import dev.doorbell.device.FrameTally;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import java.util.List;

/// The chip's statistics registers. Each sticks at all ones; a guest's read clears it, a pair is cleared by reading
/// its high half. Lengths are those on the wire, with the FCS. // 317453, 13.7
///
/// Good frames are tallied and reach the registers by [#settle], which has to come before every read of a guest's.
final class Statistics {
    /// Kinds of destination address.
    static final int UNICAST = FrameTally.UNICAST;

    static final int MULTICAST = FrameTally.MULTICAST;
    static final int BROADCAST = FrameTally.BROADCAST;

    private static final FrameTally.Targets RECEIVED = new FrameTally.Targets(
            List.of(GPRC, TPR),
            List.of(GORCL, GORCH, TORL, TORH),
            MPRC,
            BPRC,
            List.of(PRC64, PRC127, PRC255, PRC511, PRC1023, PRC1522));
    private static final FrameTally.Targets TRANSMITTED = new FrameTally.Targets(
            List.of(GPTC, TPT),
            List.of(GOTCL, GOTCH, TOTL, TOTH),
            MPTC,
            BPTC,
            List.of(PTC64, PTC127, PTC255, PTC511, PTC1023, PTC1522));

    private final CountRegisters counts;
    private final FrameTally received;
    private final FrameTally transmitted;

    Statistics(RegisterFile registers) {
        counts = new CountRegisters(registers);
        received = new FrameTally(counts, RECEIVED);
        transmitted = new FrameTally(counts, TRANSMITTED);
        counts.clearPairWithHigh(GORCL, GORCH);
        counts.clearPairWithHigh(GOTCL, GOTCH);
        counts.clearPairWithHigh(TORL, TORH);
        counts.clearPairWithHigh(TOTL, TOTH);
    }

    /// A good frame that passed the filters.
    ///
    /// @param cast [#UNICAST], [#MULTICAST] or [#BROADCAST]
    void received(int lengthWithFcsBytes, int cast) {
        received.add(lengthWithFcsBytes, cast);
    }

    /// A frame that came in and went no further (filtered, too long, a pause frame): only the totals count it.
    void seen(int lengthWithFcsBytes) {
        count(TPR);
        counts.add(TORL, TORH, lengthWithFcsBytes);
    }

    /// A frame that went out.
    ///
    /// @param cast as in [#received]
    void transmitted(int lengthWithFcsBytes, int cast) {
        transmitted.add(lengthWithFcsBytes, cast);
    }

    /// Brings the registers up to date, before the guest reads any.
    void settle() {
        received.settle();
        transmitted.settle();
    }

    /// Before the registers are reset: what they do not show yet is gone, too.
    void reset() {
        received.clear();
        transmitted.clear();
    }

    /// One more of what a 32-bit counter counts.
    void count(E1000Register counter) {
        counts.count(counter);
    }
}
