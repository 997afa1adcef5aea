package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.SWSM_SMBI;
import static dev.doorbell.register.IgbBits.SWSM_SWESMBI;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.SWSM;
import static dev.doorbell.register.IgbRegister.SW_FW_SYNC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// The semaphores that guard PHY and EEPROM.
class SemaphoreStoryTest {
    private final IgbBench bench = IgbBench.withLink();

    @Test
    void whoReadsZeroFirstHasTheSoftwareSemaphore() {
        assertEquals(0, bench.read(SWSM) & SWSM_SMBI);
        assertEquals(SWSM_SMBI, bench.read(SWSM) & SWSM_SMBI, "the second reader waits");
        bench.write(SWSM, 0);

        assertEquals(0, bench.read(SWSM) & SWSM_SMBI);
    }

    /// The order in which igb takes the PHY: SMBI, SWESMBI, its bit in SW_FW_SYNC, both released.
    @Test
    void driverTakesAndReleasesThePhy() {
        assertEquals(0, bench.read(SWSM) & SWSM_SMBI);
        bench.write(SWSM, bench.read(SWSM) | SWSM_SWESMBI);
        assertEquals(SWSM_SWESMBI, bench.read(SWSM) & SWSM_SWESMBI);
        assertEquals(0, bench.read(SW_FW_SYNC));
        bench.write(SW_FW_SYNC, 1 << 1);
        bench.write(SWSM, bench.read(SWSM) & ~(SWSM_SMBI | SWSM_SWESMBI));

        assertEquals(1 << 1, bench.read(SW_FW_SYNC));
        assertEquals(0, bench.read(SWSM));
    }

    @Test
    void softwareResetReleasesThem() {
        bench.read(SWSM);
        bench.write(SW_FW_SYNC, 1);
        bench.write(CTRL, CTRL_RST);

        assertEquals(0, bench.read(SWSM));
        assertEquals(0, bench.read(SW_FW_SYNC));
    }
}
