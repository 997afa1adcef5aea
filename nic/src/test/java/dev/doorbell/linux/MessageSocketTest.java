package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageSocketTest {
    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(1 << 20);
    private final long pair = UnixSockets.pair();
    private final MessageSocket left = new MessageSocket(UnixSockets.first(pair), 8);
    private final MessageSocket right = new MessageSocket(UnixSockets.second(pair), 8);
    private final DescriptorList sending = new DescriptorList(MessageSocket.MAX_DESCRIPTORS);
    private final DescriptorList received = new DescriptorList(8);

    @AfterEach
    void nothingLeaks() {
        sending.clear();
        received.clear();
        left.close();
        right.close();
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void bytesArriveAndAnEmptySocketIsEagain() {
        bytes.set(JAVA_BYTE, 3, (byte) 42);
        assertEquals(5, left.send(bytes, 3, 5, null, false));
        assertEquals(5, right.receive(bytes, 100, 64, received, true));
        assertEquals(42, bytes.get(JAVA_BYTE, 100));
        assertEquals(0, received.size());
        assertEquals(-Errno.EAGAIN, right.receive(bytes, 0, 64, received, false));
    }

    @Test
    void descriptorsArriveAsNewNumbersOfTheSameFileClosedOnExec() {
        int file = MemoryFile.create("passed", 8192, true);
        int event = EventFd.create();
        sending.add(file);
        sending.add(event);

        assertEquals(1, left.send(bytes, 0, 1, sending, false));
        assertEquals(1, right.receive(bytes, 0, 16, received, false));

        assertEquals(2, received.size());
        assertFalse(received.truncated());
        FileStatus sent = new FileStatus();
        FileStatus got = new FileStatus();
        assertEquals(0, Files.status(file, sent));
        assertEquals(0, Files.status(received.get(0), got));
        assertEquals(sent.inode, got.inode);
        assertEquals(sent.device, got.device);
        assertEquals(8192, got.sizeBytes);
        assertTrue(TestFiles.closesOnExec(received.get(0)));
        assertEquals(8, EventFd.signal(received.get(1)));
        assertEquals(1, EventFd.drain(event));
    }

    @Test
    void descriptorsTravelTheOtherWayToo() {
        sending.add(EventFd.create());
        assertEquals(1, right.send(bytes, 0, 1, sending, true));
        assertEquals(1, left.receive(bytes, 0, 1, received, true));
        assertEquals(1, received.size());
        FileDescriptor mine = new FileDescriptor(received.take(0));
        assertEquals(-1, received.get(0));
        received.clear();
        assertEquals(8, EventFd.signal(mine.number()), "a taken descriptor outlives its list");
        mine.close();
    }

    @Test
    void moreDescriptorsThanTheSocketLetsInAreClosedAndFlagged() {
        for (int i = 0; i < 9; i++) sending.add(EventFd.create());
        MessageSocket generous = new MessageSocket(Files.duplicate(left.fd()), MessageSocket.MAX_DESCRIPTORS);
        assertEquals(3, generous.send(bytes, 0, 3, sending, false));
        generous.close();
        int before = Files.openFdCount();

        assertEquals(3, right.receive(bytes, 0, 16, received, false));

        assertTrue(received.truncated());
        assertEquals(0, received.size());
        assertEquals(before, Files.openFdCount());
    }

    @Test
    void truncatedControlDataLeavesNoDescriptorBehind() {
        for (int i = 0; i < MessageSocket.MAX_DESCRIPTORS; i++) sending.add(EventFd.create());
        MessageSocket generous = new MessageSocket(Files.duplicate(left.fd()), MessageSocket.MAX_DESCRIPTORS);
        assertEquals(1, generous.send(bytes, 0, 1, sending, false));
        generous.close();
        int before = Files.openFdCount();

        assertEquals(1, right.receive(bytes, 0, 16, received, false));

        assertTrue(received.truncated());
        assertEquals(0, received.size());
        assertEquals(before, Files.openFdCount());
        received.clear();
        assertFalse(received.truncated());
    }

    @Test
    void aListWithoutRoomLetsNothingInAndKeepsWhatItHad() {
        DescriptorList small = new DescriptorList(2);
        sending.add(EventFd.create());
        assertEquals(1, left.send(bytes, 0, 1, sending, false));
        assertEquals(1, right.receive(bytes, 0, 1, small, false));
        sending.add(EventFd.create());
        assertEquals(1, left.send(bytes, 0, 1, sending, false));
        int before = Files.openFdCount();

        assertEquals(1, right.receive(bytes, 0, 1, small, false));

        assertTrue(small.truncated());
        assertEquals(1, small.size());
        assertEquals(8, EventFd.signal(small.get(0)));
        assertEquals(before, Files.openFdCount());
        small.clear();
    }

    @Test
    void asManyDescriptorsAsLinuxCarriesFit() {
        for (int i = 0; i < MessageSocket.MAX_DESCRIPTORS; i++) sending.add(EventFd.create());
        MessageSocket from = new MessageSocket(Files.duplicate(left.fd()), MessageSocket.MAX_DESCRIPTORS);
        MessageSocket to = new MessageSocket(Files.duplicate(right.fd()), MessageSocket.MAX_DESCRIPTORS);
        DescriptorList all = new DescriptorList(MessageSocket.MAX_DESCRIPTORS);
        assertEquals(1, from.send(bytes, 0, 1, sending, false));
        assertEquals(1, to.receive(bytes, 0, 1, all, false));
        assertEquals(MessageSocket.MAX_DESCRIPTORS, all.size());
        assertFalse(all.truncated());
        all.clear();
        from.close();
        to.close();
    }

    @Test
    void descriptorsOfAMessageThatNobodyReadsDieWithTheSocket() {
        sending.add(EventFd.create());
        assertEquals(1, left.send(bytes, 0, 1, sending, false)); // nothingLeaks() counts
    }

    @Test
    void endOfStreamIsZeroAndSendingToNobodyIsEpipe() {
        right.close();
        assertEquals(0, left.receive(bytes, 0, 16, received, true));
        assertEquals(-Errno.EPIPE, left.send(bytes, 0, 16, null, true));
        assertEquals(-Errno.EPIPE, left.send(bytes, 0, 16, null, false));
    }

    @Test
    void aClosedSocketIsEbadf() {
        left.close();
        left.close();
        assertEquals(-1, left.fd());
        assertEquals(-Errno.EBADF, left.receive(bytes, 0, 16, received, false));
        assertEquals(-Errno.EBADF, left.send(bytes, 0, 16, null, false));
    }

    @Test
    void aFullSocketTakesAPartThenIsEagain() {
        int sent = left.send(bytes, 0, 1 << 20, null, false);
        assertTrue(sent > 0 && sent < 1 << 20, "sent " + sent);
        int more;
        do more = left.send(bytes, 0, 4096, null, false);
        while (more > 0);
        assertEquals(-Errno.EAGAIN, more);
    }

    @Test
    void waitingSendsAndReceivesAllOnSocketsThatNeverWait() throws InterruptedException {
        assertEquals(0, Files.setNonBlocking(left.fd(), true));
        assertEquals(0, Files.setNonBlocking(right.fd(), true));
        for (int i = 0; i < 1 << 20; i++) bytes.set(JAVA_BYTE, i, (byte) (i * 7));
        sending.add(EventFd.create());
        int[] answer = new int[1];
        MemorySegment shared = Arena.ofAuto().allocate(1 << 20).copyFrom(bytes);
        Thread sender = new Thread(() -> answer[0] = left.send(shared, 0, 1 << 20, sending, true));
        sender.start();
        int total = 0;
        while (total < 1 << 20) total += right.receive(bytes, total, (1 << 20) - total, received, true);
        sender.join();
        assertEquals(1 << 20, answer[0]);
        assertEquals(-1, bytes.mismatch(shared));
        assertEquals(1, received.size(), "the descriptor came once");
    }

    @Test
    void aDescriptorThatIsNotASocketIsEnotsock() {
        MessageSocket none = new MessageSocket(EventFd.create(), 1);
        assertEquals(-Errno.ENOTSOCK, none.receive(bytes, 0, 1, received, false));
        none.close();
    }

    @Test
    void memoryThatTheKernelMustNotTouchIsRefused() {
        MemorySegment heap = MemorySegment.ofArray(new byte[16]);
        assertThrows(IllegalArgumentException.class, () -> left.send(heap, 0, 16, null, false));
        assertThrows(IllegalArgumentException.class, () -> left.receive(heap, 0, 16, received, false));
        assertThrows(IllegalArgumentException.class, () -> left.receive(bytes.asReadOnly(), 0, 16, received, false));
        assertThrows(IndexOutOfBoundsException.class, () -> left.send(bytes, 1 << 20, 1, null, false));
        assertThrows(IndexOutOfBoundsException.class, () -> left.send(bytes, -1, 1, null, false));
        assertThrows(IllegalArgumentException.class, () -> left.receive(bytes, 0, 0, received, false));
        MemorySegment closed;
        try (Arena brief = Arena.ofConfined()) {
            closed = brief.allocate(16);
        }
        assertThrows(IllegalStateException.class, () -> left.send(closed, 0, 16, null, false));
    }

    @Test
    void datagramsKeepTheirBoundsAndCarryDescriptors() {
        long datagrams = UnixSockets.datagramPair();
        try (MessageSocket a = new MessageSocket(UnixSockets.first(datagrams), 1);
                MessageSocket b = new MessageSocket(UnixSockets.second(datagrams), 1)) {
            sending.add(EventFd.create());
            assertEquals(10, a.send(bytes, 0, 10, sending, false));
            assertEquals(20, a.send(bytes, 0, 20, null, false));
            assertEquals(10, b.receive(bytes, 0, 100, received, false));
            assertEquals(1, received.size());
            assertEquals(20, b.receive(bytes, 0, 100, received, false));
        }
    }
}
