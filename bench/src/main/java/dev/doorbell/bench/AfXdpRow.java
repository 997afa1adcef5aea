package dev.doorbell.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What one row of the AF_XDP benchmark does.
///
/// @param work what the one who is measured does
/// @param mode how its program is attached: `skb` or `native`
record AfXdpRow(Work work, String mode) {
    static final int FRAME_BYTES = 64;
    /// Frames that are taken in one go: what DPDK's testpmd takes.
    static final int BATCH_FRAMES = 32;
    /// The processor of the one who is measured.
    static final int CPU = 1;
    /// The processor of the sender, which runs the kernel's receive path as well: a veth's frames arrive there.
    static final int SENDER_CPU = 0;

    enum Work {
        /// Sends the same frames as fast as they are taken.
        TRANSMIT,
        /// Takes frames and gives their memory back.
        RECEIVE,
        /// Sends frames back the way they came, unchanged.
        FORWARD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// All rows, or those whose name holds the system property `doorbell.bench.rows`, to look closer.
    static List<AfXdpRow> all() {
        String wanted = System.getProperty("doorbell.bench.rows", "");
        List<AfXdpRow> rows = new ArrayList<>();
        for (Work work : Work.values())
            for (String mode : new String[] {"skb", "native"}) rows.add(new AfXdpRow(work, mode));
        rows.removeIf(row -> !row.toString().contains(wanted));
        return rows;
    }

    @Override
    public String toString() {
        return work + " " + mode;
    }
}
