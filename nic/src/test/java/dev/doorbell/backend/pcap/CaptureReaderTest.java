package dev.doorbell.backend.pcap;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.Frames;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is in a capture is what a card gets, whatever wrote the file; and no file, however wrong,
/// is worse than a replay that ends.
class CaptureReaderTest {
    private static final int ETHERNET = 1;
    private static final byte[] A = Frames.random(1, 60);
    private static final byte[] B = Frames.random(2, 1514);
    private static final byte[] C = Frames.random(3, 61);

    @TempDir
    Path folder = Path.of("");

    private Player player(byte[] capture) throws Exception {
        return Player.of(folder, capture, "");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void classicFormatOfBothOrdersAndResolutions(boolean bigEndian, boolean nanoseconds) throws Exception {
        Captures capture = Captures.pcap(bigEndian ? BIG_ENDIAN : LITTLE_ENDIAN, nanoseconds)
                .record(4_000_000_000L, 999_999, A)
                .record(4_000_000_001L, 1, B);
        try (Player player = player(capture.bytes())) {
            List<Player.Arrival> arrivals = player.until(10_000_000_000L);
            assertThat(arrivals).extracting(Player.Arrival::frame).containsExactly(A, B);
            long unitNs = nanoseconds ? 1 : 1000;
            assertThat(arrivals)
                    .extracting(Player.Arrival::timeNs)
                    .containsExactly(0L, 1_000_000_000L - 999_998 * unitNs);
            assertThat(player.count(BackendCounter.RECEIVE_FRAMES)).isEqualTo(2);
            assertThat(player.count(BackendCounter.RECEIVE_BYTES)).isEqualTo(60 + 1514);
            assertThat(player.count(BackendCounter.REPLAY_PASSES)).isEqualTo(1);
            assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
            assertThat(player.count(BackendCounter.REPLAY_FAULTS)).isZero();
            assertThat(player.backend.linkUp()).as("link after the last frame").isTrue();
        }
    }

    @Test
    void frameCheckSequenceIsLeftOut() throws Exception {
        int fcsOfTwoWords = 1 << 26 | 2 << 28;
        byte[] withFcs = Arrays.copyOf(A, A.length + 4);
        byte[] cutWithinFcs = Arrays.copyOf(A, A.length + 1);
        Captures capture = Captures.pcap(LITTLE_ENDIAN, 0xA1B2C3D4, 2, 4, ETHERNET | fcsOfTwoWords)
                .record(0, 0, withFcs)
                .record(0, 0, cutWithinFcs, withFcs.length);
        try (Player player = player(capture.bytes())) {
            assertThat(player.frames()).containsExactly(A, A);
            assertThat(player.count(BackendCounter.RECEIVE_CUT_FRAMES)).isZero();
        }
        Captures ng = Captures.pcapng(BIG_ENDIAN);
        ng.description(ETHERNET, 0, ng.option(13, (byte) 32)).enhanced(0, 0, withFcs);
        try (Player player = player(ng.bytes())) {
            assertThat(player.frames()).containsExactly(A);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void everyKindOfBlock(boolean bigEndian) throws Exception {
        Captures c = Captures.pcapng(bigEndian ? BIG_ENDIAN : LITTLE_ENDIAN);
        c.block(0x0BAD, new byte[5]) // a custom block before any interface
                .description(ETHERNET, 0)
                .description(105, 0) // 802.11
                .description(ETHERNET, 0, c.option(9, (byte) 9), c.option64(14, -1))
                .enhanced(0, 1_000_000, A)
                .enhanced(1, 1_000_001, C)
                .block(5, new byte[20]) // statistics
                .enhanced(2, 3_000_000_000L, B) // in ns, one second less: 2 s
                .simple(C, C.length)
                .old(0, 2_500_000, A);
        try (Player player = player(c.bytes())) {
            List<Player.Arrival> arrivals = player.until(10_000_000_000L);
            assertThat(arrivals).extracting(Player.Arrival::frame).containsExactly(A, B, C, A);
            assertThat(arrivals)
                    .extracting(Player.Arrival::timeNs)
                    .containsExactly(0L, 1_000_000_000L, 1_000_000_000L, 1_500_000_000L);
            assertThat(player.count(BackendCounter.RECEIVE_DROPPED_LINK_TYPE)).isEqualTo(1);
            assertThat(player.notices).isEmpty();
        }
    }

    @Test
    void simplePacketsAreAsLongAsTheSnapLengthLets() throws Exception {
        Captures c = Captures.pcapng(LITTLE_ENDIAN)
                .description(ETHERNET, 100)
                .simple(Arrays.copyOf(B, 100), B.length)
                .simple(A, A.length);
        try (Player player = player(c.bytes())) {
            assertThat(player.frames()).containsExactly(Arrays.copyOf(B, 100), A);
            assertThat(player.count(BackendCounter.RECEIVE_CUT_FRAMES)).isEqualTo(1);
        }
    }

    @Test
    void sectionOfTheOtherOrderDescribesItsOwnInterfaces() throws Exception {
        byte[] second = Captures.pcapng(BIG_ENDIAN)
                .description(ETHERNET, 0)
                .enhanced(0, 5, B)
                .bytes();
        Captures c = Captures.pcapng(LITTLE_ENDIAN)
                .description(ETHERNET, 0)
                .description(ETHERNET, 0)
                .enhanced(1, 4, A)
                .raw(second);
        try (Player player = player(c.bytes())) {
            assertThat(player.frames()).containsExactly(A, B);
        }
        try (Player player = player(c.enhanced(1, 6, C).bytes())) { // little-endian behind a big-endian section
            assertThat(player.frames()).containsExactly(A, B);
            assertThat(player.count(BackendCounter.REPLAY_FAULTS)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 3000000000",
        "6, 1500000, 1500000000",
        "9, 7, 7",
        "12, 9999, 9",
        "27, 2000000000000000000, 2",
        "28, 9000000000000000000, 0",
        "128, 2, 2000000000",
        "138, 512, 500000000",
        "191, 4611686018427387904, 500000000",
        "192, -1, 999999999",
        "193, -1, 499999999",
        "255, -1, 0"
    })
    void everyResolutionOfTimeStamps(int resolution, long ticks, long expectedNs) throws Exception {
        Captures c = Captures.pcapng(LITTLE_ENDIAN);
        c.description(ETHERNET, 0, c.option(9, (byte) resolution))
                .enhanced(0, 0, A)
                .enhanced(0, ticks, A);
        try (Player player = player(c.bytes())) {
            assertThat(player.until(10_000_000_000L))
                    .extracting(Player.Arrival::timeNs)
                    .containsExactly(0L, expectedNs);
        }
    }

    @Test
    void framesThatNoCardTakesAreCountedAndPassed() throws Exception {
        byte[] runt = new byte[13];
        byte[] giant = new byte[65_536];
        byte[] hugest = new byte[262_144];
        Captures classic = Captures.pcap(LITTLE_ENDIAN, false)
                .record(0, 0, runt)
                .record(0, 0, giant)
                .record(0, 0, hugest)
                .record(0, 0, A);
        Captures ng = Captures.pcapng(BIG_ENDIAN)
                .description(ETHERNET, 0)
                .enhanced(0, 0, runt)
                .enhanced(0, 0, giant)
                .enhanced(0, 0, hugest)
                .enhanced(0, 0, A);
        for (Captures c : List.of(classic, ng))
            try (Player player = player(c.bytes())) {
                assertThat(player.frames()).containsExactly(A);
                assertThat(player.count(BackendCounter.RECEIVE_DROPPED_TOO_SHORT))
                        .isEqualTo(1);
                assertThat(player.count(BackendCounter.RECEIVE_DROPPED_TOO_LONG))
                        .isEqualTo(2);
                assertThat(player.count(BackendCounter.REPLAY_FAULTS)).isZero();
            }
    }

    @Test
    void fileOfManyWindowsComesWholeAndTwice() throws Exception {
        List<byte[]> frames = new ArrayList<>();
        Captures classic = Captures.pcap(BIG_ENDIAN, true);
        Captures ng = Captures.pcapng(LITTLE_ENDIAN).description(ETHERNET, 0);
        for (int i = 0; i < 1500; i++) {
            byte[] frame = Frames.random(i, 14 + i);
            frames.add(frame);
            classic.record(i / 100, i, frame);
            ng.enhanced(0, i, frame);
            if (i == 700) ng.block(0x4000_0BAD, new byte[3 << 20]); // longer than the window
        }
        List<byte[]> twice = new ArrayList<>(frames);
        twice.addAll(frames);
        for (Captures c : List.of(classic, ng))
            for (String timing : List.of("fast", "recorded"))
                try (Player player = Player.of(folder, c.bytes(), ",repeat=2,timing=" + timing)) {
                    assertThat(player.frames()).containsExactlyElementsOf(twice);
                    assertThat(player.count(BackendCounter.REPLAY_PASSES)).isEqualTo(2);
                    assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
                }
    }

    static Stream<Arguments> damagedCaptures() {
        ByteOrder order = LITTLE_ENDIAN;
        Captures start = Captures.pcapng(order).description(ETHERNET, 0).enhanced(0, 0, A);
        byte[] good = start.bytes();
        return Stream.of(
                Arguments.of(
                        "a frame of 262145 bytes",
                        Captures.pcap(order, false)
                                .record(0, 0, A)
                                .raw(liar(16, 8, 262_145))
                                .bytes()),
                Arguments.of(
                        "interface 1, which is not described",
                        fresh(good).enhanced(1, 0, A).bytes()),
                Arguments.of("interface 7, which", fresh(good).old(7, 0, A).bytes()),
                Arguments.of(
                        "interface 0, which is not",
                        fresh(good)
                                .raw(Captures.section(order, 1))
                                .simple(A, 60)
                                .bytes()),
                Arguments.of(
                        "its block cuts off", fresh(good).block(6, new byte[16]).bytes()),
                Arguments.of(
                        "its block cuts off",
                        fresh(good).block(6, liar(20, 12, 1)).bytes()),
                Arguments.of(
                        "its block cuts off", fresh(good).block(3, new byte[0]).bytes()),
                Arguments.of("its block cuts off", fresh(good).simple(A, 65).bytes()),
                Arguments.of(
                        "an interface that its block cuts off",
                        fresh(good).block(1, new byte[4]).bytes()),
                Arguments.of(
                        "an interface that its block cuts off",
                        fresh(good).block(1, liar(12, 8, 0x00080009)).bytes()),
                Arguments.of(
                        "a block of 8 bytes",
                        fresh(good)
                                .raw(new byte[] {9, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0})
                                .bytes()),
                Arguments.of(
                        "a block of 14 bytes",
                        fresh(good)
                                .raw(new byte[] {9, 0, 0, 0, 14, 0, 0, 0, 8, 0, 0, 0})
                                .bytes()),
                Arguments.of(
                        "a block of 2147483648 bytes",
                        fresh(good)
                                .raw(new byte[] {9, 0, 0, 0, 0, 0, 0, -128, 8, 0, 0, 0})
                                .bytes()),
                Arguments.of(
                        "a description of 300000 bytes",
                        fresh(good).block(1, new byte[300_000 - 12]).bytes()),
                Arguments.of(
                        "two lengths",
                        fresh(good)
                                .raw(new byte[] {9, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0})
                                .bytes()),
                Arguments.of(
                        "without byte order",
                        fresh(good)
                                .raw(new byte[] {10, 13, 13, 10, 28, 0, 0, 0, 1, 1, 1, 1})
                                .bytes()),
                Arguments.of(
                        "version 2", fresh(good).raw(Captures.section(order, 2)).bytes()),
                Arguments.of("cut short at byte", Arrays.copyOf(good, good.length + 3)));
    }

    private static Captures fresh(byte[] start) {
        return Captures.pcapng(LITTLE_ENDIAN)
                .raw(Arrays.copyOfRange(start, Captures.section(LITTLE_ENDIAN, 1).length, start.length));
    }

    /// A body with one word set.
    private static byte[] liar(int bytes, int offset, int word) {
        byte[] body = new byte[bytes];
        for (int i = 0; i < 4; i++) body[offset + i] = (byte) (word >>> (8 * i));
        return body;
    }

    @ParameterizedTest
    @MethodSource("damagedCaptures")
    void damageEndsTheReplayInWordsAfterTheGoodFrames(String words, byte[] capture) throws Exception {
        try (Player player = Player.of(folder, capture, ",repeat=0")) {
            assertThat(player.frames()).containsExactly(A);
            assertThat(player.notices).hasSize(1);
            assertThat(player.notices.getFirst()).contains("netdev n0: rx-file=", words, "the replay is over");
            assertThat(player.count(BackendCounter.REPLAY_FAULTS)).isEqualTo(1);
            assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
            assertThat(player.count(BackendCounter.REPLAY_PASSES)).isZero();
            assertThat(player.timeline.hasDeadline()).isFalse();
        }
    }

    @Test
    void captureCutAtAnyByteGivesItsWholeFrames() throws Exception {
        Captures classic = Captures.pcap(LITTLE_ENDIAN, false).record(1, 0, A).record(2, 0, C);
        Captures ng = Captures.pcapng(BIG_ENDIAN)
                .description(ETHERNET, 0)
                .enhanced(0, 0, A)
                .enhanced(0, 1, C);
        for (byte[] whole : List.of(classic.bytes(), ng.bytes()))
            for (int length = 0; length < whole.length; length++) {
                Player cut;
                try {
                    cut = player(Arrays.copyOf(whole, length));
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("netdev n0: rx-file=\\S+ .+: .+");
                    assertThat(length).isLessThan(60);
                    continue;
                }
                try (Player player = cut) {
                    List<byte[]> frames = player.frames();
                    assertThat(frames.size()).isLessThan(2);
                    for (byte[] frame : frames) assertThat(frame).isEqualTo(A);
                    assertThat(player.count(BackendCounter.REPLAY_ENDS)).isEqualTo(1);
                    assertThat(player.count(BackendCounter.REPLAY_FAULTS) + player.count(BackendCounter.REPLAY_PASSES))
                            .isEqualTo(1);
                }
            }
    }

    @Test
    void noFileMakesAReplayThrowOrGoOnForEver() throws Exception {
        Captures c = Captures.pcapng(LITTLE_ENDIAN);
        byte[] ng = c.description(ETHERNET, 0, c.option(9, (byte) 9), c.option64(14, 3))
                .enhanced(0, 0, A)
                .simple(C, C.length)
                .old(0, 9, A)
                .bytes();
        byte[] classic =
                Captures.pcap(BIG_ENDIAN, true).record(1, 2, A).record(3, 4, C).bytes();
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = (random.nextBoolean() ? ng : classic).clone();
            for (int i = random.nextInt(4); i >= 0; i--) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try (Player player = player(bytes)) {
                assertThat(player.frames()).as("seed %d", seed).hasSizeLessThan(30);
                assertThat(player.count(BackendCounter.REPLAY_ENDS))
                        .as("seed %d", seed)
                        .isEqualTo(1);
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("netdev n0: rx-file=");
            }
        }
    }

    static Stream<Arguments> wrongFiles() {
        ByteOrder order = LITTLE_ENDIAN;
        return Stream.of(
                Arguments.of("has 0 bytes: record one with tcpdump -w", new byte[0]),
                Arguments.of("has 11 bytes", new byte[11]),
                Arguments.of(
                        "no capture in the pcap or pcapng format: convert it with editcap",
                        "hello, world\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Arguments.of(
                        "is compressed: decompress it first", Arrays.copyOf(new byte[] {0x1F, (byte) 0x8B, 8}, 64)),
                Arguments.of("is compressed", Arrays.copyOf(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}, 64)),
                Arguments.of(
                        "ends within its header",
                        Arrays.copyOf(Captures.pcap(order, true).bytes(), 23)),
                Arguments.of(
                        "version 2.3 of the format: convert",
                        Captures.pcap(order, 0xA1B2C3D4, 2, 3, 1).bytes()),
                Arguments.of(
                        "link type 113, not Ethernet (1)",
                        Captures.pcap(order, 0xA1B2C3D4, 2, 4, 113).bytes()),
                Arguments.of(
                        "ends before it describes an interface",
                        Captures.pcapng(order).bytes()),
                Arguments.of(
                        "link type 228, not Ethernet",
                        Captures.pcapng(order)
                                .description(228, 0)
                                .enhanced(0, 0, A)
                                .bytes()),
                Arguments.of("is damaged, a section of version 3 at byte 0", Captures.section(order, 3)),
                Arguments.of(
                        "is damaged, a section without byte order at byte 0",
                        Arrays.copyOf(new byte[] {10, 13, 13, 10, 28}, 28)));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void wrongFileIsRefusedInOneLineThatSaysWhatToDo(String words, byte[] bytes) {
        assertThatThrownBy(() -> player(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("netdev n0: rx-file=")
                .hasMessageContaining(words)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatIsNoFileOfOursIsRefused() throws Exception {
        assertThatThrownBy(() -> new Player("rx-file=" + folder.resolve("none")))
                .hasMessageContainingAll("none", "does not exist");
        assertThatThrownBy(() -> new Player("rx-file=" + folder)).hasMessageContaining("is no regular file");
        assertThatThrownBy(() -> new Player("rx-file=/dev/zero")).hasMessageContaining("is no regular file");
        Path secret = folder.resolve("secret");
        Files.write(secret, new byte[64]);
        assertThat(secret.toFile().setReadable(false)).isTrue();
        if (!Files.isReadable(secret)) // root reads everything
        assertThatThrownBy(() -> new Player("rx-file=" + secret)).hasMessageContaining("may not be read by this user");
    }
}
