package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class FrameCheckSequenceTest {
    private static final long SEED = 802_3;

    private static int oracle(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Test
    void checkValueOfTheCatalogue() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        int running = FrameCheckSequence.update(FrameCheckSequence.START, Batches.memory(digits), 0, digits.length);
        assertEquals(0xCBF4_3926, FrameCheckSequence.finish(running));
    }

    @Test
    void everyShortLengthIsTheJdks() {
        byte[] bytes = Batches.random(new Random(SEED), 80);
        for (int length = 0; length <= bytes.length; length++) {
            int running = FrameCheckSequence.update(FrameCheckSequence.START, Batches.memory(bytes), 0, length);
            assertEquals(oracle(Arrays.copyOf(bytes, length)), FrameCheckSequence.finish(running));
        }
    }

    @Test
    void rangesAcrossRandomSlicesAndPaddingAreTheJdks() {
        Random random = new Random(SEED);
        FrameBatch batch = new FrameBatch(1, 4096, 0);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = Batches.random(random, 1 + random.nextInt(2000));
            batch.clear();
            Batches.addScattered(batch, bytes, random);
            int from = random.nextInt(bytes.length);
            int to = from + random.nextInt(bytes.length - from + 1);
            int zeros = random.nextInt(50);
            int running = FrameCheckSequence.update(FrameCheckSequence.START, batch, 0, from, to);
            running = FrameCheckSequence.updateZeros(running, zeros);
            assertEquals(
                    oracle(Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), to - from + zeros)),
                    FrameCheckSequence.finish(running),
                    "seed " + SEED + ", round " + round);
        }
    }
}
