package dev.doorbell.lab.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.lab.model.FullLoad.Outcome;
import dev.doorbell.lab.model.FullLoad.Sender;
import dev.doorbell.lab.world.CardPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// July 2012 in the model: its own four set-ups give its own four figures.
class CalibrationTest {
    private static final int FRAME_BYTES = 60;
    private static final long FOR_NS = 200_000_000;
    private static final double WITHIN = 0.02;

    private final Assumptions assumed = Assumptions.DEFAULT;

    private static Outcome run(Costs costs, Moderation moderation, Sender sender) {
        CardPlan plan = CardPlan.e1000(DriverOptions.DEFAULT.withInterrupts(moderation), FRAME_BYTES);
        Outcome outcome = new FullLoad(
                        costs, HostPlace.EXITING_PROCESSOR, plan, DoorbellPolicy.BATCH, FRAME_BYTES, FOR_NS)
                .send(sender);
        assertEquals(0, outcome.lost());
        return outcome;
    }

    @Test
    void withoutModerationEachPacketRingsAndInterruptsAtJulysRate() {
        Usage hardware = run(Calibration.hardware(assumed), Moderation.NONE, Sender.EACH_PACKET)
                .usage();
        assertEquals(20, hardware.kpps(), 20 * WITHIN);
        assertEquals(2, hardware.exitsPerPacket(), 0.01);
        assertEquals(1, hardware.doorbellsPerPacket(), 0.01);
        Usage emulation = run(Calibration.emulation(assumed), Moderation.NONE, Sender.EACH_PACKET)
                .usage();
        assertEquals(9, emulation.kpps(), 9 * WITHIN);
        assertEquals(9000, emulation.interruptsPerSecond(), 9000 * WITHIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {651, 4000, 5580, 6500})
    void withModerationAndADoorbellPerInterruptJulysRateComesOut(int perSecond) {
        Assumptions other = assumed.withInterruptsPerSecond(perSecond);
        Moderation moderation = Moderation.throttled(perSecond);
        Usage hardware = run(Calibration.hardware(other), moderation, Sender.EACH_INTERRUPT)
                .usage();
        assertEquals(140, hardware.kpps(), 140 * WITHIN);
        assertEquals(perSecond, hardware.interruptsPerSecond(), perSecond * WITHIN);
        Usage emulation = run(Calibration.emulation(other), moderation, Sender.EACH_INTERRUPT)
                .usage();
        assertEquals(56, emulation.kpps(), 56 * WITHIN);
    }

    @Test
    void theCostsAreTheArithmeticOfJulysFigures() {
        Costs hardware = Calibration.hardware(assumed);
        double gapNs = 700 * 256;
        double packetNs = (gapNs - 50_000) / (gapNs * 140e-6 - 1);
        assertEquals(packetNs / 2, (double) hardware.guestPacketNs(), 1);
        assertEquals(packetNs / 2, (double) hardware.hostPacketNs(), 1);
        assertEquals(packetNs / 2, (double) hardware.hostWakeNs(), 1);
        assertEquals((50_000 - 1.5 * packetNs) / 2, (double) hardware.exitNs(), 1);
        assertEquals(0, hardware.interruptEntryNs());
        Costs emulation = Calibration.emulation(assumed);
        double emulatedNs = (gapNs - 1e6 / 9) / (gapNs * 56e-6 - 1);
        assertEquals(emulatedNs - packetNs / 2, (double) emulation.guestPacketNs(), 1);
        assertEquals(hardware.hostPacketNs(), emulation.hostPacketNs());
        assertEquals(1e6 / 9 - emulatedNs - packetNs / 2, (double) emulation.interruptEntryNs(), 1);
        assertEquals(0, emulation.exitNs());
    }

    /// Why the presets' moderation is not QEMU's 7813 interrupts a second: the emulated guest would be the faster
    /// one.
    @Test
    void fasterInterruptsThanAssumedWouldMakeTheEmulatedGuestTheFasterOne() {
        Costs emulation = Calibration.emulation(assumed);
        assertTrue(emulation.guestPacketNs() > Calibration.hardware(assumed).guestPacketNs());
        Assumptions qemus = assumed.withInterruptsPerSecond(7813);
        assertTrue(Calibration.emulation(qemus).guestPacketNs()
                < Calibration.hardware(qemus).guestPacketNs());
    }

    @Test
    void impossibleAssumptionsAndCostsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> assumed.withHostShare(1.1));
        assertThrows(IllegalArgumentException.class, () -> assumed.withEntryPerExit(-1));
        assertThrows(IllegalArgumentException.class, () -> assumed.withInterruptsPerSecond(0));
        // The gap is shorter than what July's packets took without moderation: the figures contradict it.
        assertThrows(
                IllegalArgumentException.class, () -> Calibration.emulation(assumed.withInterruptsPerSecond(20_000)));
        assertThrows(IllegalArgumentException.class, () -> new Costs("x", -1, 0, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Costs("x", 0, 0, 0, 0, 0));
    }
}
