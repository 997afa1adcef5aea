package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.guest.NeedsGuest;
import dev.doorbell.linux.Poller;
import dev.doorbell.time.VirtualTimeline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stock QEMU without a guest as the other end: its hub carries what comes by `stream` on by `dgram`, and
/// back.
@NeedsGuest
class QemuPeerTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    @TempDir
    Path folder = Path.of("");

    private final VirtualTimeline timeline = new VirtualTimeline();
    private final Poller poller = new Poller(1);
    private Optional<Process> qemu = Optional.empty();

    @AfterEach
    void endQemu() throws InterruptedException {
        if (qemu.isEmpty()) return;
        qemu.get().destroy();
        assertThat(qemu.get().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void startQemu(String stream) throws IOException {
        String script = """
                . guest/paths
                exec "$GUEST_LOADER" --library-path "$GUEST_LIBRARIES" "$GUEST_ROOT/usr/bin/qemu-system-x86_64" "$@"
                """;
        qemu = Optional.of(new ProcessBuilder(List.of(
                        "bash",
                        "-c",
                        script,
                        "qemu",
                        "-machine",
                        "none",
                        "-display",
                        "none",
                        "-nodefaults",
                        "-netdev",
                        stream,
                        "-netdev",
                        "dgram,id=d,local.type=unix,local.path=" + path("q") + ",remote.type=unix,remote.path="
                                + path("d"),
                        "-netdev",
                        "hubport,id=h0,hubid=0,netdev=s",
                        "-netdev",
                        "hubport,id=h1,hubid=0,netdev=d"))
                .directory(repository())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /// The folder with `guest/` in it, whichever module the tests run in.
    private static File repository() {
        File here = new File("").getAbsoluteFile();
        return new File(here, "guest/paths").exists() ? here : here.getParentFile();
    }

    private DgramBackend dgram() throws IOException {
        return DgramBackend.open(
                new BackendOptions.Dgram(
                        "d",
                        new SocketAddressOptions.Unix(path("d")),
                        Optional.of(new SocketAddressOptions.Unix(path("q")))),
                timeline);
    }

    private StreamBackend stream(boolean server, long reconnectNs) throws IOException {
        return new StreamBackend(
                new BackendOptions.Stream("s", new SocketAddressOptions.Unix(path("s")), server, reconnectNs),
                timeline);
    }

    private void assertFramesPass(StreamBackend stream, DgramBackend dgram) {
        for (int lengthBytes : new int[] {60, 1514, 9014}) {
            byte[] there = Frames.random(lengthBytes, lengthBytes);
            byte[] back = Frames.random(-lengthBytes, lengthBytes);
            assertThat(stream.transmit(Frames.batch(there), 0)).isEqualTo(1);
            wait(dgram.receiveFd());
            assertThat(Frames.receive(dgram)).containsExactly(there);
            assertThat(dgram.transmit(Frames.batch(back), 0)).isEqualTo(1);
            wait(stream.receiveFd());
            assertThat(Frames.receive(stream)).containsExactly(back);
        }
    }

    private void wait(int fd) {
        poller.set(0, fd, Poller.POLLIN);
        assertThat(poller.poll(PATIENCE_NS)).isEqualTo(1);
    }

    @Test
    void qemuConnectsToOurServer() throws IOException {
        try (StreamBackend stream = stream(true, 0);
                DgramBackend dgram = dgram()) {
            startQemu("stream,id=s,server=off,addr.type=unix,addr.path=" + path("s"));
            wait(stream.receiveFd());
            Frames.receive(stream);
            assertThat(stream.linkUp()).isTrue();
            assertFramesPass(stream, dgram);
        }
    }

    @Test
    void weConnectToAServerOfQemu() throws IOException {
        try (StreamBackend stream = stream(false, 50_000_000);
                DgramBackend dgram = dgram()) {
            startQemu("stream,id=s,server=on,addr.type=unix,addr.path=" + path("s"));
            poller.set(0, -1, Poller.POLLIN);
            for (int tries = 0; !stream.linkUp() && tries < 400; tries++) {
                poller.poll(50_000_000); // time for QEMU to start; our own time is virtual
                timeline.advance(50_000_000);
            }
            assertThat(stream.linkUp()).isTrue();
            assertFramesPass(stream, dgram);
        }
    }
}
