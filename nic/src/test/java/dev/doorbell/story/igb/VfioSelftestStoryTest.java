package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.device.igb.statistics.IgbCounter;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The tests of Linux' vfio_pci_driver_test on virtual time: the driver's own sequence, every message
/// counted.
class VfioSelftestStoryTest {
    private static final int MEMORY_BYTES = 16 << 20;
    private static final long REGION = 12 << 20;
    private static final long SOURCE = 0; // the first address that there is
    private static final long TARGET = 5 << 20;
    private static final long UNMAPPED = 8L << 30;

    private final IgbSlot slot = new IgbSlot(new IgbOptions(IgbBench.MAC), MEMORY_BYTES);
    private final VfioSelftestDriver driver = new VfioSelftestDriver(slot, REGION);

    private void copy(long source, long target, int sizeBytes, int count) {
        byte[] content = new byte[sizeBytes];
        Arrays.fill(content, (byte) 'x');
        slot.put(source, content);
        byte[] before = new byte[sizeBytes + 64];
        Arrays.fill(before, (byte) 'y');
        slot.put(target, before);
        int messages = slot.messages();
        driver.startCopy(source, target, sizeBytes, count);
        assertTrue(driver.awaitCopy());

        assertArrayEquals(content, slot.get(target, sizeBytes));
        assertEquals('y', slot.get(target + sizeBytes, 1)[0], "not a byte more");
        assertEquals(messages, slot.messages(), "copies are polled for");
        assertFalse(slot.line());
    }

    private void sendMessage() {
        int messages = slot.messages();
        driver.sendMessage();
        slot.sleepUs(1000);
        assertEquals(messages + 1, slot.messages());
    }

    @Test
    void initAndRemoveAreRepeatable() {
        for (int i = 0; i < 10; i++) {
            driver.init();
            driver.remove();
        }
        assertEquals(0, slot.messages());
    }

    @Test
    void copiesOfEverySizeFromAddressZeroAndBackBesideIt() {
        driver.init();
        for (int size : new int[] {60, 61, 64, 128, 512, 1000, 1023, 1024}) {
            copy(SOURCE, TARGET, size, 1);
            copy(TARGET, SOURCE + 8, size, 3); // a buffer at 0 itself is a descriptor without one
        }
    }

    @Test
    void oneMessageForEachEvent() {
        driver.init();
        sendMessage();
        copy(SOURCE, TARGET, 1024, 1);
        sendMessage();
        sendMessage();
    }

    @Test
    void messagesAndCopiesMix() {
        driver.init();
        for (int i = 0; i < 10; i++) {
            copy(SOURCE, TARGET, 1024, VfioSelftestDriver.MOST_FRAMES);
            sendMessage();
        }
        assertEquals(10, slot.messages());
        assertEquals(10, slot.card.counters().get(IgbCounter.INTERRUPTS));
    }

    @Test
    void causesOfMaskedCopiesNeverBecomeAMessage() {
        driver.init();
        copy(SOURCE, TARGET, 1024, 100);
        slot.sleepUs(1_000_000);

        assertEquals(0, slot.messages());
    }

    @Test
    void unmappedSourceTimesOutAndTheResetFunctionWorks() {
        driver.init();
        driver.startCopy(UNMAPPED, TARGET, 1024, 10);
        assertFalse(driver.awaitCopy());
        assertEquals(0, slot.messages());

        copy(SOURCE, TARGET, 1024, 10);
        sendMessage();
    }

    @Test
    void unmappedTargetDoesNoHarmAndTheResetFunctionWorks() {
        slot.resetByConfigurationWrite();
        driver.init();
        driver.startCopy(SOURCE, UNMAPPED, 1024, 10);
        driver.awaitCopy(); // its result is of no interest
        assertEquals(0, slot.messages());

        copy(SOURCE, TARGET, 1024, 10);
        sendMessage();
    }

    @Test
    void stormOfBatches() {
        storm(new IgbSlot(new IgbOptions(IgbBench.MAC), MEMORY_BYTES), 30);
    }

    /// At the speed of the wire a batch takes 34.3 ms, of the 200 that the driver allows.
    @Test
    void stormAtLineRate() {
        IgbSlot paced = new IgbSlot(new IgbOptions(IgbBench.MAC).withLineRate(true), MEMORY_BYTES);
        long startNs = storm(paced, 30);
        long perBatchNs = (paced.time.nowNs() - startNs) / 30;
        assertTrue(perBatchNs >= 34_300_000 && perBatchNs < 36_000_000, perBatchNs + " ns for a batch");
    }

    /// A minute of the card's time, as the test itself runs it.
    @Tag("soak")
    @Test
    void stormAtLineRateOfAMinute() {
        storm(new IgbSlot(new IgbOptions(IgbBench.MAC).withLineRate(true), MEMORY_BYTES), 60_000 / 35);
    }

    private static long storm(IgbSlot slot, int batches) {
        VfioSelftestDriver driver = new VfioSelftestDriver(slot, REGION);
        driver.init();
        long startNs = slot.time.nowNs();
        for (int batch = 0; batch < batches; batch++) {
            slot.putLong(SOURCE + 500, batch);
            driver.startCopy(SOURCE, TARGET, 1024, VfioSelftestDriver.MOST_FRAMES);
            assertTrue(driver.awaitCopy(), "batch " + batch);
            assertEquals(batch, slot.getInt(TARGET + 500));
        }
        assertEquals(0, slot.messages());
        assertEquals(
                (long) batches * VfioSelftestDriver.MOST_FRAMES,
                slot.card.counters().get(IgbCounter.RECEIVE_FRAMES));
        return startNs;
    }
}
