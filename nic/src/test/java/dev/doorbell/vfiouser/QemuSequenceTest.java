package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.EventFd;
import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The story of one stock QEMU: connect, realize, run, leave, in the order and with the sizes it uses.
class QemuSequenceTest {
    private static final int RAM_BYTES = 64 << 20;

    @Test
    void qemuConnectsRealizesRunsAndLeavesNothingBehind() {
        long descriptorsBefore = ServerBench.openDescriptors();
        int ram = ServerBench.memoryFile(RAM_BYTES);
        int eventfd = ServerBench.eventfd();
        ServerBench bench = new ServerBench();
        try (Mapping guest = ServerBench.map(ram, RAM_BYTES)) {
            bench.connect();
            byte[] version = Body.version();
            Reply agreed = bench.ok(1, version);
            assertThat(agreed.view().getShort(0)).isZero();
            assertThat(agreed.view().getShort(2)).isZero(); // minor: no higher than the client's
            String json = new String(agreed.body(), 4, agreed.body().length - 5, StandardCharsets.UTF_8);
            assertThat(json)
                    .isEqualTo("{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,"
                            + "\"pgsizes\":4096,\"max_dma_maps\":65535,\"write_multiple\":true}}");
            assertThat(agreed.body().length).isLessThanOrEqualTo(version.length); // QEMU has room for no more

            assertThat(bench.ok(2, Body.map(0, RAM_BYTES, 0, 3), ram).body()).isEmpty();
            assertThat(bench.ok(2, Body.map(0xFFFC_0000L, 0x40000, 0, 1)).body())
                    .isEmpty(); // firmware, no fd
            Reply info = bench.ok(4, Body.of().u32(16).u32(0).u32(0).u32(0).done());
            assertThat(info.body())
                    .isEqualTo(Body.of().u32(16).u32(3).u32(9).u32(5).done());
            assertThat(bench.ok(5, Body.regionInfo(32, 0)).body())
                    .isEqualTo(Body.of()
                            .u32(32)
                            .u32(3)
                            .u32(0)
                            .u32(0)
                            .u64(4096)
                            .u64(0)
                            .done());
            assertThat(bench.ok(5, Body.regionInfo(32, 2)).view().getLong(16)).isZero();
            assertThat(bench.ok(7, Body.irqInfo(3)).body())
                    .isEqualTo(Body.of().u32(16).u32(1).u32(3).u32(1).done());
            Reply config = bench.ok(9, Body.read(7, 0, 256));
            assertThat(config.body()).hasSize(16 + 256);
            assertThat(config.view().getInt(16)).isEqualTo(0x100E_8086);

            assertThat(bench.ok(8, Body.setIrqs(0x24, 0, 0, 1), eventfd).body()).isEmpty();
            bench.ok(8, Body.setIrqs(0x24, 3, 0, 1), eventfd);
            bench.ok(8, Body.setIrqs(0x21, 0, 0, 0));
            assertThat(bench.ok(13, new byte[0]).body()).isEmpty();
            assertThat(bench.function.resets).isEqualTo(1);
            bench.ok(8, Body.setIrqs(0x24, 0, 0, 1), eventfd);
            assertThat(bench.ok(3, Body.unmap(0, RAM_BYTES, 0)).body()).isEqualTo(Body.unmap(0, RAM_BYTES, 0));
            bench.ok(2, Body.map(0, 0xC0000, 0, 3), ram);
            bench.ok(2, Body.map(0xC0000, 0x40000, 0xC0000, 1), ram);
            bench.ok(2, Body.map(0x100000, RAM_BYTES - 0x100000, 0x100000, 3), ram);
            assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(2); // ours and the server's one

            // Running: posted writes, a read that sees them, DMA, an interrupt.
            bench.post(10, Body.write32(0, 0x10, 0x1234_5678));
            assertThat(bench.ok(9, Body.read(0, 0x10, 4)).view().getInt(16)).isEqualTo(0x1234_5678);
            MemorySegment data = Arena.ofAuto().allocate(8);
            data.set(ValueLayout.JAVA_INT, 0, 42);
            assertThat(bench.function.memory.write(0x20_0000, data, 0, 8)).isEqualTo(DmaMemory.OK);
            assertThat(guest.segment().get(ValueLayout.JAVA_INT, 0x20_0000)).isEqualTo(42);
            assertThat(bench.function.memory.write(0xC_0000, data, 0, 8)).isEqualTo(DmaMemory.FAULT); // ROM
            bench.function.interrupts.intx(true);
            assertThat(EventFd.drain(eventfd)).isEqualTo(1);
            bench.ok(8, Body.setIrqs(0x11, 0, 0, 1)); // unmask: still asserted
            assertThat(EventFd.drain(eventfd)).isEqualTo(1);

            bench.disconnect();
            assertThat(bench.server.hasClient()).isFalse();
            assertThat(bench.function.resets).isEqualTo(2);
            assertThat(bench.function.memory.read(0, data, 0, 8)).isEqualTo(DmaMemory.FAULT);
            assertThat(ServerBench.mappingsOf("memfd:bench")).isEqualTo(1); // ours
            bench.function.interrupts.intx(true);
            assertThat(EventFd.drain(eventfd)).isNegative();
        } finally {
            bench.close();
            Files.close(ram);
            Files.close(eventfd);
        }
        assertThat(ServerBench.openDescriptors()).isEqualTo(descriptorsBefore);
    }
}
