package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.rate.TransmitArbiter;
import dev.doorbell.register.IgbRegister;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A guest that writes anything at any time to what the limiter looks at, on a link that changes its
/// speed.
class RateHostileTest {
    private static final IgbRegister[] REGISTERS = {
        IgbRegister.RTTDCS,
        IgbRegister.RTTDQSEL,
        IgbRegister.RTTDVMRC,
        IgbRegister.RTTBCNRM,
        IgbRegister.RTTBCNRC,
        IgbRegister.RTTBCNRC,
        IgbRegister.RTTBCNRS,
        IgbRegister.RTTBCNRD,
        IgbRegister.TXDCTL,
        IgbRegister.TXPBS
    };

    private static final int[] SPEEDS_MBPS = {10, 100, 1000};
    private static final int OPERATOR_QUEUE = 3;
    private static final int FRAME_BYTES = 1250;

    /// Nothing throws, starts never lie in the future, every queue can be freed, and the operator's
    /// rate holds.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfWritesLeavesAWorkingArbiter(long seed) {
        Random random = new Random(seed);
        RateBench bench = new RateBench(seed % 2 == 0);
        bench.arbiter.operatorRate(OPERATOR_QUEUE, 100_000_000);
        bench.ring(OPERATOR_QUEUE, 1_000_000, FRAME_BYTES);
        for (int step = 0; step < 5000; step++) {
            IgbRegister register = REGISTERS[random.nextInt(REGISTERS.length)];
            int index = random.nextInt(register.spec().count());
            int offset = register.spec().offset(index);
            bench.registers.write(offset, random.nextBoolean() ? random.nextInt() : -1 >>> random.nextInt(32));
            bench.registers.set(IgbRegister.TXPBS, random.nextInt()); // as a shared page would have it
            bench.registers.read(offset);
            if (random.nextInt(50) == 0) changeSpeed(bench, random);
            if (random.nextInt(200) == 0) bench.arbiter.reset();
            int queue = random.nextInt(16);
            if (queue != OPERATOR_QUEUE) bench.ring(queue, random.nextInt(5), random.nextInt(9729));
            bench.sleepThrough(random.nextLong(300_000));
            for (RateBench.Start start : bench.starts) assertTrue(start.ns() <= bench.time.nowNs());
            if (step % 100 == 0) check(bench, seed);
        }
        bench.write(IgbRegister.RTTBCNRD, 1 << 1);
        bench.linkMbps = 1000;
        bench.arbiter.speedChanged();
        bench.backlogFrames[OPERATOR_QUEUE] = 0;
        bench.sleepThrough(2_000_000_000);
        for (int queue = 0; queue < TransmitArbiter.QUEUES; queue++)
            assertTrue(bench.backlogFrames[queue] == 0, "queue " + queue + " is stuck, seed " + seed);
    }

    private static void changeSpeed(RateBench bench, Random random) {
        bench.linkMbps = SPEEDS_MBPS[random.nextInt(SPEEDS_MBPS.length)];
        bench.arbiter.speedChanged();
    }

    /// Frames of the operator's queue are 100 us apart, whatever else holds them up.
    private static void check(RateBench bench, long seed) {
        long frames = 0;
        for (RateBench.Start start : bench.starts) {
            assertTrue(start.ns() <= bench.time.nowNs(), "a start in the future, seed " + seed);
            if (start.queue() == OPERATOR_QUEUE) frames++;
        }
        long elapsedNs = bench.time.nowNs() - 1_000_000_000;
        assertTrue(frames <= 1 + elapsedNs / 100_000, frames + " frames in " + elapsedNs + " ns, seed " + seed);
    }
}
