package dev.doorbell.vfiouser;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.MessageSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Messages that wait to be sent, gathered so that a batch is one send.
///
/// QEMU gives a connection up when it reads less than a whole header. So a send starts at the start of a
/// message, and holds either one message or no more bytes than Linux queues in one piece ([#ATOMIC_BYTES]):
/// what does not fit into the socket is then cut inside a body or between messages, never inside a header.
final class Outbox {
    /// A piece that a Unix stream socket queues whole or not at all: the kernel cuts at 16 KiB + 32 KiB
    /// (unix_stream_sendmsg: SKB_MAX_ALLOC + UNIX_SKB_FRAGS_SZ), or at half its send buffer, 104 KiB by
    /// default.
    static final int ATOMIC_BYTES = 32 * 1024;

    private final MemorySegment buffer;
    private final DescriptorList descriptors = new DescriptorList(1);
    private int head; // first byte not sent
    private int tail;
    private int messageEnd; // end of the message that is sent in part; `head` when none is
    private int lastAdded;
    private int descriptorAt = -1; // message that takes the descriptor along

    Outbox(Arena arena, int capacityBytes) {
        buffer = arena.allocate(capacityBytes, 64);
    }

    MemorySegment buffer() {
        return buffer;
    }

    void clear() {
        head = 0;
        tail = 0;
        messageEnd = 0;
        descriptorAt = -1;
        descriptors.forget();
    }

    /// Bytes that wait.
    int unsentBytes() {
        return tail - head;
    }

    /// Whether a message is on its way in part: nothing else may be sent on the socket before its rest.
    boolean inMessage() {
        return messageEnd > head;
    }

    /// Makes room for one message at the end; the caller writes it there, header and all, at once.
    ///
    /// @return where, or -1 when there is no room
    int add(int sizeBytes) {
        if (sizeBytes > buffer.byteSize() - tail) {
            if (sizeBytes > buffer.byteSize() - (tail - head)) return -1;
            MemorySegment.copy(buffer, head, buffer, 0, tail - head);
            messageEnd -= head;
            if (descriptorAt >= 0) descriptorAt -= head;
            tail -= head;
            head = 0;
        }
        lastAdded = tail;
        tail += sizeBytes;
        return lastAdded;
    }

    /// Where the message that was added last starts.
    int lastAdded() {
        return lastAdded;
    }

    /// Takes the message that was added last, and its descriptor, back.
    void removeLast(int sizeBytes) {
        tail -= sizeBytes;
        if (descriptorAt == tail) {
            descriptors.forget();
            descriptorAt = -1;
        }
    }

    /// Sends a descriptor with the message at `at`, which was added last. It stays the caller's, who keeps
    /// it open.
    void attach(int at, int fd) {
        assert descriptorAt < 0 : "two messages wait with a descriptor";
        descriptorAt = at;
        descriptors.add(fd);
    }

    /// Whether a message waits with a descriptor: no other may until it is sent.
    boolean hasDescriptor() {
        return descriptorAt >= 0;
    }

    /// Sends what the socket takes.
    ///
    /// @param one stop after the message that is on its way in part
    /// @return bytes sent, 0 when the socket is full or nothing waits, else a negated errno
    int flush(MessageSocket socket, boolean one) {
        int sent = 0;
        while (head < tail && (!one || inMessage())) { // ends when the socket is full
            int lengthBytes = piece();
            boolean withDescriptor = head == descriptorAt;
            int result = socket.send(buffer, head, lengthBytes, withDescriptor ? descriptors : null, false);
            if (result == -Errno.EAGAIN) return sent;
            if (result < 0) return result;
            if (withDescriptor) {
                descriptors.forget();
                descriptorAt = -1;
            }
            int start = head;
            head += result;
            sent += result;
            if (result < lengthBytes) {
                if (messageEnd <= start) messageEnd = endOfMessageAround(start, head);
                return sent; // the socket is full
            }
            messageEnd = head;
        }
        if (head == tail) {
            head = 0;
            tail = 0;
            messageEnd = 0;
        }
        return sent;
    }

    /// Bytes to hand over next: see the class.
    private int piece() {
        if (messageEnd > head) return messageEnd - head;
        int end = head;
        while (end < tail) { // each pass adds a message
            if (end == descriptorAt && end > head) break;
            int size = Wire.get32(buffer, end + (long) Wire.SIZE);
            if (end > head && end + size - head > ATOMIC_BYTES) break;
            end += size;
            if (end - size == descriptorAt) break;
        }
        return end - head;
    }

    private int endOfMessageAround(int start, int position) {
        int end = start;
        while (end < position) end += Wire.get32(buffer, end + (long) Wire.SIZE);
        return end;
    }
}
