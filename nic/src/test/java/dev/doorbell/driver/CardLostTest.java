package dev.doorbell.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.driver.LibraryRig.Chip;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A card that is pulled out from under its driver: a typed error wherever the driver asks it anything,
/// never a wait without an end.
class CardLostTest {
    private static final DriverOptions OPTIONS =
            DriverOptions.DEFAULT.withRingEntries(16).withInterrupts(Moderation.NONE);
    private static final long LONGEST_START_NS = 20_000_000_000L;

    @ParameterizedTest
    @EnumSource(Chip.class)
    void cardThatGoesDuringStartIsToldWheneverItGoes(Chip chip) {
        LibraryRig whole = new LibraryRig(chip, OPTIONS);
        whole.driver.start();
        long accesses = whole.slot.accesses();

        for (long gone = 0; gone < accesses - 1; gone += 23) {
            LibraryRig rig = new LibraryRig(chip, OPTIONS);
            rig.slot.pullOutAfter(gone);
            long fromNs = rig.time.nowNs();

            DriverException e = assertThrows(
                    DriverException.class,
                    () -> {
                        rig.driver.start();
                        rig.driver.checkPresent(); // the last steps only write
                    },
                    "gone after " + gone);

            assertThat(rig.time.nowNs() - fromNs)
                    .as("gone after " + gone + ": " + e)
                    .isLessThan(LONGEST_START_NS);
            rig.driver.close();
            rig.memory.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void cardThatGoesWhileItRunsIsToldByWhateverAsksIt(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, OPTIONS);
        rig.driver.start();
        rig.driver.takeInterrupt();
        TestFrames frames = new TestFrames(rig.memory, 60, rig.driver.macAddress(), rig.driver.macAddress());
        FrameBatch batch = new FrameBatch(8, 16, 0);
        frames.make(batch, 2);
        rig.driver.transmit(batch, 0);
        rig.settle(); // an interrupt is pending
        rig.slot.pullOutAfter(0);

        assertThrows(CardLostException.class, rig.driver::linkUp);
        assertThrows(CardLostException.class, rig.driver::checkPresent);
        assertThrows(CardLostException.class, () -> rig.driver.statistics().refresh());
        assertThrows(
                CardLostException.class, () -> rig.driver.knobs().getFirst().read());
        if (chip != Chip.IGB_MESSAGES) assertThrows(CardLostException.class, rig.driver::takeInterrupt);
        CardLostException e = assertThrows(CardLostException.class, rig.driver::linkUp);
        assertEquals("the card is gone: everything reads as all ones", e.getMessage());
        rig.driver.close();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void pollingLoopSeesNothingAndGetsNothingBackButItsBuffers(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, OPTIONS);
        FramePool pool = new FramePool(rig.memory, 40, 2048);
        rig.driver.usePool(pool);
        rig.driver.start();
        rig.slot.pullOutAfter(0);
        FrameBatch batch = new FrameBatch(32, 64, 0);
        for (int i = 0; i < 20; i++) pool.append(batch, pool.take(), 60);

        int taken = rig.driver.transmit(batch, 0);
        pool.give(batch, taken);
        rig.settle();

        assertThat(taken).as("what the ring holds").isBetween(1, 15);
        batch.clear();
        assertEquals(0, rig.driver.receive(batch));
        rig.driver.close();
        assertEquals(40, pool.free());
    }

    @Test
    void registerThatIsAllOnesIsNoProofAlone() {
        LibraryRig rig = new LibraryRig(Chip.E1000, OPTIONS);
        rig.driver.start();

        rig.driver.writeRegister(dev.doorbell.register.E1000Register.MTA, -1);

        assertEquals(-1, rig.driver.readRegister(dev.doorbell.register.E1000Register.MTA));
    }
}
