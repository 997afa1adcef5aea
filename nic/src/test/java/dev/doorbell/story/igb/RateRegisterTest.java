package dev.doorbell.story.igb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The limiter's registers: the select register, clear-all, the link's speed, reset, and what only
/// stores.
class RateRegisterTest {
    private static final int SPEED_CHG = 1 << 31;
    private static final int CLEAR_ALL = 1 << 1;

    private final RateBench bench = new RateBench();

    @Test
    void selectRegisterReachesTheRightCopy() {
        for (int queue = 0; queue < 16; queue++) bench.limit(queue, ((queue + 1) << 14) | queue);
        for (int queue = 15; queue >= 0; queue--) {
            bench.write(IgbRegister.RTTDQSEL, queue);
            assertEquals((1 << 31) | ((queue + 1) << 14) | queue, bench.read(IgbRegister.RTTBCNRC));
        }
        for (int queue = 0; queue < 16; queue++) bench.ring(queue, 2, 1000);
        bench.advance(1_000_000);
        for (int queue = 0; queue < 16; queue++)
            assertEquals(
                    Math.ceilDiv(1000L * (((queue + 1) << 14) | queue) * 8, 1L << 14),
                    RateBench.gaps(bench.startsOf(queue))[0]);
    }

    @Test
    void selectRegisterHasFourBits() {
        bench.write(IgbRegister.RTTDQSEL, 0xFFFF_FFF5);
        assertEquals(5, bench.read(IgbRegister.RTTDQSEL));
    }

    @Test
    void reservedBitsOfTheConfigurationReadZero() {
        bench.write(IgbRegister.RTTBCNRC, -1);
        assertEquals(0x8FFF_FFFF, bench.read(IgbRegister.RTTBCNRC));
    }

    /// Known by name only, indexed by the select register.
    @Test
    void machineConfigurationIsStoredPerQueue() {
        bench.write(IgbRegister.RTTDVMRC, 1);
        bench.write(IgbRegister.RTTDQSEL, 7);
        bench.write(IgbRegister.RTTDVMRC, 2);
        assertEquals(2, bench.read(IgbRegister.RTTDVMRC));
        bench.write(IgbRegister.RTTDQSEL, 0);
        assertEquals(1, bench.read(IgbRegister.RTTDVMRC));
    }

    @Test
    void programmingOneQueueLimitsNoOther() {
        bench.limit(4, 1000 << 14);
        for (int queue = 0; queue < 16; queue++) assertEquals(queue == 4, bench.arbiter.paces(queue));
    }

    /// The X550 has clear-all in the rate drift register; the control register takes it as well.
    @ParameterizedTest
    @EnumSource(names = {"RTTBCNRD", "RTTDCS"})
    void clearAllFreesEveryQueueAtOnceAndClearsItself(IgbRegister register) {
        for (int queue = 0; queue < 16; queue++) {
            bench.limit(queue, 1000 << 14);
            bench.ring(queue, 5, 1000);
        }
        bench.sendDue();
        bench.time.advance(1000);
        assertEquals(0, bench.sendDue());

        bench.write(register, CLEAR_ALL);

        assertEquals(0, bench.read(register));
        assertEquals(16, bench.eased);
        assertEquals(16 * 4, bench.sendDue());
        for (int queue = 0; queue < 16; queue++) {
            bench.write(IgbRegister.RTTDQSEL, queue);
            assertEquals(1000 << 14, bench.read(IgbRegister.RTTBCNRC), "RS_ENA went, the factor stayed");
        }
    }

    @Test
    void driftRegisterStoresItsOtherBits() {
        bench.limit(0, 1 << 14);
        bench.write(IgbRegister.RTTBCNRD, ~CLEAR_ALL);
        assertEquals(~CLEAR_ALL, bench.read(IgbRegister.RTTBCNRD));
        assertTrue(bench.arbiter.paces(0));
    }

    @Test
    void statusRegistersAreReadOnly() {
        for (IgbRegister register : new IgbRegister[] {
            IgbRegister.RTTBCNRS, IgbRegister.RTTDVMRS, IgbRegister.RTTDTCRS, IgbRegister.RTTPTCRS
        }) {
            bench.write(register, -1);
            assertEquals(0, bench.read(register), register.name());
        }
    }

    @Test
    void trafficClassAndMachineRegistersStore() {
        for (IgbRegister register : new IgbRegister[] {
            IgbRegister.RTTPCS,
            IgbRegister.RTTPTCRC,
            IgbRegister.RTTPTCRM,
            IgbRegister.RTTDTCRC,
            IgbRegister.RTTDTCRM,
            IgbRegister.RTTDVMRM
        }) {
            bench.write(register, 0x1234_5678);
            assertEquals(0x1234_5678, bench.read(register), register.name());
        }
        assertFalse(bench.arbiter.paces(0));
    }

    @Test
    void softwareResetEndsEveryLimit() {
        bench.limit(2, 1000 << 14);
        bench.ring(2, 3, 1000);
        bench.sendDue();

        bench.registers.resetAll();
        bench.arbiter.reset();

        assertEquals(2, bench.sendDue());
        bench.write(IgbRegister.RTTDQSEL, 2);
        assertEquals(0, bench.read(IgbRegister.RTTBCNRC));
    }

    /// A factor is a fraction of the link: 10 is 100 Mb/s of a gigabit and 10 Mb/s of a tenth of it.
    @Test
    void factorStaysAFractionOfTheLinkWhenItsSpeedChanges() {
        bench.limit(0, 10 << 14);
        bench.ring(0, 4, 1000);
        bench.sendDue();
        bench.time.advance(60_000); // 2500 byte times are left

        bench.linkMbps = 100;
        bench.arbiter.speedChanged();

        assertEquals(2500, bench.read(IgbRegister.RTTBCNRS), "the same wait in byte times");
        bench.advance(10_000_000);
        assertArrayEquals(new long[] {60_000 + 200_000, 800_000, 800_000}, RateBench.gaps(bench.startsOf(0)));
    }

    @Test
    void fasterLinkLetsAWaitingQueueStartEarlier() {
        bench.linkMbps = 10;
        bench.arbiter.reset();
        bench.limit(0, 10 << 14);
        bench.ring(0, 3, 1000);
        bench.sendDue();
        bench.time.advance(4_000_000); // half of its spacing

        bench.linkMbps = 1000;
        bench.arbiter.speedChanged();

        assertEquals(1, bench.eased);
        bench.advance(1_000_000);
        assertArrayEquals(new long[] {4_000_000 + 40_000, 80_000}, RateBench.gaps(bench.startsOf(0)));
    }

    @Test
    void creditIsTheSameBytesAfterASpeedChange() {
        bench.window(20);
        bench.limit(0, 2 << 14);
        bench.time.advance(10 * 1024 * 2 * 8); // 10 KB
        bench.linkMbps = 10;
        bench.arbiter.speedChanged();
        bench.ring(0, 100, 1024);

        assertEquals(11, bench.sendDue());
    }

    @Test
    void speedChangeIsIndicatedUntilAllIsCleared() {
        bench.linkMbps = 100;
        bench.arbiter.speedChanged();
        assertEquals(SPEED_CHG, bench.read(IgbRegister.RTTDCS));

        bench.write(IgbRegister.RTTBCNRD, CLEAR_ALL);
        assertEquals(0, bench.read(IgbRegister.RTTDCS));
    }

    @Test
    void softwareCanClearTheSpeedIndicationButNotSetIt() {
        bench.write(IgbRegister.RTTDCS, -1 & ~CLEAR_ALL);
        assertEquals(0, bench.read(IgbRegister.RTTDCS));

        bench.arbiter.speedChanged();
        bench.write(IgbRegister.RTTDCS, SPEED_CHG);
        assertEquals(SPEED_CHG, bench.read(IgbRegister.RTTDCS), "read, changed elsewhere, written back");
        bench.write(IgbRegister.RTTDCS, 0);
        assertEquals(0, bench.read(IgbRegister.RTTDCS));
    }

    @Test
    void bitsAreWhereDriversHaveThem() {
        assertEquals(0x8002_8000, IgbBits.RTTBCNRC_RS_ENA | bench.factorFor(100), "100 of 1000 Mb/s");
        assertEquals(0x8000_D555, IgbBits.RTTBCNRC_RS_ENA | bench.factorFor(300));
        assertEquals(0x80FA_0000, IgbBits.RTTBCNRC_RS_ENA | bench.factorFor(1));
    }
}
