package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.DTXSWC_LOOPBACK_EN;
import static dev.doorbell.register.IgbBits.ETQF_FILTER_EN;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_RSS;
import static dev.doorbell.register.IgbBits.MRQC_MRQE_VMDQ_RSS;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_RSSE;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.ETQF;
import static dev.doorbell.register.IgbRegister.FTQF;
import static dev.doorbell.register.IgbRegister.IMIREXT;
import static dev.doorbell.register.IgbRegister.MRQC;
import static dev.doorbell.register.IgbRegister.RSSRK;
import static dev.doorbell.register.IgbRegister.RXCSUM;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// The filters allocate nothing, neither for a frame nor for a register write that they compute anew
/// from.
class FilterAllocationStoryTest {
    private static final int WARM = 20_000;
    private static final int MEASURED = 20_000;

    private final FilterBench bench = FilterBench.station();
    private final byte[][] frames = {
        Flow.ip4("10.0.0.1", "10.0.0.2").tcp(1, 80, 2).tag(5).bytes(),
        Flow.ip6("20010db8000000000000000000000001", "20010db8000000000000000000000002")
                .udp(1, 319, new byte[60])
                .bytes(),
        Flow.ethernet(0x88CC).payload(50).to("ffffffffffff").bytes(),
        Flow.ethernet(0x88CC).payload(50).to("020000000099").bytes()
    };

    @Test
    void judgingAndSwitchingAllocateNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        bench.address(1, "02:00:00:00:00:01", 0x12);
        bench.write(RXCSUM, RXCSUM_PCSD);
        bench.write(ETQF, 0, 0x88CC | ETQF_FILTER_EN);
        bench.write(VT_CTL, VT_CTL_RPL_EN);
        bench.write(VMOLR, 3, VMOLR_BAM | VMOLR_RSSE);
        bench.write(DTXSWC, DTXSWC_LOOPBACK_EN | 0xFFFF);
        rounds(WARM);
        long before = threads.getCurrentThreadAllocatedBytes();
        rounds(MEASURED);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < MEASURED, bytes + " bytes in " + MEASURED + " rounds");
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            bench.write(MRQC, (i & 1) == 0 ? MRQC_MRQE_RSS | 0xFFFF_0000 : MRQC_MRQE_VMDQ_RSS | 0xFFFF_0000);
            bench.write(FTQF, i & 7, 1 << 8);
            bench.write(IMIREXT, i & 7, i);
            if ((i & 1023) == 0) bench.write(RSSRK, 0, i);
            for (byte[] frame : frames) {
                bench.judge(frame);
                bench.destinations(frame, i & 15);
            }
        }
    }
}
