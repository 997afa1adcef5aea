package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbRegister.ETQF;

import dev.doorbell.register.RegisterFile;

/// The ethertype filters, kept as a list of the enabled ones. The first that matches counts.
final class EthertypeFilters {
    static final int NONE = -1;

    private static final int TYPE_MASK = 0xFFFF;

    private final RegisterFile registers;
    private final int[] index = new int[ETQF.spec().count()];
    private final int[] type = new int[ETQF.spec().count()];
    private int enabled;
    private boolean stale = true;

    EthertypeFilters(RegisterFile registers) {
        this.registers = registers;
        registers.onWrite(ETQF, (offset, written) -> {
            registers.store(offset, written);
            stale = true;
        });
    }

    void reset() {
        stale = true;
    }

    /// @return number of the filter, or [#NONE]
    int match(int etherType) {
        if (stale) collect();
        for (int i = 0; i < enabled; i++) if (type[i] == etherType) return index[i];
        return NONE;
    }

    /// What filter `number` does.
    int actions(int number) {
        return registers.get(ETQF, number);
    }

    private void collect() {
        stale = false;
        enabled = 0;
        for (int i = 0; i < ETQF.spec().count(); i++) {
            int filter = registers.get(ETQF, i);
            if ((filter & ETQF_FILTER_EN) == 0) continue;
            index[enabled] = i;
            type[enabled++] = filter & TYPE_MASK;
        }
    }
}
