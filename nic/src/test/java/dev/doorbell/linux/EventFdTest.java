package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventFdTest {
    private final List<String> openBefore = TestFiles.open();
    private final int event = EventFd.create();

    @AfterEach
    void nothingLeaks() {
        Files.close(event);
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void signalsAddUpAndDrainingTakesThemAll() {
        assertEquals(-Errno.EAGAIN, EventFd.drain(event));
        assertEquals(8, EventFd.signal(event));
        assertEquals(8, EventFd.signal(event));
        assertEquals(2, EventFd.drain(event));
        assertEquals(-Errno.EAGAIN, EventFd.drain(event));
        assertTrue(TestFiles.closesOnExec(event));
    }

    @Test
    void aFullCounterNeverHoldsTheSignallerOnceItIsPrepared() {
        assertEquals(0, Files.setNonBlocking(event, false), "as a peer may hand it over");
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(8, Files.write(event, arena.allocateFrom(JAVA_LONG, -2L), 0, 8), "the most it holds");
        }
        assertEquals(0, EventFd.prepare(event));
        assertEquals(-Errno.EAGAIN, EventFd.signal(event));
        assertEquals(Long.MAX_VALUE, EventFd.drain(event));
        assertEquals(8, EventFd.signal(event));
    }

    @Test
    void anotherKindOfFileIsNotPrepared() {
        int file = MemoryFile.create("[eventfd]", 8, false);
        assertEquals(-Errno.EINVAL, EventFd.prepare(file));
        Files.close(file);
        long pair = UnixSockets.pair();
        assertEquals(-Errno.EINVAL, EventFd.prepare(UnixSockets.first(pair)));
        Files.close(UnixSockets.first(pair));
        Files.close(UnixSockets.second(pair));
        assertEquals(-Errno.EBADF, EventFd.prepare(-1));
    }

    @Test
    void aClosedCounterIsEbadf() {
        assertEquals(-Errno.EBADF, EventFd.signal(-1));
        assertEquals(-Errno.EBADF, EventFd.drain(-1));
    }
}
