package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.vfiouser.ServerBench.Reply;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Clients that answer DMA_READ and DMA_WRITE wrongly, late or never, and limits of what travels by message.
class DmaMessagesEdgeTest extends DmaMessagesBench {
    @Test
    void clientThatRefusesTheFirstQuestionSpeaksTheStandard() {
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        answer(request(DMA_WRITE), 0x20, new byte[0]);
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        answerRead(request(DMA_READ), bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
        assertThat(got(8)).isEqualTo(bytes(8));
    }

    @Test
    void windowOfWritesIsBounded() {
        settleDialect();
        int sent = 0;
        while (sent < 1000 && memory.write(RAM, data, 0, 64) == OK) sent++;
        assertThat(sent).isEqualTo(DmaRequests.WINDOW);
        assertThat(memory.write(RAM, data, 0, 64)).isEqualTo(NOT_YET);
        assertThat(memory.read(RAM + 64, data, 0, 8)).isEqualTo(NOT_YET); // no room to ask either
        Reply first = request(DMA_WRITE);
        answer(first, 0, Arrays.copyOf(first.body(), 16));
        assertThat(memory.write(RAM, data, 0, 64)).isEqualTo(OK);
        for (int i = 0; i < DmaRequests.WINDOW; i++) request(DMA_WRITE);
    }

    @Test
    void refusedReadIsAFaultAndRefusedWriteIsCounted() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        answer(request(DMA_READ), 0x20, new byte[0]);
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(FAULT);
        memory.releaseReads();
        memory.write(RAM, data, 0, 8);
        answer(request(DMA_WRITE), 0x20, new byte[0]);
        assertThat(memory.writesVisible()).isTrue();
        assertThat(bench.count(VfioUserCounter.DMA_MESSAGES_REFUSED)).isEqualTo(2);
        assertThat(bench.count(VfioUserCounter.DMA_FAULTS)).isEqualTo(1);
    }

    @Test
    void answersThatDisagreeWithTheQuestionAreFaults() {
        settleDialect();
        byte[][] wrong = {
            new byte[0],
            Body.of().u64(RAM).u64(8).done(), // no data
            Body.of().u64(RAM).u64(8).bytes(bytes(7)).done(),
            Body.of().u64(RAM).u64(8).bytes(bytes(9)).done(),
            Body.of().u64(RAM + 1).u64(8).bytes(bytes(8)).done(),
            Body.of().u64(RAM).u64(7).bytes(bytes(8)).done(),
            Body.of().u64(RAM).u64(-1).bytes(bytes(8)).done(),
        };
        for (byte[] body : wrong) {
            memory.read(RAM, data, 0, 8);
            answer(request(DMA_READ), 0, body);
            assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(FAULT);
            memory.releaseReads();
        }
        assertThat(bench.count(VfioUserCounter.REPLIES_BAD)).isEqualTo(wrong.length);
    }

    @Test
    void answersWithAnotherIdOrCommandAnswerNothing() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        Reply request = request(DMA_READ);
        byte[] body = Body.of().u64(RAM).u64(8).bytes(bytes(8)).done();
        bench.send(Body.message(request.id + 1, DMA_READ, 1, body));
        bench.send(Body.message(request.id + DmaRequests.WINDOW, DMA_READ, 1, body));
        bench.send(Body.message(request.id, DMA_WRITE, 1, body));
        bench.settle();
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        assertThat(bench.count(VfioUserCounter.REPLIES_UNASKED)).isEqualTo(3);
        answerRead(request, bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
        answerRead(request, bytes(8)); // twice
        assertThat(bench.count(VfioUserCounter.REPLIES_UNASKED)).isEqualTo(4);
    }

    @Test
    void lostAnswerIsAFaultAfterItsTime() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        memory.write(RAM, data, 0, 8);
        Reply read = request(DMA_READ);
        Reply write = request(DMA_WRITE);
        bench.time.advance(DmaRequests.TIMEOUT_NS - 1);
        assertThat(memory.read(RAM + 64, data, 0, 8)).isEqualTo(NOT_YET);
        assertThat(memory.writesVisible()).isFalse();
        bench.time.advance(1);
        assertThat(memory.writesVisible()).isTrue();
        assertThat(bench.count(VfioUserCounter.DMA_MESSAGES_LOST)).isEqualTo(2);
        request(DMA_READ); // the later one still has its time
        bench.time.advance(DmaRequests.TIMEOUT_NS);
        assertThat(memory.read(RAM + 64, data, 0, 8)).isEqualTo(FAULT);
        answerRead(read, bytes(8)); // too late
        answer(write, 0, Arrays.copyOf(write.body(), 16));
        assertThat(bench.count(VfioUserCounter.REPLIES_UNASKED)).isEqualTo(2);
    }

    @Test
    void clientThatNeverSaysItsDialectIsTakenForStandard() {
        memory.read(RAM, data, 0, 8);
        request(DMA_WRITE);
        bench.time.advance(2 * DmaRequests.TIMEOUT_NS);
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        request(DMA_READ);
    }

    @Test
    void answerToAStepThatIsOverIsDropped() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        Reply old = request(DMA_READ);
        memory.releaseReads();
        memory.read(RAM, data, 0, 8);
        Reply current = request(DMA_READ);
        answerRead(old, bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        assertThat(bench.count(VfioUserCounter.DMA_READS_ABANDONED)).isEqualTo(1);
        answerRead(current, bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
    }

    @Test
    void transferBeyondTheMappingIsAFaultAndAsksNothing() {
        assertThat(memory.read(RAM - 1, data, 0, 8)).isEqualTo(FAULT);
        assertThat(memory.write(RAM + 0x100000 - 4, data, 0, 8)).isEqualTo(FAULT);
        bench.ok(2, Body.map(0x800_0000, PAGE, 0, 1));
        assertThat(memory.write(0x800_0000, data, 0, 8)).isEqualTo(FAULT); // read-only
        bench.settle();
        assertThat(bench.poll()).isNull();
    }

    @Test
    void cardNeverReachesItsOwnRegionByMessage() {
        bench.ok(10, Body.write32(7, 0x10, 0x20000)); // BAR0, inside what is announced
        bench.ok(10, Body.write(7, 4, new byte[] {2, 0})); // memory decoding on
        assertThat(memory.read(0x20000, data, 0, 4)).isEqualTo(FAULT);
        assertThat(memory.write(0x1FFF0, data, 0, 32)).isEqualTo(FAULT);
        assertThat(memory.storeRelease32(0x20FFC, 1)).isEqualTo(FAULT);
        assertThat(bench.count(VfioUserCounter.DMA_OWN_REGION)).isEqualTo(3);
        bench.settle();
        assertThat(bench.poll()).isNull();
        bench.ok(10, Body.write32(7, 0x10, 0xF000_0000)); // elsewhere
        assertThat(memory.read(0x20000, data, 0, 4)).isEqualTo(NOT_YET);
    }

    @Test
    void clientsLimitCutsTransfersIntoMessages() {
        bench.disconnect();
        bench.connect();
        bench.ok(
                1,
                Body.of()
                        .u32(0)
                        .text("{\"capabilities\":{\"max_data_xfer_size\":48}}")
                        .u8(0)
                        .done());
        bench.ok(2, Body.map(RAM, 0x100000, 0, 3));
        settleDialect();
        assertThat(memory.read(RAM, data, 0, 100)).isEqualTo(NOT_YET);
        List<Reply> parts = List.of(request(DMA_READ), request(DMA_READ), request(DMA_READ));
        byte[] all = bytes(100);
        for (int i = 2; i >= 0; i--) { // answered backwards
            int count = (int) parts.get(i).view().getLong(8);
            assertThat(count).isEqualTo(i == 2 ? 4 : 48);
            answerRead(parts.get(i), Arrays.copyOfRange(all, 48 * i, 48 * i + count));
        }
        assertThat(memory.read(RAM, data, 0, 100)).isEqualTo(OK);
        assertThat(got(100)).isEqualTo(all);
        assertThat(memory.write(RAM, data, 0, 50)).isEqualTo(OK);
        assertThat(request(DMA_WRITE).view().getLong(8)).isEqualTo(48);
        assertThat(request(DMA_WRITE).view().getLong(8)).isEqualTo(2);
        assertThat(memory.read(RAM, data, 0, 48 * DmaRequests.WINDOW + 1)).isEqualTo(FAULT); // never fits
        assertThat(bench.count(VfioUserCounter.DMA_STEPS_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void anotherClientInheritsNothing() {
        settleDialect();
        memory.read(RAM, data, 0, 8);
        memory.write(RAM, data, 0, 8);
        bench.disconnect();
        assertThat(memory.writesVisible()).isTrue();
        bench.connect();
        bench.negotiate();
        bench.ok(2, Body.map(RAM, PAGE, 0, 3));
        early = true; // another QEMU
        settleDialect();
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(NOT_YET);
        answerRead(request(DMA_READ), bytes(8));
        assertThat(memory.read(RAM, data, 0, 8)).isEqualTo(OK);
        assertThat(got(8)).isEqualTo(bytes(8));
    }
}
