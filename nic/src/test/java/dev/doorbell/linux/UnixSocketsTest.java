package dev.doorbell.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketsTest {
    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(256);
    private String path = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void nameTheSocket() {
        path = folder.resolve("s").toString();
    }

    @AfterEach
    void nothingLeaks() {
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void aConnectionCarriesBytesBothWays() {
        int listener = UnixSockets.listen(path, 0600);
        assertThat(listener).isNotNegative();
        assertEquals(-Errno.EAGAIN, UnixSockets.accept(listener));
        int client = UnixSockets.connect(path);
        int server = UnixSockets.accept(listener);
        assertThat(server).isNotNegative();
        assertTrue(TestFiles.closesOnExec(listener));
        assertTrue(TestFiles.closesOnExec(client));
        assertTrue(TestFiles.closesOnExec(server));
        assertEquals(1, Files.isBlocking(client));
        assertEquals(0, Files.isBlocking(server));
        assertEquals(1, Sockets.isStream(server));
        assertEquals(1, Sockets.isUnix(server));
        assertEquals(3, Files.write(client, buffer, 0, 3));
        assertEquals(3, Files.read(server, buffer, 10, 10));
        assertEquals(0, Sockets.shutdownWriting(server));
        assertEquals(0, Files.read(client, buffer, 0, 1));
        assertEquals(2, Files.write(client, buffer, 0, 2), "the other half is open");
        assertEquals(0, Sockets.shutdown(server));
        assertEquals(-Errno.EPIPE, Files.write(client, buffer, 0, 2));
        Files.close(server);
        Files.close(client);
        Files.close(listener);
    }

    @Test
    void theSocketFileHasTheModeAskedFor() {
        FileStatus status = new FileStatus();
        int listener = UnixSockets.listen(path, 0600);
        assertEquals(0, Files.status(path, status));
        assertEquals(0140600, status.mode);
        assertTrue(status.isSocket());
        Files.close(listener);
    }

    @Test
    void aFileLeftBehindIsReplacedAndALivingOneIsNot() {
        int first = UnixSockets.listen(path, 0600);
        assertEquals(-Errno.EADDRINUSE, UnixSockets.listen(path, 0600));
        Files.close(first);
        assertEquals(-Errno.ECONNREFUSED, UnixSockets.connect(path));
        int second = UnixSockets.listen(path, 0600);
        assertThat(second).isNotNegative();
        Files.close(second);
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws Exception {
        java.nio.file.Files.writeString(Path.of(path), "precious");
        assertEquals(-Errno.EADDRINUSE, UnixSockets.listen(path, 0600));
        assertEquals("precious", java.nio.file.Files.readString(Path.of(path)));
        assertEquals(-Errno.ECONNREFUSED, UnixSockets.connect(path));
    }

    @Test
    void aSocketFileOfAnotherKindIsLeftAlone() {
        int datagram = UnixSockets.datagram(path, 0600);
        assertEquals(-Errno.EADDRINUSE, UnixSockets.listen(path, 0600));
        assertEquals(-Errno.EPROTOTYPE, UnixSockets.connect(path));
        Files.close(datagram);
    }

    @Test
    void pathsThatCannotBeSayWhy() {
        assertEquals(-Errno.ENOENT, UnixSockets.connect(path));
        assertEquals(-Errno.ENOENT, UnixSockets.connect(""));
        assertEquals(-Errno.ENOENT, UnixSockets.listen(folder.resolve("no/s").toString(), 0600));
        String tooLong = folder.resolve("x".repeat(108)).toString();
        assertEquals(-Errno.ENAMETOOLONG, UnixSockets.listen(tooLong, 0600));
        assertEquals(-Errno.ENAMETOOLONG, UnixSockets.connect(tooLong));
        assertEquals(-Errno.ENAMETOOLONG, UnixSockets.datagram(tooLong, 0600));
        assertEquals(-Errno.EBADF, UnixSockets.accept(-1));
    }

    @Test
    void theLongestPathThatFitsWorks() {
        String longest = folder + "/" + "x".repeat(107 - folder.toString().length() - 1);
        assertEquals(107, longest.length());
        int listener = UnixSockets.listen(longest, 0600);
        assertThat(listener).isNotNegative();
        SocketAddress address = new SocketAddress();
        assertEquals(0, Sockets.localAddress(listener, address));
        assertEquals(longest, address.toString());
        Files.close(listener);
    }

    @Test
    void aFullQueueOfAListenerIsEagainForWhoDoesNotWait() {
        int listener = UnixSockets.listen(path, 0600);
        int[] clients = new int[64];
        int count = 0;
        int answer;
        while ((answer = UnixSockets.connectWithoutWaiting(path)) >= 0) clients[count++] = answer;
        assertEquals(-Errno.EAGAIN, answer);
        for (int i = 0; i < count; i++) Files.close(clients[i]);
        Files.close(listener);
    }

    @Test
    void datagramsGoFromSocketToSocket() {
        int receiver = UnixSockets.datagram(path, 0600);
        int sender = UnixSockets.datagram(null, 0);
        assertEquals(-Errno.ENOTCONN, Files.write(sender, buffer, 0, 3));
        assertEquals(0, UnixSockets.connectDatagram(sender, path));
        assertEquals(3, Files.write(sender, buffer, 0, 3));
        assertEquals(5, Files.write(sender, buffer, 0, 5));
        assertEquals(3, Files.read(receiver, buffer, 0, 100));
        assertEquals(5, Files.read(receiver, buffer, 0, 100));
        assertEquals(-Errno.EAGAIN, Files.read(receiver, buffer, 0, 100));
        assertEquals(0, Sockets.isStream(receiver));
        Files.close(receiver);
        assertEquals(-Errno.ECONNREFUSED, UnixSockets.connectDatagram(sender, path));
        assertEquals(-Errno.ENAMETOOLONG, UnixSockets.connectDatagram(sender, "x".repeat(108)));
        int again = UnixSockets.datagram(path, 0600);
        assertThat(again).isNotNegative();
        Files.close(again);
        Files.close(sender);
    }

    @Test
    void optionsOfWhatIsNoSocketAreEnotsock() {
        int event = EventFd.create();
        assertEquals(-Errno.ENOTSOCK, Sockets.pendingError(event));
        assertEquals(-Errno.ENOTSOCK, Sockets.isStream(event));
        assertEquals(-Errno.ENOTSOCK, Sockets.isUnix(event));
        assertEquals(-Errno.ENOTSOCK, Sockets.setBuffers(event, 4096));
        assertEquals(-Errno.ENOTSOCK, Sockets.localAddress(event, new SocketAddress()));
        assertEquals(-Errno.ENOTSOCK, Sockets.shutdownWriting(event));
        Files.close(event);
    }
}
