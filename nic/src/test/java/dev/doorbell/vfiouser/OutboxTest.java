package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.UnixSockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The outbox against a reader that, as QEMU does, gives up when a read finds less than a whole header.
class OutboxTest {
    private final long pair = UnixSockets.pair();
    private final MessageSocket ours = new MessageSocket(UnixSockets.first(pair), 1);
    private final MessageSocket theirs = new MessageSocket(UnixSockets.second(pair), 1);
    private final Outbox outbox = new Outbox(Arena.ofAuto(), 4 << 20);
    private final MemorySegment buffer = Arena.ofAuto().allocate(2 << 20);
    private final DescriptorList arrived = new DescriptorList(1);

    @AfterEach
    void close() {
        ours.close();
        theirs.close();
    }

    private boolean add(int id, int size) {
        int at = outbox.add(size);
        if (at < 0) return false;
        Wire.putHeader(outbox.buffer(), at, id, 1, size, 1, 0);
        for (int i = Wire.HEADER_BYTES; i + 8 <= size; i += 8) Wire.put64(outbox.buffer(), at + (long) i, id * 31L + i);
        return true;
    }

    /// Reads one message as QEMU does: a header in one read, then the body; -1 when nothing is there.
    private int readMessage() {
        int result = theirs.receive(buffer, 0, Wire.HEADER_BYTES, arrived, false);
        if (result == -Errno.EAGAIN) return -1;
        assertThat(result).as("bytes of a header in one read").isEqualTo(Wire.HEADER_BYTES);
        int id = Wire.get16(buffer, Wire.ID);
        int size = Wire.get32(buffer, Wire.SIZE);
        int have = Wire.HEADER_BYTES;
        while (have < size) { // the sender runs in between
            result = theirs.receive(buffer, have, size - have, arrived, false);
            if (result == -Errno.EAGAIN) outbox.flush(ours, false);
            else have += result;
        }
        for (int i = Wire.HEADER_BYTES; i + 8 <= size; i += 8)
            assertThat(Wire.get64(buffer, i)).isEqualTo(id * 31L + i);
        return id;
    }

    @Test
    void noHeaderIsEverCutInTwo() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Deque<Integer> waiting = new ArrayDeque<>();
            int nextId = 0;
            for (int step = 0; step < 400; step++) {
                int size = Wire.HEADER_BYTES
                        + switch (random.nextInt(6)) {
                            case 0 -> random.nextInt(300_000);
                            case 1 -> random.nextInt(40_000);
                            default -> random.nextInt(100);
                        };
                if (add(nextId & 0xFFFF, size)) waiting.add(nextId++ & 0xFFFF);
                if (random.nextInt(3) != 0) outbox.flush(ours, random.nextInt(4) == 0 && outbox.inMessage());
                if (random.nextInt(4) == 0)
                    for (int id = readMessage(); id >= 0; id = readMessage())
                        assertThat(id).as("--seed %d", seed).isEqualTo(waiting.remove());
            }
            while (!waiting.isEmpty()) {
                outbox.flush(ours, false);
                assertThat(readMessage()).as("--seed %d", seed).isEqualTo(waiting.remove());
            }
            assertThat(outbox.unsentBytes()).isZero();
        }
    }

    @Test
    void descriptorGoesWithItsOwnMessage() {
        int file = ServerBench.memoryFile(4096);
        add(1, 100);
        add(2, 200);
        outbox.attach(outbox.lastAdded(), file);
        add(3, 300);
        assertThat(outbox.hasDescriptor()).isTrue();
        outbox.flush(ours, false);
        assertThat(outbox.hasDescriptor()).isFalse();
        assertThat(readMessage()).isEqualTo(1);
        assertThat(arrived.size()).isZero();
        assertThat(readMessage()).isEqualTo(2);
        assertThat(arrived.size()).isEqualTo(1);
        arrived.clear();
        assertThat(readMessage()).isEqualTo(3);
        assertThat(arrived.size()).isZero();
        Files.close(file);
    }

    @Test
    void messageTakenBackTakesItsDescriptorAlong() {
        add(1, 100);
        add(2, 200);
        outbox.attach(outbox.lastAdded(), 0);
        outbox.removeLast(200);
        assertThat(outbox.hasDescriptor()).isFalse();
        outbox.flush(ours, false);
        assertThat(readMessage()).isEqualTo(1);
        assertThat(readMessage()).isEqualTo(-1);
    }

    @Test
    void fullOutboxTakesNothing() {
        int count = 0;
        while (add(count, 1 << 20)) count++;
        assertThat(count).isEqualTo(4);
    }
}
