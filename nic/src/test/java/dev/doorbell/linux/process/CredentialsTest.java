package dev.doorbell.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.bpf.BpfFileSystem;
import dev.doorbell.linux.bpf.XskMap;
import dev.doorbell.linux.xdp.XdpSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// A thread that gives up its privileges. The kernel keeps them by thread, so each test spends one;
/// the other threads, this one among them, keep theirs.
@Tag("real")
@Timeout(30)
class CredentialsTest {
    private static final String NONE = "0000000000000000";

    private final Account nobody;

    CredentialsTest() throws SystemCallException {
        assumeTrue(
                Credentials.userId() == 0 && Capability.CAP_SETUID.in(Credentials.effectiveCapabilities()),
                "needs root");
        assumeTrue(Account.byName("nobody").isPresent(), "no user nobody here");
        nobody = Account.byName("nobody").orElseThrow();
    }

    private static <T> T onAThreadOfItsOwn(Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = new Thread(task, "spent");
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw e;
        }
    }

    private static List<String> status() throws Exception {
        return Files.readAllLines(Path.of("/proc/thread-self/status"));
    }

    private static String value(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElse("none");
    }

    private static void assertNone(List<String> status) {
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
            assertEquals(NONE, value(status, set), set);
        assertEquals("1", value(status, "NoNewPrivs"));
    }

    private static void assertEperm(Executable call) {
        assertEquals(Errno.EPERM, assertThrows(SystemCallException.class, call).errno());
    }

    @Test
    void threadBecomesTheUserAndOthersStayWhatTheyAre() throws Exception {
        List<String> before = status();
        Account user = new Account("x", nobody.uid(), nobody.gid(), List.of(nobody.gid(), 54_321), "/");

        List<String> after = onAThreadOfItsOwn(() -> {
            Credentials.become(user);
            return status();
        });

        assertNone(after);
        String uid = Integer.toUnsignedString(user.uid());
        String gid = Integer.toUnsignedString(user.gid());
        assertEquals(String.join("\t", uid, uid, uid, uid), value(after, "Uid"));
        assertEquals(String.join("\t", gid, gid, gid, gid), value(after, "Gid"));
        assertThat(value(after, "Groups").split(" ")).containsExactlyInAnyOrder(gid, "54321");
        for (String field : List.of("Uid", "Gid", "Groups", "CapEff", "CapBnd", "NoNewPrivs"))
            assertEquals(value(before, field), value(status(), field), field);
    }

    @Test
    void rootWithoutPrivilegesStaysRootAndMayDoNothing() throws Exception {
        onAThreadOfItsOwn(() -> {
            Credentials.drop();
            assertNone(status());
            assertEquals(0, Credentials.effectiveCapabilities());
            assertEperm(() -> Credentials.become(nobody));
            Credentials.drop(); // again, with nothing left
            assertNone(status());
            return true;
        });
    }

    @Test
    void withoutPrivilegesThereIsNoMapAndNoSocket() throws Exception {
        onAThreadOfItsOwn(() -> {
            Credentials.become(nobody);
            assertEperm(() -> XskMap.create(1).close());
            assertEperm(() -> XdpSocket.open().close());
            return true;
        });
    }

    @Test
    void pinnedMapNeedsTheRightsOfItsFileOnly(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path bpf = BpfFileSystem.mount(folder.resolve("bpf"));
        try (XskMap map = XskMap.create(2);
                XdpSocket socket = XdpSocket.open()) {
            Files.setPosixFilePermissions(bpf, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path open = bpf.resolve("open");
            Path shut = bpf.resolve("shut");
            map.pin(open.toString());
            map.pin(shut.toString());
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("r--r--r--"));
            onAThreadOfItsOwn(() -> {
                Credentials.become(nobody);
                try (XskMap pinned = XskMap.openPinned(open.toString())) {
                    pinned.put(1, socket.fd());
                }
                SystemCallException e = assertThrows(
                        SystemCallException.class,
                        () -> XskMap.openPinned(shut.toString()).close());
                assertEquals(Errno.EACCES, e.errno());
                return true;
            });
        } finally {
            BpfFileSystem.unmount(bpf);
        }
    }

    @Test
    void capabilitiesAreReadAsTheKernelShowsThem() throws Exception {
        assertEquals(Long.parseUnsignedLong(value(status(), "CapEff"), 16), Credentials.effectiveCapabilities());
    }
}
