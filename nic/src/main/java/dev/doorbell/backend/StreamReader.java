package dev.doorbell.backend;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Takes frames out of a byte stream: four bytes of length, big-endian, then the frame, as QEMU writes it.
///
/// One read brings as many frames as have arrived; they are lent from where they lie. What a peer sends is
/// judged as it comes: a length of 0 or beyond [#MAX_FRAME_BYTES] ends the connection, since nothing after
/// it can be trusted; a frame that is merely too short or too long for a card is skipped and counted.
final class StreamReader {
    /// What is to happen to the connection after a [#receive].
    enum Verdict {
        /// All is well.
        GOES_ON,
        /// The peer has closed, or the connection broke, between two frames.
        ENDED,
        /// The same in the middle of a frame.
        ENDED_WITHIN_FRAME,
        /// The peer does not speak this protocol.
        BAD_LENGTH
    }

    /// Bytes of the length before each frame.
    static final int PREFIX_BYTES = 4;
    /// Longest frame that is believed: QEMU's own limit for a packet.
    static final int MAX_FRAME_BYTES = 4096 + 65_536;

    private static final int BUFFER_BYTES = 1 << 18; // several of the longest frames
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final CounterTable<BackendCounter> counters;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 64);
    private int parsed; // bytes before it belong to frames that were given away
    private int filled; // bytes that have arrived
    private Verdict verdict = Verdict.GOES_ON;

    StreamReader(CounterTable<BackendCounter> counters) {
        this.counters = counters;
    }

    /// Forgets the bytes of a connection that has ended. Frames lent before stay valid until the next
    /// [#receive].
    void reset() {
        parsed = 0;
        filled = 0;
        verdict = Verdict.GOES_ON;
    }

    /// Says what became of the connection in the last [#receive].
    Verdict verdict() {
        return verdict;
    }

    /// Appends frames that have arrived, with one read at most. Frames lent before are given back.
    ///
    /// @return frames appended
    int receive(int fd, FrameBatch batch) {
        verdict = Verdict.GOES_ON;
        if (!nextIsComplete()) read(fd);
        return parse(batch);
    }

    /// Whether the next frame can be judged without another byte.
    private boolean nextIsComplete() {
        int held = filled - parsed;
        if (held < PREFIX_BYTES) return false;
        int length = buffer.get(BE32, parsed);
        return !isBelieved(length) || held - PREFIX_BYTES >= length;
    }

    private static boolean isBelieved(int length) {
        return length > 0 && length <= MAX_FRAME_BYTES; // as a signed number: beyond 2 GiB it is negative
    }

    private void read(int fd) {
        int held = filled - parsed;
        if (parsed > 0) MemorySegment.copy(buffer, parsed, buffer, 0, held);
        parsed = 0;
        filled = held;
        int result = Files.read(fd, buffer, filled, BUFFER_BYTES - filled);
        if (result > 0) {
            filled += result;
        } else if (result != -Errno.EAGAIN) { // 0: the end
            if (result < 0) counters.increment(BackendCounter.RECEIVE_ERRORS);
            verdict = held == 0 ? Verdict.ENDED : Verdict.ENDED_WITHIN_FRAME;
        }
    }

    /// Bounded by what is buffered: each turn eats a prefix and at least one byte.
    private int parse(FrameBatch batch) {
        int frames = 0;
        while (!batch.isFull() && batch.freeSlices() > 0 && filled - parsed >= PREFIX_BYTES) {
            int length = buffer.get(BE32, parsed);
            if (!isBelieved(length)) {
                verdict = Verdict.BAD_LENGTH;
                break;
            }
            if (filled - parsed - PREFIX_BYTES < length) break;
            if (length < CountedBackend.ETHERNET_HEADER_BYTES) {
                counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_SHORT);
            } else if (length > CountedBackend.PLAIN_FRAME_BYTES) {
                counters.increment(BackendCounter.RECEIVE_DROPPED_TOO_LONG);
            } else {
                batch.beginFrame();
                batch.addSlice(buffer, parsed + PREFIX_BYTES, length);
                batch.endFrame();
                frames++;
            }
            parsed += PREFIX_BYTES + length;
        }
        return frames;
    }
}
