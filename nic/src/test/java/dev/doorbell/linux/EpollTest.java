package dev.doorbell.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpollTest {
    private final Poller poller = new Poller(1);
    private final int first = EventFd.create();
    private final int second = EventFd.create();
    private final int epoll = Epoll.create();

    @TempDir
    private Path folder;

    EpollTest() {
        poller.set(0, epoll, Poller.POLLIN);
    }

    @AfterEach
    void close() {
        Files.close(epoll);
        Files.close(first);
        Files.close(second);
    }

    @Test
    void oneDescriptorStandsForSeveralForAsLongAsOneIsReady() {
        assertTrue(TestFiles.closesOnExec(epoll));
        assertEquals(0, poller.poll(0), "nothing watched");
        assertEquals(0, Epoll.add(epoll, first, Poller.POLLIN));
        assertEquals(0, Epoll.add(epoll, second, Poller.POLLIN));
        assertEquals(0, poller.poll(0));
        EventFd.signal(second);
        for (int i = 0; i < 3; i++) { // level-triggered: nobody has to look through it
            assertEquals(1, poller.poll(-1));
            assertEquals(Poller.POLLIN, poller.ready(0));
        }
        EventFd.signal(first);
        EventFd.drain(second);
        assertEquals(1, poller.poll(0), "the first one still is");
        EventFd.drain(first);
        assertEquals(0, poller.poll(0));
    }

    @Test
    void whatIsNotWatchedDoesNotCount() {
        assertEquals(0, Epoll.add(epoll, first, (short) 0));
        EventFd.signal(first);
        assertEquals(0, poller.poll(0), "errors only");
        assertEquals(0, Epoll.add(epoll, second, Poller.POLLOUT));
        assertEquals(1, poller.poll(0), "writable at once");
        assertEquals(0, Epoll.remove(epoll, second));
        assertEquals(0, poller.poll(0));
    }

    @Test
    void wrongDescriptorsAreRefused() throws Exception {
        assertEquals(0, Epoll.add(epoll, first, Poller.POLLIN));
        assertEquals(-Errno.EEXIST, Epoll.add(epoll, first, Poller.POLLIN));
        assertEquals(-Errno.ENOENT, Epoll.remove(epoll, second));
        assertEquals(-Errno.EBADF, Epoll.add(epoll, -1, Poller.POLLIN));
        assertEquals(-Errno.EBADF, Epoll.add(-1, first, Poller.POLLIN));
        assertEquals(-Errno.EINVAL, Epoll.add(epoll, epoll, Poller.POLLIN), "itself");
        int file = Files.open(folder.resolve("file").toString(), Files.O_RDWR | Files.O_CREAT, 0600);
        assertEquals(-Errno.EPERM, Epoll.add(epoll, file, Poller.POLLIN), "a file is always ready");
        Files.close(file);
    }
}
