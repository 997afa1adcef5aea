package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.linux.Mapping;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// DMA_READ and DMA_WRITE of the server: guest memory that came without a descriptor.
class DmaMessagesTest extends DmaMessagesBench {
    @Test
    void readIsNotYetUntilItsAnswerHasCome() {
        settleDialect();
        assertThat(memory.read(RAM + 0x100, data, 0, 16)).isEqualTo(NOT_YET);
        assertThat(memory.read(RAM + 0x100, data, 0, 16)).isEqualTo(NOT_YET); // asked once only
        Reply request = request(DMA_READ);
        assertThat(request.body()).isEqualTo(Body.of().u64(RAM + 0x100).u64(16).done());
        assertThat(bench.poll()).isNull();
        answerRead(request, bytes(16));
        assertThat(memory.read(RAM + 0x100, data, 0, 16)).isEqualTo(OK);
        assertThat(got(16)).isEqualTo(bytes(16));
        assertThat(memory.read(RAM + 0x100, data, 0, 16)).isEqualTo(OK); // kept for the step
        memory.releaseReads();
        assertThat(memory.read(RAM + 0x100, data, 0, 16)).isEqualTo(NOT_YET); // a new step asks anew
    }

    @Test
    void bothDialectsOfQemuAreSpoken() {
        early = true;
        settleDialect();
        assertThat(memory.read(RAM, data, 0, 16)).isEqualTo(NOT_YET);
        answerRead(request(DMA_READ), bytes(16));
        assertThat(memory.read(RAM, data, 0, 16)).isEqualTo(OK);
        assertThat(got(16)).isEqualTo(bytes(16));
        assertThat(memory.write(RAM, data, 0, 16)).isEqualTo(OK);
        Reply write = request(DMA_WRITE);
        assertThat(write.body()).hasSize(32);
        assertThat(Arrays.copyOf(write.body(), 28))
                .isEqualTo(Body.of().u64(RAM).u32(16).bytes(bytes(16)).done());
        answer(write, 0, new byte[0]);
        assertThat(memory.writesVisible()).isTrue();
    }

    @Test
    void writesArePostedInOrderAndVisibleWhenAllAreAcknowledged() {
        settleDialect();
        MemorySegment.copy(bytes(64), 0, data, ValueLayout.JAVA_BYTE, 0, 64);
        assertThat(memory.write(RAM, data, 0, 64)).isEqualTo(OK);
        assertThat(memory.storeRelease32(RAM + 0x40, 0x0403_0201)).isEqualTo(OK);
        assertThat(memory.storeRelease8(RAM + 0x50, (byte) 7)).isEqualTo(OK);
        assertThat(memory.storeRelease64(RAM + 0x58, 0x0807_0605_0403_0201L)).isEqualTo(OK);
        assertThat(memory.writesVisible()).isFalse();
        List<Reply> writes = new ArrayList<>();
        for (int i = 0; i < 4; i++) writes.add(request(DMA_WRITE));
        assertThat(writes.get(0).body())
                .isEqualTo(Body.of().u64(RAM).u64(64).bytes(bytes(64)).done());
        assertThat(writes.get(1).body())
                .isEqualTo(Body.of().u64(RAM + 0x40).u64(4).u32(0x0403_0201).done());
        assertThat(writes.get(2).body())
                .isEqualTo(Body.of().u64(RAM + 0x50).u64(1).u8(7).done());
        assertThat(writes.get(3).body())
                .isEqualTo(Body.of()
                        .u64(RAM + 0x58)
                        .u64(8)
                        .u64(0x0807_0605_0403_0201L)
                        .done());
        for (int i = 0; i < 4; i++) {
            assertThat(memory.writesVisible()).isFalse();
            answer(writes.get(i), 0, Arrays.copyOf(writes.get(i).body(), 16));
        }
        assertThat(memory.writesVisible()).isTrue();
        assertThat(memory.storeRelease32(RAM + 2, 0)).isEqualTo(FAULT); // out of its place
    }

    @Test
    void requestOfTheClientIsServedWhileOursIsUnanswered() {
        settleDialect();
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        Reply ours = request(DMA_READ);
        assertThat(bench.ok(9, Body.read(7, 0, 4)).view().getInt(16)).isEqualTo(0x100E_8086);
        bench.post(10, Body.write32(0, 0, 5));
        answerRead(ours, bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
    }

    @Test
    void replyGoesOutBeforeARequestThatWasMadeFirst() {
        settleDialect();
        memory.read(RAM, data, 0, 8); // as from a doorbell that the next message rings
        bench.send(Body.message(77, 9, 0, Body.read(0, 0, 4)));
        bench.settle();
        assertThat(bench.next().id).isEqualTo(77);
        assertThat(bench.next().command).isEqualTo(DMA_READ);
    }

    @Test
    void writeMakesAnEarlierReadStale() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        answerRead(request(DMA_READ), bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
        memory.write(RAM + 7, data, 0, 1);
        request(DMA_WRITE);
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
    }

    @Test
    void gatherLendsWhatHasArrived() {
        settleDialect();
        List<byte[]> taken = new ArrayList<>();
        for (int attempt = 0; attempt < 2; attempt++) {
            int result = memory.gather(
                    RAM,
                    100,
                    (segment, offset, length) ->
                            taken.add(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
            if (attempt == 0) {
                assertThat(result).isEqualTo(NOT_YET);
                assertThat(taken).isEmpty();
                answerRead(request(DMA_READ), bytes(100));
            } else {
                assertThat(result).isEqualTo(OK);
            }
        }
        assertThat(taken).containsExactly(bytes(100));
    }

    @Test
    void rangeOverMappedAndUnmappedMemoryIsOneTransfer() {
        settleDialect();
        int file = ServerBench.memoryFile(PAGE);
        bench.ok(2, Body.map(RAM - PAGE, PAGE, 0, 3), file);
        try (Mapping mapped = ServerBench.map(file, PAGE)) {
            MemorySegment.copy(bytes(32), 0, mapped.segment(), ValueLayout.JAVA_BYTE, PAGE - 32, 32);
            assertThat(memory.read(RAM - 32, data, 0, 64)).isEqualTo(NOT_YET);
            answerRead(request(DMA_READ), bytes(32));
            assertThat(memory.read(RAM - 32, data, 0, 64)).isEqualTo(OK);
            byte[] both = Body.of().bytes(bytes(32)).bytes(bytes(32)).done();
            assertThat(got(64)).isEqualTo(both);
            memory.releaseReads();

            data.fill((byte) 9);
            assertThat(memory.write(RAM - 8, data, 0, 16)).isEqualTo(OK);
            assertThat(mapped.segment().get(ValueLayout.JAVA_BYTE, PAGE - 1)).isEqualTo((byte) 9);
            assertThat(memory.storeRelease32(RAM - 16, 1)).isEqualTo(NOT_YET); // would overtake
            Reply write = request(DMA_WRITE);
            assertThat(write.view().getLong(0)).isEqualTo(RAM);
            answer(write, 0, Arrays.copyOf(write.body(), 16));
            assertThat(memory.storeRelease32(RAM - 16, 1)).isEqualTo(OK);
        }
        Files.close(file);
    }
}
