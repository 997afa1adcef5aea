package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.MemoryFile;
import dev.doorbell.memory.DmaTable;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.time.WallTimeline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The client alone: the bytes it sends, and servers that are wrong in every way they can be.
class ClientTest {
    private static final long SHORT_NS = 300_000_000L;
    private static final long LONG_NS = 20_000_000_000L;

    private final long openBefore = ServerBench.openDescriptors();
    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        assertThat(ServerBench.openDescriptors()).isEqualTo(openBefore);
    }

    private VfioUserClient connect(long timeoutNs) throws IOException {
        return VfioUserClient.over(server.start(), new WallTimeline(), timeoutNs);
    }

    private void refusesTheServer() {
        assertThatThrownBy(() -> connect(LONG_NS)).isInstanceOf(IOException.class);
    }

    private byte[] lastRequest() {
        byte[] request = server.requests.getLast().clone();
        request[0] = 0; // the id is the client's own business
        request[1] = 0;
        return request;
    }

    @Test
    void requestsAreTheseBytes() throws IOException {
        try (VfioUserClient client = connect(LONG_NS)) {
            assertThat(server.requests.getFirst())
                    .isEqualTo(Body.message(
                            0,
                            1,
                            0,
                            Body.of()
                                    .u16(0)
                                    .u16(1)
                                    .text("{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,"
                                            + "\"pgsizes\":4096,\"max_dma_maps\":65535,\"write_multiple\":true}}")
                                    .u8(0)
                                    .done()));
            assertThat(client.read(0, 0x10, 4)).isEqualTo(0x0403_0201L);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 9, 0, Body.read(0, 0x10, 4)));
            client.write(0, 0x10, 4, 0xCAFE);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 10, 0, Body.write32(0, 0x10, 0xCAFE)));
            client.announceDma(0x1000, 0x2000, DmaTable.READ);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 2, 0, Body.map(0x1000, 0x2000, 0, 1)));
            assertThat(client.unmapDma(0x1000, 0x2000)).isEqualTo(0x2000);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 3, 0, Body.unmap(0x1000, 0x2000, 0)));
            client.enableInterrupts(InterruptKind.MSIX, 0, 1);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 8, 0, Body.setIrqs(0x24, 2, 0, 1)));
            client.disableInterrupts(InterruptKind.MSIX);
            assertThat(lastRequest()).isEqualTo(Body.message(0, 8, 0, Body.setIrqs(0x21, 2, 0, 0)));
            client.unmaskLine();
            assertThat(lastRequest()).isEqualTo(Body.message(0, 8, 0, Body.setIrqs(0x11, 0, 0, 1)));
            client.reset();
            assertThat(lastRequest()).isEqualTo(Body.message(0, 13, 0, new byte[0]));

            client.setWrites(VfioUserClient.Writes.PACKED);
            client.write(0, 8, 4, 1);
            client.write(7, 4, 2, -1);
            client.reset(); // sends them first
            byte[] packed = server.requests.get(server.requests.size() - 2);
            assertThat(java.util.Arrays.copyOfRange(packed, 8, packed.length))
                    .isEqualTo(Body.of()
                            .u32(0x10)
                            .u32(0)
                            .u64(2)
                            .u64(8)
                            .u32(0)
                            .u32(4)
                            .u64(1)
                            .u64(4)
                            .u32(7)
                            .u32(2)
                            .u64(0xFFFF)
                            .done());
        }
    }

    @Test
    void serverThatNeverAnswersIsGivenUp() {
        server.answer(1, request -> null);
        assertThatThrownBy(() -> connect(SHORT_NS)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void serverThatHangsUpIsAnError() {
        server.answer(4, ScriptedServer.HANGS_UP);
        refusesTheServer();
    }

    @Test
    void readThatIsNotAnsweredEndsTheConnection() throws IOException {
        server.answer(9, request -> null);
        try (VfioUserClient client = connect(SHORT_NS)) {
            assertThatThrownBy(() -> client.read(0, 0, 4))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("REGION_READ");
            assertThatThrownBy(() -> client.write(0, 0, 4, 1)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void replyOfAnotherSizeEndsTheConnection() throws IOException {
        for (int size : new int[] {0, 15, 16, 19, 21, 4096}) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.answer(9, request -> new byte[size]);
                try (VfioUserClient client = VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS)) {
                    assertThatThrownBy(() -> client.read(0, 0, 4)).isInstanceOf(UncheckedIOException.class);
                    assertThatThrownBy(() -> client.write(0, 0, 4, 0)).isInstanceOf(UncheckedIOException.class);
                }
            }
        }
        server.answer(1, ScriptedServer.HANGS_UP);
        refusesTheServer();
    }

    @Test
    void sizesThatCannotBeEndTheConnection() {
        for (int size : new int[] {0, 15, -1, (1 << 20) + 33}) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.answerRaw(
                        4, Body.of().u16(1).u16(4).u32(size).u32(1).u32(0).done());
                assertThatThrownBy(() -> VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS))
                        .isInstanceOf(IOException.class);
            }
        }
        server.answer(1, ScriptedServer.HANGS_UP);
        refusesTheServer();
    }

    @Test
    void replyToAnotherCommandEndsTheConnection() {
        server.answerRaw(4, Body.message(1, 5, 1, new byte[16]));
        refusesTheServer();
    }

    @Test
    void replyNobodyAskedForIsDropped() throws IOException {
        server.answerRaw(
                4,
                Body.of()
                        .bytes(Body.message(999, 4, 1, new byte[64]))
                        .bytes(Body.message(
                                1, 4, 1, Body.of().u32(16).u32(3).u32(9).u32(5).done()))
                        .done());
        try (VfioUserClient client = connect(LONG_NS)) {
            assertThat(client.regionSizeBytes(0)).isEqualTo(0x1000);
        }
    }

    @Test
    void requestOfTheServerIsAnsweredInBetween() throws IOException {
        server.answerRaw(
                4,
                Body.of()
                        .bytes(Body.message(
                                5, 11, 0, Body.of().u64(0x1000).u64(4).done())) // nothing announced: refused
                        .bytes(Body.message(6, 99, 0, new byte[0]))
                        .bytes(Body.message(
                                1, 4, 1, Body.of().u32(16).u32(3).u32(9).u32(5).done()))
                        .done());
        try (VfioUserClient client = connect(LONG_NS)) {
            client.read(0, 0, 4);
        }
        List<byte[]> replies = server.requests.stream()
                .filter(message -> (message[8] & 0xF) == 1)
                .toList();
        assertThat(replies).hasSize(2);
        for (byte[] reply : replies) {
            assertThat(reply).hasSize(16);
            assertThat(reply[8]).isEqualTo((byte) 0x21);
            assertThat(reply[12]).isEqualTo((byte) 22);
        }
    }

    @Test
    void versionsAndCapabilitiesWithoutSenseAreRefused() {
        String[] texts = {"", "{", "{\"capabilities\":1}", "{\"capabilities\":{\"max_msg_fds\":-1}}"};
        for (String text : texts) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.answer(1, request -> Body.of().u32(0).text(text).u8(0).done());
                assertThatThrownBy(() -> VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS))
                        .isInstanceOf(IOException.class);
            }
        }
        server.answer(1, request -> Body.of().u16(1).u16(0).text("{}").u8(0).done()); // another major
        refusesTheServer();
    }

    @Test
    void devicesThatCannotBeAreRefused() {
        byte[][] bodies = {
            Body.of().u32(16).u32(1).u32(9).u32(5).done(), // no PCI
            Body.of().u32(16).u32(3).u32(101).u32(5).done(),
            Body.of().u32(16).u32(3).u32(-1).u32(5).done(),
            Body.of().u32(16).u32(3).u32(9).u32(51).done(),
            Body.of().u32(16).u32(3).u32(9).u32(-1).done(),
            new byte[0],
            new byte[15],
            new byte[17]
        };
        for (byte[] body : bodies) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.answer(4, request -> body);
                assertThatThrownBy(() -> VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS))
                        .isInstanceOf(IOException.class);
            }
        }
        server.answer(7, request -> Body.of().u32(16).u32(1).u32(0).u32(1 << 20).done()); // vectors
        refusesTheServer();
    }

    @Test
    void regionsThatCannotBeAreRefused() {
        byte[][] bodies = {
            ScriptedServer.regionInfo(0, -1),
            ScriptedServer.regionInfo(0, Long.MIN_VALUE),
            ScriptedServer.regionInfo(0, (1L << 40) + 1),
            Body.of().u32(-1).bytes(new byte[28]).done(), // an answer of four gigabytes
            Body.of().u32(31).bytes(new byte[28]).done(),
            Body.of().u32(4097).bytes(new byte[28]).done(),
            new byte[0],
            new byte[31],
            new byte[33]
        };
        for (byte[] body : bodies) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.answer(5, request -> body);
                assertThatThrownBy(() -> VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS))
                        .isInstanceOf(IOException.class);
            }
        }
        server.answer(5, ScriptedServer.HANGS_UP);
        refusesTheServer();
    }

    /// A region of 64 KiB whose answer of 80 bytes carries what a test says.
    private static Body chain(int flags, int capabilityOffset) {
        return Body.of()
                .u32(80)
                .u32(flags)
                .u32(0)
                .u32(capabilityOffset)
                .u64(0x10000)
                .u64(0);
    }

    private static byte[] sparse(int capabilityOffset, int next, int count, long offset, long size) {
        return chain(15, capabilityOffset)
                .u16(1)
                .u16(1)
                .u32(next)
                .u32(count)
                .u32(0)
                .u64(offset)
                .u64(size)
                .u64(0x2000)
                .u64(0x1000)
                .done();
    }

    @Test
    void chainsThatLeadAstrayAreRefused() {
        byte[][] bodies = {
            sparse(31, 0, 2, 0, 0x1000), // inside the fixed part
            sparse(73, 0, 2, 0, 0x1000), // its header would end outside
            sparse(-1, 0, 2, 0, 0x1000),
            sparse(32, 0, 3, 0, 0x1000), // one area too many
            sparse(32, 0, -1, 0, 0x1000),
            sparse(32, 0, 2, 0, 0x10001), // longer than the region
            sparse(32, 0, 2, 0xFFFF, 0x1000),
            sparse(32, 0, 2, -0x1000, 0x1000),
            sparse(32, 0, 2, 0, -1),
            sparse(32, 0, 2, 0, 0),
        };
        int file = ServerBench.memoryFile(0x10000);
        for (byte[] body : bodies) {
            try (ScriptedServer wrong = new ScriptedServer()) {
                wrong.attach(ServerBench.check("dup", Files.duplicate(file)));
                wrong.answer(5, request -> request[16] == 32 ? java.util.Arrays.copyOf(body, 32) : body);
                assertThatThrownBy(() -> VfioUserClient.over(wrong.start(), new WallTimeline(), LONG_NS))
                        .isInstanceOf(IOException.class);
            }
        }
        Files.close(file);
        server.answer(5, ScriptedServer.HANGS_UP);
        refusesTheServer();
    }

    @Test
    void chainThatNeverEndsIsRefused() {
        server.attach(ServerBench.memoryFile(0x10000));
        byte[] circle = chain(15, 32).u16(7).u16(1).u32(32).bytes(new byte[40]).done();
        server.answer(5, request -> request[16] == 32 ? java.util.Arrays.copyOf(circle, 32) : circle);
        assertThatThrownBy(() -> connect(LONG_NS)).hasMessage("region 0 with a chain of more than 16 capabilities");
    }

    @Test
    void chainsAreFollowed() throws IOException {
        server.attach(ServerBench.check("memfd", MemoryFile.create("sealed", 0x10000, true)));
        answerWithSecondCapability();
        try (VfioUserClient client = connect(LONG_NS)) {
            assertThat(client.mappableAreas(1).areas()).containsExactly(new MappableAreas.Area(0, 0x1000));
        }
    }

    @Test
    void fileThatItsServerCouldCutShorterIsNotMapped() throws IOException {
        server.attach(ServerBench.memoryFile(0x10000)); // not sealed
        answerWithSecondCapability();
        int before = Files.openFdCount();
        try (VfioUserClient client = connect(LONG_NS)) {
            assertThat(client.mappableAreas(1)).isEqualTo(MappableAreas.NONE);
            assertThat(client.regionSizeBytes(1)).isEqualTo(0x10000);
        }
        assertThat(Files.openFdCount()).isLessThanOrEqualTo(before);
    }

    /// Regions with one area that can be mapped, told by the second capability of the chain.
    private void answerWithSecondCapability() {
        byte[] second = chain(15, 32)
                .u16(7)
                .u16(1)
                .u32(40)
                .u16(1)
                .u16(1)
                .u32(0)
                .u32(1)
                .u32(0)
                .u64(0)
                .u64(0x1000)
                .u64(0)
                .done();
        server.answer(5, request -> request[16] == 32 ? java.util.Arrays.copyOf(second, 32) : second);
    }
}
