package dev.doorbell.vfiouser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.linux.Errno;
import dev.doorbell.vfiouser.ServerBench.Reply;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// REGION_READ, REGION_WRITE and REGION_WRITE_MULTI: how accesses are cut, ordered, answered and refused.
class RegionAccessTest {
    private static final int READ = 9;
    private static final int WRITE = 10;
    private static final int MULTI = 15;

    private final ServerBench bench = ServerBench.connected();

    @AfterEach
    void close() {
        bench.stillServes();
        bench.close();
    }

    private static Body multi(long count) {
        return Body.of().u64(count);
    }

    private static void entry(Body body, int region, long offset, int count, long value) {
        body.u64(offset).u32(region).u32(count).u64(value);
    }

    @Test
    void readIsAnsweredWithItsAccessAndTheBytes() {
        bench.function.bar0.putLong(8, 0x8877_6655_4433_2211L);
        assertThat(bench.ok(READ, Body.read(0, 8, 8)).body())
                .isEqualTo(Body.of()
                        .u64(8)
                        .u32(0)
                        .u32(8)
                        .u64(0x8877_6655_4433_2211L)
                        .done());
        assertThat(bench.ok(READ, Body.read(0, 9, 1)).view().get(16)).isEqualTo((byte) 0x22);
    }

    @Test
    void writeIsAnsweredWithItsAccessOnly() {
        assertThat(bench.ok(WRITE, Body.write32(0, 0x10, 0xCAFE)).body())
                .isEqualTo(Body.of().u64(0x10).u32(0).u32(4).done());
        assertThat(bench.function.accesses).containsExactly("w0+10/4=cafe");
    }

    @Test
    void wordsInTheirPlaceAreOneAccess() {
        for (int size = 1; size <= 8; size *= 2) {
            bench.ok(READ, Body.read(0, 8, size));
            bench.ok(WRITE, Body.write(0, 8, Arrays.copyOf(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, size)));
        }
        assertThat(bench.function.accesses)
                .containsExactly(
                        "r0+8/1",
                        "w0+8/1=1",
                        "r0+8/2",
                        "w0+8/2=201",
                        "r0+8/4",
                        "w0+8/4=4030201",
                        "r0+8/8",
                        "w0+8/8=807060504030201");
    }

    @Test
    void otherCountsAndPlacesAreCutIntoWords() {
        bench.ok(READ, Body.read(0, 1, 8));
        assertThat(bench.function.accesses).containsExactly("r0+1/1", "r0+2/2", "r0+4/4", "r0+8/1");
        bench.function.accesses.clear();
        bench.ok(WRITE, Body.write(0, 0x12, new byte[] {1, 2, 3, 4, 5, 6, 7}));
        assertThat(bench.function.accesses).containsExactly("w0+12/2=201", "w0+14/4=6050403", "w0+18/1=7");
        bench.function.accesses.clear();
        assertThat(bench.ok(READ, Body.read(7, 0, 256)).body()).hasSize(16 + 256);
        assertThat(bench.function.accesses).hasSize(64).contains("r7+fc/4");
        bench.function.accesses.clear();
        Reply rom = bench.ok(READ, Body.read(6, 0, ToyFunction.ROM_BYTES));
        assertThat(rom.body()[16 + 100]).isEqualTo((byte) 300);
    }

    @Test
    void accessOfNothingIsDone() {
        assertThat(bench.ok(READ, Body.read(0, 0, 0)).body()).isEqualTo(Body.read(0, 0, 0));
        assertThat(bench.ok(WRITE, Body.read(0, ToyFunction.BAR0_BYTES, 0)).body())
                .hasSize(16);
        assertThat(bench.function.accesses).isEmpty();
    }

    @Test
    void accessOutsideItsRegionIsRefused() {
        long[][] cases = { // region, offset, count
            {0, 4096, 1},
            {0, 4095, 2},
            {0, 4092, 8},
            {0, -1, 1},
            {0, Long.MIN_VALUE, 4},
            {0, Long.MAX_VALUE, 4},
            {0, 0, 4097},
            {0, 0, 1 << 20},
            {1, 16, 1},
            {2, 0, 1},
            {8, 0, 1},
            {9, 0, 1},
            {-1, 0, 1},
            {Integer.MAX_VALUE, 0, 4},
            {7, 256, 4},
            {0, 0, (1 << 20) + 1},
            {0, 0, -1},
            {0, 0, Integer.MIN_VALUE}
        };
        for (long[] c : cases)
            assertThat(bench.refused(READ, Body.read((int) c[0], c[1], (int) c[2])))
                    .as(Arrays.toString(c))
                    .isEqualTo(Errno.EINVAL);
        for (long[] c : cases) {
            byte[] data = new byte[c[2] < 0 ? 1 : (int) Math.min(c[2], 1 << 20)];
            byte[] body = Body.of().u64(c[1]).u32(c[0]).u32(c[2]).bytes(data).done();
            assertThat(bench.refused(WRITE, body)).as(Arrays.toString(c)).isEqualTo(Errno.EINVAL);
        }
        assertThat(bench.function.accesses).isEmpty();
    }

    @Test
    void countAndSizeMustAgree() {
        byte[] right = Body.write32(0, 0, 1);
        for (int size = 0; size < right.length; size++)
            assertThat(bench.refused(WRITE, Arrays.copyOf(right, size))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(WRITE, Arrays.copyOf(right, right.length + 1))).isEqualTo(Errno.EINVAL);
        byte[] read = Body.read(0, 0, 4);
        for (int size = 0; size < read.length; size++)
            assertThat(bench.refused(READ, Arrays.copyOf(read, size))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(READ, Arrays.copyOf(read, 20))).isEqualTo(Errno.EINVAL);
        assertThat(bench.function.accesses).isEmpty();
    }

    @Test
    void postedWritesAreMadeInOrderAndNotAnswered() {
        for (int i = 0; i < 10; i++) bench.send(Body.message(i, WRITE, 0x10, Body.write32(0, 4L * i, i)));
        bench.send(Body.message(10, READ, 0, Body.read(0, 36, 4)));
        bench.settle();
        Reply reply = bench.next();
        assertThat(reply.id).isEqualTo(10);
        assertThat(reply.view().getInt(16)).isEqualTo(9);
        assertThat(bench.poll()).isNull();
        for (int i = 0; i < 10; i++)
            assertThat(bench.function.accesses.get(i))
                    .isEqualTo("w0+" + Integer.toHexString(4 * i) + "/4=" + Integer.toHexString(i));
        assertThat(bench.count(VfioUserCounter.REGION_WRITE_POSTED)).isEqualTo(10);
    }

    @Test
    void postedReadHasItsSideEffectAndNoAnswer() {
        bench.post(READ, Body.read(0, 0, 4));
        bench.post(WRITE, Body.write32(2, 0, 4)); // refused, and nobody hears of it
        assertThat(bench.poll()).isNull();
        assertThat(bench.function.accesses).containsExactly("r0+0/4");
        assertThat(bench.count(VfioUserCounter.UNANSWERED_REFUSALS)).isEqualTo(1);
    }

    @Test
    void batchOfRequestsIsAnsweredWithOneSend() {
        java.io.ByteArrayOutputStream batch = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) batch.writeBytes(Body.message(i, READ, 0, Body.read(0, 4L * i, 4)));
        long sends = bench.count(VfioUserCounter.SENDS);
        bench.send(batch.toByteArray());
        bench.settle();
        for (int i = 0; i < 100; i++) assertThat(bench.next().id).isEqualTo(i);
        assertThat(bench.count(VfioUserCounter.SENDS) - sends).isEqualTo(1);
    }

    @Test
    void packedWritesAreMadeInOrder() {
        Body body = multi(3);
        entry(body, 0, 0x20, 4, 0x11);
        entry(body, 7, 0x3C, 1, 0x22);
        entry(body, 0, 0x20, 8, -1L);
        assertThat(bench.ok(MULTI, body.done()).body())
                .isEqualTo(Body.of().u64(3).done());
        assertThat(bench.function.accesses).containsExactly("w0+20/4=11", "w7+3c/1=22", "w0+20/8=ffffffffffffffff");
        bench.post(MULTI, body.done());
        assertThat(bench.poll()).isNull();
        assertThat(bench.count(VfioUserCounter.REGION_WRITE_PACKED)).isEqualTo(6);
    }

    @Test
    void twoHundredPackedWritesAreTheMost() {
        Body most = multi(200);
        for (int i = 0; i < 200; i++) entry(most, 0, 4L * i, 4, i);
        bench.ok(MULTI, most.done());
        Body more = multi(201);
        for (int i = 0; i < 201; i++) entry(more, 0, 4L * i, 4, i);
        assertThat(bench.refused(MULTI, more.done())).isEqualTo(Errno.EINVAL);
        assertThat(bench.function.accesses).hasSize(200);
        bench.ok(MULTI, multi(0).done());
    }

    @Test
    void onePackedWriteThatCannotBeRefusesAll() {
        long[][] wrong = { // region, offset, count
            {0, 4096, 1}, {0, 0, 9}, {0, 0, -1}, {9, 0, 4}, {-1, 0, 4}, {0, -1, 4}, {2, 0, 4}
        };
        for (long[] w : wrong) {
            Body body = multi(2);
            entry(body, 0, 0, 4, 1);
            entry(body, (int) w[0], w[1], (int) w[2], 1);
            assertThat(bench.refused(MULTI, body.done())).as(Arrays.toString(w)).isEqualTo(Errno.EINVAL);
        }
        Body one = multi(1);
        entry(one, 0, 0, 4, 1);
        byte[] right = one.done();
        for (int size = 0; size < right.length; size++)
            assertThat(bench.refused(MULTI, Arrays.copyOf(right, size))).isEqualTo(Errno.EINVAL);
        assertThat(bench.refused(MULTI, Arrays.copyOf(right, right.length + 24)))
                .isEqualTo(Errno.EINVAL);
        for (long count : new long[] {-1, Long.MIN_VALUE, 0, 2, 1L << 32, (1L << 32) + 1}) {
            byte[] body = Body.of()
                    .u64(count)
                    .bytes(Arrays.copyOfRange(right, 8, right.length))
                    .done();
            assertThat(bench.refused(MULTI, body)).as("%d", count).isEqualTo(Errno.EINVAL);
        }
        assertThat(bench.function.accesses).isEmpty();
    }
}
