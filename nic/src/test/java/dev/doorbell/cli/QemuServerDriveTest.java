package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `drive` on QEMU's own vfio-user server and QEMU's own models of the cards.
///
/// Debian's QEMU is built without that server, so this wants one that has it: DOORBELL_QEMU_SERVER names its program
/// (docs/other-servers.md says how it is built). It needs no accelerator, as this test moves its clock.
@Tag("soak")
@EnabledIfEnvironmentVariable(named = "DOORBELL_QEMU_SERVER", matches = ".+")
class QemuServerDriveTest {
    private static final long TICK_NS = 1_000_000;
    private static final long LIMIT_S = 20;

    /// QEMU with one card, of which nothing leaves: it has a hub for itself.
    private static final class Server implements AutoCloseable {
        private final Path socket;
        private final Process qemu;
        private final Thread clock;

        Server(Path folder, String device) throws IOException {
            socket = folder.resolve("nic.sock");
            Path control = folder.resolve("control.sock");
            Path log = folder.resolve("qemu.log");
            qemu = new ProcessBuilder(List.of(
                            System.getenv("DOORBELL_QEMU_SERVER"),
                            "-machine",
                            "x-remote,vfio-user=on,auto-shutdown=on",
                            "-accel",
                            "qtest",
                            "-qtest",
                            "unix:" + control + ",server=on,wait=off",
                            "-nodefaults",
                            "-display",
                            "none",
                            "-netdev",
                            "hubport,id=h0,hubid=0",
                            "-device",
                            device + ",id=n0,romfile=,netdev=h0,mac=52:54:00:12:34:56",
                            "-object",
                            "{\"qom-type\":\"x-vfio-user-server\",\"id\":\"s0\",\"device\":\"n0\","
                                    + "\"socket\":{\"type\":\"unix\",\"path\":\"" + socket + "\"}}"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            clock = Thread.ofPlatform().name("QEMU's clock").start(() -> moveClock(control));
            long untilNs = System.nanoTime() + LIMIT_S * 1_000_000_000;
            while (!Files.exists(socket)) { // QEMU says nowhere that it listens
                boolean waits = qemu.isAlive() && System.nanoTime() < untilNs;
                assertThat(waits).as(Files.readString(log)).isTrue();
                LockSupport.parkNanos(TICK_NS);
            }
        }

        /// Without an accelerator QEMU's virtual clock stands until it is told to move: as the real one does, here.
        private void moveClock(Path control) {
            while (qemu.isAlive() && !Files.exists(control)) LockSupport.parkNanos(TICK_NS);
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(control));
                BufferedReader answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
                long movedNs = System.nanoTime();
                for (String answer = "OK"; answer != null; answer = answers.readLine()) {
                    if (!answer.startsWith("OK")) continue; // an interrupt's news
                    LockSupport.parkNanos(TICK_NS);
                    long nowNs = System.nanoTime();
                    String step = "clock_step " + (nowNs - movedNs) + "\n";
                    channel.write(ByteBuffer.wrap(step.getBytes(StandardCharsets.US_ASCII)));
                    movedNs = nowNs;
                }
            } catch (IOException ended) {
                return; // with QEMU, when its client has gone
            }
        }

        CommandRun drive(String words) {
            return CommandRun.of(("drive --socket " + socket + " " + words).split(" ", -1));
        }

        @Override
        public void close() throws IOException {
            qemu.destroy();
            try {
                assertThat(qemu.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
                clock.join();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted while QEMU ended");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"igb, loopback, GPRC", "e1000, loopback, GPRC", "igb, transmit, GPTC", "e1000, transmit, GPTC"})
    void everyFrameIsSentOrComesRound(String device, String action, String counter, @TempDir Path folder)
            throws IOException {
        try (Server qemu = new Server(folder, device)) {
            CommandRun run = qemu.drive(action + " --count 1000 --json");

            assertEquals(0, run.status(), run.err()::toString);
            assertThat(run.out().getFirst())
                    .contains("\"frames\":1000,", "\"missing\":0,\"damaged\":0", "\"" + counter + "\":1000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"igb", "e1000"})
    void registersAreRead(String device, @TempDir Path folder) throws IOException {
        try (Server qemu = new Server(folder, device)) {
            CommandRun run = qemu.drive("registers");

            assertEquals(0, run.status(), run.err()::toString);
            assertThat(run.out())
                    .anyMatch(line -> line.startsWith("CTRL\t"))
                    .anyMatch(line -> line.startsWith("STATUS\t"));
        }
    }

    /// QEMU reads every frame that it sends as a packet, and never sends one whose IPv4 header claims fewer than 20
    /// bytes: of 44 frames of noise those are three.
    @Test
    void onlyFramesThatQemuCannotParseAreMissing(@TempDir Path folder) throws IOException {
        try (Server qemu = new Server(folder, "igb")) {
            CommandRun run = qemu.drive("dma-copy --bytes 64Ki --json");

            assertEquals(1, run.status());
            assertThat(run.out().getFirst()).contains("\"frames\":41,", "\"wrong_frames\":3,");
            assertThat(run.err()).anyMatch(line -> line.contains("the card stopped, 3 frames did not arrive whole"));
        }
    }
}
