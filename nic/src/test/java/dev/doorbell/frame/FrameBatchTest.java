package dev.doorbell.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameBatchTest {
    private static final long SEED = 5;

    @Test
    void rangesOfAFrameBecomeAnotherFrameWithoutCopies() {
        Random random = new Random(SEED);
        FrameBatch source = new FrameBatch(1, 1024, 0);
        FrameBatch target = new FrameBatch(1, 2048, 0);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = Batches.random(random, 1 + random.nextInt(500));
            source.clear();
            target.clear();
            Batches.addScattered(source, bytes, random);
            int cut = random.nextInt(bytes.length + 1);
            target.beginFrame();
            assertTrue(target.addRange(source, 0, cut, bytes.length - cut));
            assertTrue(target.addRange(source, 0, 0, cut));
            target.endFrame();
            byte[] expected = new byte[bytes.length];
            System.arraycopy(bytes, cut, expected, 0, bytes.length - cut);
            System.arraycopy(bytes, 0, expected, bytes.length - cut, cut);
            assertArrayEquals(expected, Batches.bytes(target, 0), "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void rangeBeyondTheFramesEndAddsWhatIsThere() {
        FrameBatch source = new FrameBatch(1, 4, 0);
        Batches.add(source, new byte[] {1, 2, 3});
        FrameBatch target = new FrameBatch(1, 4, 0);
        target.beginFrame();
        assertTrue(target.addRange(source, 0, 2, 9));
        assertEquals(1, target.openFrameBytes());
    }

    @Test
    void abandonedFrameGivesItsSlicesAndScratchBack() {
        FrameBatch batch = new FrameBatch(4, 4, 64);
        batch.beginFrame();
        assertEquals(0, batch.takeScratch(64));
        assertEquals(-1, batch.takeScratch(1));
        batch.addSlice(batch.scratch(), 0, 64);
        batch.openChecksum(batch.openFrame(), 14, 2);
        batch.vouchForChecksum(batch.openFrame());
        batch.abandonFrame();
        assertEquals(4, batch.freeSlices());
        assertEquals(0, batch.takeScratch(8));
        batch.beginFrame();
        batch.endFrame();
        assertEquals(FrameBatch.CHECKSUM_COMPLETE, batch.checksumStart(0));
        assertFalse(batch.checksumVouched(0));
    }

    @Test
    void sliceThatFindsNoRoomIsRefused() {
        FrameBatch batch = new FrameBatch(1, 2, 64);
        batch.beginFrame();
        assertTrue(batch.addSlice(batch.scratch(), 0, 8));
        assertTrue(batch.addSlice(batch.scratch(), 0, 8));
        assertFalse(batch.addSlice(batch.scratch(), 0, 8));
        assertFalse(batch.padTo(60));
        assertEquals(16, batch.openFrameBytes());
    }

    @Test
    void paddingIsZerosUpToTheLength() {
        FrameBatch batch = new FrameBatch(2, 8, 0);
        batch.beginFrame();
        batch.addSlice(Batches.memory(new byte[] {9, 9, 9}), 0, 3);
        assertTrue(batch.padTo(60));
        assertTrue(batch.padTo(14), "long enough already");
        batch.endFrame();
        assertArrayEquals(Arrays.copyOf(new byte[] {9, 9, 9}, 60), Batches.bytes(batch, 0));
    }
}
