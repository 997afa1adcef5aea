package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.ICR_ALL;
import static dev.doorbell.register.E1000Bits.ICR_RXT0;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMC;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.ITR;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.STATUS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// A register access allocates nothing, whatever it sets off.
class AllocationStoryTest {
    private static final int WARM = 20_000;
    private static final int MEASURED = 100_000;

    private final Bench bench = Bench.withLink();

    @Test
    void registerAccessesAndInterruptsAllocateNothing() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        bench.write(IMS, ICR_ALL);
        bench.write(ITR, 10);
        rounds(WARM);
        long before = threads.getCurrentThreadAllocatedBytes();
        rounds(MEASURED);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(bytes < MEASURED, bytes + " bytes in " + MEASURED + " rounds");
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            bench.write(ICS, ICR_RXT0);
            bench.read(ICR);
            bench.write(IMC, ICR_ALL);
            bench.write(IMS, ICR_ALL);
            bench.read(STATUS);
            bench.read(GPRC);
            bench.write(RDT, i & 0xFF);
            bench.time.advance(3000);
            bench.card.doWork();
        }
    }
}
