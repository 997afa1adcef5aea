package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private static final long SEED = 0x1071;

    /// RFC 1071, section 4.1, as slowly as can be: one 16-bit word after the other.
    private static int oracle(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xFF) << 8;
            if (i + 1 < to) sum += bytes[i + 1] & 0xFF;
            if (sum > 0xFFFF) sum -= 0xFFFF;
        }
        return sum;
    }

    @Test
    void exampleOfTheRfc() {
        byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertEquals(0xDDF2, InternetChecksum.sum(Batches.memory(bytes), 0, 8));
    }

    @Test
    void everyShortLengthAtEveryAlignmentIsTheOracles() {
        byte[] bytes = Batches.random(new Random(SEED), 128);
        MemorySegment memory = Batches.memory(bytes);
        for (int from = 0; from < 16; from++)
            for (int to = from; to <= bytes.length; to++)
                assertEquals(
                        oracle(bytes, from, to), InternetChecksum.sum(memory, from, to - from), from + " to " + to);
    }

    @Test
    void longerLengthsAtEveryAlignmentAreTheOracles() {
        byte[] bytes = Batches.random(new Random(SEED), 400);
        MemorySegment memory = Batches.memory(bytes);
        for (int from = 0; from < 16; from++)
            for (int to = from + 240; to <= bytes.length; to++)
                assertEquals(
                        oracle(bytes, from, to), InternetChecksum.sum(memory, from, to - from), from + " to " + to);
    }

    @Test
    void longestRunOfOnesDoesNotOverflow() {
        MemorySegment memory = Arena.ofAuto().allocate(1 << 20);
        memory.fill((byte) 0xFF);
        assertEquals(0xFFFF, InternetChecksum.sum(memory, 0, 1 << 20));
        assertEquals(0xFF00, InternetChecksum.sum(memory, 0, (1 << 20) - 1));
    }

    @Test
    void rangesAcrossRandomSlicesAreTheOracles() {
        Random random = new Random(SEED);
        FrameBatch batch = new FrameBatch(1, 4096, 0);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = Batches.random(random, 1 + random.nextInt(3000));
            batch.clear();
            Batches.addScattered(batch, bytes, random);
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            assertEquals(
                    oracle(bytes, from, to),
                    InternetChecksum.sum(batch, 0, from, to),
                    "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void subtractingAPartLeavesTheRest() {
        Random random = new Random(SEED);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = Batches.random(random, 200);
            int cut = 2 * random.nextInt(100);
            int whole = oracle(bytes, 0, 200);
            int rest = InternetChecksum.subtract(whole, oracle(bytes, 0, cut));
            assertEquals(oracle(bytes, cut, 200) % 0xFFFF, rest % 0xFFFF, "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void zeroIsStoredAsAllOnes() {
        assertEquals(0xFFFF, InternetChecksum.toStore(0xFFFF));
        assertEquals(0xFFFF, InternetChecksum.toStore(0));
        assertEquals(0xFFFE, InternetChecksum.toStore(1));
        assertEquals(0x220D, InternetChecksum.toStore(0xDDF2));
    }
}
