package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.RCTL_LPE;
import static dev.doorbell.register.IgbBits.RCTL_SBP;
import static dev.doorbell.register.IgbBits.RLPML_MASK;
import static dev.doorbell.register.IgbBits.VMOLR_LPE;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.RLEC;
import static dev.doorbell.register.IgbRegister.RLPML;
import static dev.doorbell.register.IgbRegister.ROC;
import static dev.doorbell.register.IgbRegister.RUC;
import static dev.doorbell.register.IgbRegister.VMOLR;

import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// How short and how long a frame may be, of the card and of each pool. Lengths are those on the
/// wire, with FCS.
final class LengthRules {
    private static final int LEAST_BYTES = 64;
    private static final int LIMIT_BYTES = 1518;

    private final RegisterFile registers;
    private final Statistics statistics;

    LengthRules(RegisterFile registers, Statistics statistics) {
        this.registers = registers;
        this.statistics = statistics;
    }

    /// Judges a frame that passed the address filters, and counts it if its length is wrong.
    ///
    /// @return whether it may be stored: with RCTL.SBP any may
    boolean passes(FrameHeaders headers, int wireBytes) {
        int control = registers.get(RCTL);
        int limit = limit(headers, (control & RCTL_LPE) != 0, registers.get(RLPML) & RLPML_MASK);
        if (wireBytes >= LEAST_BYTES && wireBytes <= limit) return true;
        statistics.count(wireBytes < LEAST_BYTES ? RUC : ROC);
        statistics.count(RLEC);
        return (control & RCTL_SBP) != 0;
    }

    /// Takes away the pools for which a frame is too long. None left counts as one oversized frame.
    int pools(FrameHeaders headers, int wireBytes, int pools) {
        int left = pools;
        for (int pool = 0; pool < PoolSelector.POOLS; pool++) {
            if ((pools >>> pool & 1) == 0) continue;
            int policy = registers.get(VMOLR, pool);
            boolean takesLong = (policy & VMOLR_LPE) != 0;
            if (wireBytes > limit(headers, takesLong, policy & RLPML_MASK)) left &= ~(1 << pool);
        }
        if (left == 0) statistics.count(ROC);
        return left;
    }

    private static int limit(FrameHeaders headers, boolean takesLong, int longest) {
        return takesLong ? longest : LIMIT_BYTES + headers.tagBytes();
    }
}
