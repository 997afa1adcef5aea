package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// DMA_READ and DMA_WRITE requests on their way to the client: writing them, finding the request that a
/// reply answers, and giving up on those that are not answered in time. Nothing here waits.
///
/// **Two dialects.** QEMU before 11.1 has the data of these messages four bytes earlier than the protocol
/// says, right after a 32-bit count. A first DMA_WRITE of nothing tells which one a client speaks: QEMU's
/// answer to it was a bare header while it had the data there, and carries address and count since.
final class DmaRequests {
    /// Requests under way at most.
    static final int WINDOW = 64;

    /// A client that has not answered by then never will, or too late to matter.
    static final long TIMEOUT_NS = 5_000_000_000L;

    /// Bytes that wait to be sent at most: one largest write, and then some.
    static final int OUTBOX_BYTES = 2 * Wire.MAX_MESSAGE_BYTES;

    private static final int EARLY_DATA = Wire.DMA_COUNT + 4;

    /// Who learns what became of a request.
    interface Outcome {
        /// A DMA_READ was answered: `data[offset..offset+lengthBytes)` holds the bytes until the call
        /// returns.
        void readDone(int ticket, int part, MemorySegment data, long offset, int lengthBytes);

        /// A DMA_READ failed, or was not answered.
        void readFailed(int ticket);
    }

    private enum Dialect {
        UNKNOWN,
        ASKED,
        STANDARD,
        EARLY
    }

    private static final byte FREE = 0;
    private static final byte READ = 1;
    private static final byte WRITE = 2;
    private static final byte PROBE = 3;

    // One column per request under way; the id's low bits say where.
    private final byte[] kind = new byte[WINDOW];
    private final int[] id = new int[WINDOW];
    private final long[] iova = new long[WINDOW];
    private final int[] length = new int[WINDOW];
    private final int[] ticket = new int[WINDOW];
    private final int[] part = new int[WINDOW];
    private final long[] deadlineNs = new long[WINDOW];

    private final Outbox outbox;
    private final Outcome outcome;
    private final CounterTable<VfioUserCounter> counters;
    private final Timeline timeline;
    private final Timer timer;
    private Dialect dialect = Dialect.UNKNOWN;
    private int nextId;
    private int underWay;
    private int writesUnderWay;

    DmaRequests(Arena arena, Timeline timeline, CounterTable<VfioUserCounter> counters, Outcome outcome) {
        outbox = new Outbox(arena, OUTBOX_BYTES);
        this.timeline = timeline;
        this.counters = counters;
        this.outcome = outcome;
        timer = timeline.timer("vfio-user DMA replies", this::giveUpLate);
    }

    Outbox outbox() {
        return outbox;
    }

    /// Forgets everything: another client.
    void clear() {
        outbox.clear();
        java.util.Arrays.fill(kind, FREE);
        dialect = Dialect.UNKNOWN;
        underWay = 0;
        writesUnderWay = 0;
        timer.disarm();
    }

    boolean writesUnderWay() {
        return writesUnderWay > 0;
    }

    /// Whether requests can be sent; asks for the client's dialect first.
    boolean isReady(long someIova) {
        if (dialect == Dialect.UNKNOWN && send(PROBE, Command.DMA_WRITE, someIova, 0, 0)) dialect = Dialect.ASKED;
        return dialect == Dialect.STANDARD || dialect == Dialect.EARLY;
    }

    /// Whether `count` more requests with `dataBytes` of data fit now.
    boolean hasRoom(int count, int dataBytes) {
        if (underWay + count > WINDOW) return false;
        if ((long) dataBytes + (long) count * Wire.DMA_DATA > OUTBOX_BYTES - outbox.unsentBytes()) return false;
        for (int i = 0; i < count; i++) if (kind[(nextId + i) & (WINDOW - 1)] != FREE) return false;
        return true;
    }

    /// Asks for bytes. There must be room.
    void read(long at, int lengthBytes, int newTicket, int newPart) {
        int slot = nextId & (WINDOW - 1);
        ticket[slot] = newTicket;
        part[slot] = newPart;
        boolean sent = send(READ, Command.DMA_READ, at, lengthBytes, 0);
        assert sent : "a read was sent without room for it";
        counters.increment(VfioUserCounter.DMA_READ_MESSAGES);
    }

    /// Sends bytes. There must be room.
    void write(long at, MemorySegment source, long offset, int lengthBytes) {
        boolean sent = send(WRITE, Command.DMA_WRITE, at, lengthBytes, lengthBytes);
        assert sent : "a write was sent without room for it";
        int data = dialect == Dialect.EARLY ? EARLY_DATA : Wire.DMA_DATA;
        int start = outbox.lastAdded();
        MemorySegment.copy(source, offset, outbox.buffer(), start + (long) data, lengthBytes);
        counters.increment(VfioUserCounter.DMA_WRITE_MESSAGES);
    }

    private boolean send(byte newKind, int command, long at, int count, int dataBytes) {
        int slot = nextId & (WINDOW - 1);
        if (kind[slot] != FREE) return false;
        int start = outbox.add(Wire.DMA_DATA + dataBytes);
        if (start < 0) return false;
        int newId = nextId & 0xFFFF;
        nextId++;
        MemorySegment bytes = outbox.buffer();
        Wire.putHeader(bytes, start, newId, command, Wire.DMA_DATA + dataBytes, Wire.TYPE_REQUEST, 0);
        Wire.put64(bytes, start + (long) Wire.DMA_ADDRESS, at);
        Wire.put64(bytes, start + (long) Wire.DMA_COUNT, count);
        kind[slot] = newKind;
        id[slot] = newId;
        iova[slot] = at;
        length[slot] = count;
        deadlineNs[slot] = timeline.nowNs() + TIMEOUT_NS;
        underWay++;
        if (newKind == WRITE) writesUnderWay++;
        if (!timer.isArmed()) timer.armAt(deadlineNs[slot]);
        return true;
    }

    /// Takes a reply of the client.
    ///
    /// @param message holds it at `at`, whole, as long as `size`
    void reply(MemorySegment message, long at, int size) {
        int replyId = Wire.get16(message, at + Wire.ID);
        int slot = replyId & (WINDOW - 1);
        int command = Wire.get16(message, at + Wire.COMMAND);
        boolean ours = kind[slot] != FREE
                && id[slot] == replyId
                && command == (kind[slot] == READ ? Command.DMA_READ : Command.DMA_WRITE);
        if (!ours) {
            counters.increment(VfioUserCounter.REPLIES_UNASKED);
            return;
        }
        byte was = free(slot);
        boolean refused = (Wire.get32(message, at + Wire.FLAGS) & Wire.FLAG_ERROR) != 0;
        switch (was) {
            case READ -> {
                if (!refused && isWholeRead(slot, message, at, size))
                    outcome.readDone(ticket[slot], part[slot], message, at + readData(), length[slot]);
                else fail(slot, refused);
            }
            case PROBE -> dialect = !refused && size == Wire.HEADER_BYTES ? Dialect.EARLY : Dialect.STANDARD;
            default -> {
                if (refused) counters.increment(VfioUserCounter.DMA_MESSAGES_REFUSED);
            }
        }
    }

    private int readData() {
        return dialect == Dialect.EARLY ? EARLY_DATA : Wire.DMA_DATA;
    }

    private boolean isWholeRead(int slot, MemorySegment message, long at, int size) {
        if (size != Wire.DMA_DATA + length[slot]) return false;
        long count = dialect == Dialect.EARLY
                ? Integer.toUnsignedLong(Wire.get32(message, at + Wire.DMA_COUNT))
                : Wire.get64(message, at + Wire.DMA_COUNT);
        return Wire.get64(message, at + Wire.DMA_ADDRESS) == iova[slot] && count == length[slot];
    }

    private void fail(int slot, boolean refused) {
        counters.increment(refused ? VfioUserCounter.DMA_MESSAGES_REFUSED : VfioUserCounter.REPLIES_BAD);
        outcome.readFailed(ticket[slot]);
    }

    private byte free(int slot) {
        byte was = kind[slot];
        kind[slot] = FREE;
        underWay--;
        if (was == WRITE) writesUnderWay--;
        return was;
    }

    private void giveUpLate() {
        long nowNs = timeline.nowNs();
        long nextNs = Long.MAX_VALUE;
        boolean more = false;
        for (int slot = 0; slot < WINDOW; slot++) {
            if (kind[slot] == FREE) continue;
            if (deadlineNs[slot] - nowNs > 0) {
                if (!more || deadlineNs[slot] - nextNs < 0) nextNs = deadlineNs[slot];
                more = true;
                continue;
            }
            byte was = free(slot);
            counters.increment(VfioUserCounter.DMA_MESSAGES_LOST);
            if (was == READ) outcome.readFailed(ticket[slot]);
            if (was == PROBE) dialect = Dialect.STANDARD;
        }
        if (more) timer.armAt(nextNs);
    }
}
