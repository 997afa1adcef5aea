package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.DescriptorList;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.linux.MessageSocket;
import dev.doorbell.linux.UnixSockets;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that means harm: what it sends ends in an error that names it, in time, and leaves nothing
/// open.
class HostileServerTest {
    private static final long SHORT_NS = 300_000_000L;
    private static final long LONG_NS = 20_000_000_000L;
    private static final int REGION_BYTES = 0x10000;

    private final long openBefore = ServerBench.openDescriptors();

    @AfterEach
    void nothingStaysOpen() {
        assertThat(ServerBench.openDescriptors()).isEqualTo(openBefore);
    }

    private static void refused(ScriptedServer server, long timeoutNs, String says) {
        assertThatThrownBy(() -> VfioUserClient.over(server.start(), new WallTimeline(), timeoutNs))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(says)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
    }

    static Stream<Arguments> capabilities() {
        return Stream.of(
                Arguments.of("{\"max_data_xfer_size\":0}", "max_data_xfer_size"),
                Arguments.of("{\"max_data_xfer_size\":9223372036854775808}", "9223372036854775808"),
                Arguments.of("{\"max_data_xfer_size\":1e3}", "1e3"),
                Arguments.of("{\"max_msg_fds\":-1}", "max_msg_fds"),
                Arguments.of("{\"max_msg_fds\":4294967296}", "4294967296"),
                Arguments.of("{\"max_dma_maps\":-1}", "max_dma_maps"),
                Arguments.of("{\"pgsizes\":0}", "pgsizes"),
                Arguments.of("{\"write_multiple\":1}", "write_multiple"),
                Arguments.of("[[[[[[[[[[[[1]]]]]]]]]]]]", "[[[["),
                Arguments.of("\\n\u0001\u00e9", "?"));
    }

    @ParameterizedTest
    @MethodSource("capabilities")
    void capabilitiesThatMakeNoSenseAreQuoted(String text, String says) {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answer(
                    1,
                    request -> Body.of()
                            .u32(0)
                            .text("{\"capabilities\":" + text + "}")
                            .u8(0)
                            .done());
            refused(server, LONG_NS, "the server's capabilities make no sense: {\"capabilities\":");
        }
        try (ScriptedServer server = new ScriptedServer()) {
            server.answer(
                    1,
                    request -> Body.of()
                            .u32(0)
                            .text("{\"capabilities\":" + text + "}")
                            .u8(0)
                            .done());
            refused(server, LONG_NS, says);
        }
    }

    @Test
    void serverThatTakesNoDescriptorsCannotInterrupt() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answer(
                    1,
                    request -> Body.of()
                            .u32(0)
                            .text("{\"capabilities\":{\"max_msg_fds\":0}}")
                            .u8(0)
                            .done());
            try (VfioUserClient client = VfioUserClient.over(server.start(), new WallTimeline(), LONG_NS)) {
                assertThatThrownBy(() -> client.enableInterrupts(InterruptKind.INTX, 0, 1))
                        .isInstanceOf(IOException.class)
                        .hasMessage("the server takes no descriptors, so it cannot interrupt");
            }
        }
    }

    @Test
    void errorRepliesAtEveryStepAreNamed() {
        String[] names = {"VERSION", "", "", "DEVICE_GET_INFO", "DEVICE_GET_REGION_INFO", "", "DEVICE_GET_IRQ_INFO"};
        for (int command = 1; command <= names.length; command++) {
            if (names[command - 1].isEmpty()) continue;
            int id = new int[] {0, 0, 0, 0, 1, 2, 0, 11}[command];
            try (ScriptedServer server = new ScriptedServer()) {
                server.answerRaw(
                        command,
                        Body.of().u16(id).u16(command).u32(16).u32(0x21).u32(13).done());
                refused(server, LONG_NS, names[command - 1]);
            }
        }
    }

    @Test
    void hangUpAtEveryStepIsAnError() {
        for (int command : new int[] {1, 4, 5, 7}) {
            try (ScriptedServer server = new ScriptedServer()) {
                server.answer(command, ScriptedServer.HANGS_UP);
                refused(server, LONG_NS, "");
            }
        }
    }

    /// The answer about a region: flags, the place of the chain, one area and one more page at 0x2000.
    private static byte[] region(int argsz, int count, long offset, long size, long fileOffset) {
        return Body.of()
                .u32(argsz)
                .u32(15)
                .u32(0)
                .u32(32)
                .u64(REGION_BYTES)
                .u64(fileOffset)
                .u16(1)
                .u16(1)
                .u32(0)
                .u32(count)
                .u32(0)
                .u64(offset)
                .u64(size)
                .u64(0x2000)
                .u64(0x1000)
                .done();
    }

    static Stream<Arguments> regions() {
        return Stream.of(
                Arguments.of(region(80, 1, 0x10000, 0x1000, 0), "outside of the region's 65536"),
                Arguments.of(region(80, 1, 0, 1L << 62, 0), "outside of the region's 65536"),
                Arguments.of(region(80, 1, Long.MAX_VALUE - 4095, 4096, 0), "outside of the region's 65536"),
                Arguments.of(region(80, 1, 0, 0, 0), "an area of 0 bytes"),
                Arguments.of(region(80, 1, 8, 0x1000, 0), "of no whole pages"),
                Arguments.of(region(80, 1, 0, 0x1001, 0), "of no whole pages"),
                Arguments.of(region(80, 2, 0, 0x3000, 0), "that overlaps another"),
                Arguments.of(region(80, 2, 0x2000, 0x1000, 0), "that overlaps another"),
                Arguments.of(region(80, 3, 0, 0x1000, 0), "3 areas, more than its answer"),
                Arguments.of(region(80, -1, 0, 0x1000, 0), "4294967295 areas"),
                Arguments.of(region(80, 1, 0, 0x1000, 1), "where no page starts"),
                Arguments.of(region(80, 1, 0, 0x1000, -4096), "where no page starts"),
                Arguments.of(region(80, 1, 0, 0x1000, 0x8000), "of a file of 32768"),
                Arguments.of(region(80, 1, 0x8000, 0x1000, 0), "of a file of 32768"));
    }

    /// The second region is the wrong one: what the first brought must be closed, too.
    @ParameterizedTest
    @MethodSource("regions")
    void areasThatWouldFaultAreRefused(byte[] body, String says) {
        byte[] fine = region(80, 1, 0, 0x1000, 0);
        try (ScriptedServer server = new ScriptedServer()) {
            server.attach(ServerBench.check("memfd", MemoryFile.create("sealed", 0x8000, true)));
            server.answer(5, request -> {
                byte[] answer = request[24] == 0 ? fine : body;
                return request[16] == 32 ? Arrays.copyOf(answer, 32) : answer;
            });
            refused(server, LONG_NS, says);
        }
    }

    @Test
    void areasWithoutADescriptorAreNotMapped() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            byte[] body = region(80, 1, 0, 0x1000, 0);
            server.answer(5, request -> request[16] == 32 ? Arrays.copyOf(body, 32) : body);
            try (VfioUserClient client = VfioUserClient.over(server.start(), new WallTimeline(), LONG_NS)) {
                assertThat(client.mappableAreas(0).areas()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0x2001})
    void moreUnmappedThanAskedIsAnError(long unmapped) throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answer(
                    3, request -> Body.of().u32(24).u32(0).u64(0).u64(unmapped).done());
            try (VfioUserClient client = VfioUserClient.over(server.start(), new WallTimeline(), LONG_NS)) {
                assertThatThrownBy(() -> client.unmapDma(0, 0x2000))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("bytes unmapped of 8192");
            }
        }
    }

    /// A whole reply to VERSION and then what a test wants, on a socket of its own.
    private static final class Peer implements AutoCloseable {
        final int clientFd;
        private final MessageSocket socket;
        private final MemorySegment buffer = Arena.ofAuto().allocate(2 << 20);
        private final DescriptorList arrived = new DescriptorList(16);

        Peer() {
            long pair = UnixSockets.pair();
            clientFd = UnixSockets.first(pair);
            socket = new MessageSocket(UnixSockets.second(pair), 32);
        }

        /// @return what the socket took, or a negated errno
        int send(byte[] bytes, int... descriptors) {
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            DescriptorList with = new DescriptorList(descriptors.length);
            for (int fd : descriptors) with.add(fd);
            int sent = socket.send(buffer, 0, bytes.length, with, false);
            with.forget();
            return sent;
        }

        void drain() {
            while (socket.receive(buffer, 0, 1 << 20, arrived, false) > 0) arrived.clear();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static byte[] versionReply() {
        return Body.message(0, 1, 1, Body.of().u32(0).text("{}").u8(0).done());
    }

    @Test
    void descriptorsWhereNoneBelongAreClosed() {
        int file = ServerBench.memoryFile(0x1000);
        try (Peer peer = new Peer()) {
            int[] flood = new int[30];
            Arrays.fill(flood, file);
            for (int i = 0; i < 20; i++) peer.send(Body.message(900 + i, 4, 1, new byte[4]), flood); // unasked
            peer.send(versionReply(), flood);
            peer.send(Body.message(1, 4, 0x21, new byte[0]), flood); // an error
            assertThatThrownBy(() -> VfioUserClient.over(peer.clientFd, new WallTimeline(), LONG_NS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("DEVICE_GET_INFO");
        }
        Files.close(file);
    }

    @Test
    void replyInSingleBytesThatNeverEndsIsGivenUpInTime() throws InterruptedException {
        try (Peer peer = new Peer()) {
            byte[] reply = Body.message(0, 1, 1, new byte[60_000]);
            Thread drip = new Thread(() -> {
                int at = 0;
                int sent = 1;
                while (sent >= 0 || sent == -dev.doorbell.linux.Errno.EAGAIN) { // until the client hangs up
                    sent = peer.send(new byte[] {reply[at]});
                    if (sent > 0 && at < 100) at++; // and never the rest
                    else java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    if (at == 100) at = 99;
                }
            });
            drip.start();
            assertThatThrownBy(() -> VfioUserClient.over(peer.clientFd, new WallTimeline(), SHORT_NS))
                    .isInstanceOf(IOException.class);
            drip.join(20_000);
            assertThat(drip.isAlive()).isFalse();
        }
    }

    /// Requests for memory that was never announced, of huge counts, for as long as the client waits.
    @Test
    void floodOfRequestsEndsWithTheTimeOut() throws InterruptedException {
        try (Peer peer = new Peer()) {
            byte[] flood = Body.of()
                    .bytes(Body.message(1, 11, 0, Body.of().u64(0x1000).u64(4).done()))
                    .bytes(Body.message(2, 11, 0, Body.of().u64(-1).u64(-1).done()))
                    .bytes(Body.message(3, 12, 0, Body.of().u64(0).u64(1L << 40).done()))
                    .bytes(Body.message(4, 11, 0, Body.of().u64(0).u64(1 << 20).done()))
                    .bytes(Body.message(5, 77, 0, new byte[8]))
                    .bytes(Body.message(6, 4, 1, new byte[16]))
                    .done();
            Thread pours = new Thread(() -> {
                int sent = 1;
                while (sent >= 0 || sent == -dev.doorbell.linux.Errno.EAGAIN) {
                    sent = peer.send(flood);
                    if (sent > 0 && sent < flood.length) return; // it will look like nonsense from here on
                    peer.drain();
                }
            });
            pours.start();
            assertThatThrownBy(() -> VfioUserClient.over(peer.clientFd, new WallTimeline(), SHORT_NS))
                    .isInstanceOf(IOException.class);
            pours.join(20_000);
            assertThat(pours.isAlive()).isFalse();
        }
    }

    @Test
    void replyOfTheWrongTypeIsNoReply() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answerRaw(9, Body.message(999, 9, 2, new byte[20]));
            try (VfioUserClient client = VfioUserClient.over(server.start(), new WallTimeline(), SHORT_NS)) {
                assertThatThrownBy(() -> client.read(0, 0, 4))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("REGION_READ");
            }
        }
    }
}
