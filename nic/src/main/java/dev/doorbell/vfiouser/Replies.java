package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterTable;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The reply to the request that is being handled: success or failure, if the client wants one at all.
final class Replies {
    private final Outbox outbox;
    private final @Nullable CounterTable<VfioUserCounter> counters;
    private int id;
    private int command;
    private boolean wanted;
    private int start;
    private int sizeBytes;

    /// Refusals are counted nowhere: the client's end.
    Replies(Outbox outbox) {
        this(outbox, null);
    }

    Replies(Outbox outbox, @Nullable CounterTable<VfioUserCounter> counters) {
        this.outbox = outbox;
        this.counters = counters;
    }

    /// A request came in: its header is at `at`.
    void request(MemorySegment message, long at) {
        id = Wire.get16(message, at + Wire.ID);
        command = Wire.get16(message, at + Wire.COMMAND);
        wanted = (Wire.get32(message, at + Wire.FLAGS) & Wire.FLAG_NO_REPLY) == 0;
        sizeBytes = 0;
    }

    boolean wanted() {
        return wanted;
    }

    MemorySegment bytes() {
        return outbox.buffer();
    }

    /// Opens the reply; the caller fills its body. The server reads no request before there is room for any
    /// reply.
    ///
    /// @return where the message starts
    int begin(int bodyBytes) {
        sizeBytes = Wire.HEADER_BYTES + bodyBytes;
        start = outbox.add(sizeBytes);
        assert start >= 0 : "a request was read without room for its reply";
        Wire.putHeader(outbox.buffer(), start, id, command, sizeBytes, Wire.TYPE_REPLY, 0);
        return start;
    }

    /// Sends a descriptor with the reply that was opened.
    void attach(int fd) {
        outbox.attach(start, fd);
    }

    /// Takes the reply that was begun back: it comes to a refusal.
    void takeBack() {
        outbox.removeLast(sizeBytes);
        sizeBytes = 0;
    }

    /// The request is done: a reply that was written and is not wanted goes.
    void end() {
        if (!wanted && sizeBytes > 0) takeBack();
    }

    /// Answers with an errno instead. Nothing may have been written.
    void refuse(Refusal why) {
        assert sizeBytes == 0 : "refused after the reply was begun";
        if (counters != null) {
            counters.increment(why.counter());
            if (!wanted) counters.increment(VfioUserCounter.UNANSWERED_REFUSALS);
        }
        if (!wanted) return;
        int at = outbox.add(Wire.HEADER_BYTES);
        assert at >= 0 : "a request was read without room for its reply";
        int flags = Wire.TYPE_REPLY | Wire.FLAG_ERROR;
        Wire.putHeader(outbox.buffer(), at, id, command, Wire.HEADER_BYTES, flags, why.errno());
    }
}
