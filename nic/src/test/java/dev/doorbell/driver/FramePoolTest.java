package dev.doorbell.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.LibraryRig.Chip;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Allocations;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Buffers of a pool: always somebody's, never lost, never two people's.
class FramePoolTest {
    private static final DriverOptions RING_OF_16 = DriverOptions.DEFAULT.withRingEntries(16);
    private static final int FRAME_BYTES = 60;
    private static final int NUMBER_AT = 20;

    private final FrameBatch batch = new FrameBatch(64, 640, 0);

    private static FramePool pool(LibraryRig rig, int buffers) {
        return new FramePool(rig.memory, buffers, 2048);
    }

    private static void fill(FramePool pool, int buffer, int number) {
        long at = pool.offset(buffer);
        pool.segment().asSlice(at, FRAME_BYTES).fill((byte) 0x5A);
        pool.segment().set(ValueLayout.JAVA_BYTE, at + 12, (byte) 0x88);
        pool.segment().set(ValueLayout.JAVA_BYTE, at + 13, (byte) 0xB5);
        pool.segment().set(ValueLayout.JAVA_INT_UNALIGNED, at + NUMBER_AT, number);
    }

    private static int number(FramePool pool, long offset) {
        return pool.segment().get(ValueLayout.JAVA_INT_UNALIGNED, offset + NUMBER_AT);
    }

    /// @return frames taken
    private int send(LibraryRig rig, FramePool pool, int first, int count) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            int buffer = pool.take();
            fill(pool, buffer, first + i);
            pool.append(batch, buffer, FRAME_BYTES);
        }
        int taken = rig.driver.transmit(batch, 0);
        pool.give(batch, taken);
        rig.settle();
        return taken;
    }

    private int receive(LibraryRig rig) {
        batch.clear();
        return rig.driver.receive(batch);
    }

    @Test
    void emptyPoolGivesNothingAndCountsIt() {
        FramePool pool = new FramePool(DriverMemory.local(1 << 20), 3, 2048);
        for (int i = 0; i < 3; i++) assertEquals(i, pool.take());

        assertEquals(FramePool.NONE, pool.take());

        assertEquals(1, pool.exhausted());
        assertEquals(0, pool.free());
        pool.give(1);
        assertEquals(1, pool.take());
        assertEquals(0, pool.misuses());
    }

    @Test
    void givingBackTwiceIsRefusedAndCounted() {
        FramePool pool = new FramePool(DriverMemory.local(1 << 20), 3, 2048);
        int buffer = pool.take();
        pool.give(buffer);

        assertThrows(AssertionError.class, () -> pool.give(buffer));
        assertThrows(AssertionError.class, () -> pool.give(-1));
        assertThrows(AssertionError.class, () -> pool.give(3));

        assertEquals(3, pool.misuses());
        assertEquals(3, pool.free());
    }

    @Test
    void cardsBufferIsNotTheUsersToGiveBackOrSend() {
        FramePool pool = new FramePool(DriverMemory.local(1 << 20), 3, 2048);
        int buffer = pool.take();
        assertTrue(pool.toCard(buffer));

        assertThrows(AssertionError.class, () -> pool.give(buffer));
        assertThrows(AssertionError.class, () -> pool.toCard(buffer));

        assertEquals(2, pool.misuses());
        pool.fromCard(buffer);
        assertEquals(3, pool.free());
    }

    @Test
    void everyByteBelongsToItsBuffer() {
        FramePool pool = new FramePool(DriverMemory.local(1 << 20), 3, 2048);

        assertEquals(0, pool.bufferAt(pool.offset(0)));
        assertEquals(2, pool.bufferAt(pool.offset(2) + 2047));
        assertEquals(FramePool.NONE, pool.bufferAt(pool.offset(0) - 1));
        assertEquals(FramePool.NONE, pool.bufferAt(pool.offset(2) + 2048));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void sentBuffersComeBackAndReceivedOnesStayTheUsers(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, RING_OF_16);
        FramePool pool = pool(rig, 64);
        rig.driver.usePool(pool);
        rig.driver.start();
        int atRest = pool.free();
        List<Integer> kept = new ArrayList<>();

        for (int round = 0; round < 100; round++) {
            assertEquals(2, send(rig, pool, 2 * round, 2));
            assertEquals(2, receive(rig), "round " + round);
            if (round < 10) { // one is kept, one given back
                kept.add(pool.bufferAt(batch.sliceOffset(batch.firstSlice(0))));
                pool.give(batch, 1);
            } else {
                pool.give(batch, 0);
            }
        }

        for (int i = 0; i < kept.size(); i++) assertEquals(2 * i, number(pool, pool.offset(kept.get(i))), "kept " + i);
        assertTrue(rig.driver.idle());
        for (int buffer : kept) pool.give(buffer);
        assertThat(atRest - pool.free())
                .as("descriptors that wait for a refill have none")
                .isLessThanOrEqualTo(0);
        assertEquals(0, pool.misuses());
        rig.driver.close();
        assertEquals(64, pool.free());
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void receivedBufferCanBeSentAsItIs(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, RING_OF_16);
        FramePool pool = pool(rig, 40);
        rig.driver.usePool(pool);
        rig.driver.start();
        send(rig, pool, 7, 1);

        for (int hop = 0; hop < 200; hop++) {
            assertEquals(1, receive(rig), "hop " + hop);
            assertEquals(7, number(pool, batch.sliceOffset(0)));
            assertEquals(1, rig.driver.transmit(batch, 0));
            rig.settle();
        }

        assertEquals(0, pool.misuses());
        rig.driver.close();
        assertEquals(40, pool.free());
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void receiverThatKeepsEverythingStallsAndGoesOnOnceItGives(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, RING_OF_16);
        FramePool pool = pool(rig, 24);
        rig.driver.usePool(pool);
        rig.driver.start();
        List<Integer> kept = new ArrayList<>();

        for (int i = 0; i < 60 && pool.free() > 0; i++) {
            send(rig, pool, i, 1);
            for (int f = 0, n = receive(rig); f < n; f++)
                kept.add(pool.bufferAt(batch.sliceOffset(batch.firstSlice(f))));
        }
        assertEquals(0, pool.free());
        assertThat(kept).doesNotHaveDuplicates();
        for (int buffer : kept) pool.give(buffer);
        receive(rig);
        pool.give(batch, 0);

        for (int i = 0; i < 40; i++) {
            send(rig, pool, 1000 + i, 1);
            int received = receive(rig);
            assertThat(received).as("frame " + i).isGreaterThanOrEqualTo(1);
            pool.give(batch, 0);
        }
        assertEquals(0, pool.misuses());
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void restartsLeakNothing(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, RING_OF_16);
        FramePool pool = pool(rig, 40);
        rig.driver.usePool(pool);
        rig.driver.start();
        int atRest = pool.free();

        for (int i = 0; i < 20; i++) {
            send(rig, pool, i, 3);
            if (i % 2 == 0) rig.driver.close(); // with frames under way
            rig.driver.start();
            assertEquals(atRest, pool.free(), "start " + i);
        }

        rig.driver.close();
        assertEquals(40, pool.free());
        assertEquals(0, pool.misuses());
    }

    @Test
    void poolThatDoesNotFitIsRefused() {
        LibraryRig rig = new LibraryRig(Chip.E1000, DriverOptions.DEFAULT.withBufferBytes(4096));

        assertThrows(IllegalArgumentException.class, () -> rig.driver.usePool(pool(rig, 32)));
        assertThrows(
                IllegalArgumentException.class,
                () -> rig.driver.usePool(new FramePool(DriverMemory.local(1 << 20), 16, 4096)));
        assertThrows(IllegalArgumentException.class, () -> new FramePool(rig.memory, 0, 2048));
        assertThrows(IllegalArgumentException.class, () -> new FramePool(rig.memory, 1, 2047));
    }

    @Test
    void ringThatGetsTooFewBuffersDoesNotStart() {
        LibraryRig rig = new LibraryRig(Chip.IGB_MESSAGES, RING_OF_16);
        FramePool pool = pool(rig, 7);
        rig.driver.usePool(pool);

        DriverException refused = assertThrows(DriverException.class, rig.driver::start);

        assertThat(refused.getMessage()).contains("too few free buffers");
        assertEquals(7, pool.free());
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void sendingAndReceivingAllocateNothing(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, RING_OF_16);
        FramePool pool = pool(rig, 64);
        rig.driver.usePool(pool);
        rig.driver.start();

        Allocations.assertAllocatesNothing(() -> {
            send(rig, pool, 1, 4);
            receive(rig);
            pool.give(batch, 0);
        });

        assertEquals(0, pool.misuses());
    }
}
