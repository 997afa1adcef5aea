package dev.doorbell.driver;

import static dev.doorbell.driver.DoorbellPolicy.BATCH;
import static dev.doorbell.driver.DoorbellPolicy.PARAVIRTUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.driver.PolicyRig.Chip;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The driver and the card that share a page, under virtual time: both sides are the real ones.
class ParavirtualPolicyTest {
    private static final long FRAME_NS = 7_000;
    private static final int FRAMES = 5_000;

    private static PolicyRig sharing(boolean interrupts) {
        PolicyRig rig = new PolicyRig(Chip.E1000_PARAVIRTUAL, interrupts, 0);
        rig.driver.doorbells(PARAVIRTUAL);
        return rig;
    }

    private static long counter(PolicyRig rig, E1000Counter counter) {
        return ((E1000) rig.card).counters().get(counter);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atFullLoadThereAreHardlyAnyDoorbells(boolean interrupts) {
        PolicyRig rig = sharing(interrupts);
        for (int i = 0; i < FRAMES; i++) {
            rig.send(1);
            rig.pass(FRAME_NS);
            rig.receive();
        }

        assertEquals(1, rig.driver.transmitDoorbells(), "the first wakes the card");
        assertThat(rig.driver.doorbells()).isLessThan(3);
        assertThat(rig.driver.interrupts()).isLessThan(5);
        rig.assertNothingLost();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void framesFarApartAreKickedEach(boolean interrupts) {
        PolicyRig rig = sharing(interrupts);
        for (int i = 0; i < 50; i++) {
            rig.send(1);
            rig.pass(1_000_000);
            rig.receive();
        }

        assertEquals(50, rig.driver.transmitDoorbells());
        assertEquals(50, counter(rig, E1000Counter.PARAVIRTUAL_SLEEPS));
        rig.assertNothingLost();
    }

    @Test
    void receiverThatFoundNothingIsInterrupted() {
        PolicyRig rig = sharing(true);
        rig.receive();
        long before = rig.driver.interrupts();
        rig.send(1);
        rig.pass(FRAME_NS);
        assertEquals(before + 1, rig.driver.interrupts());
        rig.handle();
        rig.assertNothingLost();
    }

    @Test
    void receiverThatIsBusyIsNot() {
        PolicyRig rig = sharing(true);
        rig.send(1);
        rig.pass(FRAME_NS);
        rig.receiveOnce();
        long before = rig.driver.interrupts();
        for (int i = 0; i < 100; i++) {
            rig.send(2);
            rig.pass(FRAME_NS);
            rig.receiveOnce();
        }

        assertEquals(before, rig.driver.interrupts());
        rig.assertNothingLost();
    }

    @Test
    void ringWithoutRoomInterruptsWhenThereIsSome() {
        PolicyRig rig = new PolicyRig(Chip.E1000_PARAVIRTUAL, true, Moderation.NONE, 16);
        rig.driver.doorbells(PARAVIRTUAL);
        int taken = 0;
        for (int i = 0; i < 20; i++) taken += rig.offer(1);
        assertThat(taken).isBetween(13, 15);
        long before = rig.driver.interrupts();
        rig.pass(FRAME_NS);

        assertTrue(rig.driver.interrupts() > before);
        assertEquals(1, rig.offer(1));
        rig.assertNothingLost();
    }

    @Test
    void switchedInAnyOrderWhileFramesAreUnderWay() {
        for (long seed = 1; seed <= 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PolicyRig rig = new PolicyRig(Chip.E1000_PARAVIRTUAL, true, 8_000);
            DoorbellPolicy[] policies = DoorbellPolicy.values();
            for (int i = 0; i < 400; i++) {
                switch (random.nextInt(5)) {
                    case 0 -> rig.driver.doorbells(policies[random.nextInt(policies.length)]);
                    case 1 -> rig.offer(1 + random.nextInt(8));
                    case 2 -> rig.offer(1);
                    case 3 -> rig.look();
                    default -> rig.serve(random.nextInt(60_000));
                }
            }
            rig.assertNothingLost();
        }
    }

    @Test
    void switchingAwayLeavesTheRegistersRight() {
        PolicyRig rig = sharing(true);
        for (int i = 0; i < 5; i++) rig.send(1);
        rig.driver.doorbells(BATCH);
        rig.assertNothingLost();
        long tails = counter(rig, E1000Counter.PARAVIRTUAL_TAILS);
        rig.send(1);
        rig.assertNothingLost();

        assertEquals(tails, counter(rig, E1000Counter.PARAVIRTUAL_TAILS));
        assertFalse(rig.card.pollsSharedPages());
    }

    @ParameterizedTest
    @EnumSource(
            value = Chip.class,
            names = {"E1000", "IGB_LINE", "IGB_MESSAGES"})
    void cardThatSharesNoPageRefusesAndKeepsItsPolicy(Chip chip) {
        PolicyRig rig = new PolicyRig(chip, true, 0);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> rig.driver.doorbells(PARAVIRTUAL));

        assertThat(refused).hasMessageContaining("needs an e1000 with paravirt=on");
        assertEquals(BATCH, rig.driver.doorbellPolicy());
        rig.send(3);
        rig.assertNothingLost();
    }

    @Test
    void startTakesThePageOfADriverBeforeAway() {
        PolicyRig rig = sharing(false);
        rig.send(1);
        rig.assertNothingLost();
        rig.driver.start();
        assertEquals(BATCH, rig.driver.doorbellPolicy());
        rig.pass(10_000_000);

        assertFalse(rig.card.pollsSharedPages());
        long tails = counter(rig, E1000Counter.PARAVIRTUAL_TAILS);
        rig.send(1);
        rig.pass(FRAME_NS);
        assertEquals(tails, counter(rig, E1000Counter.PARAVIRTUAL_TAILS));
    }

    @Test
    void everyBufferComesBackThoughThePageAloneSaysSo() {
        PolicyRig rig = sharing(false);
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 2; i++) rig.send(60); // fewer than the card has, whatever the driver holds
            rig.pass(100_000);
            rig.receive();
        }
        rig.assertNothingLost();

        assertThat(rig.driver.doorbells() - rig.driver.transmitDoorbells()).isLessThan(5);
    }
}
