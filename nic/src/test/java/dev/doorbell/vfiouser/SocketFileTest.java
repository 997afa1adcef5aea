package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.SystemCallException;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The socket's file: who may use it, who may replace it, and that it goes.
class SocketFileTest {
    @TempDir
    Path folder = Path.of(".");

    private String path() {
        return folder.resolve("nic.sock").toString();
    }

    private VfioUserServer serve() throws SystemCallException {
        return new VfioUserServer(path(), new ToyFunction(), new VirtualTimeline());
    }

    @Test
    void ownerOnlyAndGoneAfterwards() throws IOException {
        try (VfioUserServer server = serve()) {
            assertThat(server.roleName()).contains(path());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path()))))
                    .isEqualTo("rw-------");
        }
        assertThat(Path.of(path())).doesNotExist();
    }

    @Test
    void abandonedFileIsReplaced() throws IOException {
        int crashed = ServerBench.check("bind", UnixSockets.listen(path(), 0600));
        dev.doorbell.linux.Files.close(crashed); // its file stays, as after a crash
        assertThat(Path.of(path())).exists();
        try (VfioUserServer server = serve()) {
            assertThat(server.hasClient()).isFalse();
            int fd = ServerBench.check("connect", UnixSockets.connect(path()));
            server.doWork();
            assertThat(server.hasClient()).isTrue();
            dev.doorbell.linux.Files.close(fd);
        }
    }

    @Test
    void fileOfALivingServerIsLeftAlone() throws IOException {
        try (VfioUserServer server = serve()) {
            assertThatThrownBy(this::serve)
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE));
            server.doWork();
            assertThat(Path.of(path())).exists();
        }
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(Path.of(path()), "precious");
        assertThatThrownBy(this::serve).isInstanceOf(SystemCallException.class);
        assertThat(Files.readString(Path.of(path()))).isEqualTo("precious");
    }
}
