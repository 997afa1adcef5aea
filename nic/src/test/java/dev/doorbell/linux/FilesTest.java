package dev.doorbell.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    private final List<String> openBefore = TestFiles.open();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(4096);
    private final FileStatus status = new FileStatus();

    @TempDir
    private Path folder;

    @AfterEach
    void nothingLeaks() {
        arena.close();
        assertEquals(openBefore, TestFiles.open(), "descriptors leaked");
    }

    @Test
    void aFileIsCreatedWrittenReadAndRemoved() {
        String path = folder.resolve("größe").toString();
        int fd = Files.open(path, Files.O_RDWR | Files.O_CREAT | Files.O_EXCL, 0600);
        assertThat(fd).isNotNegative();
        assertTrue(TestFiles.closesOnExec(fd));
        buffer.set(JAVA_BYTE, 10, (byte) 77);
        assertEquals(5, Files.write(fd, buffer, 10, 5));
        assertEquals(0, Files.status(fd, status));
        assertEquals(5, status.sizeBytes);
        assertEquals(0100600, status.mode);
        assertTrue(status.isRegular());
        assertEquals(-Errno.EEXIST, Files.open(path, Files.O_RDWR | Files.O_CREAT | Files.O_EXCL, 0600));

        int again = Files.open(path, Files.O_RDONLY, 0);
        assertEquals(5, Files.read(again, buffer, 100, 50));
        assertEquals(77, buffer.get(JAVA_BYTE, 100));
        assertEquals(0, Files.read(again, buffer, 100, 50), "the end");
        assertEquals(-Errno.EBADF, Files.write(again, buffer, 0, 1), "not open for writing");
        assertEquals(Files.O_RDONLY, Files.accessMode(again));
        assertEquals(Files.O_RDWR, Files.accessMode(fd));

        assertEquals(0, Files.exists(path));
        assertEquals(0, Files.unlink(path));
        assertEquals(-Errno.ENOENT, Files.exists(path));
        assertEquals(-Errno.ENOENT, Files.unlink(path));
        assertEquals(-Errno.ENOENT, Files.open(path, Files.O_RDONLY, 0));
        assertEquals(-Errno.ENOENT, Files.status(path, status));
        assertEquals(0, Files.close(again));
        assertEquals(0, Files.close(fd));
    }

    @Test
    void statusTellsTwoDescriptorsOfOneFileFromTwoFiles() {
        int one = MemoryFile.create("one", 100, false);
        int same = Files.duplicate(one);
        int other = MemoryFile.create("one", 100, false);
        assertTrue(TestFiles.closesOnExec(one));
        assertTrue(TestFiles.closesOnExec(same));
        assertEquals(0, Files.status(one, status));
        long inode = status.inode;
        long device = status.device;
        assertNotEquals(0, inode);
        assertEquals(0, Files.status(same, status));
        assertEquals(inode, status.inode);
        assertEquals(device, status.device);
        assertEquals(0, Files.status(other, status));
        assertNotEquals(inode, status.inode);
        Files.close(one);
        Files.close(same);
        Files.close(other);
    }

    @Test
    void statusAgreesWithJava() throws Exception {
        Path file = java.nio.file.Files.writeString(folder.resolve("f"), "seven b");
        assertEquals(0, Files.status(file.toString(), status));
        assertEquals(java.nio.file.Files.getAttribute(file, "unix:ino"), status.inode);
        assertEquals(java.nio.file.Files.getAttribute(file, "unix:mode"), status.mode);
        assertEquals(7, status.sizeBytes);
        assertEquals(0, Files.status(folder.toString(), status));
        assertFalse(status.isRegular());
        assertFalse(status.isSocket());
    }

    @Test
    void waitingIsSwitchedOffAndOn() {
        long pair = UnixSockets.pair();
        int fd = UnixSockets.first(pair);
        assertEquals(1, Files.isBlocking(fd));
        assertEquals(0, Files.setNonBlocking(fd, true));
        assertEquals(0, Files.isBlocking(fd));
        assertEquals(-Errno.EAGAIN, Files.read(fd, buffer, 0, 1));
        assertEquals(0, Files.setNonBlocking(fd, false));
        assertEquals(1, Files.isBlocking(fd));
        Files.close(fd);
        assertEquals(-Errno.EPIPE, Files.write(UnixSockets.second(pair), buffer, 0, 1), "and no SIGPIPE");
        Files.close(UnixSockets.second(pair));
    }

    @Test
    void aDescriptorThatIsNotOpenIsEbadfEverywhere() {
        assertEquals(-Errno.EBADF, Files.close(-1));
        assertEquals(-Errno.EBADF, Files.duplicate(-1));
        assertEquals(-Errno.EBADF, Files.setNonBlocking(-1, true));
        assertEquals(-Errno.EBADF, Files.isBlocking(-1));
        assertEquals(-Errno.EBADF, Files.accessMode(-1));
        assertEquals(-Errno.EBADF, Files.status(-1, status));
        assertEquals(-Errno.EBADF, Files.seals(-1));
        assertEquals(-Errno.EBADF, Files.addSeals(-1, 0));
        assertEquals(-Errno.EBADF, Files.truncate(-1, 0));
        assertEquals(-Errno.EBADF, Files.read(-1, buffer, 0, 1));
        assertEquals(-Errno.EBADF, Files.write(-1, buffer, 0, 1));
        assertEquals(-Errno.EBADF, Files.setMode(-1, 0600));
    }

    @Test
    void aFileWithoutSealsAndAWrongSizeAreEinval() {
        int event = EventFd.create();
        assertEquals(-Errno.EINVAL, Files.seals(event));
        assertEquals(-Errno.EINVAL, Files.truncate(event, 0));
        Files.close(event);
        assertEquals(-Errno.EINVAL, MemoryFile.create("negative", -1, false));
        assertEquals(-Errno.EINVAL, MemoryFile.create("x".repeat(300), 0, false));
    }

    @Test
    void anOwnerClosesOnceAndNotAfterGivingAway() {
        FileDescriptor owner = new FileDescriptor(EventFd.create());
        int number = owner.number();
        owner.close();
        owner.close();
        assertEquals(-1, owner.number());
        assertEquals(-Errno.EBADF, Files.accessMode(number));

        FileDescriptor giver = new FileDescriptor(EventFd.create());
        int given = giver.release();
        giver.close();
        assertEquals(0, Files.close(given), "still open");
        assertThrows(IllegalArgumentException.class, () -> new FileDescriptor(-Errno.EBADF));
    }

    @Test
    void openDescriptorsAreCounted() {
        int before = Files.openFdCount();
        int[] events = new int[100]; // many, as the JVM opens and closes a few of its own at any time
        for (int i = 0; i < events.length; i++) events[i] = EventFd.create();
        assertThat(Files.openFdCount() - before).isBetween(90, 110);
        for (int event : events) Files.close(event);
        assertThat(Files.openFdCount() - before).isBetween(-10, 10);
    }

    @Test
    void stringsWithANulAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Files.open("a\0b", 0, 0));
    }

    @Test
    void errorsNameTheCallTheSubjectAndTheErrno() throws SystemCallException {
        assertEquals(3, SystemCallException.check("open(2) x", 3));
        SystemCallException thrown = assertThrows(
                SystemCallException.class, () -> SystemCallException.check("connect(2) /run/x.sock", -Errno.ENOENT));
        assertEquals("connect(2) /run/x.sock: ENOENT", thrown.getMessage());
        assertEquals(Errno.ENOENT, thrown.errno());
        assertEquals("errno 4095", Errno.name(-4095));
    }
}
