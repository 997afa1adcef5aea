package dev.doorbell.device.igb.statistics;

import static dev.doorbell.register.IgbRegister.BPRC;
import static dev.doorbell.register.IgbRegister.BPTC;
import static dev.doorbell.register.IgbRegister.GORCH;
import static dev.doorbell.register.IgbRegister.GORCL;
import static dev.doorbell.register.IgbRegister.GOTCL;
import static dev.doorbell.register.IgbRegister.GPRC;
import static dev.doorbell.register.IgbRegister.GPTC;
import static dev.doorbell.register.IgbRegister.HGORCL;
import static dev.doorbell.register.IgbRegister.HGOTCL;
import static dev.doorbell.register.IgbRegister.HGPTC;
import static dev.doorbell.register.IgbRegister.MPC;
import static dev.doorbell.register.IgbRegister.MPRC;
import static dev.doorbell.register.IgbRegister.MPTC;
import static dev.doorbell.register.IgbRegister.PFVFMPRC;
import static dev.doorbell.register.IgbRegister.PVFGORC;
import static dev.doorbell.register.IgbRegister.PVFGORLBC;
import static dev.doorbell.register.IgbRegister.PVFGOTC;
import static dev.doorbell.register.IgbRegister.PVFGOTLBC;
import static dev.doorbell.register.IgbRegister.PVFGPRC;
import static dev.doorbell.register.IgbRegister.PVFGPRLBC;
import static dev.doorbell.register.IgbRegister.PVFGPTC;
import static dev.doorbell.register.IgbRegister.PVFGPTLBC;
import static dev.doorbell.register.IgbRegister.PVFMPRC;
import static dev.doorbell.register.IgbRegister.RPTHC;
import static dev.doorbell.register.IgbRegister.RQDPC;
import static dev.doorbell.register.IgbRegister.RQDPC_A;
import static dev.doorbell.register.IgbRegister.TORL;
import static dev.doorbell.register.IgbRegister.TOTL;
import static dev.doorbell.register.IgbRegister.TPR;
import static dev.doorbell.register.IgbRegister.TPT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counting, clearing, sticking.
class StatisticsTest {
    private final RegisterFile registers = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
    private final Statistics statistics = new Statistics(registers);

    private int read(IgbRegister register) {
        statistics.settle(); // as the card does before a read
        return registers.read(register.spec().offset());
    }

    private int read(IgbRegister register, int index) {
        statistics.settle();
        return registers.read(register.spec().offset(index));
    }

    @ParameterizedTest
    @CsvSource({
        "64, PRC64, PTC64",
        "65, PRC127, PTC127",
        "127, PRC127, PTC127",
        "128, PRC255, PTC255",
        "255, PRC255, PTC255",
        "256, PRC511, PTC511",
        "511, PRC511, PTC511",
        "512, PRC1023, PTC1023",
        "1023, PRC1023, PTC1023",
        "1024, PRC1522, PTC1522",
        "1522, PRC1522, PTC1522",
        "16384, PRC1522, PTC1522"
    })
    void frameIsCountedInTheClassOfItsLength(int length, IgbRegister received, IgbRegister sent) {
        statistics.received(length, Statistics.UNICAST);
        statistics.transmitted(length, Statistics.UNICAST);

        assertEquals(1, read(received));
        assertEquals(1, read(sent));
        assertEquals(length, read(GORCL));
        assertEquals(length, read(TORL));
        assertEquals(length, read(GOTCL));
        assertEquals(length, read(TOTL));
        assertEquals(1, read(GPRC));
        assertEquals(1, read(TPR));
        assertEquals(1, read(GPTC));
        assertEquals(1, read(TPT));
        assertEquals(0, read(BPRC) + read(MPRC) + read(BPTC) + read(MPTC));
    }

    @Test
    void broadcastIsNotCountedAsMulticast() {
        statistics.received(64, Statistics.BROADCAST);
        statistics.received(64, Statistics.MULTICAST);
        statistics.received(64, Statistics.MULTICAST);
        statistics.transmitted(64, Statistics.BROADCAST);
        statistics.transmitted(64, Statistics.BROADCAST);
        statistics.transmitted(64, Statistics.MULTICAST);

        assertEquals(1, read(BPRC));
        assertEquals(2, read(MPRC));
        assertEquals(2, read(BPTC));
        assertEquals(1, read(MPTC));
    }

    @Test
    void frameThatWentNoFurtherIsInTheTotalsOnly() {
        statistics.seen(64);

        assertEquals(1, read(TPR));
        assertEquals(64, read(TORL));
        assertEquals(0, read(GPRC));
        assertEquals(0, read(GORCL));
    }

    @Test
    void readingTheLowHalfClearsNothingAndTheHighHalfClearsBoth() {
        registers.set(GORCL, 0xFFFF_FFF0);
        statistics.received(64, Statistics.UNICAST);

        assertEquals(0x30, read(GORCL));
        assertEquals(0x30, read(GORCL));
        assertEquals(1, read(GORCH), "with the carry");
        assertEquals(0, read(GORCL));
        assertEquals(0, read(GORCH));
        assertEquals(64, read(TORL), "the other pairs stay");
    }

    @ParameterizedTest
    @CsvSource({"HGORCL, HGORCH", "HGOTCL, HGOTCH", "GORCL, GORCH", "GOTCL, GOTCH", "TORL, TORH", "TOTL, TOTH"})
    void pairSticksAtAllOnesUntilRead(IgbRegister low, IgbRegister high) {
        registers.set(low, 0xFFFF_FF80);
        registers.set(high, 0xFFFF_FFFF);
        for (int i = 0; i < 3; i++) {
            statistics.received(100, Statistics.UNICAST);
            statistics.transmitted(100, Statistics.UNICAST);
        }

        assertEquals(0xFFFF_FFFF, read(low));
        assertEquals(0xFFFF_FFFF, read(high));
        assertEquals(0, read(low));
        assertEquals(0, read(high));
    }

    @Test
    void counterSticksAtAllOnesUntilRead() {
        registers.set(MPC, 0xFFFF_FFFE);
        for (int i = 0; i < 3; i++) statistics.count(MPC);

        assertEquals(0xFFFF_FFFF, read(MPC));
        assertEquals(0, read(MPC));
    }

    @Test
    void queuesDropsStickAtTwelveBits() {
        registers.set(RQDPC, 7, 0xFFE);
        for (int i = 0; i < 3; i++) statistics.count(RQDPC, 7);
        statistics.count(RQDPC, 2);

        assertEquals(0xFFF, read(RQDPC, 7));
        assertEquals(0, read(RQDPC, 7));
        assertEquals(1, registers.read(RQDPC_A.spec().offset(2)), "at the other place, too");
    }

    @Test
    void everyCopyCountsForItsPoolWireAndLoopApart() {
        statistics.poolReceived(3, 64, Statistics.UNICAST, false);
        statistics.poolReceived(3, 100, Statistics.MULTICAST, true);
        statistics.poolReceived(4, 100, Statistics.BROADCAST, false);
        statistics.poolTransmitted(5, 64, false);
        statistics.poolTransmitted(5, 100, true);

        assertEquals(1, read(PVFGPRC, 3));
        assertEquals(64, read(PVFGORC, 3));
        assertEquals(1, read(PVFMPRC, 3));
        assertEquals(1, read(PFVFMPRC, 3), "where other drivers look");
        assertEquals(1, read(PVFGPRLBC, 3));
        assertEquals(100, read(PVFGORLBC, 3));
        assertEquals(1, read(PVFGPRC, 4));
        assertEquals(0, read(PVFMPRC, 4));
        assertEquals(1, read(PVFGPTC, 5));
        assertEquals(64, read(PVFGOTC, 5));
        assertEquals(1, read(PVFGPTLBC, 5));
        assertEquals(100, read(PVFGOTLBC, 5));
    }

    @Test
    void hostCountersCountTheWiresFramesAndTheLoopedOnes() {
        statistics.received(64, Statistics.UNICAST);
        statistics.poolReceived(3, 64, Statistics.UNICAST, false); // the same frame
        statistics.poolReceived(3, 100, Statistics.UNICAST, true);
        statistics.transmitted(64, Statistics.UNICAST);
        statistics.poolTransmitted(5, 64, false);
        statistics.poolTransmitted(5, 100, true);

        assertEquals(2, read(RPTHC));
        assertEquals(164, read(HGORCL));
        assertEquals(2, read(HGPTC));
        assertEquals(164, read(HGOTCL));
    }

    @Test
    void poolsCountersRunFreelyAndOnlyWritingZeroClearsThem() {
        registers.set(PVFGORC, 7, 0xFFFF_FFF0);
        statistics.poolReceived(7, 64, Statistics.UNICAST, false);

        assertEquals(0x30, read(PVFGORC, 7), "wrapped");
        assertEquals(0x30, read(PVFGORC, 7), "a read leaves it");
        registers.write(PVFGORC.spec().offset(7), 5);
        assertEquals(0x30, read(PVFGORC, 7));
        registers.write(PVFGORC.spec().offset(7), 0);
        assertEquals(0, read(PVFGORC, 7));
        assertEquals(1, read(PVFGPRC, 7));
    }
}
