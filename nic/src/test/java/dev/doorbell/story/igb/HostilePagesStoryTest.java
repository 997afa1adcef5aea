package dev.doorbell.story.igb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.story.Frames;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A guest that stores anything anywhere in the shared pages, with the card working meanwhile: nothing
/// throws, no duty cycle runs without end, and a reset gives clean pages and a working card.
class HostilePagesStoryTest {
    private static final int ACTIONS = 3000;
    private static final int NOISE_BYTES = 8 << 20;
    private static final int CYCLE_LIMIT = 20_000;
    private static final int[] PAGES = {0x2000, 0x3000, 0xC000, 0xE000};
    private static final int PAGE_BYTES = 4096;

    private final IgbBench bench = IgbBench.shared().awaitLink();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomStoresNeverThrowAndAResetGivesAWorkingCardBack(long seed) {
        torment(seed);
    }

    /// Seeds nobody has tried: a failure names the one to add to the list above.
    @Tag("soak")
    @RepeatedTest(500)
    void freshSeedsDoNoMore() {
        long seed = new SecureRandom().nextLong();
        try {
            torment(seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void torment(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] noise = new byte[NOISE_BYTES];
        random.nextBytes(noise);
        bench.memory.put(0, noise);
        for (int action = 0; action < ACTIONS; action++) {
            act(random);
            int done = bench.card.doWork();
            assertThat(done).as("units of work in one duty cycle").isLessThan(CYCLE_LIMIT);
        }

        bench.card.reset();
        IgbBench fresh = IgbBench.shared();
        for (int page : PAGES)
            for (int offset = page; offset < page + PAGE_BYTES; offset += 4)
                assertThat(bench.readAt(offset)).isEqualTo(fresh.readAt(offset));
        bench.wire.room(Integer.MAX_VALUE);
        bench.memory.answerNotYet(0);
        bench.awaitLink();
        bench.runUntilIdle();
        bench.wire.takeAll();
        byte[] frame = Frames.toPeer(100, 1);
        TransmitRing.start(bench, 2).append(frame).ring();
        assertThat(bench.wire.takeOnly()).isEqualTo(frame);
    }

    private void act(SplittableRandom random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                int offset = PAGES[random.nextInt(PAGES.length)] + (random.nextInt(PAGE_BYTES) & ~3);
                bench.writeAt(offset, value(random));
            }
            case 4 -> {
                int page = PAGES[random.nextInt(PAGES.length)];
                int fill = value(random);
                for (int offset = page; offset < page + PAGE_BYTES; offset += 4) bench.writeAt(offset, fill);
            }
            case 5 -> {
                bench.write(IgbRegister.TCTL, random.nextInt(4) == 0 ? 0 : 2);
                bench.write(IgbRegister.RCTL, random.nextInt(4) == 0 ? 0 : 0x8002 | random.nextInt(16) << 3);
            }
            case 6 -> setUp(random);
            case 7 -> {
                byte[] frame = new byte[random.nextInt(1, 3000)];
                random.nextBytes(frame);
                bench.wire.arrive(frame);
            }
            case 8 -> {
                bench.wire.room(random.nextInt(100));
                bench.memory.answerNotYet(random.nextInt(3));
            }
            default -> bench.time.advance(random.nextInt(2_000_000));
        }
    }

    /// A driver's set-up, so that rings run and are not only disturbed.
    private void setUp(SplittableRandom random) {
        int queue = random.nextInt(IgbRegister.QUEUES);
        boolean transmit = random.nextBoolean();
        bench.write(transmit ? IgbRegister.TDBAH : IgbRegister.RDBAH, queue, 0);
        bench.write(transmit ? IgbRegister.TDBAL : IgbRegister.RDBAL, queue, random.nextInt(NOISE_BYTES));
        bench.write(transmit ? IgbRegister.TDLEN : IgbRegister.RDLEN, queue, 128 << random.nextInt(6));
        bench.write(transmit ? IgbRegister.TXDCTL : IgbRegister.RXDCTL, queue, 1 << 25);
        bench.write(transmit ? IgbRegister.TDT : IgbRegister.RDT, queue, random.nextInt(64));
    }

    private static int value(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(256);
            case 2 -> 1 << random.nextInt(32);
            default -> random.nextInt(0x1_0000);
        };
    }
}
