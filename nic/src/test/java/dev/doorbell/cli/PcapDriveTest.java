package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A capture played through a served card to the user-space driver: it begins when the driver listens.
@Timeout(60)
class PcapDriveTest {
    private static final int FRAMES = 100;
    private static final int GAP_US = 2_000;

    @TempDir
    Path folder = Path.of("");

    private @Nullable Service opened;

    private void serve(String chip, String options) throws Exception {
        Path rx = folder.resolve("rx.pcap");
        capture(rx);
        Wiring wiring = Wiring.parse(
                List.of(chip + ",id=a,netdev=n0,socket=" + folder.resolve("a.sock")),
                List.of("pcap,id=n0,rx-file=" + rx + ",tx-file=" + folder.resolve("tx.pcapng") + options),
                List.of());
        opened = Service.open(wiring, Streams.silent());
        opened.start();
    }

    private Service service() {
        return Objects.requireNonNull(opened);
    }

    @AfterEach
    void end() {
        service().end();
    }

    /// Broadcasts of 60 bytes, 2 ms apart.
    private static void capture(Path file) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(buffer(24)
                .putInt(0xA1B2C3D4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(1)
                .array());
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = new byte[60];
            Arrays.fill(frame, 0, 6, (byte) 0xFF);
            frame[6] = 2;
            frame[12] = (byte) 0x88;
            frame[13] = (byte) 0xB5;
            all.writeBytes(buffer(16)
                    .putInt(1_700_000_000)
                    .putInt(i * GAP_US)
                    .putInt(60)
                    .putInt(60)
                    .array());
            all.writeBytes(frame);
        }
        Files.write(file, all.toByteArray());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private CounterTable<BackendCounter> counters() {
        return Objects.requireNonNull(service().parts().getFirst().backend().get("n0"));
    }

    private CommandRun drive(String words) {
        return CommandRun.of(("drive --socket " + folder.resolve("a.sock") + " " + words).split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource({"e1000,timing=recorded", "igb,timing=recorded", "e1000,timing=fast", "igb,timing=fast"})
    void everyFrameReachesTheDriverHoweverLateItComes(String chip, String timing) throws Exception {
        serve(chip, "," + timing);
        CommandRun look = drive("registers"); // a client that does not listen
        assertEquals(0, look.status(), look.err()::toString);
        assertEquals(0, counters().get(BackendCounter.RECEIVE_FRAMES));

        long before = System.nanoTime();
        CommandRun run = drive("receive --json --for 30s --count " + FRAMES);
        long tookNs = System.nanoTime() - before;

        assertEquals(0, run.status(), run.err()::toString);
        assertThat(run.out().getFirst()).contains("\"frames\":" + FRAMES + ",");
        assertEquals(FRAMES, counters().get(BackendCounter.RECEIVE_FRAMES));
        if (timing.equals("timing=recorded")) assertThat(tookNs).isGreaterThan((FRAMES - 1) * GAP_US * 1000L);
    }

    @Test
    void whatTheDriverSendsIsInTheTxFile() throws Exception {
        serve("igb", "");
        CommandRun run = drive("transmit --count 50 --frame 100");
        assertEquals(0, run.status(), run.err()::toString);
        service().end();
        long headers = 44 + 40;
        assertThat(Files.size(folder.resolve("tx.pcapng"))).isEqualTo(headers + 50 * (100 + 44));
        assertEquals(50, counters().get(BackendCounter.TRANSMIT_FRAMES));
    }
}
