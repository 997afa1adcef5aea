package dev.doorbell.backend.pcap;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.BackendOptions;
import dev.doorbell.backend.Frames;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.option.OptionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// When frames come, what a card that does not listen misses, and what is recorded.
class PcapBackendTest {
    private static final byte[] A = Frames.random(1, 60);
    private static final byte[] B = Frames.random(2, 61);
    private static final byte[] C = Frames.random(3, 62);
    private static final long S = 1_000_000_000;

    /// Frames at 0, 1 and 3 s.
    private static final byte[] THREE = Captures.pcap(LITTLE_ENDIAN, false)
            .record(100, 0, A)
            .record(101, 0, B)
            .record(103, 0, C)
            .bytes();

    @TempDir
    Path folder = Path.of("");

    private static List<Long> times(Player player) {
        return player.until(1000 * S).stream().map(Player.Arrival::timeNs).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                     | 0 1000 3000
            ,timing=recorded       | 0 1000 3000
            ,speed=2               | 0 500 1500
            ,speed=0.5             | 0 2000 6000
            ,timing=fast           | 0 0 0
            ,delay-ms=250          | 250 1250 3250
            ,delay-ms=7,timing=fast| 7 7 7
            ,repeat=2              | 0 1000 3000 3000 4000 6000
            ,repeat=2,speed=10     | 0 100 300 300 400 600
            ,repeat=3,timing=fast  | 0 0 0 0 0 0 0 0 0
            """)
    void framesComeWhenTheOptionsSay(String options, String expectedMs) throws Exception {
        List<Long> expected = new ArrayList<>();
        for (String ms : expectedMs.split(" ", -1)) expected.add(Long.parseLong(ms) * 1_000_000);
        try (Player player = Player.of(folder, THREE, options == null ? "" : options)) {
            assertThat(times(player)).isEqualTo(expected);
            assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
            assertThat(player.timeline.hasDeadline())
                    .as("a replay that is over asks for no wake-up")
                    .isFalse();
        }
    }

    @Test
    void repeatedForEverNeverEnds() throws Exception {
        try (Player player = Player.of(folder, THREE, ",repeat=0")) {
            assertThat(player.until(3000 * S)).hasSizeBetween(3000, 3003);
            assertThat(player.count(BackendCounter.REPLAY_ENDS)).isZero();
            assertThat(player.count(BackendCounter.REPLAY_PASSES)).isEqualTo(1000);
        }
    }

    @Test
    void captureWithoutFramesIsOverAtOnceEvenForEver() throws Exception {
        byte[] empty = Captures.pcap(BIG_ENDIAN, true).bytes();
        try (Player player = Player.of(folder, empty, ",repeat=0,timing=fast")) {
            assertThat(player.frames()).isEmpty();
            assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
        }
    }

    @Test
    void frameStampedBeforeItsPredecessorComesWithItAndTheScheduleStands() throws Exception {
        byte[] unordered = Captures.pcap(LITTLE_ENDIAN, false)
                .record(100, 0, A)
                .record(102, 0, B)
                .record(50, 0, C)
                .record(103, 0, A)
                .bytes();
        try (Player player = Player.of(folder, unordered, "")) {
            assertThat(times(player)).containsExactly(0L, 2 * S, 2 * S, 3 * S);
        }
    }

    @Test
    void stampThatIsFarOffIsWaitedForWithoutOverflow() throws Exception {
        Captures c = Captures.pcapng(LITTLE_ENDIAN);
        c.description(1, 0, c.option(9, (byte) 0)).enhanced(0, 0, A).enhanced(0, 9_000_000_000L, B);
        try (Player player = Player.of(folder, c.bytes(), ",speed=0.001")) {
            assertThat(player.until(1000 * S)).hasSize(1);
            assertThat(player.timeline.nextDeadlineNs()).isGreaterThan(2_000_000_000L * S);
        }
    }

    @Test
    void framesFetchedLateComeTogetherAndTheScheduleStands() throws Exception {
        try (Player player = Player.of(folder, THREE, "")) {
            assertThat(Frames.receive(player.backend)).containsExactly(A);
            player.timeline.advance(2 * S);
            assertThat(Frames.receive(player.backend)).containsExactly(B);
            player.timeline.advance(S - 1);
            assertThat(Frames.receive(player.backend)).isEmpty();
            player.timeline.advance(1);
            assertThat(Frames.receive(player.backend)).containsExactly(C);
        }
    }

    @Test
    void replayWaitsForACardThatListensAndThenGoesOnAsAWireDoes() throws Exception {
        FrameBatch lost = Frames.emptyBatch();
        try (Player player = Player.of(folder, THREE, "")) {
            player.timeline.advance(60 * S);
            assertThat(player.backend.receiveUnheard(lost)).isZero();
            assertThat(player.timeline.hasDeadline()).as("nothing has begun").isFalse();
            assertThat(player.until(0)).hasSize(1); // the card listens

            player.timeline.advance(S);
            assertThat(player.backend.receiveUnheard(lost)).isEqualTo(1);
            assertThat(Frames.bytes(lost, 0)).isEqualTo(B);
            assertThat(times(player)).containsExactly(2 * S);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"recorded", "fast"})
    void breakBeforeTheFirstFrameStartsTheWaitAnew(String timing) throws Exception {
        FrameBatch batch = Frames.emptyBatch();
        try (Player player = Player.of(folder, THREE, ",delay-ms=100,timing=" + timing)) {
            assertThat(player.backend.receive(batch)).isZero();
            player.timeline.advance(S / 10 - 1);
            assertThat(player.backend.receive(batch)).isZero();
            assertThat(player.backend.receiveUnheard(batch)).isZero();
            player.timeline.advance(S);
            assertThat(player.timeline.hasDeadline()).isFalse();
            assertThat(player.until(S).getFirst().timeNs()).isEqualTo(S / 10);
        }
    }

    @Test
    void fastReplayWaitsWheneverNobodyListens() throws Exception {
        FrameBatch one = new FrameBatch(1, 1, 0);
        try (Player player = Player.of(folder, THREE, ",timing=fast")) {
            assertThat(player.backend.receive(one)).isEqualTo(1);
            assertThat(player.backend.receiveUnheard(Frames.emptyBatch())).isZero();
            assertThat(player.frames()).containsExactly(B, C);
        }
    }

    @Test
    void cutFramesAreGivenAsFarAsTheyGoAndCounted() throws Exception {
        byte[] cut = Captures.pcap(LITTLE_ENDIAN, false).record(1, 0, A, 1514).bytes();
        try (Player player = Player.of(folder, cut, "")) {
            assertThat(player.frames()).containsExactly(A);
            assertThat(player.count(BackendCounter.RECEIVE_CUT_FRAMES)).isEqualTo(1);
        }
    }

    @Test
    void whatTheCardSendsIsRecordedAndCanBeReplayed() throws Exception {
        Path tx = folder.resolve("tx.pcapng");
        try (Player player = Player.of(folder, THREE, ",timing=fast,tx-file=" + tx)) {
            assertThat(player.backend.transmit(Frames.batch(A, B), 0)).isEqualTo(2);
            player.timeline.advance(S / 2);
            assertThat(player.backend.transmit(Frames.batch(B, C), 1)).isEqualTo(1);
            assertThat(player.frames()).hasSize(3);
            assertThat(player.count(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(3);
            assertThat(player.count(BackendCounter.TRANSMIT_BYTES)).isEqualTo(60 + 61 + 62);
        }
        try (Player again = new Player("rx-file=" + tx)) {
            List<Player.Arrival> arrivals = again.until(10 * S);
            assertThat(arrivals).extracting(Player.Arrival::frame).containsExactly(A, B, C);
            assertThat(arrivals).extracting(Player.Arrival::timeNs).containsExactly(0L, 0L, S / 2);
        }
    }

    @Test
    void withoutATxFileWhatIsSentIsForgottenAndWithoutAnRxFileNothingComes() throws Exception {
        try (Player player = Player.of(folder, THREE, "")) {
            assertThat(player.backend.transmit(Frames.batch(A, new byte[13]), 0))
                    .isEqualTo(2);
            assertThat(player.count(BackendCounter.TRANSMIT_FRAMES)).isEqualTo(1);
            assertThat(player.count(BackendCounter.TRANSMIT_DROPPED_TOO_SHORT)).isEqualTo(1);
        }
        try (Player player = new Player("tx-file=" + folder.resolve("tx"))) {
            assertThat(player.frames()).isEmpty();
            assertThat(player.backend.receiveUnheard(Frames.emptyBatch())).isZero();
        }
    }

    @Test
    void recordOntoAFullDiskIsRefusedAtOnce() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "no /dev/full on this machine");
        assertThatThrownBy(() -> new Player("tx-file=" + full))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("netdev n0: tx-file=/dev/full", "cannot be written");
    }

    @Test
    void recordThatCannotBeMadeIsRefusedAndLeavesNothingOpen() throws Exception {
        Files.write(folder.resolve("rx"), THREE);
        for (String tx : List.of(folder.resolve("none/tx").toString(), folder.toString()))
            assertThatThrownBy(() -> new Player("rx-file=" + folder.resolve("rx") + ",tx-file=" + tx))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("netdev n0: tx-file=", "cannot be written", "choose another file");
    }

    @Test
    void oneFileByTwoNamesIsRefusedBeforeItIsEmptied() throws Exception {
        Path rx = folder.resolve("rx");
        Files.write(rx, THREE);
        Path link = Files.createLink(folder.resolve("link"), rx);
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), rx);
        for (Path tx : List.of(link, symbolic, folder.resolve("./rx")))
            assertThatThrownBy(() -> new Player("rx-file=" + rx + ",tx-file=" + tx))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("are the same file: record into another one");
        assertThat(Files.readAllBytes(rx)).isEqualTo(THREE);
    }

    @Test
    void captureThatShrinksMeanwhileEndsTheReplay() throws Exception {
        Captures c = Captures.pcap(LITTLE_ENDIAN, false);
        for (int i = 0; i < 1000; i++) c.record(i, 0, Frames.random(i, 1500));
        try (Player player = Player.of(folder, c.bytes(), "")) {
            assertThat(player.until(10 * S)).hasSize(11);
            Files.write(folder.resolve("rx.pcap"), new byte[0]);
            assertThat(player.frames().size()).isLessThan(200); // what was read before
            assertThat(player.count(BackendCounter.REPLAY_FAULTS)).isEqualTo(1);
            assertThat(player.notices.getFirst()).contains("cut short");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pcap,id=n                                    | needs rx-file= (a capture to replay) or tx-file=
            pcap,id=n,rx-file=a,tx-file=a                | same file
            pcap,id=n,rx-file=                           | rx-file is empty
            pcap,id=n,rx-file=a,timing=slow              | recorded (as the frames were captured) or fast
            pcap,id=n,rx-file=a,timing=fast,speed=2      | speed= needs timing=recorded
            pcap,id=n,rx-file=a,speed=0                  | a factor from 0.001 to 1000
            pcap,id=n,rx-file=a,speed=1001               | a factor from 0.001 to 1000
            pcap,id=n,rx-file=a,speed=-1                 | a factor from 0.001 to 1000
            pcap,id=n,rx-file=a,speed=1e3                | a factor from 0.001 to 1000
            pcap,id=n,rx-file=a,speed=NaN                | a factor from 0.001 to 1000
            pcap,id=n,rx-file=a,repeat=-1                | repeat
            pcap,id=n,rx-file=a,repeat=2G                | 0 to 1000000000
            pcap,id=n,rx-file=a,delay-ms=86400001        | 0 to 86400000
            pcap,id=n,tx-file=a,repeat=2                 | repeat= is about a replay: add rx-file=
            pcap,id=n,tx-file=a,timing=fast              | timing= is about a replay
            pcap,id=n,rx-file=a,file=b                   | has no option file
            pcap,rx-file=a                               | id
            """)
    void wrongOptionsAreRefused(String options, String words) {
        assertThatThrownBy(() -> BackendOptions.parse(options))
                .isInstanceOf(OptionException.class)
                .hasMessageContainingAll("--netdev pcap", words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void optionsHaveTheirDefaults() throws OptionException {
        assertThat(BackendOptions.parse("pcap,id=n,rx-file=a"))
                .isEqualTo(new BackendOptions.Pcap("n", "a", "", true, 1, 1, 100_000_000));
        assertThat(BackendOptions.parse("pcap,id=n,rx-file=a,tx-file=b,timing=fast,repeat=0,delay-ms=5"))
                .isEqualTo(new BackendOptions.Pcap("n", "a", "b", false, 1, 0, 5_000_000));
    }

    /// Another reader finds the same frames at the same times.
    @Test
    @Tag("real")
    void tcpdumpReadsTheSame() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tcpdump")), "no tcpdump on this machine");
        Captures ng = Captures.pcapng(BIG_ENDIAN);
        ng.description(1, 0).description(1, 0, ng.option(9, (byte) 9), ng.option64(14, 5));
        Captures classic = Captures.pcap(LITTLE_ENDIAN, true);
        for (int i = 0; i < 200; i++) {
            byte[] frame = Frames.random(i, 60 + 7 * i);
            classic.record(1000 + i / 10, i * 1_234_567 % 1_000_000_000, frame, frame.length + i % 3);
            if (i % 2 == 0) ng.enhanced(0, 1_700_000_000_000_000L + i * 1001L, frame);
            else ng.enhanced(1, 1_699_999_995_000_000_000L + i * 1_001_000L, frame);
        }
        for (Captures capture : List.of(ng, classic)) {
            Path file = folder.resolve("both");
            Files.write(file, capture.bytes());
            List<String> ours = new ArrayList<>();
            try (CaptureReader reader = CaptureFile.open(file)) {
                CaptureReader.Step step = reader.look();
                while (step == CaptureReader.Step.FRAME || reader.window.refill() > 0) {
                    if (step == CaptureReader.Step.FRAME) {
                        byte[] frame = reader.window
                                .memory()
                                .asSlice(reader.frameAt(), reader.capturedBytes())
                                .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                        String time = BigDecimal.valueOf(reader.timeNs(), 9).toPlainString();
                        ours.add(time + " " + HexFormat.of().formatHex(frame));
                        reader.pass();
                    }
                    step = reader.look();
                }
            }
            assertThat(ours).hasSize(200).isEqualTo(tcpdump(file));
        }
    }

    /// Time and bytes of every frame.
    private static List<String> tcpdump(Path file) throws IOException {
        Process process = new ProcessBuilder(
                        "tcpdump", "-r", file.toString(), "-tt", "--time-stamp-precision=nano", "-n", "-xx")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> frames = new ArrayList<>();
        for (String line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            if (line.matches("\\d+\\.\\d{9} .*")) frames.add(line.substring(0, line.indexOf(' ')) + " ");
            else if (line.startsWith("\t0x"))
                frames.add(frames.removeLast()
                        + line.substring(line.indexOf(':') + 1).replace(" ", ""));
        }
        return frames;
    }
}
