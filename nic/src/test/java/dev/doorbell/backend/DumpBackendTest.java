package dev.doorbell.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.pcap.FrameRecorder;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.time.VirtualTimeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpBackendTest {
    /// 2026-01-02T03:04:05.000000006Z less the virtual time of the first frame.
    private static final long EPOCH_NS = 1_767_323_045_000_000_006L - 500;

    /// Section header and interface description for an interface called n0.
    private static final int HEADERS_BYTES = 44 + 40;

    @TempDir
    Path folder;

    private final VirtualTimeline timeline = new VirtualTimeline(500);
    private final LoopbackBackend loopback = new LoopbackBackend();
    private Path file = Path.of("");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.pcapng");
    }

    private DumpBackend dump(int maxBytes) throws IOException {
        return new DumpBackend(loopback, file, "n0", maxBytes, timeline, EPOCH_NS);
    }

    private int fileBytes() throws IOException {
        return (int) Files.size(file);
    }

    @Test
    void bytesOfTheFileAreThoseOfTheFormat() throws IOException {
        byte[] frame = Frames.between(1, 2, 0x5A);
        try (DumpBackend dump = dump(65_536)) {
            dump.transmit(Frames.batch(frame), 0);
            timeline.advance(1);
            assertThat(Frames.receive(dump)).containsExactly(frame);
        }

        String packet = "02000000000202000000000188b5" + "00".repeat(45) + "5a";
        String expected =
                // section header: magic, version 1.0, length unknown, application, end
                "0a0d0d0a2c0000004d3c2b1a01000000ffffffffffffffff" + "04000800446f6f7262656c6c" + "00000000"
                        + "2c000000"
                        // interface: Ethernet, 65536 bytes kept, name, time stamps in ns, end
                        + "01000000" + "28000000" + "01000000" + "00000100" + "020002006e300000"
                        + "0900010009000000" + "00000000" + "28000000"
                        // packet out: time 1767323045000000006
                        + "06000000" + "68000000" + "00000000" + "f2ca8618" + "0632961c" + "3c0000003c000000" + packet
                        + "0200040002000000" + "00000000" + "68000000"
                        // packet in, one nanosecond later
                        + "06000000" + "68000000" + "00000000" + "f2ca8618" + "0732961c" + "3c0000003c000000" + packet
                        + "0200040001000000" + "00000000" + "68000000";
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(expected);
    }

    @Test
    void framesThatWereNotTakenAreNotWritten() throws IOException {
        FrameBatch one = Frames.batch(Frames.random(1, 60));
        for (int i = 0; i < LoopbackBackend.QUEUE_FRAMES; i++) loopback.transmit(one, 0);
        try (DumpBackend dump = dump(65_536)) {
            assertThat(dump.transmit(one, 0)).isZero();
        }
        assertThat(fileBytes()).isEqualTo(HEADERS_BYTES);
    }

    @Test
    void longFrameIsCutButItsLengthIsKept() throws IOException {
        try (DumpBackend dump = dump(33)) {
            dump.transmit(Frames.batch(Frames.random(1, 1514)), 0);
        }
        ByteBuffer packet = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(HEADERS_BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(packet.getInt(20)).as("captured").isEqualTo(33);
        assertThat(packet.getInt(24)).as("original").isEqualTo(1514);
        assertThat(packet.getInt(4)).as("block length").isEqualTo(28 + 36 + 8 + 4 + 4);
        assertThat(packet.capacity()).isEqualTo(28 + 36 + 8 + 4 + 4);
    }

    @Test
    void fileIsFlushedOneSecondAfterAFrame() throws IOException {
        try (DumpBackend dump = dump(65_536)) {
            assertThat(fileBytes()).as("headers at once").isEqualTo(HEADERS_BYTES);
            dump.transmit(Frames.batch(Frames.random(1, 60)), 0);
            timeline.advance(FrameRecorder.FLUSH_NS - 1);
            assertThat(fileBytes()).isEqualTo(HEADERS_BYTES);
            timeline.advance(1);
            assertThat(fileBytes()).isEqualTo(HEADERS_BYTES + 104);
            timeline.advance(10 * FrameRecorder.FLUSH_NS);
            assertThat(timeline.hasDeadline())
                    .as("an idle dump asks for no wake-up")
                    .isFalse();
        }
    }

    @Test
    void moreThanTheBufferGoesToTheFileWhole() throws IOException {
        try (DumpBackend dump = dump(65_536)) {
            for (int i = 0; i < 400; i++) {
                dump.transmit(Frames.batch(Frames.random(i, 1500)), 0);
                Frames.receive(dump);
            }
        }
        assertThat(fileBytes()).isEqualTo(HEADERS_BYTES + 800 * (1500 + 44));
    }

    @Test
    void fileOnAFullDiskIsRefusedAtOnce() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "no /dev/full on this machine");
        assertThatThrownBy(() -> new DumpBackend(loopback, full, "n0", 64, timeline, 0))
                .isInstanceOf(IOException.class);
    }

    @Test
    void writeThatFailsLaterIsCountedOnce() throws IOException {
        Path fifo = folder.resolve("fifo");
        assumeTrue(run("mkfifo", fifo.toString()) == 0, "no mkfifo on this machine");
        Process reader = new ProcessBuilder("head", "-c", "1", fifo.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (DumpBackend dump = new DumpBackend(loopback, fifo, "n0", 65_536, timeline, 0)) {
            assertThat(waitFor(reader)).isZero(); // the pipe has no reader any more: EPIPE
            for (int i = 0; i < 3; i++) {
                byte[] frame = Frames.random(i, 60);
                assertThat(dump.transmit(Frames.batch(frame), 0)).isEqualTo(1);
                assertThat(Frames.receive(dump)).containsExactly(frame);
                timeline.advance(FrameRecorder.FLUSH_NS);
            }
            assertThat(dump.counters().get(BackendCounter.DUMP_FAILURES)).isEqualTo(1);
        }
    }

    @Test
    void fileThatCannotBeMadeIsRefused() {
        Path nowhere = folder.resolve("none/x.pcapng");
        assertThatThrownBy(() -> new DumpBackend(loopback, nowhere, "n0", 64, timeline, 0))
                .isInstanceOf(IOException.class);
    }

    @Test
    void otherReadersUnderstandTheFile() throws IOException {
        try (DumpBackend dump = dump(65_536)) {
            dump.transmit(Frames.batch(Frames.random(1, 61), Frames.random(2, 1514)), 0);
            Frames.receive(dump);
        }
        Path reader = Path.of("/usr/bin/tshark");
        if (!Files.isExecutable(reader)) reader = Path.of("/usr/bin/tcpdump");
        assumeTrue(Files.isExecutable(reader), "neither tshark nor tcpdump on this machine");
        assertThat(run(reader.toString(), "-r", file.toString())).isZero();
    }

    private static int run(String... command) throws IOException {
        return waitFor(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void framesKeepTheirQueueBothWays() throws IOException {
        QueueRecorder recorder = new QueueRecorder();
        FrameBatch batch = Frames.batch(Frames.random(1, 60), Frames.random(2, 60));
        batch.queue(0, 3);
        batch.queue(1, 1);
        recorder.arriving = batch;
        try (DumpBackend dump = new DumpBackend(recorder, file, "n0", 65_536, timeline, EPOCH_NS)) {
            assertThat(dump.transmitQueues()).isEqualTo(4);
            assertThat(dump.transmit(batch, 0)).isEqualTo(2);
            assertThat(recorder.sentQueues).containsExactly(3, 1);
            FrameBatch arrived = Frames.emptyBatch();
            assertThat(dump.receive(arrived)).isEqualTo(2);
            assertThat(arrived.queue(0)).isEqualTo(3);
            assertThat(arrived.queue(1)).isEqualTo(1);
        }
    }
}
