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

class IoVectorsTest {
    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(1 << 20);
    private final long pair = UnixSockets.pair();
    private final int left = UnixSockets.first(pair);
    private final int right = UnixSockets.second(pair);
    private final IoVectors pieces = new IoVectors(3);

    IoVectorsTest() {
        for (int i = 0; i < bytes.byteSize(); i++) bytes.set(JAVA_BYTE, i, (byte) ((i * 31) >> 3));
    }

    @AfterEach
    void nothingLeaks() {
        Files.close(left);
        Files.close(right);
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void piecesAreGatheredInOrderAndScatteredInOrder() {
        assertTrue(pieces.add(bytes, 100, 3));
        assertTrue(pieces.add(bytes, 0, 0));
        assertTrue(pieces.add(bytes, 50, 4));
        assertFalse(pieces.add(bytes, 0, 1), "full");
        assertEquals(7, pieces.remainingBytes());
        assertEquals(7, pieces.writev(left));

        MemorySegment target = arena.allocate(16);
        pieces.clear();
        pieces.add(target, 8, 5);
        pieces.add(target, 0, 5);
        assertEquals(7, pieces.readv(right));
        assertEquals(-1, MemorySegment.mismatch(target, 8, 11, bytes, 100, 103));
        assertEquals(-1, MemorySegment.mismatch(target, 11, 13, bytes, 50, 52));
        assertEquals(-1, MemorySegment.mismatch(target, 0, 2, bytes, 52, 54));
    }

    @Test
    void aPartialTransferGoesOnWhereItStopped() {
        pieces.add(bytes, 0, 10);
        pieces.add(bytes, 10, 0);
        pieces.add(bytes, 10, 10);
        assertTrue(pieces.consume(4));
        assertTrue(pieces.consume(8));
        assertEquals(8, pieces.remainingBytes());
        assertEquals(8, pieces.send(left));
        assertFalse(pieces.consume(8));
        assertEquals(0, pieces.remainingBytes());
        assertEquals(8, Files.read(right, bytes, 100, 64));
        assertEquals(-1, MemorySegment.mismatch(bytes, 100, 108, bytes, 12, 20));
        assertThrows(IllegalArgumentException.class, () -> pieces.consume(1));
    }

    @Test
    void aPieceCanBeReplaced() {
        pieces.add(bytes, 0, 1);
        pieces.add(bytes, 0, 1);
        pieces.set(0, bytes, 77, 2);
        assertEquals(3, pieces.writev(left));
        assertEquals(3, Files.read(right, bytes, 100, 64));
        assertEquals(bytes.get(JAVA_BYTE, 77), bytes.get(JAVA_BYTE, 100));
        assertThrows(IndexOutOfBoundsException.class, () -> pieces.set(2, bytes, 0, 1));
    }

    @Test
    void aFullSocketTakesAPartThenIsEagain() {
        pieces.add(bytes, 0, 1 << 20);
        int sent = pieces.send(left);
        assertTrue(sent > 0 && sent < 1 << 20);
        int answer;
        do answer = pieces.send(left);
        while (answer > 0);
        assertEquals(-Errno.EAGAIN, answer);
    }

    @Test
    void errorsAreAnswered() {
        pieces.add(bytes, 0, 1);
        assertEquals(-Errno.EBADF, pieces.writev(-1));
        assertEquals(-Errno.EBADF, pieces.readv(-1));
        assertEquals(-Errno.EBADF, pieces.send(-1));
        int event = EventFd.create();
        assertEquals(-Errno.ENOTSOCK, pieces.send(event));
        Files.close(event);
        Files.close(right);
        assertEquals(-Errno.EPIPE, pieces.send(left));
        assertEquals(-Errno.EPIPE, pieces.writev(left));
        assertEquals(0, pieces.readv(left), "end of stream");
    }

    @Test
    void ourOwnMistakesThrow() {
        assertThrows(IllegalArgumentException.class, () -> new IoVectors(0));
        assertThrows(IllegalArgumentException.class, () -> new IoVectors(IoVectors.MAX_PIECES + 1));
        assertThrows(IllegalArgumentException.class, () -> pieces.add(MemorySegment.ofArray(new byte[4]), 0, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> pieces.add(bytes, (1 << 20) - 3, 4));
        pieces.add(bytes.asReadOnly(), 0, 4);
        assertThrows(IllegalArgumentException.class, () -> pieces.readv(right));
        assertEquals(4, pieces.writev(left), "reading from it is fine");
    }
}
