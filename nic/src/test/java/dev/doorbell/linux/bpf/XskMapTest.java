package dev.doorbell.linux.bpf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.linux.xdp.XdpSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Maps of sockets, our own and pinned ones, and what is none.
@Tag("real")
class XskMapTest {
    private final List<String> openBefore = open();
    private final XskMap map;
    private final Path folder;

    XskMapTest(@TempDir Path folder) throws SystemCallException {
        this.folder = folder;
        try {
            map = XskMap.create(4);
        } catch (SystemCallException e) {
            assumeTrue(e.errno() != Errno.EPERM, "needs CAP_BPF");
            throw e;
        }
    }

    @AfterEach
    void nothingLeaks() {
        map.close();
        map.close();
        assertEquals(-1, map.fd());
        assertEquals(openBefore, open());
    }

    /// Maps, programs, links and sockets that this process has open.
    private static List<String> open() {
        String[] numbers = Path.of("/proc/self/fd").toFile().list();
        if (numbers == null) return List.of();
        return java.util.Arrays.stream(numbers)
                .map(XskMapTest::target)
                .filter(target -> target.startsWith("anon_inode:bpf") || target.startsWith("socket:"))
                .sorted()
                .toList();
    }

    private static String target(String number) {
        try {
            return java.nio.file.Files.readSymbolicLink(Path.of("/proc/self/fd", number))
                    .toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static AbstractThrowableAssert<?, ?> assertErrno(int errno, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SystemCallException.class, e -> assertEquals(Errno.name(errno), Errno.name(e.errno())));
    }

    @Test
    void socketThatIsNotBoundGoesInAndOut() throws SystemCallException {
        assertEquals(4, map.entries());
        try (XdpSocket first = XdpSocket.open();
                XdpSocket second = XdpSocket.open()) {
            map.put(0, first.fd());
            map.put(3, second.fd());
            map.put(3, first.fd());
            map.put(3, first.fd());
            map.remove(3);
            map.remove(3);
            map.remove(2);
        }
        map.remove(0);
    }

    @Test
    void entryPastTheEndIsRefused() throws SystemCallException {
        try (XdpSocket socket = XdpSocket.open()) {
            assertErrno(Errno.E2BIG, () -> map.put(4, socket.fd())).hasMessageContaining("4 of 4");
            assertErrno(Errno.E2BIG, () -> map.put(-1, socket.fd()));
        }
        map.remove(4);
        map.remove(-1);
    }

    @Test
    void whatIsNoAfXdpSocketIsRefused() throws Exception {
        int event = EventFd.create();
        long pair = UnixSockets.pair();
        int unix = (int) pair;
        assertErrno(Errno.ENOTSOCK, () -> map.put(0, event));
        assertErrno(Errno.EOPNOTSUPP, () -> map.put(0, unix));
        assertErrno(Errno.EBADF, () -> map.put(0, -1));
        assertErrno(Errno.ENOTSOCK, () -> map.put(0, map.fd()));
        Files.close(event);
        Files.close(unix);
        Files.close((int) (pair >>> 32));
    }

    @Test
    void mapWithoutEntriesIsRefused() {
        assertErrno(Errno.EINVAL, () -> XskMap.create(0).close()).hasMessageContaining("0 entries");
    }

    @Test
    void pinnedMapIsTheSameAndOutlivesItsMaker() throws Exception {
        Path bpf = BpfFileSystem.mount(folder.resolve("bpf"));
        try (XdpSocket socket = XdpSocket.open()) {
            Path path = bpf.resolve("xsks");
            map.pin(path.toString());
            map.close();

            try (XskMap pinned = XskMap.openPinned(path.toString())) {
                assertEquals(4, pinned.entries());
                pinned.put(3, socket.fd());
                assertErrno(Errno.E2BIG, () -> pinned.put(4, socket.fd()));
                assertErrno(Errno.EEXIST, () -> pinned.pin(path.toString()));
            }
            assertTrue(java.nio.file.Files.exists(path));
            assertErrno(
                    Errno.ENOENT,
                    () -> XskMap.openPinned(bpf.resolve("nothing").toString()).close());
        } finally {
            BpfFileSystem.unmount(bpf);
        }
    }

    @Test
    void pinnedMapOfAnotherKindIsRefused() throws Exception {
        Path bpf = BpfFileSystem.mount(folder.resolve("bpf"));
        int array = BpfFileSystem.array();
        try {
            Path path = bpf.resolve("array");
            BpfFileSystem.pin(array, path);
            assertErrno(Errno.EINVAL, () -> XskMap.openPinned(path.toString()).close())
                    .hasMessage(path + " is a map of type 2, not of AF_XDP sockets (an XSKMAP, type 17): EINVAL");
        } finally {
            Files.close(array);
            BpfFileSystem.unmount(bpf);
        }
    }

    @Test
    void pinnedProgramIsRefused() throws Exception {
        Path bpf = BpfFileSystem.mount(folder.resolve("bpf"));
        try (XdpProgram program = XdpProgram.load(map)) {
            Path path = bpf.resolve("program");
            BpfFileSystem.pin(program.fd(), path);
            assertErrno(Errno.EINVAL, () -> XskMap.openPinned(path.toString()).close())
                    .hasMessage(path + " is pinned but no map: EINVAL");
        } finally {
            BpfFileSystem.unmount(bpf);
        }
    }

    @Test
    void pinnedLinkIsRefused() throws Exception {
        Path bpf = BpfFileSystem.mount(folder.resolve("bpf"));
        try (dev.doorbell.backend.afxdp.VethNetwork network = new dev.doorbell.backend.afxdp.VethNetwork();
                XdpProgram program = XdpProgram.load(map)) {
            int ifindex =
                    dev.doorbell.linux.Interfaces.index(network.pair(1, 1500).getFirst());
            Path path = bpf.resolve("link");
            try (XdpLink link = program.attach(ifindex, XdpProgram.Mode.SKB)) {
                BpfFileSystem.pin(link.fd(), path);
            }
            assertErrno(Errno.EINVAL, () -> XskMap.openPinned(path.toString()).close())
                    .hasMessage(path + " is pinned but no map: EINVAL");
        } finally {
            BpfFileSystem.unmount(bpf);
        }
    }

    @Test
    void fileOfAnotherFileSystemIsRefused() throws IOException {
        Path plain = java.nio.file.Files.writeString(folder.resolve("plain"), "x");
        for (Path path : List.of(plain, folder))
            assertErrno(Errno.EINVAL, () -> XskMap.openPinned(path.toString()).close())
                    .hasMessage(path + " is no pinned map: it is not in a BPF file system: EINVAL");
        assertErrno(
                Errno.ENOENT,
                () -> XskMap.openPinned(folder.resolve("none").toString()).close());
        assertErrno(Errno.ENOTDIR, () -> XskMap.openPinned(plain + "/x").close());
        assertErrno(Errno.EPERM, () -> map.pin(folder.resolve("pin").toString()));
        assertFalse(java.nio.file.Files.exists(folder.resolve("pin")));
    }
}
