package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageVectorsTest {
    private static final int MESSAGES = 8;

    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment outgoing = arena.allocate(4096);
    private final MemorySegment incoming = arena.allocate(4096);
    private final MessageVectors sending = new MessageVectors(MESSAGES, 2 * MESSAGES);
    private final MessageVectors receiving = new MessageVectors(MESSAGES, MESSAGES);
    private final long pair = UnixSockets.datagramPair();
    private final int left = UnixSockets.first(pair);
    private final int right = UnixSockets.second(pair);

    MessageVectorsTest() {
        for (int i = 0; i < 4096; i++) outgoing.set(JAVA_BYTE, i, (byte) i);
        for (int i = 0; i < MESSAGES; i++) {
            assertTrue(receiving.begin());
            assertTrue(receiving.add(incoming, i * 100L, 100));
            receiving.end();
        }
    }

    @AfterEach
    void nothingLeaks() {
        Files.close(left);
        Files.close(right);
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    private void add(long offset, int firstBytes, int secondBytes) {
        assertTrue(sending.begin());
        assertTrue(sending.add(outgoing, offset, firstBytes));
        assertTrue(sending.add(outgoing, offset + firstBytes, secondBytes));
        sending.end();
    }

    @Test
    void aBatchOfGatheredMessagesArrivesMessageByMessage() {
        add(0, 14, 46);
        add(64, 1, 9);
        add(128, 50, 50);
        assertEquals(3, sending.send(left, 0));
        assertEquals(60, sending.lengthBytes(0));

        assertEquals(3, receiving.receive(right, MESSAGES));

        assertEquals(60, receiving.lengthBytes(0));
        assertEquals(10, receiving.lengthBytes(1));
        assertEquals(100, receiving.lengthBytes(2));
        assertFalse(receiving.wasCut(2));
        assertEquals(-1, MemorySegment.mismatch(outgoing, 0, 60, incoming, 0, 60));
        assertEquals(-1, MemorySegment.mismatch(outgoing, 64, 74, incoming, 100, 110));
        assertEquals(-1, MemorySegment.mismatch(outgoing, 128, 228, incoming, 200, 300));
        assertEquals(-Errno.EAGAIN, receiving.receive(right, MESSAGES));
    }

    @Test
    void aBatchCanBeSentFromTheMiddleAndReceivedInParts() {
        for (int i = 0; i < 4; i++) add(i * 16L, 8, 8);
        assertEquals(2, sending.send(left, 2));
        assertEquals(0, sending.send(left, 4));
        assertEquals(1, receiving.receive(right, 1));
        assertEquals(-1, MemorySegment.mismatch(outgoing, 32, 48, incoming, 0, 16));
        assertEquals(1, receiving.receive(right, MESSAGES));
        assertEquals(-1, MemorySegment.mismatch(outgoing, 48, 64, incoming, 0, 16));
    }

    @Test
    void aMessageLongerThanItsBufferIsCutAndSaysSo() {
        add(0, 100, 1);
        add(0, 50, 50);
        assertEquals(2, sending.send(left, 0));
        assertEquals(2, receiving.receive(right, MESSAGES));
        assertTrue(receiving.wasCut(0));
        assertEquals(100, receiving.lengthBytes(0));
        assertFalse(receiving.wasCut(1));
    }

    @Test
    void aFullPeerTakesAPrefixThenIsEagain() {
        for (int i = 0; i < MESSAGES; i++) add(0, 30, 30);
        int sent = 0;
        int answer;
        while ((answer = sending.send(left, 0)) > 0) sent += answer;
        assertEquals(-Errno.EAGAIN, answer);
        assertEquals(0, Sockets.pendingError(left));
        int received = 0;
        while ((answer = receiving.receive(right, MESSAGES)) > 0) received += answer;
        assertEquals(sent, received);
    }

    @Test
    void messagesGoToAndComeFromAddresses() {
        SocketAddress anywhere = SocketAddress.inet(InetAddress.ofLiteral("127.0.0.1"), 0);
        int one = InetSockets.udp(anywhere);
        int two = InetSockets.udp(anywhere);
        SocketAddress oneAt = new SocketAddress();
        SocketAddress twoAt = new SocketAddress();
        assertEquals(0, Sockets.localAddress(one, oneAt));
        assertEquals(0, Sockets.localAddress(two, twoAt));
        add(0, 5, 5);
        sending.sendTo(twoAt);
        assertEquals(1, sending.send(one, 0));

        Poller poller = new Poller(1);
        poller.set(0, two, Poller.POLLIN);
        assertEquals(1, poller.poll(-1));
        assertEquals(1, receiving.receive(two, MESSAGES));
        SocketAddress from = new SocketAddress();
        receiving.source(0, from);
        assertEquals(oneAt, from);
        assertEquals("127.0.0.1:" + oneAt.port(), from.toString());

        sending.sendTo(null);
        assertEquals(-Errno.EDESTADDRREQ, sending.send(one, 0));
        Files.close(one);
        Files.close(two);
    }

    @Test
    void roomIsBoundedAndAnUnfinishedMessageIsDropped() {
        assertTrue(sending.begin());
        assertTrue(sending.add(outgoing, 0, 1));
        for (int i = 0; i < MESSAGES; i++) add(0, 1, 1);
        assertFalse(sending.begin());
        assertFalse(sending.add(outgoing, 0, 1));
        assertEquals(MESSAGES, sending.count());
        assertEquals(MESSAGES, sending.send(left, 0));
        sending.clear();
        assertEquals(0, sending.send(left, 0));
    }

    @Test
    void wrongDescriptorsAnswerTheirErrno() {
        add(0, 1, 1);
        assertEquals(-Errno.EBADF, sending.send(-1, 0));
        assertEquals(-Errno.EBADF, receiving.receive(-1, 1));
        int event = EventFd.create();
        assertEquals(-Errno.ENOTSOCK, sending.send(event, 0));
        assertEquals(-Errno.ENOTSOCK, receiving.receive(event, 1));
        Files.close(event);
    }

    @Test
    void aReceiverThatHasGoneIsEconnrefused() {
        add(0, 1, 1);
        long other = UnixSockets.datagramPair();
        Files.close(UnixSockets.second(other));
        assertEquals(-Errno.ECONNREFUSED, sending.send(UnixSockets.first(other), 0));
        Files.close(UnixSockets.first(other));
    }

    @Test
    void memoryThatWasClosedOrMustNotBeWrittenThrows() {
        MessageVectors readOnly = new MessageVectors(1, 1);
        readOnly.begin();
        readOnly.add(outgoing.asReadOnly(), 0, 10);
        readOnly.end();
        assertThrows(IllegalArgumentException.class, () -> readOnly.receive(right, 1));
        try (Arena brief = Arena.ofConfined()) {
            assertTrue(sending.begin());
            assertTrue(sending.add(brief.allocate(16), 0, 16));
            sending.end();
        }
        assertThrows(IllegalStateException.class, () -> sending.send(left, 0));
    }
}
