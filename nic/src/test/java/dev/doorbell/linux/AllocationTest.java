package dev.doorbell.linux;

import static dev.doorbell.linux.Allocations.assertAllocatesNothing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The calls of the data path allocate nothing once the JIT compiler has seen them.
class AllocationTest {
    @Test
    void signallingAndPolling() {
        int event = EventFd.create();
        Poller poller = new Poller(2);
        poller.set(1, event, Poller.POLLIN);
        assertAllocatesNothing(() -> {
            EventFd.signal(event);
            poller.poll(1_000_000);
            EventFd.drain(event);
            EventFd.drain(event); // EAGAIN
        });
        Files.close(event);
    }

    @Test
    void messagesWithAndWithoutDescriptors() {
        long pair = UnixSockets.pair();
        MessageSocket left = new MessageSocket(UnixSockets.first(pair), 4);
        MessageSocket right = new MessageSocket(UnixSockets.second(pair), 4);
        MemorySegment buffer = Arena.ofAuto().allocate(4096);
        DescriptorList sending = new DescriptorList(4);
        DescriptorList received = new DescriptorList(4);
        sending.add(EventFd.create());
        assertAllocatesNothing(() -> {
            assertEquals(64, left.send(buffer, 0, 64, null, true));
            assertEquals(64, right.receive(buffer, 0, 4096, received, false));
            assertEquals(64, left.send(buffer, 0, 64, sending, false));
            assertEquals(64, right.receive(buffer, 0, 4096, received, false));
            received.clear();
        });
        sending.clear();
        left.close();
        right.close();
    }

    @Test
    void gatheredWritesAndBatches() {
        long pair = UnixSockets.datagramPair();
        MemorySegment buffer = Arena.ofAuto().allocate(4096);
        IoVectors pieces = new IoVectors(4);
        MessageVectors sending = new MessageVectors(4, 8);
        MessageVectors receiving = new MessageVectors(4, 4);
        for (int i = 0; i < 4; i++) {
            receiving.begin();
            receiving.add(buffer, 1024L * i, 1024);
            receiving.end();
        }
        int left = UnixSockets.first(pair);
        int right = UnixSockets.second(pair);
        assertAllocatesNothing(() -> {
            pieces.clear();
            pieces.add(buffer, 0, 14);
            pieces.add(buffer, 64, 46);
            pieces.writev(left);
            sending.clear();
            for (int i = 0; i < 2; i++) {
                sending.begin();
                sending.add(buffer, 0, 14);
                sending.add(buffer, 64, 46);
                sending.end();
            }
            assertEquals(2, sending.send(left, 0));
            assertEquals(3, receiving.receive(right, 4));
            Files.write(left, buffer, 0, 60);
            Files.read(right, buffer, 0, 4096);
        });
        Files.close(left);
        Files.close(right);
    }
}
