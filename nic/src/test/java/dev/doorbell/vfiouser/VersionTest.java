package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// VERSION, and what comes before it.
class VersionTest {
    private final ServerBench bench = new ServerBench();

    VersionTest() {
        bench.connect();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] version(int major, int minor, String json) {
        return Body.of().u16(major).u16(minor).text(json).u8(0).done();
    }

    private Reply propose(int major, int minor, String json) {
        return bench.call(1, version(major, minor, json));
    }

    private void isRefusedAndHungUp(Reply reply) {
        assertThat(reply.errno).isEqualTo(Errno.EINVAL);
        assertThat(reply.body()).isEmpty();
        assertThat(bench.next().isEnd()).isTrue();
        assertThat(bench.server.hasClient()).isFalse();
    }

    @Test
    void replyCarriesCapabilitiesEvenWhenNoneWereTold() {
        Reply reply = bench.ok(1, Body.of().u16(0).u16(1).done());
        assertThat(reply.view().getInt(0)).isEqualTo(0x0001_0000); // major 0, minor 1
        assertThat(new String(reply.body(), 4, reply.body().length - 4, StandardCharsets.UTF_8))
                .isEqualTo("{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,\"pgsizes\":4096,"
                        + "\"max_dma_maps\":65535,\"write_multiple\":true}}\0");
        bench.stillServes();
    }

    @Test
    void minorIsTheLowerOfBoth() {
        assertThat(propose(0, 0xFFFF, "{}").view().getShort(2)).isEqualTo((short) 1);
    }

    @Test
    void otherMajorIsRefused() {
        isRefusedAndHungUp(propose(1, 0, "{}"));
        assertThat(bench.count(VfioUserCounter.REFUSED_VERSION)).isEqualTo(1);
    }

    @Test
    void bodyWithoutItsNumbersIsRefused() {
        isRefusedAndHungUp(bench.call(1, Body.of().u16(0).u8(0).done()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "{} x",
                "{\"capabilities\":7}",
                "{\"capabilities\":{\"max_msg_fds\":-1}}",
                "{\"capabilities\":{\"max_msg_fds\":254}}",
                "{\"capabilities\":{\"max_msg_fds\":\"8\"}}",
                "{\"capabilities\":{\"max_msg_fds\":8.5}}",
                "{\"capabilities\":{\"max_data_xfer_size\":0}}",
                "{\"capabilities\":{\"max_data_xfer_size\":67108865}}",
                "{\"capabilities\":{\"max_data_xfer_size\":99999999999999999999}}",
                "{\"capabilities\":{\"max_dma_maps\":-1}}",
                "{\"capabilities\":{\"pgsizes\":0}}",
                "{\"capabilities\":{\"write_multiple\":1}}",
                "{\"capabilities\":{\"a\":[[[[[[[[[[]]]]]]]]]]}}"
            })
    void capabilitiesThatMakeNoSenseAreRefused(String json) {
        isRefusedAndHungUp(propose(0, 0, json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"capabilities\":{}}",
                "{\"other\":{\"deep\":[1,{\"a\":null}]},\"capabilities\":{\"twin_socket\":{\"supported\":true}}}",
                "{\"capabilities\":{\"max_msg_fds\":0,\"max_data_xfer_size\":1}}",
                " { \"capabilities\" : { \"migration\" : { \"pgsize\" : 4096 } } } "
            })
    void capabilitiesThatWeDoNotKnowAreIgnored(String json) {
        assertThat(propose(0, 0, json).refused()).isFalse();
        bench.stillServes();
    }

    @Test
    void textWithoutItsEndIsRefused() {
        isRefusedAndHungUp(bench.call(1, Body.of().u16(0).u16(0).text("{}").done()));
    }

    @Test
    void textBeyondItsLimitIsRefused() {
        String padding = " ".repeat(Capabilities.LIMIT_JSON_BYTES);
        isRefusedAndHungUp(propose(0, 0, "{" + padding + "}"));
    }

    @Test
    void secondVersionIsRefusedAndTheFirstStands() {
        bench.negotiate();
        assertThat(bench.refused(1, Body.version())).isEqualTo(Errno.EINVAL);
        bench.stillServes();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15, 16, 99})
    void anythingBeforeTheVersionIsRefused(int command) {
        isRefusedAndHungUp(bench.call(command, Body.map(0, 4096, 0, 3)));
        assertThat(bench.count(VfioUserCounter.REFUSED_EARLY)).isEqualTo(1);
        assertThat(bench.function.accesses).isEmpty();
    }

    @Test
    void descriptorsWithAVersionAreClosed() {
        long before = ServerBench.openDescriptors();
        int fd = ServerBench.memoryFile(4096);
        assertThat(bench.call(1, Body.version(), fd, fd, fd).refused()).isFalse();
        assertThat(bench.count(VfioUserCounter.DESCRIPTORS_STRAY)).isEqualTo(3);
        Files.close(fd);
        assertThat(ServerBench.openDescriptors()).isEqualTo(before);
    }
}
