package dev.doorbell.device.e1000;

import static dev.doorbell.register.CommunicationBlock.GUEST_TDT;
import static dev.doorbell.register.CommunicationBlock.HOST_NEED_TXKICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.e1000.DriverSide;
import dev.doorbell.memory.DmaBacking;
import dev.doorbell.memory.DmaTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Driver and card, a thread each, on one page: the driver stores a tail and kicks only when asked to,
/// the card sleeps without a limit once it has asked. Neither has another way to wake the other, so a
/// lost wake-up stops both.
@Tag("soak")
class ParavirtualPageSoakTest {
    private static final int ROUNDS = 2_000_000;
    private static final int LOOKS = 20; // before the card falls asleep
    private static final int LOST_AFTER_S = 60;
    private static final long PAGE_IOVA = 0x1_0000_0000L;

    private final MemorySegment memory = Arena.ofAuto().allocate(4096, 4096);
    private final Semaphore kicks = new Semaphore(0);
    private final AtomicInteger seen = new AtomicInteger();
    private int sleeps;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noWakeUpIsLost() throws InterruptedException {
        DriverSide driver = new DriverSide(memory, 0);
        DmaTable dma = new DmaTable();
        dma.map(PAGE_IOVA, 4096, DmaBacking.of(memory), 0, DmaTable.READ | DmaTable.WRITE);
        CommunicationWords words = new CommunicationWords(dma);
        words.moveTo(PAGE_IOVA);
        AtomicInteger lostAt = new AtomicInteger();
        Thread card = new Thread(() -> runCard(words, lostAt), "card");
        card.start();
        for (int tail = 1; tail <= ROUNDS; tail++) {
            if (driver.announceTransmit(tail)) kicks.release();
            while (seen.get() != tail && lostAt.get() == 0) Thread.onSpinWait();
            for (int i = tail % 64; i > 0; i--) Thread.onSpinWait(); // meets every instant of falling asleep
            if (lostAt.get() != 0) break;
        }
        card.join();

        assertEquals(0, lostAt.get(), "the card slept through this tail");
        assertEquals(ROUNDS, seen.get());
        assertTrue(sleeps > 0, "it never slept: nothing was tried");
    }

    private void runCard(CommunicationWords words, AtomicInteger lostAt) {
        int last = 0;
        int looks = 0;
        while (last < ROUNDS) {
            int tail = (int) words.load(GUEST_TDT);
            if (tail == last && ++looks < LOOKS) continue;
            if (tail == last) kicks.drainPermits(); // of tails seen without their kick
            if (tail == last) tail = (int) words.askForKick(HOST_NEED_TXKICK, GUEST_TDT);
            if (tail == last && !sleep()) {
                lostAt.set(last + 1);
                return;
            }
            if (looks >= LOOKS) words.storeFlag(HOST_NEED_TXKICK, false);
            looks = 0;
            last = (int) words.load(GUEST_TDT);
            seen.set(last);
        }
    }

    private boolean sleep() {
        sleeps++;
        try {
            return kicks.tryAcquire(LOST_AFTER_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
