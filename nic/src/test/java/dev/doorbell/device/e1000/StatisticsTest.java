package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Register.BPRC;
import static dev.doorbell.register.E1000Register.BPTC;
import static dev.doorbell.register.E1000Register.GORCH;
import static dev.doorbell.register.E1000Register.GORCL;
import static dev.doorbell.register.E1000Register.GOTCL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.GPTC;
import static dev.doorbell.register.E1000Register.MPC;
import static dev.doorbell.register.E1000Register.MPRC;
import static dev.doorbell.register.E1000Register.MPTC;
import static dev.doorbell.register.E1000Register.TORL;
import static dev.doorbell.register.E1000Register.TOTL;
import static dev.doorbell.register.E1000Register.TPR;
import static dev.doorbell.register.E1000Register.TPT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.register.E1000Register;
import dev.doorbell.register.RegisterFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Counting, clearing, sticking. // 317453, 13.7
class StatisticsTest {
    private final RegisterFile registers = new RegisterFile(E1000Register.values(), E1000Register.SPACE_BYTES);
    private final Statistics statistics = new Statistics(registers);

    private int read(E1000Register register) {
        statistics.settle(); // as the card does before a read
        return registers.read(register.spec().offset());
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
    void frameIsCountedInTheClassOfItsLength(int length, E1000Register received, E1000Register sent) {
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
    @CsvSource({"GORCL, GORCH", "GOTCL, GOTCH", "TORL, TORH", "TOTL, TOTH"})
    void pairSticksAtAllOnesUntilRead(E1000Register low, E1000Register high) {
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
}
