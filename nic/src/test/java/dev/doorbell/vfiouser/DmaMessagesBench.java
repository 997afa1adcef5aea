package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;

/// A bench whose client announced memory without a descriptor, and answers for it by hand.
abstract class DmaMessagesBench {
    static final int OK = DmaMemory.OK;
    static final int NOT_YET = DmaMemory.NOT_YET;
    static final int FAULT = DmaMemory.FAULT;
    static final int DMA_READ = 11;
    static final int DMA_WRITE = 12;
    static final int PAGE = 4096;
    static final long RAM = 0x10000;

    final ServerBench bench = ServerBench.connected();
    final DmaMemory memory = bench.function.memory;
    final MemorySegment data = Arena.ofAuto().allocate(1 << 20);
    boolean early; // the client puts data four bytes earlier, as QEMU did before 11.1

    DmaMessagesBench() {
        bench.ok(2, Body.map(RAM, 0x100000, 0, 3));
    }

    @AfterEach
    void close() {
        bench.stillServes();
        bench.close();
    }

    Reply request(int command) {
        bench.settle();
        Reply request = bench.next();
        assertThat(request.command).isEqualTo(command);
        assertThat(request.flags).isZero();
        return request;
    }

    void answer(Reply request, int flags, byte[] body) {
        bench.send(Body.message(request.id, request.command, 1 | flags, body));
        bench.settle();
    }

    /// Answers the question which dialect the client speaks, which comes before anything else.
    void answerProbe() {
        Reply probe = request(DMA_WRITE);
        assertThat(probe.body())
                .isEqualTo(Body.of().u64(probe.view().getLong(0)).u64(0).done());
        answer(probe, 0, early ? new byte[0] : probe.body());
    }

    /// Has the server ask for its first read, so that the dialect is known.
    void settleDialect() {
        assertThat(memory.read(RAM, data, 0, 1)).isEqualTo(NOT_YET);
        answerProbe();
        memory.releaseReads();
    }

    void answerRead(Reply request, byte[] bytes) {
        Body body = Body.of().bytes(Arrays.copyOf(request.body(), 16));
        if (early)
            body = Body.of()
                    .bytes(Arrays.copyOf(request.body(), 12))
                    .bytes(bytes)
                    .u32(0);
        else body.bytes(bytes);
        answer(request, 0, body.done());
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) (i * 7 + 1);
        return bytes;
    }

    byte[] got(int count) {
        return data.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }
}
