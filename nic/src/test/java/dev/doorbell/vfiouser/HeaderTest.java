package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.linux.Files;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Headers and the stream: sizes, types, ids, messages cut anywhere, descriptors and the message they
/// belong to.
class HeaderTest {
    private static final int REGION_READ = 9;
    private static final int REGION_WRITE = 10;

    private final ServerBench bench = ServerBench.connected();

    @AfterEach
    void close() {
        bench.close();
    }

    private static byte[] header(int id, int command, long size, int flags) {
        return Body.of().u16(id).u16(command).u32(size).u32(flags).u32(0).done();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, (1 << 20) + 33, 0x7FFF_FFFF, 0x8000_0000L, 0xFFFF_FFFFL})
    void sizeThatCannotBeEndsTheSessionWithARefusal(long size) {
        bench.send(header(7, REGION_READ, size, 0));
        bench.settle();
        Reply reply = bench.next();
        assertThat(reply.id).isEqualTo(7);
        assertThat(reply.errno).isEqualTo(Errno.EINVAL);
        assertThat(bench.next().isEnd()).isTrue();
        assertThat(bench.count(VfioUserCounter.STREAMS_BROKEN)).isEqualTo(1);
        assertThat(bench.server.hasClient()).isFalse();
        assertThat(bench.function.resets).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 15})
    void typeThatDoesNotExistIsRefused(int type) {
        bench.send(Body.message(7, REGION_READ, type, Body.read(0, 0, 4)));
        bench.settle();
        assertThat(bench.next().errno).isEqualTo(Errno.EINVAL);
        assertThat(bench.function.accesses).isEmpty();
        bench.stillServes();
    }

    @Test
    void replyNobodyAskedForIsDropped() {
        int fd = ServerBench.memoryFile(4096);
        long before = ServerBench.openDescriptors();
        bench.send(Body.message(7, REGION_READ, 1, Body.read(0, 0, 4)), fd);
        bench.send(Body.message(0, 11, 1, new byte[32]));
        bench.send(Body.message(0, 12, 0x21, new byte[0]));
        bench.settle();
        assertThat(bench.poll()).isNull();
        assertThat(bench.count(VfioUserCounter.REPLIES_UNASKED)).isEqualTo(3);
        assertThat(bench.count(VfioUserCounter.DESCRIPTORS_STRAY)).isEqualTo(1);
        assertThat(ServerBench.openDescriptors()).isEqualTo(before);
        bench.stillServes();
        Files.close(fd);
    }

    @Test
    void idsAreEchoedAndMayRepeat() {
        for (int id : new int[] {0, 1, 0xFFFF, 0x8000, 0x8000})
            bench.send(Body.message(id, REGION_READ, 0, Body.read(0, 0, 4)));
        bench.settle();
        for (int id : new int[] {0, 1, 0xFFFF, 0x8000, 0x8000})
            assertThat(bench.next().id).isEqualTo(id);
    }

    @Test
    void messageThatArrivesByteByByteIsOneMessage() {
        byte[] message = Body.message(3, REGION_WRITE, 0, Body.write32(0, 4, 0x55));
        for (byte one : message) {
            assertThat(bench.poll()).isNull();
            bench.send(new byte[] {one});
            bench.settle();
        }
        assertThat(bench.next().id).isEqualTo(3);
        assertThat(bench.function.accesses).containsExactly("w0+4/4=55");
    }

    @Test
    void descriptorBelongsToItsMessageWhereverTheStreamIsCut() {
        int eventfd = ServerBench.eventfd();
        byte[] before = Body.message(1, REGION_READ, 0, Body.read(0, 0, 4));
        byte[] with = Body.message(2, 8, 0, Body.setIrqs(0x24, 2, 0, 1));
        byte[] after = Body.message(3, REGION_READ, 0, Body.read(0, 0, 4));
        for (int cut = 1; cut < with.length; cut++) {
            bench.send(before);
            bench.send(Arrays.copyOf(with, cut), eventfd);
            if (cut % 2 == 0) bench.settle();
            bench.send(Arrays.copyOfRange(with, cut, with.length));
            bench.send(after);
            bench.settle();
            for (int id = 1; id <= 3; id++) {
                Reply reply = bench.next();
                assertThat(reply.id).isEqualTo(id);
                assertThat(reply.refused()).as("cut at %d", cut).isFalse();
            }
        }
        assertThat(bench.count(VfioUserCounter.DESCRIPTORS_STRAY)).isZero();
        Files.close(eventfd);
    }

    @Test
    void descriptorsOfManyMessagesInOneBatchStayApart() {
        int eventfd = ServerBench.eventfd();
        long before = ServerBench.openDescriptors();
        for (int i = 0; i < 40; i++) {
            bench.send(Body.message(i, REGION_READ, 0, Body.read(0, 0, 4)));
            bench.send(Body.message(100 + i, 8, 0, Body.setIrqs(0x24, 2, i, 1)), eventfd);
        }
        bench.settle();
        for (int i = 0; i < 80; i++) assertThat(bench.next().refused()).isFalse();
        assertThat(ServerBench.openDescriptors()).isEqualTo(before + 40);
        Files.close(eventfd);
    }

    @Test
    void moreDescriptorsThanAreLetInRefuseTheMessageOnly() {
        int[] many = new int[60];
        Arrays.fill(many, ServerBench.eventfd());
        long before = ServerBench.openDescriptors();
        assertThat(bench.refused(8, Body.setIrqs(0x24, 2, 0, 40), many)).isEqualTo(Errno.EINVAL);
        assertThat(ServerBench.openDescriptors()).isEqualTo(before);
        bench.stillServes();
        Files.close(many[0]);
    }

    @Test
    void strayDescriptorsOfEveryCommandAreClosed() {
        int fd = ServerBench.memoryFile(4096);
        long before = ServerBench.openDescriptors();
        List<byte[]> bodies = List.of(
                Body.read(0, 0, 4), Body.write32(0, 0, 1), Body.irqInfo(0), Body.regionInfo(32, 0), new byte[0]);
        int[] commands = {9, 10, 7, 5, 13};
        for (int i = 0; i < commands.length; i++) bench.ok(commands[i], bodies.get(i), fd, fd);
        bench.refused(99, new byte[0], fd);
        assertThat(ServerBench.openDescriptors()).isEqualTo(before);
        assertThat(bench.count(VfioUserCounter.DESCRIPTORS_STRAY)).isEqualTo(11);
        Files.close(fd);
    }

    @Test
    void moreMessagesThanADutyCycleHandlesAreHandledInTheNext() {
        int count = 3 * Session.LIMIT_MESSAGES;
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) batch.writeBytes(Body.message(i, REGION_WRITE, 0x10, Body.write32(0, 0, i)));
        bench.sendOnce(batch.toByteArray());
        bench.server.doWork();
        assertThat(bench.function.accesses).hasSize(Session.LIMIT_MESSAGES);
        assertThat(bench.server.hasPendingWork()).isTrue();
        bench.settle();
        assertThat(bench.function.accesses).hasSize(count);
    }

    @Test
    void largestMessagePassesBothWays() {
        byte[] data = new byte[1 << 20];
        assertThat(bench.refused(REGION_WRITE, Body.write(0, 0, data))).isEqualTo(Errno.EINVAL); // beyond the BAR
        bench.stillServes();
    }

    /// Whatever comes, the server answers or hangs up, and serves the next client.
    @Test
    void chanceNeverBreaksTheServer() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            bench.disconnect();
            bench.connect();
            if (random.nextInt(8) != 0) bench.negotiate();
            for (int i = 0; i < 20; i++) {
                byte[] body = new byte[random.nextInt(64)];
                random.nextBytes(body);
                for (int k = 0; k < body.length; k++) if (random.nextInt(3) != 0) body[k] = (byte) random.nextInt(3);
                if (body.length > 4 && random.nextBoolean()) body[0] = (byte) body.length;
                byte[] message = Body.message(i, random.nextInt(20), random.nextInt(4) * 0x10, body);
                if (random.nextInt(30) == 0) message[4] = (byte) random.nextInt();
                if (bench.send(message) < 0) break;
                bench.settle();
            }
            while (true) { // bounded by what was answered
                Reply reply = bench.poll();
                if (reply == null || reply.isEnd()) break;
                assertThat(reply.flags & 0xF).as("--seed %d", seed).isEqualTo(1);
            }
        }
        bench.disconnect();
        bench.connect();
        bench.negotiate();
        bench.stillServes();
    }
}
