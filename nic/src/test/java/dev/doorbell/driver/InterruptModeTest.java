package dev.doorbell.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.LibraryRig.Chip;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.frame.FrameBatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A loop that takes interrupts, receives until nothing comes and waits: wherever in it a frame arrives,
/// the wait ends.
class InterruptModeTest {
    private static final long LONGEST_WAIT_NS = 1_000_000; // several gaps of the throttle

    private final FrameBatch out = new FrameBatch(8, 16, 0);
    private final FrameBatch in = new FrameBatch(64, 640, 0);

    static Stream<Arguments> cases() {
        return Stream.of(Chip.values())
                .flatMap(chip -> Stream.of(0, 8000)
                        .flatMap(rate -> Stream.of(0, 1, 2, 3).map(place -> Arguments.of(chip, rate, place))));
    }

    private void arrive(LibraryRig rig, TestFrames frames) {
        out.clear();
        frames.make(out, 1);
        assertEquals(1, rig.driver.transmit(out, 0));
        rig.settle();
    }

    private int receive(LibraryRig rig, TestFrames frames) {
        in.clear();
        rig.driver.receive(in);
        return frames.check(in);
    }

    /// As [InterruptWait] has it, where the caller lets the card work.
    private static boolean await(LibraryRig rig, long interruptsBefore) {
        for (long ns = 0; ns < LONGEST_WAIT_NS; ns += 1000) {
            if (rig.driver.interrupts() != interruptsBefore) return true;
            rig.pass(1000);
        }
        return rig.driver.interrupts() != interruptsBefore;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noPlaceInTheLoopLosesAWakeUp(Chip chip, int interruptsPerSecond, int place) {
        LibraryRig rig =
                new LibraryRig(chip, DriverOptions.DEFAULT.withInterrupts(Moderation.throttled(interruptsPerSecond)));
        rig.driver.start();
        TestFrames frames = new TestFrames(rig.memory, 60, rig.driver.macAddress(), rig.driver.macAddress());
        int sent = 0;
        int received = 0;

        for (int round = 0; round < 100; round++) {
            arrive(rig, frames);
            sent++;
            while (received < sent) {
                long before = rig.driver.interrupts();
                if (place == 0 && round % 3 == 0 && sent < 300) sent += extra(rig, frames);
                int causes = rig.driver.takeInterrupt();
                if (place == 1 && round % 3 == 0 && sent < 300) sent += extra(rig, frames);
                received += receive(rig, frames);
                if (place == 2 && round % 3 == 0 && sent < 300) sent += extra(rig, frames);
                if (received == sent) break;
                assertTrue(causes != 0 || await(rig, before), "round " + round + ": the frame wakes nobody");
            }
            rig.pass(round * 37L); // the throttle is met at every phase
        }

        assertEquals(sent, received);
        assertEquals(0, frames.damaged());
    }

    private int extra(LibraryRig rig, TestFrames frames) {
        arrive(rig, frames);
        return 1;
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void whatHappensWhileInterruptsAreOffIsToldOnceTheyAreOn(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        rig.driver.start();
        while (rig.driver.takeInterrupt() != 0) rig.pass(1000);
        TestFrames frames = new TestFrames(rig.memory, 60, rig.driver.macAddress(), rig.driver.macAddress());
        rig.driver.disableInterrupts();
        long before = rig.driver.interrupts();

        arrive(rig, frames);
        rig.pass(1_000_000);
        assertEquals(before, rig.driver.interrupts());
        rig.driver.enableInterrupts();

        assertTrue(await(rig, before), "it is told now");
        assertTrue(rig.driver.takeInterrupt() != 0);
        assertEquals(1, receive(rig, frames));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void linkThatComesUpIsToldByAnInterrupt(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        rig.driver.start();
        for (int i = 0; i < 4; i++) {
            rig.driver.takeInterrupt();
            rig.pass(1_000_000);
        }
        long before = rig.driver.linkChanges();

        rig.card.connectCable(false);
        for (int i = 0; i < 4; i++) {
            rig.pass(1_000_000);
            rig.driver.takeInterrupt();
        }

        assertEquals(1, rig.driver.linkChanges() - before);
        assertTrue(!rig.driver.linkUp());
    }

    @Test
    void causesAreTakenOnce() {
        LibraryRig rig = new LibraryRig(Chip.E1000, DriverOptions.DEFAULT.withInterrupts(Moderation.NONE));
        rig.driver.start();
        rig.driver.takeInterrupt();

        assertEquals(0, rig.driver.takeInterrupt());
    }
}
