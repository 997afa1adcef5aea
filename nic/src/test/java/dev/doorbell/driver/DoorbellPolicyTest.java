package dev.doorbell.driver;

import static dev.doorbell.driver.DoorbellPolicy.BATCH;
import static dev.doorbell.driver.DoorbellPolicy.DEFERRED;
import static dev.doorbell.driver.DoorbellPolicy.IMMEDIATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.driver.PolicyRig.Chip;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Doorbell policies on both cards under virtual time: how many tail writes, and that no frame is lost,
/// also when the last one before a quiet was deferred.
class DoorbellPolicyTest {
    private static final int PER_SECOND = 8_000; // Linux's and FreeBSD's usual throttle
    private static final long FRAME_NS = 7_000; // a guest's frame: 140 kpps
    private static final int FRAMES = 10_000;

    private static PolicyRig moderated(Chip chip) {
        return new PolicyRig(chip, true, PER_SECOND);
    }

    /// Single frames at full load.
    private static long doorbellsFor(Chip chip, DoorbellPolicy policy) {
        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(policy);
        for (int i = 0; i < FRAMES; i++) {
            rig.send(1);
            rig.pass(FRAME_NS);
            rig.handle();
        }
        rig.assertNothingLost();
        return rig.driver.transmitDoorbells();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void deferralCutsTheDoorbellsOfSingleFramesToATenthAndLosesNone(Chip chip) {
        assertEquals(FRAMES, doorbellsFor(chip, IMMEDIATE));
        assertEquals(FRAMES, doorbellsFor(chip, BATCH));
        // an interrupt every 125 us, so 18 frames for a doorbell
        assertThat(doorbellsFor(chip, DEFERRED)).isBetween(FRAMES / 20L, FRAMES / 10L);
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void lastFrameBeforeAQuietIsSentByTheHandlerOfTheInterruptBefore(Chip chip) {
        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(DEFERRED);
        rig.send(1);
        rig.send(1);
        assertEquals(1, rig.driver.transmitDoorbells(), "the second is owed");
        rig.pass(10_000_000);
        assertFalse(rig.driver.idle(), "nobody took the interrupt");

        rig.handle();

        assertEquals(2, rig.driver.transmitDoorbells());
        rig.assertNothingLost();
        rig.send(1);
        assertEquals(3, rig.driver.transmitDoorbells(), "after a quiet the first is told at once");
        rig.assertNothingLost();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void interruptWithNothingOwedEndsTheWait(Chip chip) {
        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(DEFERRED);
        for (int i = 0; i < 50; i++) {
            rig.send(1);
            rig.serve(1_000_000);
        }

        assertEquals(50, rig.driver.transmitDoorbells(), "far apart each is told at once");
        rig.assertNothingLost();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void fullRingIsToldAtOnce(Chip chip) {
        PolicyRig rig = new PolicyRig(chip, true, Moderation.throttled(200), 16);
        rig.driver.doorbells(DEFERRED);
        int taken = 0;
        for (int i = 0; i < 20; i++) taken += rig.offer(1);
        assertThat(taken).isBetween(13, 15);
        assertEquals(2, rig.driver.transmitDoorbells(), "the first, and what was owed when one found no room");

        rig.pass(1_000_000);

        assertEquals(1, rig.offer(1), "room again, long before the next interrupt");
        rig.assertNothingLost();
    }

    @Test
    void delayedReportsInterruptTooAndNothingIsLost() {
        PolicyRig rig = new PolicyRig(Chip.E1000, true, new Moderation(0, 0, 0, 128, 200), 256);
        rig.driver.doorbells(DEFERRED);
        for (int i = 0; i < 5_000; i++) {
            rig.send(1);
            rig.pass(FRAME_NS);
            rig.handle();
        }

        rig.assertNothingLost();
        assertThat(rig.driver.transmitDoorbells()).isLessThan(5_000 / 10);
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void batchCostsOneDoorbellOrOneEach(Chip chip) {
        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(IMMEDIATE);
        rig.send(8);
        assertEquals(8, rig.driver.transmitDoorbells());
        rig.serve(1_000_000);
        rig.driver.doorbells(BATCH);
        rig.send(8);
        assertEquals(9, rig.driver.transmitDoorbells());
        rig.serve(1_000_000);
        rig.driver.doorbells(DEFERRED);
        rig.send(8);
        rig.send(8);
        assertEquals(10, rig.driver.transmitDoorbells());
        rig.assertNothingLost();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void driverCountsTheDoorbellsThatTheCardSees(Chip chip) {
        PolicyRig rig = moderated(chip);
        for (int i = 0; i < 1_000; i++) {
            rig.send(1);
            rig.serve(2_000);
        }
        rig.assertNothingLost();

        assertEquals(rig.cardDoorbells(), rig.driver.doorbells());
        assertEquals(1_000, rig.driver.transmitDoorbells());
        assertThat(rig.driver.doorbells()).isGreaterThan(1_000); // buffers given back
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void switchedInAnyOrderWhileFramesAreUnderWay(Chip chip) {
        for (long seed = 1; seed <= 8; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PolicyRig rig = moderated(chip);
            DoorbellPolicy[] policies = {IMMEDIATE, BATCH, DEFERRED};
            for (int i = 0; i < 400; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> rig.driver.doorbells(policies[random.nextInt(policies.length)]);
                    case 1 -> rig.offer(1 + random.nextInt(8));
                    case 2 -> rig.offer(1);
                    default -> rig.serve(random.nextInt(60_000));
                }
            }
            rig.assertNothingLost();
        }
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void switchingWritesWhatIsOwed(Chip chip) {
        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(DEFERRED);
        rig.send(1);
        rig.send(1);
        rig.driver.doorbells(BATCH);

        assertEquals(2, rig.driver.transmitDoorbells());
        assertEquals(BATCH, rig.driver.doorbellPolicy());
        rig.assertNothingLost();
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void deferralWithoutInterruptsIsRefusedAndEndsWithThem(Chip chip) {
        PolicyRig polling = new PolicyRig(chip, false, 0);
        assertThrows(IllegalArgumentException.class, () -> polling.driver.doorbells(DEFERRED));
        assertEquals(BATCH, polling.driver.doorbellPolicy());

        PolicyRig rig = moderated(chip);
        rig.driver.doorbells(DEFERRED);
        rig.send(1);
        rig.send(1);
        rig.driver.disableInterrupts();

        assertEquals(BATCH, rig.driver.doorbellPolicy());
        assertEquals(2, rig.driver.transmitDoorbells(), "what was owed is told");
        rig.assertNothingLost();
    }
}
