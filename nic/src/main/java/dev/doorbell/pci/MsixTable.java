package dev.doorbell.pci;

import java.util.Arrays;

/// The MSI-X table and pending bits of a function, as storage.
///
/// The mask bits are *not* consulted when a message is sent: a VMM keeps the guest's table to itself
/// and unmasks by connecting an eventfd, so a function that trusted its own copy would stay silent
/// for ever. A pending bit is a message that waits for bus mastering. // PCI 3.0 section 6.8.2
final class MsixTable {
    private static final int ENTRY_BYTES = 16;
    private static final int CONTROL_OFFSET = 12;
    private static final int MASKED = 1;

    private final PciCapability.MsiX where;
    private final byte[] table;
    private final byte[] pending; // a bit per vector

    MsixTable(PciCapability.MsiX where) {
        this.where = where;
        table = new byte[where.vectors() * ENTRY_BYTES];
        pending = new byte[(where.vectors() + 63) / 64 * 8];
        reset();
    }

    void reset() {
        Arrays.fill(table, (byte) 0);
        Arrays.fill(pending, (byte) 0);
        for (int v = 0; v < where.vectors(); v++) table[v * ENTRY_BYTES + CONTROL_OFFSET] = MASKED;
    }

    /// Whether an access at `offset` of BAR `bar` is the table's or the pending bits'.
    boolean owns(int bar, long offset) {
        return bar == where.bar() && (inTable(offset) || inPending(offset));
    }

    private boolean inTable(long offset) {
        return offset >= where.tableOffset() && offset < where.tableOffset() + table.length;
    }

    private boolean inPending(long offset) {
        return offset >= where.pendingOffset() && offset < where.pendingOffset() + pending.length;
    }

    /// Holds the message of `vector` back.
    void hold(int vector) {
        pending[vector >>> 3] |= (byte) (1 << (vector & 7));
    }

    /// Takes back the message of `vector`, if it was held.
    boolean release(int vector) {
        boolean held = isHeld(vector);
        pending[vector >>> 3] &= (byte) ~(1 << (vector & 7));
        return held;
    }

    boolean isHeld(int vector) {
        return (pending[vector >>> 3] >>> (vector & 7) & 1) != 0;
    }

    long read(long offset, int sizeBytes) {
        return inTable(offset)
                ? word(table, (int) (offset - where.tableOffset()), sizeBytes)
                : word(pending, (int) (offset - where.pendingOffset()), sizeBytes);
    }

    private static long word(byte[] from, int at, int sizeBytes) {
        long result = 0;
        for (int i = Math.min(sizeBytes, from.length - at) - 1; i >= 0; i--)
            result = result << 8 | (from[at + i] & 0xFF);
        return result;
    }

    void write(long offset, int sizeBytes, long value) {
        if (!inTable(offset)) return;
        int at = (int) (offset - where.tableOffset());
        for (int i = 0; i < sizeBytes && at + i < table.length; i++) {
            int field = (at + i) % ENTRY_BYTES;
            int writable = field == 0 ? 0xFC : field < CONTROL_OFFSET ? 0xFF : field == CONTROL_OFFSET ? MASKED : 0;
            int written = (int) (value >>> (8 * i));
            table[at + i] = (byte) ((table[at + i] & ~writable) | (written & writable));
        }
    }
}
