package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.MessageSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What has arrived on a stream: bytes, cut into messages by their own size fields, and the descriptors of
/// each.
///
/// One receive brings up to [#RECEIVE_BYTES], so several messages. Linux ends a receive with the bytes that
/// descriptors came with (unix(7)), so descriptors belong to the message that holds the last byte of their
/// receive.
final class Inbox {
    /// Bytes asked for at a time; more only for the rest of one large message.
    static final int RECEIVE_BYTES = 64 * 1024;

    /// Descriptors let in with one message.
    static final int LIMIT_DESCRIPTORS = 32;

    private static final int NONE = -1;

    private final MemorySegment buffer;
    private final DescriptorList arrived = new DescriptorList(LIMIT_DESCRIPTORS); // with the last receive
    private final DescriptorList held = new DescriptorList(2 * LIMIT_DESCRIPTORS); // of the message at `head`
    private int head; // first byte not consumed
    private int tail; // end of what arrived
    private int arrivedEnd = NONE; // end of the receive that brought `arrived`
    private boolean heldTruncated;

    Inbox(Arena arena) {
        buffer = arena.allocate(Wire.MAX_MESSAGE_BYTES + RECEIVE_BYTES, 64);
    }

    MemorySegment buffer() {
        return buffer;
    }

    /// Where the next message starts.
    int head() {
        return head;
    }

    /// Forgets everything; descriptors are closed.
    void clear() {
        head = 0;
        tail = 0;
        arrivedEnd = NONE;
        arrived.clear();
        held.clear();
        heldTruncated = false;
    }

    /// Whether the next header is there.
    boolean hasHeader() {
        return tail - head >= Wire.HEADER_BYTES;
    }

    /// Whether the next message, whose header is there and judged, is there whole.
    boolean hasMessage() {
        return hasHeader() && tail - head >= Wire.get32(buffer, head + (long) Wire.SIZE);
    }

    /// Receives what is there. The next message must not be there whole.
    ///
    /// @return as [MessageSocket#receive]
    int receive(MessageSocket socket) {
        hold();
        if (head == tail) {
            head = 0;
            tail = 0;
        }
        int wanted = hasHeader() ? Wire.get32(buffer, head + (long) Wire.SIZE) - (tail - head) : 0;
        int lengthBytes = Math.max(RECEIVE_BYTES, wanted);
        if (lengthBytes > buffer.byteSize() - tail) {
            MemorySegment.copy(buffer, head, buffer, 0, tail - head);
            tail -= head;
            head = 0;
        }
        int result = socket.receive(buffer, tail, lengthBytes, arrived, false);
        if (result <= 0) return result;
        tail += result;
        if (arrived.size() > 0 || arrived.truncated()) arrivedEnd = tail;
        return result;
    }

    /// Keeps the descriptors of the message at `head`, which is not there whole, apart from those yet to
    /// come.
    private void hold() {
        if (arrivedEnd == NONE) return;
        if (held.size() + arrived.size() > held.capacity()) {
            held.clear();
            heldTruncated = true;
        }
        heldTruncated |= arrived.truncated();
        for (int i = 0; i < arrived.size(); i++) if (!heldTruncated) held.add(arrived.take(i));
        arrived.clear();
        arrivedEnd = NONE;
    }

    /// Collects the descriptors of the message at `head`, which is there whole. They belong to the answer,
    /// and what nobody takes from it is closed by [#consume].
    ///
    /// @return null when some got lost on the way
    @Nullable
    DescriptorList descriptors(int size) {
        if (arrivedEnd != NONE && arrivedEnd <= head + size) hold();
        return heldTruncated ? null : held;
    }

    /// Drops the message at `head`.
    ///
    /// @return descriptors that nobody took
    int consume(int size) {
        if (arrivedEnd != NONE && arrivedEnd <= head + size) hold();
        head += size;
        if (held.size() == 0 && !heldTruncated) return 0;
        int stray = 0;
        for (int i = 0; i < held.size(); i++) if (held.get(i) >= 0) stray++;
        held.clear();
        heldTruncated = false;
        return stray;
    }
}
