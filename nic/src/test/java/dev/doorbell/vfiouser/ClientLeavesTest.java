package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Files;
import dev.doorbell.memory.DmaMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that disappear, at every byte of what they say, and clients that come after them.
class ClientLeavesTest {
    private static final int PAGE = 4096;

    private final ServerBench bench = new ServerBench();
    private final int file = ServerBench.memoryFile(PAGE);
    private final int eventfd = ServerBench.eventfd();
    private final long openBefore = ServerBench.openDescriptors();
    private final MemorySegment data = Arena.ofAuto().allocate(8);

    @AfterEach
    void close() {
        bench.close();
        Files.close(file);
        Files.close(eventfd);
    }

    @Test
    void clientMayLeaveAtAnyByteOfASetUp() {
        byte[][] messages = {
            Body.message(1, 1, 0, Body.version()),
            Body.message(2, 2, 0, Body.map(0, PAGE, 0, 3)),
            Body.message(3, 5, 0, Body.regionInfo(32, 0)),
            Body.message(4, 8, 0, Body.setIrqs(0x24, 2, 0, 1)),
            Body.message(5, 10, 0x10, Body.write32(0, 0, 1)),
            Body.message(6, 3, 0, Body.unmap(0, PAGE, 0)),
            Body.message(7, 13, 0, new byte[0]),
        };
        int total = Arrays.stream(messages).mapToInt(message -> message.length).sum();
        for (int left = 0; left <= total; left++) {
            int resets = bench.function.resets;
            bench.connect();
            int said = 0;
            for (byte[] message : messages) {
                int part = Math.min(message.length, left - said);
                if (part <= 0) break;
                byte[] bytes = Arrays.copyOf(message, part);
                if (message[2] == 2) bench.send(bytes, file);
                else if (message[2] == 8) bench.send(bytes, eventfd);
                else bench.send(bytes);
                if (left % 3 == 0) bench.settle(); // else it all comes at once, with the end
                said += part;
            }
            bench.disconnect();
            assertThat(bench.server.hasClient()).isFalse();
            assertThat(ServerBench.openDescriptors())
                    .as("left after %d bytes", left)
                    .isEqualTo(openBefore);
            assertThat(ServerBench.mappingsOf("memfd:bench")).isZero();
            assertThat(bench.function.memory.read(0, data, 0, 8)).isEqualTo(DmaMemory.FAULT);
            assertThat(bench.function.resets).isGreaterThan(resets);
        }
    }

    @Test
    void nextClientFindsAResetFunction() {
        bench.connect();
        bench.negotiate();
        bench.ok(10, Body.write32(0, 0, 77));
        bench.ok(8, Body.setIrqs(0x24, 0, 0, 1), eventfd);
        bench.disconnect();
        assertThat(bench.function.resets).isEqualTo(1);

        int connects = bench.function.connects;
        bench.connect();
        assertThat(bench.function.connects).isEqualTo(connects + 1);
        bench.negotiate();
        assertThat(bench.ok(9, Body.read(0, 0, 4)).view().getInt(16)).isZero();
        bench.function.interrupts.intx(true);
        assertThat(dev.doorbell.linux.EventFd.drain(eventfd)).isNegative(); // the first one's
        assertThat(bench.count(VfioUserCounter.CLIENTS)).isEqualTo(2);
        assertThat(bench.count(VfioUserCounter.CLIENTS_LOST)).isZero();
    }

    @Test
    void secondClientWaitsUntilTheFirstHasLeft() {
        bench.connect();
        bench.negotiate();
        int second = ServerBench.check("connect", dev.doorbell.linux.UnixSockets.connect(bench.path));
        bench.stillServes();
        assertThat(bench.count(VfioUserCounter.CLIENTS)).isEqualTo(1);
        bench.disconnect(); // and the server lets the next one in
        assertThat(bench.count(VfioUserCounter.CLIENTS)).isEqualTo(2);
        Files.close(second);
        bench.settle();
        assertThat(bench.server.hasClient()).isFalse();
    }

    @Test
    void requestsBeforeTheEndOfTheStreamAreStillDone() {
        bench.connect();
        bench.negotiate();
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) batch.writeBytes(Body.message(i, 10, 0x10, Body.write32(0, 0, i)));
        bench.sendOnce(batch.toByteArray());
        bench.disconnect();
        assertThat(bench.function.accesses).hasSize(1000);
    }

    @Test
    void clientThatNeverReadsIsHeldAndThenDisconnected() {
        bench.connect();
        bench.negotiate();
        byte[] request = Body.message(1, 9, 0, Body.read(0, 0, 4096));
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            if (bench.sendOnce(request) < 0) break; // the server stopped reading
            taken++;
            bench.settle();
        }
        assertThat(taken).isBetween(100, 20_000); // bounded, whatever sockets hold
        assertThat(bench.server.hasClient()).isTrue();
        bench.time.advance(2 * VfioUserServer.STALL_NS);
        assertThat(bench.server.hasClient()).isFalse();
        assertThat(bench.count(VfioUserCounter.CLIENTS_STALLED)).isEqualTo(1);
    }

    @Test
    void clientThatReadsSlowlyGetsEveryAnswerWhole() {
        bench.connect();
        bench.negotiate();
        byte[] request = Body.message(1, 9, 0, Body.read(0, 0, 4096));
        int asked = 0;
        for (int i = 0; i < 600; i++) {
            if (bench.sendOnce(request) < 0) break;
            asked++;
            if (i % 4 == 0) bench.settle();
        }
        int answered = 0;
        for (int i = 0; i < 2 * asked + 10 && answered < asked; i++) {
            bench.settle();
            ServerBench.Reply reply = bench.poll();
            if (reply == null) continue;
            assertThat(reply.body()).hasSize(16 + 4096);
            answered++;
        }
        assertThat(answered).isEqualTo(asked);
        bench.settle();
        bench.stillServes();
    }

    @Test
    void clientThatNeverCatchesUpIsNotStalled() {
        bench.connect();
        bench.negotiate();
        byte[] request = Body.message(1, 9, 0, Body.read(0, 0, 4096));
        for (int i = 0; i < 300; i++) { // more than sockets hold
            bench.sendOnce(request);
            bench.settle();
        }
        for (int second = 0; second < 200; second++) {
            for (int i = 0; i < 60; i++) { // a socket makes room in pieces of its own
                if (bench.poll() != null) bench.sendOnce(request);
            }
            bench.settle();
            bench.time.advance(1_000_000_000);
            assertThat(bench.server.hasClient()).as("after %d seconds", second).isTrue();
        }
    }
}
