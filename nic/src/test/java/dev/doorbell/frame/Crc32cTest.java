package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    private static final long SEED = 9260;

    private static int oracle(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes) {
        return Crc32c.finish(Crc32c.update(Crc32c.START, Batches.memory(bytes), 0, bytes.length));
    }

    private static byte[] repeat(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void checkValueOfTheCatalogue() {
        assertEquals(0xE306_9283, crc("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    /// RFC 3720, B.4.
    @Test
    void vectorsOfIscsi() {
        byte[] rising = new byte[32];
        byte[] falling = new byte[32];
        for (int i = 0; i < 32; i++) {
            rising[i] = (byte) i;
            falling[i] = (byte) (31 - i);
        }
        assertEquals(0x8A91_36AA, crc(repeat(0)));
        assertEquals(0x62A8_AB43, crc(repeat(0xFF)));
        assertEquals(0x46DD_794E, crc(rising));
        assertEquals(0x113F_DB5C, crc(falling));
        byte[] read = HexFormat.of()
                .parseHex("01c00000000000000000000000000000" + "14000000000004000000001400000018"
                        + "28000000000000000200000000000000");
        assertEquals(0xD996_3A56, crc(read), "an iSCSI read command");
    }

    @Test
    void everyShortLengthIsTheJdks() {
        byte[] bytes = Batches.random(new Random(SEED), 80);
        for (int length = 0; length <= bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertEquals(oracle(part), crc(part), length + " bytes");
        }
    }

    @Test
    void rangesAcrossRandomSlicesAndZerosAreTheJdks() {
        Random random = new Random(SEED);
        FrameBatch batch = new FrameBatch(1, 4096, 0);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = Batches.random(random, 1 + random.nextInt(2000));
            batch.clear();
            Batches.addScattered(batch, bytes, random);
            int from = random.nextInt(bytes.length);
            int to = from + random.nextInt(bytes.length - from + 1);
            int zeros = random.nextInt(50);
            int running = Crc32c.update(Crc32c.START, batch, 0, from, to);
            running = Crc32c.updateZeros(running, zeros);
            assertEquals(
                    oracle(Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), to - from + zeros)),
                    Crc32c.finish(running),
                    "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void anSctpPacketsOwnFieldCountsAsZeros() {
        Random random = new Random(SEED);
        FrameBatch batch = new FrameBatch(1, 4096, 0);
        for (int round = 0; round < 200; round++) {
            int before = random.nextInt(60);
            byte[] frame = Batches.random(random, before + 12 + random.nextInt(1500));
            batch.clear();
            Batches.addScattered(batch, frame, random);
            byte[] packet = Arrays.copyOfRange(frame, before, frame.length);
            Arrays.fill(packet, 8, 12, (byte) 0);
            assertEquals(oracle(packet), Crc32c.ofSctp(batch, 0, before, frame.length), "round " + round);
        }
    }

    @Test
    void theWireHasTheLeastSignificantByteFirst() {
        var memory = Batches.memory(new byte[6]);
        Crc32c.write(memory, 1, 0x0102_0304);
        assertEquals(0x0102_0304, Crc32c.read(memory, 1));
        assertEquals(4, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 1));
        assertEquals(1, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 4));
    }
}
